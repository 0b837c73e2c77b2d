"""A console through the warm helper is the caller's own in every way, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pty_console import CONSOLE, ESC, PAUSE, PtyConsole, is_running, until
from tests.terminal.restored import ALTERNATE_SCREEN, assert_restored
from tests.terminal.test_editor import EDIT, HEARS, INTERRUPT, writing

WIDE = (120, 36)


class Helper:
    """The helper of one home, from its start to its end; nothing of it may be left then."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        assert "is warm" in self.ask()
        self.pid = int(self.ask("--status").partition("process ")[2].partition(",")[0])
        self._forks: set[int] = set()

    def ask(self, *flags: str) -> str:
        """What `warm` says."""
        ran = subprocess.run(
            [*CONSOLE, "warm", *flags],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.stdout

    def consoles(self) -> list[int]:
        """The consoles that it has forked and that are there."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("utf-8")
        found = [int(pid) for pid in children.split()]
        self._forks.update(found)
        return found

    def end(self) -> None:
        self.ask("--stop")
        if is_running(self.pid) and not until(lambda: not is_running(self.pid)):
            os.kill(self.pid, signal.SIGKILL)
            raise AssertionError("the helper did not leave")
        left = [pid for pid in self._forks if not until(lambda pid=pid: not is_running(pid))]  # type: ignore[misc]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert left == [], "a console was left behind"


READS = """
echo "in the editor"
while read -r word && [ "$word" != end ]; do
    echo "$word" > "$1"
    echo "editor got $word"
done
"""


def state_of(pid: int) -> str:
    """The letter that the system has for what a process does; `T`: stopped."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]


@pytest.fixture
def helper(account: dict[str, str]) -> Iterator[Helper]:
    one = Helper(account)
    yield one
    one.end()


def open_files(pid: int) -> set[str]:
    """What a process has open, by name; pipes and sockets by their kind."""
    folder = Path(f"/proc/{pid}/fd")
    return {os.readlink(file).partition(":")[0] for file in folder.iterdir()}


def wait_for_list(console: PtyConsole) -> None:
    console.wait_for("tickets · online", "opened")


def test_console_has_terminal_folder_and_mask_of_its_caller_and_nobody_elses(
    home: Path, account: dict[str, str], helper: Helper
) -> None:
    mask = os.umask(0o027)
    try:
        with PtyConsole(home=home, environment=account, size=WIDE) as first:
            os.umask(mask)
            # The account itself is known from the caller's environment only.
            wait_for_list(first)
            with PtyConsole(home=home, environment=account) as second:
                wait_for_list(second)
                assert_apart(helper, masks={"0027", f"{mask:04o}"})
                second.press("q")
                assert second.wait_for_end() == 0
            first.resize(80, 24)
            first.wait_without("│")
            first.press("?")
            first.wait_for("Esc")
            first.press("\x1b")
            first.wait_for("tickets · online")
            first.press("q")
            assert first.wait_for_end() == 0
            assert_restored(first.raw)
    finally:
        os.umask(mask)


def assert_apart(helper: Helper, *, masks: set[str]) -> None:
    """Two consoles, each with one terminal of its own, and the helper without threads."""
    one, other = helper.consoles()
    terminals = [{name for name in open_files(pid) if "/pts/" in name} for pid in (one, other)]
    assert [len(names) for names in terminals] == [1, 1]
    assert terminals[0] != terminals[1]
    assert not any("/warm" in name for name in open_files(one) | open_files(other))
    assert {os.readlink(f"/proc/{pid}/cwd") for pid in (one, other)} == {os.getcwd()}
    found = {
        Path(f"/proc/{pid}/status").read_text("utf-8").partition("Umask:")[2].split()[0]
        for pid in (one, other)
    }
    assert found == masks
    assert len(list(Path(f"/proc/{helper.pid}/task").iterdir())) == 1


@pytest.mark.parametrize("how", ["hang-up", "terminated", "caller killed", "console killed"])
def test_however_it_ends_the_console_is_gone_soon(
    home: Path, account: dict[str, str], helper: Helper, how: str
) -> None:
    with PtyConsole(home=home, environment=account) as console:
        wait_for_list(console)
        (fork,) = helper.consoles()
        match how:
            case "hang-up":
                console.close_terminal()
                assert console.wait_for_end() in {129, -signal.SIGHUP}
            case "terminated":
                console.kill(signal.SIGTERM)
                assert console.wait_for_end() == 143
                assert_restored(console.raw)
            case "caller killed":
                console.kill(signal.SIGKILL)
                assert console.wait_for_end() == -signal.SIGKILL
            case "console killed":
                os.kill(fork, signal.SIGKILL)
                assert console.wait_for_end() == 1
                assert_restored(console.raw)
        assert until(lambda: not is_running(fork))


def test_killed_helper_takes_no_console_along_and_the_next_one_starts_as_always(
    home: Path, account: dict[str, str]
) -> None:
    helper = Helper(account)
    with PtyConsole(home=home, environment=account) as console:
        wait_for_list(console)
        (fork,) = helper.consoles()
        os.kill(helper.pid, signal.SIGKILL)
        assert until(lambda: not is_running(helper.pid))
        console.press("q")
        assert console.wait_for_end() == 0
        assert until(lambda: not is_running(fork))
    assert (home / "deskero/warm/socket").is_socket()
    with PtyConsole(home=home, environment=account) as console:
        wait_for_list(console)
        console.press("q")
        assert console.wait_for_end() == 0
    again = Helper(account)
    again.end()


@pytest.mark.parametrize("what", ["folder open", "socket open", "other Python"])
def test_helper_that_cannot_be_trusted_or_is_of_another_kind_is_passed_by(
    home: Path, account: dict[str, str], helper: Helper, what: str
) -> None:
    folder = home / "deskero" / "warm"
    environment = account
    match what:
        case "folder open":
            folder.chmod(0o755)
        case "socket open":
            (folder / "socket").chmod(0o666)
        case "other Python":
            environment = account | {"PYTHONHASHSEED": "7"}
    with PtyConsole(home=home, environment=environment) as console:
        wait_for_list(console)
        assert helper.consoles() == []
        console.press("q")
        assert console.wait_for_end() == 0
    folder.chmod(0o700)
    (folder / "socket").chmod(0o600)


def test_editor_hears_of_keys_and_size_and_nobody_else_does(
    home: Path, account: dict[str, str], helper: Helper
) -> None:
    editor = home / "edit"
    editor.write_text(f"#!/bin/sh\n{HEARS}", "utf-8")
    editor.chmod(0o700)
    environment = account | {"EDITOR": str(editor), "VISUAL": ""}
    with writing(home, environment) as console:
        assert len(helper.consoles()) == 1
        console.press(EDIT)
        console.wait_for("in the editor")
        console.resize(90, 28)
        console.wait_for("The text is as edit left it", "now 28 90")
        console.press(EDIT)
        console.wait_for("in the editor")
        console.press(INTERRUPT)
        console.wait_for("The text is as edit left it", "interrupted")
        console.press(ESC)
        wait_for_list(console)
        console.press("q")
        assert console.wait_for_end() == 0


@pytest.mark.parametrize("with_caller", [False, True], ids=["alone", "with-its-caller"])
def test_console_killed_below_an_editor_takes_the_editor_along(
    home: Path, account: dict[str, str], helper: Helper, with_caller: bool
) -> None:
    editor = home / "edit"
    editor.write_text(f"#!/bin/sh\necho $$ > {home}/pid\n{HEARS}", "utf-8")
    editor.chmod(0o700)
    environment = account | {"EDITOR": str(editor), "VISUAL": ""}
    with writing(home, environment) as console:
        (fork,) = helper.consoles()
        console.press(EDIT)
        console.wait_for("in the editor")
        if with_caller:
            console.kill(signal.SIGSTOP)
        os.kill(fork, signal.SIGKILL)
        if with_caller:
            console.kill(signal.SIGKILL)
        assert console.wait_for_end() == (-signal.SIGKILL if with_caller else 1)
        pid = int((home / "pid").read_text("utf-8"))
        assert until(lambda: not is_running(pid))
    if not with_caller:
        assert_restored(console.raw)


def test_caller_with_a_locale_that_is_not_there_gets_a_console_and_no_traceback(
    home: Path, account: dict[str, str], helper: Helper
) -> None:
    environment = account | {"LC_ALL": "xx_YY.UTF-8"}
    with PtyConsole(home=home, environment=environment) as console:
        console.wait_for("online", "opened")
        assert len(helper.consoles()) == 1
        console.press("q")
        assert console.wait_for_end() == 0
    assert b"Traceback" not in console.raw


def test_stopped_by_force_it_leaves_the_terminal_to_the_shell(
    home: Path, account: dict[str, str], helper: Helper
) -> None:
    settings = home / "inputrc"
    settings.write_text("set enable-bracketed-paste off\n", "utf-8")
    environment = account | {"PS1": "ready> ", "HISTFILE": "", "INPUTRC": str(settings)}
    shell = ("bash", "--norc", "--noprofile", "-i")
    with PtyConsole(home=home, environment=environment, program=shell) as console:
        console.wait_for("ready>")
        console.press(" ".join(CONSOLE) + "\r")
        wait_for_list(console)
        console.wait_until_quiet(0.2)
        before = console.cells
        [caller] = console.children()
        os.kill(caller, signal.SIGSTOP)
        console.wait_for("Stopped")
        begun = console.raw.count(ALTERNATE_SCREEN[0])
        for number, command in enumerate((":", "bg", ":")):
            console.press(f"{command}\r")
            console.press(f"echo $((6*7)) answers {number}\r")
            console.wait_for(f"42 answers {number}")
            console.wait_until_quiet(0.3)
        assert console.raw.count(ALTERNATE_SCREEN[0]) == begun
        console.press("fg\r")
        console.wait_for("tickets · online", "Enter Open")
        console.wait_until_quiet(0.3)
        assert console.cells == before
        console.press("q")
        console.wait_for("ready>")  # whatever is typed before is the console's
        console.press("echo left with $?.\r")
        console.wait_for("left with 0.")
        console.press("exit\r")
        assert console.wait_for_end() == 0


def test_stopped_by_force_below_an_editor_it_leaves_the_keys_to_the_shell(
    home: Path, account: dict[str, str], helper: Helper
) -> None:
    editor = home / "edit"
    editor.write_text(f"#!/bin/sh\n{READS}", "utf-8")
    editor.chmod(0o700)
    environment = account | {"EDITOR": str(editor), "VISUAL": "", "PS1": "ready> ", "HISTFILE": ""}
    shell = ("bash", "--norc", "--noprofile", "-i")
    with PtyConsole(home=home, environment=environment, program=shell) as console:
        console.wait_for("ready>")
        console.press(" ".join(CONSOLE) + "\r")
        wait_for_list(console)
        console.press("r")
        console.wait_for("Ctrl+S Review")
        console.press(EDIT)
        console.wait_for("in the editor")
        [caller] = console.children()
        os.kill(caller, signal.SIGSTOP)
        console.wait_for("Stopped")
        console.wait_until_quiet(0.3)
        for number, command in enumerate((":", "bg", ":")):
            console.press(f"{command}\r")
            console.press(f"echo $((6*7)) answers {number}\r")
            console.wait_for(f"42 answers {number}")
            console.wait_until_quiet(0.3)
        assert "editor got" not in console.text
        console.press("fg\r")
        console.wait_until_quiet(0.3)
        console.press("words\r")
        console.wait_for("editor got words")
        console.press("end\r")
        console.wait_for("The text is as edit left it", "words")
        os.kill(caller, signal.SIGTERM)
        console.wait_for("ready>")
        console.press("exit\r")
        console.wait_for_end()


def test_told_to_end_while_stopped_below_an_editor_it_takes_the_editor_along(
    home: Path, account: dict[str, str], helper: Helper
) -> None:
    editor = home / "edit"
    editor.write_text(f"#!/bin/sh\necho $$ > {home}/pid\n{READS}", "utf-8")
    editor.chmod(0o700)
    environment = account | {"EDITOR": str(editor), "VISUAL": ""}
    with writing(home, environment) as console:
        (fork,) = helper.consoles()
        console.press(EDIT)
        console.wait_for("in the editor")
        pid = int((home / "pid").read_text("utf-8"))
        console.kill(signal.SIGSTOP)
        assert until(lambda: state_of(pid) == "T")
        os.kill(fork, signal.SIGTERM)
        assert until(lambda: not is_running(fork))
        assert not is_running(pid)
        console.kill(signal.SIGCONT)
        assert console.wait_for_end() == 128 + signal.SIGTERM


def test_ctrl_z_stops_the_caller_and_only_fg_brings_the_picture_back(
    home: Path, account: dict[str, str], helper: Helper
) -> None:
    settings = home / "inputrc"
    settings.write_text("set enable-bracketed-paste off\n", "utf-8")
    environment = account | {"PS1": "ready> ", "HISTFILE": "", "INPUTRC": str(settings)}
    shell = ("bash", "--norc", "--noprofile", "-i")
    with PtyConsole(home=home, environment=environment, program=shell) as console:
        console.wait_for("ready>")
        console.press(" ".join(CONSOLE) + "\r")
        wait_for_list(console)
        assert len(helper.consoles()) == 1
        console.press(PAUSE)
        console.wait_for("Stopped", "ready>")
        begun = console.raw.count(ALTERNATE_SCREEN[0])
        console.press("bg\r")
        console.press("echo $((6*7)) here\r")
        console.wait_for("42 here")
        assert console.raw.count(ALTERNATE_SCREEN[0]) == begun
        console.press("fg\r")
        console.wait_for("tickets · online", "Enter Open")
        console.wait_until_quiet(0.2)
        console.press("q")
        console.wait_for("ready>")  # whatever is typed before is the console's
        console.press("echo left with $?.\r")
        console.wait_for("left with 0.")
        console.press("exit\r")
        assert console.wait_for_end() == 0
