"""Files up and down in a restricted login, as a forced command runs it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.streams import PIPE_CLOSED
from tests.support.pty_console import CONSOLE, PATIENCE_S, PtyConsole, home_environment

BYTES = bytes(range(256)) * 300


def asked(
    home: Path, command: str, *, agent: str = "Ines", sent: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """What a forced command does for `ssh host COMMAND`."""
    return subprocess.run(
        [*CONSOLE, "--restricted", "--agent", agent, "--home", str(home / "hosted")],
        env=home_environment(home, SSH_ORIGINAL_COMMAND=command),
        input=sent,
        capture_output=True,
        timeout=PATIENCE_S,
    )


def test_a_file_goes_up_is_listed_comes_down_and_goes_away(tmp_path: Path) -> None:
    put = asked(tmp_path, "put my file.bin", sent=BYTES)
    assert (put.returncode, put.stdout) == (Exit.DONE, b"my file.bin: 77 KB\n")
    listed = asked(tmp_path, "files").stdout.decode()
    assert listed.split()[0] == str(len(BYTES))
    assert listed.endswith("  my file.bin\n")
    got = asked(tmp_path, "get my file.bin")
    assert (got.returncode, got.stdout == BYTES) == (Exit.DONE, True)
    assert asked(tmp_path, "put my file.bin", sent=b"x").returncode == Exit.WRONG_USAGE
    assert asked(tmp_path, "put -f my file.bin", sent=b"x").returncode == Exit.DONE
    assert asked(tmp_path, "get my file.bin").stdout == b"x"
    assert asked(tmp_path, "drop my file.bin").returncode == Exit.DONE
    assert asked(tmp_path, "get my file.bin").returncode == Exit.NOT_FOUND
    assert asked(tmp_path, "files").stdout == b""


def test_what_cannot_be_kept_is_not_said_to_have_come(tmp_path: Path) -> None:
    asked(tmp_path, "put file", sent=b"x")
    (next(tmp_path.rglob("file")).parent / "sub").mkdir()
    for command in ("put sub", "put -f sub"):
        ran = asked(tmp_path, command, sent=BYTES)
        assert (ran.returncode, ran.stdout) == (Exit.WRONG_USAGE, b"")
        assert b"sub is no plain file" in ran.stderr


def test_another_agent_of_the_same_login_has_other_files(tmp_path: Path) -> None:
    asked(tmp_path, "put a", sent=b"secret")
    assert asked(tmp_path, "files", agent="Bruno").stdout == b""
    assert asked(tmp_path, "get a", agent="Bruno").returncode == Exit.NOT_FOUND


@pytest.mark.parametrize("command", ["bash", "put ../x", "get /etc/passwd", "id; files"])
def test_what_is_no_request_is_answered_by_one_line_and_2(tmp_path: Path, command: str) -> None:
    ran = asked(tmp_path, command, sent=b"x")
    assert (ran.returncode, ran.stdout, ran.stderr.count(b"\n")) == (2, b"", 1)
    assert not list(tmp_path.rglob("x"))


def test_whom_nobody_is_left_to_tell_keeps_nothing(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as broken:
        ran = subprocess.run(
            [*CONSOLE, "--restricted", "--agent", "Ines", "--home", str(tmp_path / "hosted")],
            env=home_environment(tmp_path, SSH_ORIGINAL_COMMAND="put half.bin"),
            input=BYTES,
            stdout=broken,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
        )
    assert ran.returncode == PIPE_CLOSED
    assert asked(tmp_path, "files").stdout == b""


@pytest.mark.parametrize("command", ["put a", "get a"])
def test_a_terminal_is_no_way_for_files(tmp_path: Path, command: str) -> None:
    asked(tmp_path, "put a", sent=b"x")
    environment = home_environment(tmp_path, SSH_ORIGINAL_COMMAND=command.replace("put a", "put b"))
    arguments = ("--restricted", "--agent", "Ines", "--home", str(tmp_path / "hosted"))
    with PtyConsole(*arguments, home=tmp_path, environment=environment) as console:
        assert console.wait_for_end() == 2
    assert "without a terminal" in console.text
