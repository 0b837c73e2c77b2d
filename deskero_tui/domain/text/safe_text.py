"""Foreign text made safe, measured in terminal cells, cut, padded and wrapped.

Nothing that a stranger wrote is shown before it went through `safe_line` or `safe_block`; their
type, `SafeText`, is the only text a widget takes. The original stays in the model for sending,
searching and raw copies. Pure, any thread.
"""

from __future__ import annotations

import re
import reprlib
import unicodedata
from array import array
from collections.abc import Callable
from itertools import dropwhile
from typing import Final, NewType

from rich.cells import cell_len

from deskero_tui.domain.text.characters import is_mark, shown, shown_composed

SafeText = NewType("SafeText", str)
"""Text that can do nothing to a terminal but be drawn. Lines are parted by a line feed."""

ELLIPSIS: Final = "…"

_TAB_CELLS: Final = 4
_MARKS_PER_BASE: Final = 4
"""Enough for Vietnamese, Hebrew points and Tibetan; a tower of marks would reach other lines."""
_LINE_END: Final = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_ONE_CELL_EACH: Final = re.compile(
    r"[ -~\xa1-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20ac]*"
)
"""Every character of these has one cell, so they need not be measured one by one."""
_MOST_WIDTHS: Final = 4_096
_PLAIN_BLOCK: Final = re.compile(r"[\x20-\x7e\n]*")
_ANY_VALUE: Final = reprlib.Repr()
_ANY_VALUE.maxstring = _ANY_VALUE.maxother = 1_000

_FILE_NAME_BYTES: Final = 120
_SUFFIX_BYTES: Final = 16
_NEVER_LAST: Final = "._ \N{NO-BREAK SPACE}"
_NOT_IN_FILE_NAMES: Final = re.compile(r'[/\\:*?"<>|\u2044\u2215\u2400-\u2426\ufffd…]')


def safe_line(value: object, *, max_chars: int = 1_000) -> SafeText:
    """Clean any value for one line: line ends and tabs become single spaces.

    At most `max_chars` characters, ending in "…" when there were more. Takes any value (`None` is
    empty), never raises, and cleaning twice changes nothing.
    """
    text, was_cut = _beginning(value, max_chars)
    if not (text.isascii() and text.isprintable()):
        text = _clean(_LINE_END.sub(" ", text).replace("\t", " "))
    return _ended(text, max_chars, was_cut)


def safe_block(value: object, *, max_chars: int = 65_536, max_lines: int = 2_000) -> SafeText:
    """Clean any value for many lines: every kind of line end becomes a line feed.

    At most `max_chars` characters and `max_lines` lines, ending in "…" when there were more; a tab
    reaches to the next fourth column. Takes any value, never raises, idempotent like `safe_line`.
    """
    text, was_cut = _beginning(value, max_chars)
    if not (text.isascii() and _PLAIN_BLOCK.fullmatch(text)):
        text = _LINE_END.sub("\n", text)
        if "\t" in text:
            text = text.expandtabs(_TAB_CELLS)
        text = _clean(text)
    if text.count("\n") >= max(1, max_lines):
        text = "\n".join(text.split("\n", max_lines)[: max(1, max_lines)])
        was_cut = True
    return _ended(text, max_chars, was_cut)


def safe_whole(text: str) -> SafeText:
    """Clean a text of the agent's own for many lines; nothing of it is cut."""
    return safe_block(text, max_chars=8 * len(text) + 8, max_lines=len(text) + 2)


def cell_width(text: str) -> int:
    """Count the terminal cells of one line; the same as `rich.cells.cell_len`, sooner for ASCII."""
    if text.isascii() and text.isprintable():
        return len(text)
    return cell_len(text)


def cut(text: SafeText, width_cells: int) -> SafeText:
    """Shorten one line to at most `width_cells`, ending in "…" when something was taken away.

    A wide character that would not fit whole goes, so the answer may be one cell narrower.
    """
    if width_cells <= 0:
        return SafeText("")
    if text.isascii():
        if len(text) <= width_cells:
            return text
        return SafeText(text[: width_cells - 1] + ELLIPSIS)
    used = keep = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > width_cells:
            return SafeText(text[:keep] + ELLIPSIS)
        if used < width_cells:
            keep = index + 1
    return text


def fit(text: SafeText, width_cells: int, *, right: bool = False) -> SafeText:
    """Cut or pad one line to exactly `width_cells`; `right` puts the padding in front."""
    shortened = cut(text, width_cells)
    padding = " " * (width_cells - cell_width(shortened))
    return SafeText(padding + shortened if right else shortened + padding)


def wrap(text: SafeText, width_cells: int) -> list[SafeText]:
    """Break a block into lines of at most `width_cells`, at spaces where there are any.

    Never empty; blank lines and leading spaces stay, the spaces at a break go. A word longer than
    a line is broken between characters, never between a character and its marks. Below one cell
    counts as one; at one cell a wide character becomes "…". Time grows with the text alone.
    """
    width = max(1, width_cells)
    if width == 1 and not text.isascii():
        text = SafeText("\n".join(map(_without_wide, text.split("\n"))))
    spans = wrap_spans(text, width)
    return [SafeText(text[spans[i] : spans[i + 1]]) for i in range(0, len(spans), 2)]


def wrap_spans(text: SafeText, width_cells: int) -> array[int]:
    """Tell where `wrap` breaks a block: the start and the end of every line, one after the other.

    A hundred thousand lines take less than a megabyte this way. At one cell a wide character is
    wider than its line.
    """
    width = max(1, width_cells)
    spans = array("L")
    start = 0
    for line in text.split("\n"):
        has_one_cell_each = line.isascii() or _ONE_CELL_EACH.fullmatch(line)
        if has_one_cell_each and len(line) <= width:
            spans.append(start)
            spans.append(start + len(line))
        else:
            reach = _reach_of_ascii if has_one_cell_each else _reach_by_cells
            _wrap_line(line, start, width, reach, spans)
        start += len(line) + 1
    return spans


def broken_at_edge(text: SafeText, width_cells: int) -> list[SafeText]:
    """Break a block as terminals do: each line goes on in the next, with nothing lost between.

    Joined without anything, the pieces of a line are the line. Never empty. Below two cells counts
    as two, which every character fits.
    """
    width = max(2, width_cells)
    lines: list[SafeText] = []
    for line in text.split("\n"):
        reach = _reach_of_ascii if line.isascii() else _reach_by_cells
        start = 0
        while (stop := reach(line, start, width)) < len(line):
            lines.append(SafeText(line[start:stop]))
            start = stop
        lines.append(SafeText(line[start:]))
    return lines


_OTHER_SPACES: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
"""Every space but the usual one: a name that differs in them looks the same and cannot be typed."""


def safe_file_name(value: object) -> str:
    """Make a file name that stays in its folder, from whatever the sender called the file.

    One path component of at most 120 bytes of UTF-8 that keeps a short suffix; no separator, no
    "..", no leading dot, dash or tilde, nothing a terminal or another system stumbles over. Never
    empty: "attachment" when nothing is left. Idempotent. Says nothing about existing files.
    """
    name = _NOT_IN_FILE_NAMES.sub("_", safe_line(value, max_chars=65_536))
    name = _OTHER_SPACES.sub(" ", name)
    name = re.sub(r"\.{2,}", ".", name).rstrip(_NEVER_LAST)
    name = "".join(dropwhile(_never_first, name)) or "attachment"
    stem, dot, suffix = name.rpartition(".")
    ending = dot + suffix if stem and len(suffix.encode()) < _SUFFIX_BYTES else ""
    beginning = name[: len(name) - len(ending)]
    room = _FILE_NAME_BYTES - len(ending.encode())
    return beginning.encode()[:room].decode(errors="ignore").rstrip(_NEVER_LAST) + ending


def _never_first(character: str) -> bool:
    return character in "-~" + _NEVER_LAST or is_mark(character)


def _beginning(value: object, max_chars: int) -> tuple[str, bool]:
    """Write a value as text, no longer than wanted; tell whether there was more."""
    text = _written(value)
    limit = max(1, max_chars)
    return text[:limit], len(text) > limit


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return str.__str__(value)
        case bytes() | bytearray():
            return value.decode(errors="replace")
        case bool() | float():
            return str(value)
        case _:
            try:
                return str(value) if isinstance(value, int) else _ANY_VALUE.repr(value)
            except ValueError:  # an integer of thousands of digits, alone or inside a list
                return f"({type(value).__name__})"


def _ended(text: str, max_chars: int, was_cut: bool) -> SafeText:
    limit = max(1, max_chars)
    if was_cut or len(text) > limit:
        text = text[: limit - 1] + ELLIPSIS
    return SafeText(text)


def _clean(text: str) -> str:
    """Replace what may not be shown; see `characters` for the classes.

    NFC, so that one letter is one character wherever Unicode has it. Marks are counted before it
    too: sorting a long run of them takes quadratic time.
    """
    text = _replace(text, shown)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", _thin_marks(text))
    replaced = _replace(text, shown_composed)
    if replaced != text:
        text = unicodedata.normalize("NFC", replaced)
    return _thin_marks(text)


def _replace(text: str, replacement: Callable[[str], str]) -> str:
    """Replace character by character; asks once for every distinct one."""
    table = {
        ord(character): new
        for character in set(text)
        if (new := replacement(character)) != character
    }
    return text.translate(table) if table else text


def _thin_marks(text: str) -> str:
    """Keep four marks per base; a mark on nothing gets a dotted circle to stand on.

    A mark after a space counts as standing on nothing: a line break there would leave it to
    fall on whatever is drawn to the left of the line.
    """
    marks = "".join(filter(is_mark, set(text)))
    if not marks:
        return text
    some = f"[{re.escape(marks)}]"
    text = re.sub(f"({some}{{{_MARKS_PER_BASE}}}){some}+", r"\1", text)
    return re.sub(rf"(?<!\S)(?={some})", "\N{DOTTED CIRCLE}", text)


def _wrap_line(
    line: str, offset: int, width: int, reach: Callable[[str, int, int], int], spans: array[int]
) -> None:
    """Append the pieces of one line, which begins at `offset` of its text.

    `reach` tells where the characters end that fit from a place.
    """
    end = len(line)
    indent = end - len(line.lstrip(" "))
    start = 0
    while (stop := reach(line, start, width)) < end:
        space = line.rfind(" ", max(start, indent), stop + 1)
        break_at = stop if space < 0 else start + len(line[start:space].rstrip(" "))
        spans.append(offset + start)
        spans.append(offset + break_at)
        start = break_at
        while start < end and line[start] == " ":
            start += 1
        if start == end:
            return
    spans.append(offset + start)
    spans.append(offset + end)


def _reach_of_ascii(line: str, start: int, width: int) -> int:
    return min(start + width, len(line))


def _reach_by_cells(line: str, start: int, width: int) -> int:
    used = 0
    for index in range(start, len(line)):
        used += _WIDTHS[line[index]]
        if used > width:
            return index
    return len(line)


class _Widths(dict[str, int]):
    """The cells of the characters that were asked for."""

    def __missing__(self, character: str) -> int:
        if len(self) >= _MOST_WIDTHS:
            self.clear()
        width = self[character] = cell_len(character)
        return width


_WIDTHS: Final = _Widths()


def _without_wide(line: str) -> str:
    return "".join(ELLIPSIS if cell_len(character) > 1 else character for character in line)
