"""`deskero-tui warm` after its removal: one sentence, and the end of a helper that is left over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.warm import ENDED, NO_ANSWER, REMOVED

OLD_HELPER = """
import json, os, socket, sys

folder, answer = sys.argv[1], sys.argv[2].encode()
path = os.path.join(folder, "socket")
os.umask(0o077)
os.makedirs(folder)
open(os.path.join(folder, "lock"), "w").close()
listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listening.bind(path)
listening.listen()
print("ready", flush=True)
while True:
    connection, _ = listening.accept()
    with connection:
        message = connection.recv(150_000)
        if json.loads(message)["want"] == "stop":
            if answer == b"leaving":
                os.unlink(path)
            connection.send(answer)
            if answer == b"leaving":
                break
"""
"""Answers and ends as the helper of the version before did; another answer is another program.

That helper removed its socket after the answer; here it does so first, so that the order is known.
"""


@contextmanager
def helper_of(folder: Path, answer: str = "leaving") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", OLD_HELPER, str(folder), answer]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESKERO_HOME", str(tmp_path))
    return tmp_path / "warm"


@pytest.mark.parametrize("flags", [[], ["--stop"], ["--status"]])
def test_warm_says_that_it_was_removed(
    folder: Path, capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    assert main(["warm", *flags]) == 0
    assert capsys.readouterr() == (f"{REMOVED}\n", "")
    assert not folder.exists()


def test_warm_is_not_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "warm" not in capsys.readouterr().out


def test_old_helper_is_ended_and_its_files_removed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with helper_of(folder) as helper:
        assert main(["warm"]) == 0
        assert helper.wait(5) == 0
    assert capsys.readouterr() == (f"{REMOVED}\n{ENDED}\n", "")
    assert not folder.exists()


def test_socket_without_a_process_is_removed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with helper_of(folder):
        pass
    assert (folder / "socket").is_socket()
    assert main(["warm"]) == 0
    assert capsys.readouterr() == (f"{REMOVED}\n", "")
    assert not folder.exists()


def test_another_program_on_the_socket_is_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with helper_of(folder, "what?") as helper:
        assert main(["warm"]) == 0
        assert helper.poll() is None
        assert (folder / "socket").is_socket()
    assert capsys.readouterr() == (f"{REMOVED}\n", f"deskero-tui: {NO_ANSWER}\n")


@pytest.mark.parametrize("opened", ["folder", "socket"])
def test_what_others_can_write_is_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str], opened: str
) -> None:
    with helper_of(folder) as helper:
        {"folder": folder, "socket": folder / "socket"}[opened].chmod(0o777)
        assert main(["warm"]) == 0
        assert helper.poll() is None
        assert (folder / "socket").is_socket()
    assert capsys.readouterr() == (f"{REMOVED}\n", "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_folder_of_another_user_is_left_alone(folder: Path) -> None:
    with helper_of(folder) as helper:
        os.chown(folder, 4_321, 4_321)
        assert main(["warm"]) == 0
        assert helper.poll() is None
        assert (folder / "socket").is_socket()


def test_other_files_in_the_folder_stay(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "socket").write_text("notes")
    (folder / "socket").chmod(0o600)
    assert main(["warm"]) == 0
    assert (folder / "socket").read_text() == "notes"
