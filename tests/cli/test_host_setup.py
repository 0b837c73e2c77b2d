"""`host-setup` prints, and looks over, and changes nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.exits import Exit
from deskero_tui.cli.host_setup import SBIN
from tests.cli.test_host_rules import PRINTED

PROGRAM = ("--program", "/opt/deskero-tui")


def test_it_prints_all_parts_for_the_account_that_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["host-setup", "--user", "helpdesk", *PROGRAM]) == Exit.DONE
    text = capsys.readouterr().out
    for part in ("useradd", "env -i", "Match User helpdesk", "internal-sftp", "/opt/deskero-tui"):
        assert part in text


def test_it_prints_the_line_of_a_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "id.pub"
    key.write_text("ssh-ed25519 AAAA ines@laptop\n")
    assert main(["host-setup", *PROGRAM, "--key", str(key), "--agent", "Ines M"]) == Exit.DONE
    line = "restrict,pty,command=\"/usr/local/lib/deskero/console 'Ines M'\" "
    assert capsys.readouterr().out == f"{line}ssh-ed25519 AAAA ines@laptop\n"
    assert main(["host-setup", *PROGRAM, "--key", str(key)]) == Exit.WRONG_USAGE


FAKE_SSHD = """\
#!/bin/sh
echo "$@" > {folder}/asked
cat {folder}/printed
cat {folder}/errors >&2
exit $(cat {folder}/code)
"""


@pytest.fixture
def sshd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in front of the PATH that answers as the files in this folder say."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "sshd").write_text(FAKE_SSHD.format(folder=folder))
    (folder / "sshd").chmod(0o755)
    (folder / "printed").write_text(PRINTED)
    (folder / "errors").touch()
    (folder / "code").write_text("0")
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


def lines_about_sshd(*flags: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    command = ["host-setup", "--check", "--user", "no-such-user", *PROGRAM]
    assert main([*command, *flags]) == Exit.FAILED
    lines = capsys.readouterr().out.splitlines()
    assert {line[:3] for line in lines} <= {"ok ", "BAD"}
    assert "BAD  account: there is no user no-such-user" in lines
    return [line for line in lines if line[5:].startswith("sshd:")]


def test_check_asks_sshd_for_the_account(
    sshd: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sshd / "printed").write_text(PRINTED.replace("permituserrc no", "permituserrc yes"))
    said = lines_about_sshd(capsys=capsys)
    assert [line.split()[2] for line in said if line.startswith("BAD")] == ["permituserrc"]
    asked = "-C user=no-such-user,host=localhost,addr=127.0.0.1"
    assert (sshd / "asked").read_text() == f"-T {asked}\n"
    (tmp_path / "other").touch()
    lines_about_sshd("--sshd-config", str(tmp_path / "other"), capsys=capsys)
    assert (sshd / "asked").read_text() == f"-T -f {tmp_path / 'other'} {asked}\n"


def test_sshd_that_does_not_answer_is_bad_and_keys_are_checked_all_the_same(
    sshd: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sshd / "errors").write_text("sshd: no hostkeys available -- exiting.\n")
    (sshd / "code").write_text("1")
    assert main(["host-setup", "--check", "--user", "no-such-user", *PROGRAM]) == Exit.FAILED
    said = capsys.readouterr().out
    reason = "`sshd -T` failed: sshd: no hostkeys available -- exiting."
    hint = "" if os.geteuid() == 0 else "; run the check as root"
    assert f"BAD  sshd: {reason}{hint}\n" in said
    assert "BAD  keys /etc/ssh/no-such-user.keys: it is not there" in said


@pytest.mark.skipif(
    shutil.which("sshd", path=SBIN) is not None, reason="there is an sshd on this machine"
)
def test_host_without_sshd_is_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert lines_about_sshd(capsys=capsys) == ["BAD  sshd: sshd is not installed"]


def test_a_check_looks_at_the_folders_above_a_program_and_behind_its_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "open" / "program").touch(0o755)
    (tmp_path / "link").symlink_to(tmp_path / "open" / "program")
    for name in ("link", "open/program"):
        program = str(tmp_path / name)
        command = ["host-setup", "--check", "--user", "nobody"]
        assert main([*command, "--program", program]) == Exit.FAILED
        said = capsys.readouterr().out
        [line] = [line for line in said.splitlines() if f"program {program}" in line]
        assert f"others may put another there, in {tmp_path / 'open'}" in line


def test_what_goes_with_a_check_alone_is_said(tmp_path: Path) -> None:
    assert main(["host-setup", *PROGRAM, "--sshd-config", str(tmp_path)]) == Exit.WRONG_USAGE
    gone = str(tmp_path / "gone")
    command = ["host-setup", *PROGRAM, "--check", "--user", "nobody", "--sshd-config", gone]
    assert main(command) == Exit.WRONG_USAGE
