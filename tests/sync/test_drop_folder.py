"""A drop folder gives and takes plain files of its own by name, whatever lies in it."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deskero_tui.domain.errors import BadInput, DeskeroError, Missing, StoreBroken
from deskero_tui.sync import drop_folder
from deskero_tui.sync.drop_folder import DropFolder
from deskero_tui.sync.files import flaw_of_file, read_file, write_file
from tests.support.pty_console import until

MUCH = 200_000
SECRET = b"not for agents"


@pytest.fixture
def folder(tmp_path: Path) -> DropFolder:
    return DropFolder(tmp_path / "drop")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file beside the drop folder."""
    path = tmp_path / "secret"
    path.write_bytes(SECRET)
    return path


def put(folder: DropFolder, name: str, content: bytes, *, replaces: bool = False) -> None:
    with folder.receiving(name, io.BytesIO(content), replaces=replaces):
        pass


def test_what_is_put_is_listed_and_comes_back(folder: DropFolder) -> None:
    put(folder, "b.txt", b"two")
    put(folder, "a.txt", b"one1")
    assert [(file.name, file.size_bytes) for file in folder.files()] == [("a.txt", 4), ("b.txt", 3)]
    with folder.open("b.txt") as file:
        assert file.read() == b"two"
    assert (folder.path / "b.txt").stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_a_taken_name_is_replaced_only_when_that_is_said(folder: DropFolder) -> None:
    put(folder, "a", b"old")
    with pytest.raises(BadInput, match="put -f a"):
        put(folder, "a", b"new")
    assert (folder.path / "a").read_bytes() == b"old"
    put(folder, "a", b"new", replaces=True)
    assert (folder.path / "a").read_bytes() == b"new"
    assert os.listdir(folder.path) == ["a"]


def test_a_link_is_neither_read_nor_written_through(folder: DropFolder, secret: Path) -> None:
    put(folder, "own", b"x")
    (folder.path / "link").symlink_to(secret)
    assert [file.name for file in folder.files()] == ["own"]
    with pytest.raises(BadInput, match="no plain file"):
        folder.open("link")
    with pytest.raises(BadInput, match="already"):
        put(folder, "link", b"y")
    put(folder, "link", b"y", replaces=True)
    assert secret.read_bytes() == SECRET
    assert not (folder.path / "link").is_symlink()


@pytest.mark.parametrize("replaces", [True, False])
def test_where_a_folder_is_nothing_is_taken_in(folder: DropFolder, replaces: bool) -> None:
    (folder.path / "sub").mkdir(parents=True)
    source = io.BytesIO(b"x")
    with (
        pytest.raises(BadInput, match="sub is no plain file"),
        folder.receiving("sub", source, replaces=replaces),
    ):
        raise AssertionError("it was said to have come")
    assert source.tell() == 0, "nobody sends 25 MB for that"
    assert os.listdir(folder.path) == ["sub"]


def test_folders_and_pipes_are_no_files(folder: DropFolder) -> None:
    folder.path.mkdir()
    (folder.path / "sub").mkdir()
    os.mkfifo(folder.path / "pipe")
    assert folder.files() == []
    for name in ("sub", "pipe"):
        with pytest.raises(BadInput, match="no plain file"):
            folder.open(name)
    with pytest.raises((BadInput, StoreBroken)):
        folder.remove("sub")
    assert (folder.path / "sub").is_dir()


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "..", "~/x", ".hidden"])
def test_no_name_leads_out(folder: DropFolder, secret: Path, name: str) -> None:
    for use in (folder.open, folder.remove, lambda n: put(folder, n, b"x", replaces=True)):
        with pytest.raises(BadInput):
            use(name)
    assert secret.read_bytes() == SECRET


def test_a_file_that_is_not_there_is_missing(folder: DropFolder) -> None:
    for use in (folder.open, folder.remove):
        with pytest.raises(Missing, match="no file a"):
            use("a")


def test_nothing_and_too_much_are_refused_and_leave_no_trace(
    folder: DropFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drop_folder, "MOST_FILE_BYTES", 10)
    with pytest.raises(BadInput, match="Nothing came"):
        put(folder, "a", b"")
    with pytest.raises(BadInput, match="room for 10 bytes"):
        put(folder, "a", b"x" * 11)
    assert os.listdir(folder.path) == []


def test_the_folder_as_a_whole_has_an_end(
    folder: DropFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drop_folder, "MOST_FOLDER_BYTES", 10)
    put(folder, "a", b"x" * 8)
    with pytest.raises(BadInput, match="room for 2 bytes"):
        put(folder, "b", b"xxx")
    put(folder, "a", b"y" * 9, replaces=True)
    monkeypatch.setattr(drop_folder, "MOST_FILES", 1)
    with pytest.raises(BadInput, match="full"):
        put(folder, "b", b"x")


def test_what_is_still_coming_counts_for_the_room(
    folder: DropFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drop_folder, "MOST_FOLDER_BYTES", 10)
    with folder.receiving("a", io.BytesIO(b"x" * 8), replaces=False):
        assert folder.room_bytes() == 2
        assert folder.files() == []
    assert (folder.room_bytes(), folder.room_bytes(beside="a")) == (2, 10)


class Meanwhile(io.BytesIO):
    """Comes in while another file of the agent's does."""

    def __init__(self, content: bytes, folder: DropFolder) -> None:
        super().__init__(content)
        self._folder = folder

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.tell():
            put(self._folder, "other", b"y" * 8)
        return super().read(size)


def test_many_at_once_have_an_end_together(
    folder: DropFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drop_folder, "MOST_FOLDER_BYTES", 10)
    source = Meanwhile(b"x" * 8, folder)
    with (
        pytest.raises(BadInput, match="full"),
        folder.receiving("a", source, replaces=False),
    ):
        pass
    assert os.listdir(folder.path) == ["other"]


def test_what_was_cut_off_by_a_kill_takes_no_room_for_ever(
    folder: DropFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    putting = (
        "import pathlib, sys; from deskero_tui.sync.drop_folder import DropFolder\n"
        "folder = DropFolder(pathlib.Path(sys.argv[1]))\n"
        "with folder.receiving('a', sys.stdin.buffer, replaces=False): pass"
    )
    command = [sys.executable, "-c", putting, str(folder.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"x" * MUCH)
        process.stdin.flush()
        assert until(lambda: is_there(folder, MUCH // 2))
        process.kill()
    monkeypatch.setattr(drop_folder, "MOST_FOLDER_BYTES", 10)
    put(folder, "b", b"y" * 9)
    assert os.listdir(folder.path) == ["b"]


def is_there(folder: DropFolder, size_bytes: int) -> bool:
    """Whether so much has come of a file that has no name yet."""
    return any(file.stat().st_size >= size_bytes for file in folder.path.glob(".*"))


class BrokenLine(io.BytesIO):
    """Gives a beginning, and then fails."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError(errno.EIO, "Input/output error")
        return super().read(1)


def test_a_line_that_breaks_leaves_nothing(folder: DropFolder) -> None:
    with (
        pytest.raises(StoreBroken, match="cannot be used: Input"),
        folder.receiving("a", BrokenLine(b"xyz"), replaces=False),
    ):
        pass
    assert os.listdir(folder.path) == []


def test_of_two_who_put_one_name_the_second_is_refused(folder: DropFolder) -> None:
    with (
        pytest.raises(BadInput, match="already"),
        folder.receiving("a", io.BytesIO(b"second"), replaces=False),
    ):
        put(folder, "a", b"first")
    assert (folder.path / "a").read_bytes() == b"first"
    assert os.listdir(folder.path) == ["a"]


def test_what_fails_before_the_name_is_given_leaves_nothing(folder: DropFolder) -> None:
    with pytest.raises(BrokenPipeError), folder.receiving("a", io.BytesIO(b"x"), replaces=False):
        raise BrokenPipeError
    assert os.listdir(folder.path) == []


def test_a_file_goes_away_and_a_link_goes_alone(folder: DropFolder, secret: Path) -> None:
    put(folder, "a", b"x")
    (folder.path / "link").symlink_to(secret)
    folder.remove("a")
    folder.remove("link")
    assert os.listdir(folder.path) == []
    assert secret.exists()


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreBroken, match="drop folder"):
        DropFolder(tmp_path / "file" / "drop").files()


# -- what goes with a message ----------------------------------------------------------------------


def test_only_what_lies_in_the_folder_is_read_for_sending(folder: DropFolder, secret: Path) -> None:
    put(folder, "a.txt", b"hello")
    read = read_file(folder.path / "a.txt", most_bytes=10, root=folder.path)
    assert (read.name, read.content) == ("a.txt", b"hello")
    (folder.path / "link").symlink_to(secret)
    outside = [secret, Path("/etc/passwd"), folder.path / ".." / "secret", Path("~/.ssh/id_rsa")]
    for path in [*outside, Path("a.txt"), folder.path / "link", folder.path / "gone"]:
        with pytest.raises(DeskeroError) as refused:
            read_file(path, most_bytes=1_000, root=folder.path)
        flaw = flaw_of_file(path, most_bytes=1_000, root=folder.path)
        assert flaw == refused.value.user_message


async def test_what_is_saved_here_has_a_name_and_a_size_that_will_do(folder: DropFolder) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield b"12"
        yield b"34"

    name = "x" * 116 + ".pdf"
    for _ in range(3):
        await write_file(folder.path, name, content())
    assert [file.size_bytes for file in folder.files()] == [4, 4, 4], "each can be asked for"
    with pytest.raises(BadInput, match="room for 3 bytes"):
        await write_file(folder.path, "y", content(), room_bytes=3)
    assert not (folder.path / "y").exists()


def test_a_file_too_large_to_be_sent_is_said_with_both_sizes(folder: DropFolder) -> None:
    put(folder, "a.txt", b"hello")
    path = folder.path / "a.txt"
    assert flaw_of_file(path, most_bytes=4, root=folder.path) == (
        "a.txt has 5 bytes; at most 4 bytes can be sent."
    )
    with pytest.raises(BadInput, match="at most 4 bytes"):
        read_file(path, most_bytes=4, root=folder.path)
