"""Files that go with a message, and files that are saved: read and written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deskero_tui.api.files import checked_file
from deskero_tui.domain.errors import BadAnswer, BadInput
from deskero_tui.domain.records.ticket import Attachment
from deskero_tui.sync.files import flaw_of_file, read_file, size_bytes_of, write_file


async def content(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def broken() -> AsyncIterator[bytes]:
    yield b"beginning"
    raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize(
    ("path", "flaw"),
    [
        (Path("/no/such/file"), "There is no file"),
        (Path("~nobody-of-that-name/a"), "There is no file"),
        (Path("/"), "There is no file"),
        (Path("/tmp/a\0b"), "There is no file"),
        (Path("/" + "x" * 300), "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(path: Path, flaw: str) -> None:
    with pytest.raises(BadInput, match=flaw):
        read_file(path, most_bytes=10)
    assert flaw in str(flaw_of_file(path, most_bytes=None))


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file here fails when read")
def test_a_file_that_fails_while_it_is_read_is_told() -> None:
    with pytest.raises(BadInput, match="Input/output error"):
        read_file(Path("/proc/self/mem"), most_bytes=10)


def test_the_size_of_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        size_bytes_of(tmp_path / "gone")


async def test_a_saved_file_has_a_harmless_name_and_takes_none_that_is_there(
    tmp_path: Path,
) -> None:
    first = await write_file(tmp_path, "../a.txt", content(b"1"))
    second = await write_file(tmp_path, "../a.txt", content(b"2", b"3"))
    assert {first.parent, second.parent} == {tmp_path}
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"23")
    assert second.stat().st_mode & 0o777 == 0o600


async def test_a_file_that_is_cut_short_is_removed_again(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="could not be written"):
        await write_file(tmp_path, "a", broken())
    assert os.listdir(tmp_path) == []


async def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match="Nothing can be saved"):
        await write_file(tmp_path / "file", "a", content(b"1"))


def folder_of(path: Path) -> list[Path]:
    return list(path.iterdir())


@pytest.mark.parametrize(
    "parts", [(b"<html>", b"Sign in</html>"), (b"ab",), (), (b"abcd",), (b"a", b"b" * 9000)]
)
async def test_what_is_not_the_announced_file_leaves_nothing_behind(
    parts: tuple[bytes, ...], tmp_path: Path
) -> None:
    file = Attachment(name="label.pdf", size_bytes=3)
    with pytest.raises(BadAnswer, match=r"label\.pdf was not saved"):
        await write_file(tmp_path, file.name, checked_file(content(*parts), file, ""))
    assert folder_of(tmp_path) == []
