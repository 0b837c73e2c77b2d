"""Whom caller and helper trust, what they refuse, and what `warm` says. Consoles: see terminal."""

from __future__ import annotations

import argparse
import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import deskero_tui
from deskero_tui.cli import main
from deskero_tui.cli.arguments import parser
from deskero_tui.cli.warm_caller import OTHERWISE
from deskero_tui.cli.warm_place import connected, folder_of, is_our_peer, is_private, stamp
from deskero_tui.cli.warm_request import receive


def test_every_command_starts_as_always() -> None:
    (commands,) = (
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    assert set(commands.choices) <= OTHERWISE


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"DESKERO_HOME": "/d", "XDG_RUNTIME_DIR": "/run/user/7"}, "/d/warm"),
        ({"XDG_RUNTIME_DIR": "/run/user/7"}, "/run/user/7/deskero-tui"),
        ({"XDG_CACHE_HOME": "/c"}, "/c/deskero-tui/warm"),
    ],
)
def test_a_home_of_its_own_has_a_helper_of_its_own(
    environment: dict[str, str], folder: str
) -> None:
    assert folder_of(environment) == folder


def test_only_what_is_ours_and_closed_to_others_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "warm"
    folder.mkdir(mode=0o700)
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert is_private(str(folder), stat.S_IFDIR)
    assert not is_private(str(folder), stat.S_IFSOCK)
    assert not is_private(str(link), stat.S_IFDIR)
    assert not is_private(str(tmp_path / "nothing"), stat.S_IFDIR)
    folder.chmod(0o710)
    assert not is_private(str(folder), stat.S_IFDIR)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_folder_of_somebody_else_is_passed_by(tmp_path: Path) -> None:
    folder = tmp_path / "warm"
    folder.mkdir(mode=0o700)
    os.chown(folder, 4_321, 4_321)
    assert not is_private(str(folder), stat.S_IFDIR)
    assert connected(str(folder)) is None


def test_our_own_end_is_a_peer_of_ours() -> None:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with one, other:
        assert is_our_peer(one)


@pytest.mark.parametrize("message", [b"\xff", b"[]", b"{}", b'{"want": 1, "environment": 5}'])
def test_what_cannot_be_understood_leaves_no_file_open(message: bytes) -> None:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with one, other, Path("/dev/null").open("rb") as file:
        before = len(os.listdir("/proc/self/fd"))
        socket.send_fds(one, [message], [file.fileno()])
        assert receive(other) is None
        assert len(os.listdir("/proc/self/fd")) == before


def test_a_request_brings_the_environment_as_it_is() -> None:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with one, other:
        odd = {"NAME": os.fsdecode(b"caf\xe9")}
        one.send(json.dumps({"want": "console", "environment": odd}).encode())
        request = receive(other)
    assert request is not None
    assert request.environment == odd


def test_other_limits_are_another_stamp() -> None:
    code = (
        "import resource; from deskero_tui.cli.warm_place import stamp; before = stamp(); "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)); print(before == stamp())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
    assert stamp() == stamp()


def test_without_a_helper_status_and_stop_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESKERO_HOME", str(tmp_path))
    assert main(["warm", "--status"]) == 1
    assert main(["warm", "--stop"]) == 0
    assert capsys.readouterr().out == "There is no warm helper.\n" * 2


def test_a_folder_that_is_open_to_others_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESKERO_HOME", str(tmp_path))
    (tmp_path / "warm").mkdir()
    (tmp_path / "warm").chmod(0o755)
    assert main(["warm"]) == 1
    assert "is open to others" in capsys.readouterr().err
    assert list((tmp_path / "warm").iterdir()) == []


def test_the_helper_has_every_screen_and_widget_so_that_consoles_share_them() -> None:
    code = (
        "import sys, importlib\n"
        "from deskero_tui.cli.warm_helper import LOADED\n"
        "for name in LOADED: importlib.import_module(name)\n"
        "print(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    package = Path(deskero_tui.__file__).parent
    parts = (path.relative_to(package.parent) for path in (package / "tui").rglob("[a-z]*.py"))
    ours = {".".join(part.with_suffix("").parts) for part in parts}
    # How fast the line is, only `doctor` asks.
    assert ours - set(ran.stdout.split()) == {"deskero_tui.tui.terminal.line_speed"}


def test_the_caller_is_thin() -> None:
    code = "import sys, deskero_tui.cli.warm_caller; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"textual", "rich", "argparse", "dataclasses", "asyncio", "sqlite3", "logging"}
    assert not heavy & set(ran.stdout.split())
