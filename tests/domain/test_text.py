"""`text` and `characters`: nothing harmful is shown, and every width is what a terminal draws."""

from __future__ import annotations

import unicodedata
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from deskero_tui.domain.text.characters import is_mark
from deskero_tui.domain.text.safe_text import (
    _ONE_CELL_EACH,
    SafeText,
    broken_at_edge,
    cell_width,
    cut,
    fit,
    safe_block,
    safe_file_name,
    safe_line,
    safe_whole,
    wrap,
    wrap_spans,
)

ODD = st.text(
    st.sampled_from(
        "ab \t\n\r\x00\x07\x1b\x7f\x85\x9b\u00ad\u0301\u0316\u034f\u0903\u093e\u0915\u0940\u094d"
        "\u0bbe\u0bc6\u0b95\u1100\u1161\u11a8\u119e\u115f\u1160\u200b\u200d\u202e\u2028\u20e3\u2066"
        "\u2630\u3164\u3248\uac00\ud800\udfff\ufe0f\ufeff\uffff日本👩🏽🇮🇹❤1\U000e0041\U00016fe4"
    )
)
ANY = st.one_of(st.text(st.characters(), max_size=80), ODD)
BLOCKS = ANY.map(safe_block)
LINES = ANY.map(safe_line)

FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mc"}


def forbidden_in(text: str) -> list[str]:
    return [
        f"U+{ord(character):04X}"
        for character in text
        if character != "\n"
        and (
            unicodedata.category(character) in FORBIDDEN_CATEGORIES
            or 0x1F1E6 <= ord(character) <= 0x1F1FF
            or 0x1F3FB <= ord(character) <= 0x1F3FF
            or 0xFE00 <= ord(character) <= 0xFE0F
            or 0x1100 <= ord(character) <= 0x11FF
        )
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain", "plain"),
        ("a\r\nb\tc\x0bd\u2028e", "a b c d e"),
        ("\x1b]52;c;SEFDS0VE\x07", "␛]52;c;SEFDS0VE␇"),
        ("\x9b31m\x7f", "\ufffd31m␡"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("\ud800\ufffe\ue000", "\ufffd\ufffd\ufffd"),
        ("👩🏽\u200d🚀", "👩🚀"),
        ("1\ufe0f\u20e3 ❤\ufe0f", "1 ❤"),
        ("🇮🇹🇫", "ITF"),
        ("e\u0301", "é"),
        ("\u1112\u1161\u11ab", "한"),
        ("\u119e\u1161", "\u318dㅏ"),
        ("हिन्दी", "हइन्दई"),
        ("दुः", "दु:"),
        ("\u0301a \u0301", "◌\u0301a ◌\u0301"),
        ("a" + "\u0316" * 9, "a" + "\u0316" * 4),
        ("☰㉈", "\ufffd\ufffd"),
        ("日本\u3000語", "日本\u3000語"),
    ],
)
def test_one_line_shows(written: str, shown: str) -> None:
    assert safe_line(written) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (3, "3"),
        (True, "True"),
        (2.5, "2.5"),
        (b"caf\xc3\xa9\xff", "café\ufffd"),
        (["a", 1], "['a', 1]"),
    ],
)
def test_any_value_has_a_text(value: object, shown: str) -> None:
    assert safe_line(value) == shown
    assert safe_block(value) == shown


def test_a_number_without_end_is_named_by_its_kind() -> None:
    assert safe_line(10**6_000) == "(int)"
    assert safe_line([10**6_000]) == "(list)"


class Sulking:
    """An object that cannot be written."""

    def __repr__(self) -> str:
        raise KeyError("no")


def test_a_value_that_cannot_be_written_is_named() -> None:
    assert safe_line(Sulking()).startswith("<Sulking instance")


def test_a_list_that_holds_itself_is_written() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert safe_line(endless).startswith("[[[")


def test_block_keeps_lines_and_tab_stops() -> None:
    assert safe_block("a\r\nb\rc\x85\td") == "a\nb\nc\n    d"


def test_what_is_too_long_ends_with_an_ellipsis() -> None:
    assert safe_line("abcdef", max_chars=4) == "abc…"
    assert safe_block("a\nb\nc", max_lines=2) == "a\nb…"
    assert safe_block("\t\t", max_chars=5) == "    …"
    assert safe_block("a\nb", max_lines=2) == "a\nb"


@given(ANY)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert safe_line(safe_line(text)) == safe_line(text)
    assert safe_block(safe_block(text)) == safe_block(text)


@given(ANY, st.integers(1, 12), st.integers(1, 4))
def test_limits_hold_and_cutting_twice_changes_nothing(text: str, chars: int, lines: int) -> None:
    block = safe_block(text, max_chars=chars, max_lines=lines)
    assert len(block) <= chars
    assert block.count("\n") < lines
    assert safe_block(block, max_chars=chars, max_lines=lines) == block


@given(ANY)
def test_no_forbidden_character_survives(text: str) -> None:
    assert forbidden_in(safe_block(text)) == []
    assert forbidden_in(safe_line(text)) == []
    assert "\n" not in safe_line(text)


def test_every_single_code_point_is_harmless_and_settled() -> None:
    offenders, settled = [], set[str]()
    planes_in_use = (range(0x33500), range(0xE0000, 0xE1100), range(0x10FFF0, 0x110000))
    for code_point in chain(*planes_in_use):
        shown = safe_line(chr(code_point))
        if shown in settled:
            continue
        is_odd = any(cell_len(one) == 0 and not is_mark(one) for one in shown)
        if forbidden_in(shown) or is_odd or safe_line(shown) != shown:
            offenders.append(hex(code_point))
        else:
            settled.add(shown)
    assert offenders == []


@given(LINES)
def test_width_is_the_sum_of_the_characters(line: SafeText) -> None:
    assert cell_width(line) == cell_len(line) == sum(map(cell_len, line))


@given(LINES)
def test_no_mark_stands_alone_and_no_tower_of_marks_remains(line: SafeText) -> None:
    height = 0
    for index, character in enumerate(line):
        height = height + 1 if is_mark(character) else 0
        assert height <= 4
        assert not height or (index > 0 and not line[index - 1].isspace())


@given(LINES, st.integers(-1, 20))
def test_cut_never_exceeds_the_width(line: SafeText, width: int) -> None:
    shortened = cut(line, width)
    assert cell_width(shortened) <= max(0, width)
    if cell_width(line) <= width:
        assert shortened == line
    elif width > 0:
        assert shortened.endswith("…")


@given(LINES, st.integers(0, 20), st.booleans())
def test_fit_is_exactly_as_wide_as_asked(line: SafeText, width: int, right: bool) -> None:
    assert cell_width(fit(line, width, right=right)) == width


def test_cut_does_not_split_a_wide_character() -> None:
    assert cut(SafeText("日本語"), 4) == "日…"
    assert fit(SafeText("日本語"), 4) == "日… "
    assert fit(SafeText("ab"), 4, right=True) == "  ab"


@given(BLOCKS, st.integers(2, 20))
def test_wrap_keeps_the_width_and_every_word(block: SafeText, width: int) -> None:
    lines = wrap(block, width)
    assert all(cell_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(block.split())


@given(BLOCKS)
def test_wrapping_again_changes_nothing(block: SafeText) -> None:
    lines = wrap(block, 7)
    again = [line for once in lines for line in wrap(once, 7)]
    assert again == lines


@given(ODD, st.integers(2, 40))
def test_a_text_broken_at_the_edge_is_all_there_and_fits(odd: str, width: int) -> None:
    block = safe_block(odd)
    pieces = broken_at_edge(block, width)
    assert all(cell_width(piece) <= width for piece in pieces)
    assert "".join(pieces) == block.replace("\n", "")
    assert len(pieces) > block.count("\n")


@pytest.mark.parametrize(
    ("block", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("a\n\n  b", 5, ["a", "", "  b"]),
        ("abcdefgh ij", 3, ["abc", "def", "gh", "ij"]),
        ("日本語", 4, ["日本", "語"]),
        ("日", 1, ["…"]),
        ("ab", 0, ["a", "b"]),
        ("word      ", 4, ["word"]),
    ],
)
def test_wrap_breaks_here(block: str, width: int, lines: list[str]) -> None:
    assert wrap(SafeText(block), width) == lines


@pytest.mark.parametrize("unit", ["x", "日", "a ", "é b ", " ", "\n", "a\u0301\u0316"])
def test_wrap_ends_for_long_lines(unit: str) -> None:
    block = safe_block(unit * 65_536, max_lines=100_000)
    assert len(wrap(block, 80)) <= len(block) + 1


@pytest.mark.parametrize("unit", ["\u0301\u0316", "\u1100\u1161", "\t", "\r\n", "\x1b[", "\u200d"])
def test_long_hostile_text_is_cleaned(unit: str) -> None:
    assert forbidden_in(safe_block("a" + unit * 200_000)) == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("..", "attachment"),
        ("", "attachment"),
        (None, "attachment"),
        ("-rf", "rf"),
        (".bashrc", "bashrc"),
        ("~/.ssh", "ssh"),
        ("C:\\temp\\a.exe", "C__temp_a.exe"),
        ("Invoice 3/2026.pdf", "Invoice 3_2026.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\x00b\u200b.txt", "a_b.txt"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("日" * 100 + ".png", "日" * 38 + ".png"),
    ],
)
def test_file_name_stays_in_its_folder(sent: object, kept: str) -> None:
    assert safe_file_name(sent) == kept


@given(st.one_of(ANY, st.text(st.sampled_from("./\\-~_ \xa0a\u0301…:\x00日"), max_size=200)))
def test_every_file_name_is_harmless(sent: str) -> None:
    name = safe_file_name(sent)
    assert 1 <= len(name.encode()) <= 120
    assert not set(name) & set('/\\:*?"<>|\n')
    assert ".." not in name
    assert name[0] not in ".-~ "
    assert forbidden_in(name) == []
    assert safe_file_name(name) == name


def test_characters_that_are_not_measured_have_one_cell_each() -> None:
    characters = filter(_ONE_CELL_EACH.fullmatch, map(chr, range(0x11_0000)))
    widths = {character: cell_len(character) for character in characters}
    assert len(widths) > 1_000
    assert [character for character, width in widths.items() if width != 1] == []


@given(st.text(st.sampled_from("ab  \nüЖ茶한\u0301"), max_size=80), st.integers(2, 12))
def test_spans_are_the_lines_of_wrap(text: str, width: int) -> None:
    shown = safe_block(text)
    spans = wrap_spans(shown, width)
    lines = [shown[spans[at] : spans[at + 1]] for at in range(0, len(spans), 2)]
    assert lines == wrap(shown, width)
    assert all(cell_width(line) <= width for line in lines)
    rest: str = shown
    for line in lines:
        assert rest.lstrip(" \n").startswith(line.lstrip(" ")) or line in rest
        rest = rest[rest.find(line) + len(line) :]
    assert not rest.strip()


@given(st.text(max_size=200), st.integers(1, 300))
def test_a_whole_text_is_as_safe_as_a_block_and_never_cut(text: str, times: int) -> None:
    whole = safe_whole(text * times)
    assert whole == safe_block(text * times, max_chars=10**7, max_lines=10**7)
    assert safe_whole(whole) == whole
