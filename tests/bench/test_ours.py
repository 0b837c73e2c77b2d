from __future__ import annotations

from bench.ours import last_change_s
from bench.picture import Chunk

ALL = slice(None)
LIST = Chunk(1.0, b"\x1b[3;1HR000001 late parcel")
SAME = Chunk(2.0, b"\x1b[3;1HR000001 late")
PREVIEW = Chunk(3.0, b"\x1b[3;80Ha text beside the list")


def test_an_answer_has_settled_with_the_last_change_of_the_list() -> None:
    typed = Chunk(0.0, b"\x1b[1;1H/la")
    assert last_change_s([typed, LIST, SAME, PREVIEW], 0, ALL) == 1.0
    assert last_change_s([typed, LIST, PREVIEW, Chunk(4.0, b"\x1b[4;1HR000002")], 2, ALL) == 4.0


def test_what_leaves_the_list_as_it_is_has_settled_at_once() -> None:
    assert last_change_s([LIST, SAME, PREVIEW], 1, ALL) == SAME.at_s


def test_what_stands_around_the_tickets_is_not_theirs() -> None:
    count = Chunk(4.0, b"\x1b[39;1H1 ticket")
    assert last_change_s([LIST, count], 0, ALL) == 4.0
    assert last_change_s([LIST, count], 0, slice(2, -2)) == 1.0
