"""`host-setup` prints, and looks over, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.exits import Exit
from deskero_tui.cli.host_plan import HostPlan, match_block

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


def test_a_check_reads_the_file_with_its_includes_and_fails_for_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block = match_block(HostPlan(user="no-such-user", group="x", program="/opt/x"))
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.conf").write_text(block.replace("PermitUserRC no", ""))
    config = tmp_path / "sshd_config"
    config.write_text("Include more/*.conf\n")
    command = ["host-setup", "--check", "--user", "no-such-user", "--sshd-config", str(config)]
    assert main([*command, *PROGRAM]) == Exit.FAILED
    lines = capsys.readouterr().out.splitlines()
    assert {line[:3] for line in lines} == {"ok ", "BAD"}
    assert "BAD  account: there is no user no-such-user" in lines


def test_a_check_looks_at_the_folders_above_a_program_and_behind_its_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "open" / "program").touch(0o755)
    (tmp_path / "link").symlink_to(tmp_path / "open" / "program")
    config = tmp_path / "sshd_config"
    config.touch()
    for name in ("link", "open/program"):
        program = str(tmp_path / name)
        command = ["host-setup", "--check", "--user", "nobody", "--sshd-config", str(config)]
        assert main([*command, "--program", program]) == Exit.FAILED
        said = capsys.readouterr().out
        [line] = [line for line in said.splitlines() if f"program {program}" in line]
        assert f"others may put another there, in {tmp_path / 'open'}" in line


def test_what_goes_with_a_check_alone_is_said(tmp_path: Path) -> None:
    assert main(["host-setup", *PROGRAM, "--sshd-config", str(tmp_path)]) == Exit.WRONG_USAGE
    gone = str(tmp_path / "gone")
    command = ["host-setup", *PROGRAM, "--check", "--user", "nobody", "--sshd-config", gone]
    assert main(command) == Exit.WRONG_USAGE
