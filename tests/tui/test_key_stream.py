"""However the line cuts what was typed, the same keys come out, and no answer becomes a key."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.tui.terminal.key_stream import (
    BURST_S,
    LATE_END_S,
    LONE_ESCAPE_S,
    MOST_HELD,
    PASTE_SILENCE_S,
    SEQUENCE_S,
    KeyStream,
    Kind,
    Piece,
)

DOWN, SHIFTED, FUNCTION, LINUX_F1, RXVT = "\x1b[B", "\x1b[1;2D", "\x1bOP", "\x1b[[A", "\x1b[3$"
REPORTS = ("\x1b[?2026;2$y", "\x1b[?62;22c")
STRINGS = (
    "\x1b]11;rgb:0000/ffff/0000\x07",
    "\x1b]52;c;SEFDS0VE\x1b\\",
    "\x1bP1+r544e=787465726d\x1b\\",
    "\x1b_Gi=1;OK\x1b\\",
)


def typed(text: str) -> Piece:
    return Piece(Kind.TYPED, text)


def sequence(text: str) -> Piece:
    return Piece(Kind.SEQUENCE, text)


ESCAPE = Piece(Kind.ESCAPE, "\x1b")


def joined(pieces: list[Piece]) -> list[Piece]:
    """The pieces with neighbouring typed ones as one: where those are cut means nothing."""
    whole: list[Piece] = []
    for piece in pieces:
        if whole and piece.kind is whole[-1].kind is Kind.TYPED:
            whole[-1] = typed(whole[-1].text + piece.text)
        else:
            whole.append(piece)
    return whole


def read(*parts: str) -> list[Piece]:
    stream = KeyStream()
    return joined([piece for part in parts for piece in stream.feed(part)])


parts = st.sampled_from(
    (
        *("j", "é漢", "\r", "\x1a", DOWN, SHIFTED, FUNCTION, LINUX_F1, RXVT, *REPORTS, *STRINGS),
        *("\x1b[27u", "\x1b[I", "\x1b[200~a\x1b[31mb\r\nD\x1b[201~"),
    )
)


@given(st.lists(parts, max_size=8), st.lists(st.integers(0, 200), max_size=12))
def test_cutting_changes_nothing(given_parts: list[str], cuts: list[int]) -> None:
    whole = "".join(given_parts)
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    cut = [whole[one:other] for one, other in pairwise(places)]
    assert read(*cut) == read(whole)


@given(st.text(st.sampled_from("\x1b[]O?P_G0;1$y~mABj\x07\\\r"), max_size=40))
def test_whatever_comes_is_taken_in_and_nothing_is_made_up(text: str) -> None:
    stream = KeyStream()
    pieces = stream.feed(text)
    while stream.patience_s is not None:
        pieces += stream.pause()
    rest = text
    for piece in pieces:
        assert piece.text in rest
        rest = rest[rest.index(piece.text) + len(piece.text) :]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("jk", [typed("jk")]),
        ("j\x1b[Bk", [typed("j"), sequence(DOWN), typed("k")]),
        ("\x1bj", [ESCAPE, typed("j")]),
        ("\x1b\x1b[B", [ESCAPE, sequence(DOWN)]),
        ("\x1bb", [sequence("\x1bb")]),
        (LINUX_F1 + RXVT, [sequence(LINUX_F1), sequence(RXVT)]),
        ("\x1b[1\x1b[B", [sequence(DOWN)]),
        ("\x1b[201~j", [typed("j")]),
    ],
)
def test_pieces(text: str, pieces: list[Piece]) -> None:
    assert read(text) == pieces


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_is_one_sequence(report: str) -> None:
    assert read("a" + report + "b") == [typed("a"), sequence(report), typed("b")]


@pytest.mark.parametrize("string", STRINGS)
def test_an_answer_that_nobody_asked_for_is_nothing(string: str) -> None:
    assert read("a" + string + "b") == [typed("ab")]


def test_a_paste_is_text_whatever_it_holds() -> None:
    pasted = "one\r\n\ttwo \x1b[31m\x00\x9b\x1b[B D q"
    assert read("\x1b[200~" + pasted + "\x1b[201~j") == [
        Piece(Kind.PASTED, "one\r\n\ttwo [31m[B D q"),
        typed("j"),
    ]


def pasted(text: str) -> Piece:
    return Piece(Kind.PASTED, text)


def test_a_paste_that_pauses_for_less_than_a_second_is_one_paste() -> None:
    stream = KeyStream()
    assert stream.feed("\x1b[200~half a ") == []
    assert stream.patience_s == PASTE_SILENCE_S
    assert stream.feed("word\x1b[20") == []
    assert stream.feed("1~") == [pasted("half a word")]
    assert stream.patience_s is None


def silent_after(text: str) -> KeyStream:
    """A stream whose paste of `text` has had no end for a second."""
    stream = KeyStream()
    assert stream.feed("\x1b[200~" + text) == []
    assert stream.pause() == ([pasted(text)] if text else [])
    assert stream.patience_s is None
    return stream


def test_a_paste_without_an_end_is_delivered_after_a_second() -> None:
    silent_after("part of a text")
    silent_after("")


@pytest.mark.parametrize("rest", ["rest of it", "rD y\rq", "ab", "\r\n"])
def test_a_burst_behind_an_unfinished_paste_is_still_paste(rest: str) -> None:
    stream = silent_after("part")
    assert stream.feed(rest) == []
    assert stream.patience_s == PASTE_SILENCE_S
    assert stream.feed("more") == []
    assert stream.pause() == [pasted(rest + "more")]


def test_a_burst_whose_first_byte_comes_alone_is_still_paste() -> None:
    stream = silent_after("part")
    assert stream.feed("D") == []
    assert stream.patience_s == BURST_S
    assert stream.feed("elete me") == []
    assert stream.pause() == [pasted("Delete me")]


@pytest.mark.parametrize("rest", ["", "y", "and the end"])
def test_text_before_a_late_end_mark_is_paste_and_the_mark_is_swallowed(rest: str) -> None:
    stream = silent_after("part")
    late = [pasted(rest)] if rest else []
    assert stream.feed(rest + "\x1b[201~j") == [*late, typed("j")]
    assert stream.feed("jk") == [typed("jk")]


def test_a_late_end_mark_that_comes_in_pieces_is_swallowed() -> None:
    stream = KeyStream()
    stream.feed("\x1b[200~part\x1b[2")
    assert stream.pause() == [pasted("part")]
    assert stream.feed("01~") == []
    assert stream.feed("jj") == [typed("jj")]


@pytest.mark.parametrize(
    ("key", "pieces"),
    [
        ("?", [typed("?")]),
        ("é", [typed("é")]),
        ("\r", [typed("\r")]),
        ("\x1b", [ESCAPE]),
        (DOWN, [sequence(DOWN)]),
        (FUNCTION, [sequence(FUNCTION)]),
    ],
)
def test_a_single_key_after_silence_is_a_key_again(key: str, pieces: list[Piece]) -> None:
    stream = silent_after("part")
    came = stream.feed(key)
    if not came:
        assert stream.patience_s in {BURST_S, LONE_ESCAPE_S}
        came = stream.pause()
    assert came == pieces
    assert stream.feed("jk") == [typed("jk")], "and so are those behind it"
    assert stream.feed("last words\x1b[201~j") == [pasted("last words"), typed("j")]
    assert stream.feed("jk\x1b[201~") == [typed("jk")], "one late end mark is enough"


def test_the_first_ctrl_c_behind_an_unfinished_paste_only_ends_it() -> None:
    stream = silent_after("part")
    assert stream.feed("\x03") + stream.pause() == []
    assert stream.feed("\x03") == [typed("\x03")]
    stream = silent_after("part")
    assert stream.feed("\x1b") + stream.pause() == [ESCAPE]
    assert stream.feed("\x03") == []
    assert stream.feed("\x03") == [typed("\x03")]


def test_an_unfinished_paste_is_forgotten_after_a_while() -> None:
    stream = silent_after("part")
    assert stream.feed("?") + stream.pause() == [typed("?")]
    assert stream.patience_s == LATE_END_S
    assert stream.pause() == []
    assert stream.patience_s is None
    assert stream.feed("\x03") == [typed("\x03")]
    assert stream.feed("jk\x1b[201~") == [typed("jk")]


def test_held_arrows_after_silence_are_keys() -> None:
    stream = silent_after("part")
    assert stream.feed(DOWN * 3 + "j") == [sequence(DOWN)] * 3 + [typed("j")]


def test_a_new_paste_behind_an_unfinished_one_is_whole() -> None:
    stream = silent_after("part")
    assert stream.feed("\x1b[200~again\x1b[201~j") == [pasted("again"), typed("j")]
    stream = silent_after("part")
    assert stream.feed("rest\x1b[200~again\x1b[201~j") == [
        pasted("rest"),
        pasted("again"),
        typed("j"),
    ]
    stream = KeyStream()
    assert stream.feed("\x1b[200~one \x1b[200~two\x1b[201~") == [pasted("one two")]


@pytest.mark.parametrize("cut", range(1, 12))
def test_an_answer_of_the_terminal_within_a_paste_is_no_text(cut: int) -> None:
    whole = "one \x1b[0ntwo\x1b[201~j"
    stream = KeyStream()
    pieces = [*stream.feed("\x1b[200~"), *stream.feed(whole[:cut]), *stream.feed(whole[cut:])]
    assert joined(pieces) == [sequence("\x1b[0n"), pasted("one two"), typed("j")]


def test_an_answer_of_the_terminal_after_silence_ends_nothing() -> None:
    stream = silent_after("part")
    assert stream.feed("\x1b[0n") == [sequence("\x1b[0n")]
    assert stream.feed("rest of it") == []
    assert stream.pause() == [pasted("rest of it")]


def test_a_paste_that_is_cut_off_gives_what_came() -> None:
    stream = KeyStream()
    assert stream.cut_off() == ""
    stream.feed("\x1b[200~half a word\x1b[20")
    assert stream.cut_off() == "half a word"
    assert stream.cut_off() == ""


unfinished = st.text(st.sampled_from("ab \r\n.D"), max_size=12)


@given(unfinished, st.lists(unfinished, max_size=4), st.booleans())
def test_no_text_of_an_unfinished_paste_is_lost_or_made_a_command(
    first: str, bursts: list[str], has_late_end: bool
) -> None:
    stream = KeyStream()
    pieces = stream.feed("\x1b[200~" + first) + stream.pause()
    for burst in bursts:
        if len(burst) > 1:
            pieces += stream.feed(burst) + stream.pause()
    if has_late_end:
        pieces += stream.feed("\x1b[201~")
    assert {piece.kind for piece in pieces} <= {Kind.PASTED}
    came = "".join(piece.text for piece in pieces)
    assert came == first + "".join(burst for burst in bursts if len(burst) > 1)


def test_a_large_paste_is_taken_in_time_that_grows_with_it_alone() -> None:
    stream = KeyStream()
    began = time.process_time()
    stream.feed("\x1b[200~")
    for _ in range(1_000):
        stream.feed("x" * 4_095)
    [piece] = stream.feed("\x1b[201~")
    assert len(piece.text) == 4_095_000
    assert time.process_time() - began < 2


def test_a_lone_escape_is_the_key_after_a_moment() -> None:
    stream = KeyStream()
    assert stream.feed("\x1b") == []
    assert stream.patience_s == LONE_ESCAPE_S
    assert stream.pause() == [ESCAPE]
    assert stream.patience_s is None


@pytest.mark.parametrize("begun", ["\x1b[", "\x1b[1;", "\x1b[?2026", "\x1b]11;rgb", "\x1bP1+r"])
def test_the_rest_of_a_lost_sequence_types_nothing(begun: str) -> None:
    stream = KeyStream()
    assert stream.feed("a" + begun) == [typed("a")]
    assert stream.patience_s == SEQUENCE_S
    assert stream.pause() == []
    assert stream.feed("b") == [typed("b")]


def test_letters_that_only_might_have_begun_a_sequence_are_keys() -> None:
    stream = KeyStream()
    assert stream.feed("\x1bO") == []
    assert stream.pause() == [ESCAPE, typed("O")]


def test_an_answer_without_an_end_is_not_kept() -> None:
    stream = KeyStream()
    assert stream.feed("\x1b]0;" + "x" * MOST_HELD) == []
    assert stream.patience_s is None
