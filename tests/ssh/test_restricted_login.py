"""A restricted login over real OpenSSH: what it is for works, and every way out of it is shut.

The sshd, the wrapper and the keys are those that `host-setup` prints. It is also told to let
through what it should not, so that the console is tried without sshd's help.
"""

from __future__ import annotations

import signal
import subprocess

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.host_plan import sftp_block
from tests.ssh.conftest import INES, NEEDS, NOBODY, OWEN, wait_for_list
from tests.support.pty_console import (
    ENTER,
    ESC,
    PAUSE,
    REVIEW,
    PtyConsole,
    until,
)
from tests.support.ssh_host import SSHD, SshHost

pytestmark = NEEDS


ATTACH = "\x14"
"""Ctrl+T."""


def leave(console: PtyConsole) -> None:
    """Ends the console from the list."""
    console.press("q")
    assert console.wait_for_end() == 0


# -- what it is for --------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", [INES, OWEN])
def test_a_key_opens_the_console_of_its_agent_whatever_the_far_end_says(
    front_desk: SshHost, agent: str
) -> None:
    said = {
        "DESKERO_AGENT": "Zofia Wrona",
        "DESKERO_HOME": str(front_desk.folder / "mine"),
        "DESKERO_URL": "http://127.0.0.1:9/",
        "DESKERO_API_TOKEN": "mine",
        "XDG_CONFIG_HOME": str(front_desk.folder / "mine"),
        "HTTP_PROXY": "http://127.0.0.1:9/",
        "TEXTUAL_DRIVER": "no.such:Driver",
        "TEXTUAL_LOG": str(front_desk.folder / "mine.log"),
        "PYTHONINSPECT": "1",
        "PYTHONSTARTUP": str(front_desk.folder / "mine.py"),
        "COLUMNS": "20",
        "LINES": "5",
    }
    sent = f"-oSendEnv={' '.join(said)}"
    with front_desk.console(agent, sent, **said) as console:
        wait_for_list(console)
        assert max(map(len, console.picture)) > 60, "COLUMNS has not frozen the size"
        console.press("r")
        console.wait_for("PUBLIC reply")
        console.press(f"From {agent}{REVIEW}")
        console.wait_for("Before it goes", f"From {agent}")
        console.press("y")
        number = console.wait_for_match(r"Reply to (\d+/\d+) leaves in")
        console.press("q")
        console.wait_for("Not sent yet")
        console.press("s")
        assert console.wait_for_end() == 0
    assert b">>>" not in console.raw
    reply = front_desk.shown_ticket(number)["replies"][-1]
    assert f"From {agent}" in reply["text"]
    assert reply["replyFromOperator"]["name"] == agent.removeprefix("by-hand ")
    assert not list(front_desk.folder.glob("mine*"))


def test_files_go_up_and_down_and_each_agent_has_their_own(host: SshHost) -> None:
    content = bytes(range(256)) * 2_000
    assert host.ran(INES, "put", "bill.pdf", sent=content).returncode == 0
    assert host.ran(INES, "put", "bill.pdf", sent=b"x").returncode == 2
    assert host.ran(INES, "get", "bill.pdf").stdout == content
    assert b"bill.pdf" in host.ran(INES, "files").stdout
    assert host.ran(OWEN, "files").stdout == b""
    assert host.ran(OWEN, "get", "bill.pdf").returncode == 4
    assert host.ran(INES, "drop", "bill.pdf").returncode == 0


def test_a_file_that_is_too_large_is_refused_and_not_kept(host: SshHost) -> None:
    ran = host.ran(INES, "put", "big.bin", sent=bytes(25_000_001))
    assert ran.returncode == 2
    assert b"too large" in ran.stderr
    assert host.ran(INES, "files").stdout == b""


def test_a_file_is_attached_from_the_drop_folder_and_from_nowhere_else(front_desk: SshHost) -> None:
    assert front_desk.ran(INES, "put", "-f", "note.txt", sent=b"hello").returncode == 0
    with front_desk.console(INES) as console:
        wait_for_list(console)
        console.press("r")
        console.wait_for("PUBLIC reply")
        for path in ("/etc/passwd", "~/.ssh/authorized_keys", "../token"):
            console.press(ATTACH)
            console.wait_for("Attach which file of your drop folder?")
            console.press(path)
            console.press(ENTER + ESC)
            console.wait_without("Attach which file")
        console.press(ATTACH)
        console.wait_for("note.txt")
        console.press(ENTER)
        console.wait_for("1 attached: note.txt")
        console.press(ESC)
        console.wait_without("PUBLIC reply")
        leave(console)


# -- ways out --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "bash",
        "id; files",
        "$(id)",
        "deskero-tui --restricted --agent 'Owen Pritchard'",
        "--agent 'Owen Pritchard'",
        "put ../x",
        "get /etc/passwd",
        "get ~/.ssh/id_rsa",
        "drop ../../config.toml",
        "get link",
    ],
)
def test_no_command_does_anything_but_the_four(host: SshHost, command: str) -> None:
    host.ran(INES, "files")
    link = host.drop_folder(INES) / "link"
    if not link.is_symlink():
        link.symlink_to("/etc/passwd")
    before = sorted(host.data.rglob("*"))
    ran = host.ran(INES, command, sent=b"x")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.startswith(b"deskero-tui: ")
    assert ran.stderr.count(b"\n") == 1
    assert sorted(host.data.rglob("*")) == before


def test_neither_sftp_nor_a_session_without_a_terminal_gets_in(host: SshHost) -> None:
    assert host.sftp(INES).returncode != 0
    assert b"root" not in host.sftp(INES).stdout
    ran = host.ran(INES)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert b"needs a terminal" in ran.stderr


@pytest.mark.parametrize("term", ["../../etc/passwd;id", "$(id)", "dumb", "x" * 80])
def test_a_terminal_that_is_none_is_refused(front_desk: SshHost, term: str) -> None:
    with front_desk.console(INES, TERM=term) as console:
        assert console.wait_for_end() == 2
    assert "needs a terminal" in console.text
    assert "uid=" not in console.text


@pytest.mark.parametrize("agent", [INES, OWEN])
@pytest.mark.parametrize(
    "options",
    [
        ("-W", "127.0.0.1:{port}"),
        ("-N", "-oExitOnForwardFailure=yes", "-R", "0:127.0.0.1:{port}"),
        ("-N", "-oExitOnForwardFailure=yes", "-R", "{folder}/socket:127.0.0.1:{port}"),
    ],
    ids=["out", "back", "socket"],
)
def test_nothing_is_forwarded(host: SshHost, agent: str, options: tuple[str, ...]) -> None:
    filled = [one.format(port=host.port, folder=host.folder) for one in options]
    ran = host.ran(agent, options=filled)
    assert ran.returncode == 255
    assert b"SSH-2.0" not in ran.stdout
    assert not (host.folder / "socket").exists()


def test_inside_there_is_no_shell_no_program_and_no_other_agent(front_desk: SshHost) -> None:
    with front_desk.console(OWEN) as console:
        wait_for_list(console)
        console.press(PAUSE)
        console.wait_for("no shell in this login")
        for word in ("screenshot", "editor", "browse"):
            console.press(f":{word}")
            console.wait_for(word)
            console.wait_until_quiet()
            [asked] = [line for line in console.picture if word in line.casefold()]
            assert console.text.count("│ >") == 0, asked
            console.press(ESC)
            console.wait_without(word)
        leave(console)


def test_a_key_of_somebody_unknown_reads_and_changes_nothing(front_desk: SshHost) -> None:
    with front_desk.console(NOBODY) as console:
        wait_for_list(console)
        console.press("r")
        console.wait_for("PUBLIC reply")
        console.press("as nobody")
        console.wait_for("as nobody")
        console.press(REVIEW)
        console.wait_for("Before it goes")
        console.press("y")
        console.wait_for("has no agent Nobody Known")
        console.press(ESC)
        console.wait_without("Before it goes")
        leave(console)


@pytest.mark.parametrize("agent", [INES, OWEN])
def test_when_the_client_is_killed_no_process_is_left(front_desk: SshHost, agent: str) -> None:
    with front_desk.console(agent) as console:
        wait_for_list(console)
        assert front_desk.consoles()
        console.kill(signal.SIGKILL)
        assert console.wait_for_end() == -signal.SIGKILL
    assert until(lambda: front_desk.consoles() == []), "the console lives on"


def test_the_check_finds_what_this_host_lets_through_and_nothing_else_in_sshd(
    host: SshHost, capsys: pytest.CaptureFixture[str]
) -> None:
    user = host.plan.user
    main(["host-setup", "--check", "--user", user, "--sshd-config", str(host.config)])
    said = [line for line in capsys.readouterr().out.splitlines() if line[5:].startswith("sshd:")]
    bad = [line for line in said if line.startswith("BAD")]
    assert len(said) > 8
    assert [line.split()[2] for line in bad] == ["acceptenv"]


def test_sshd_has_nothing_to_say_against_what_is_printed(host: SshHost) -> None:
    said = host.log.read_text("utf-8")
    for trouble in (str(host.config), "Deprecated", "Unsupported", "bad options"):
        assert trouble not in said
    lines = sftp_block(host.plan).splitlines()
    block = [line for line in lines if line.startswith(("Match", "    "))]
    assert len(block) == 7
    with_sftp = host.folder / "with-sftp"
    with_sftp.write_text("\n".join([host.config.read_text("utf-8"), *block, ""]))
    ran = subprocess.run([str(SSHD), "-t", "-f", str(with_sftp)], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
