from __future__ import annotations

import pytest

from bench.picture import Chunk, Picture, picture_of

SIZE = (10, 4)
FOUR = b"\x1b[H1\r\n2\r\n3\r\n4"


@pytest.mark.parametrize(
    ("painted", "lines"),
    [
        (FOUR + b"\x1b[2;3r\x1b[1S\x1b[r", ["1", "3", "", "4"]),
        (FOUR + b"\x1b[1T", ["", "1", "2", "3"]),
        (b"a\x1b[4b", ["aaaaa", "", "", ""]),
        (b"\x1b[>4;1m\x1b[?2026$p\x1b[>25u\x1bP+q5247\x1b\\left", ["left", "", "", ""]),
    ],
)
def test_what_the_measured_programs_write_is_drawn(painted: bytes, lines: list[str]) -> None:
    for cut in range(len(painted)):
        picture = Picture(SIZE)
        picture.draw(painted[:cut])
        picture.draw(painted[cut:])
        assert [line.rstrip() for line in picture.lines] == lines, cut


def test_a_picture_is_what_all_chunks_come_to() -> None:
    chunks = [Chunk(0.0, b"\x1b[2;1Hold"), Chunk(1.0, b"\x1b[2;1Hnew")]
    assert picture_of(chunks, SIZE).lines[1].rstrip() == "new"


def test_only_lines_that_were_written_to_are_told_as_changed() -> None:
    picture = Picture(SIZE)
    picture.draw(FOUR)
    assert [line.rstrip() for line in picture.changed_lines()] == ["1", "2", "3", "4"]
    assert picture.changed_lines() == []
    picture.draw(b"\x1b[2;1Hnew")
    assert [line.rstrip() for line in picture.changed_lines()] == ["new"]
    picture.draw(b"\x1b[1S")
    assert [line.rstrip() for line in picture.changed_lines()] == ["new", "3", "4", ""]
