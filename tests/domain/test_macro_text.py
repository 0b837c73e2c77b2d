"""The files that macros are written in: what each header takes, and what is said of a mistake."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.macros.library import (
    MOST_TEXT_CHARS,
    BrokenFile,
    Changes,
    MacroFile,
    MacroId,
    MacroKind,
)
from deskero_tui.domain.macros.parser import flaw_of_id, read_macro

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def read(text: str) -> MacroFile:
    """A file that has to be sound."""
    file = read_macro(MacroId("refund"), text, place="refund.md", now=NOW)
    assert isinstance(file, MacroFile), file
    return file


def mistakes(text: str) -> list[str]:
    """What is said of a file that has to have mistakes."""
    file = read_macro(MacroId("refund"), text, place="refund.md", now=NOW)
    assert isinstance(file, BrokenFile), file
    return [str(mistake) for mistake in file.mistakes]


def test_every_header_is_read() -> None:
    file = read(
        "title: Refund granted\nKind: note\nstatus: on hold\npriority: no\n"
        "tags: +refund, -waiting +late\nassign: me\nremind: tomorrow 9?\nkey: F\n"
        "include: greeting, hours\n\nDear {{customer.name}},\n\nyours.\n\n"
    )
    macro = file.macro
    assert (macro.id, macro.title, macro.kind) == ("refund", "Refund granted", MacroKind.NOTE)
    assert macro.text == "Dear {{customer.name}},\n\nyours."
    assert macro.changes == Changes(
        status="on hold",
        is_priority=False,
        added_tags=("refund", "late"),
        removed_tags=("waiting",),
        assign="me",
        remind="tomorrow 9?",
    )
    assert (macro.key, macro.place) == ("F", "refund.md")
    assert file.includes == ("greeting", "hours")


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("Dear Tom,\n\nhello: you", "Dear Tom,\n\nhello: you"),
        ("\nHello: world", "Hello: world"),
        ("title: x\n\n\n  a\n\n", "  a"),
        ("\ufefftitle: x\r\n\r\na\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("title: x\n \t \na", "a"),
        ("title: x\n\n" + "x" * MOST_TEXT_CHARS, "x" * MOST_TEXT_CHARS),
    ],
)
def test_the_text_is_what_stands_below_the_header(text: str, becomes: str) -> None:
    assert read(text).macro.text == becomes


def test_without_a_header_it_is_a_reply_named_by_its_file() -> None:
    macro = read("\nHello").macro
    assert (macro.title, macro.kind, macro.changes) == ("refund", MacroKind.REPLY, Changes())


def test_without_a_text_it_only_changes_fields() -> None:
    assert read("priority: yes").macro.kind is MacroKind.NONE


@pytest.mark.parametrize("word", ["yes", "TRUE", "on", "high"])
def test_a_priority_may_be_said_in_some_words(word: str) -> None:
    assert read(f"priority: {word}").macro.changes.is_priority is True


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("titel: x", ["refund.md:1: There is no header titel. Did you mean title?"]),
        ("Dear: x", ["refund.md:1: There is no header Dear. A text without a header begins"]),
        ("title: x\noops\n\na", ["refund.md:2: A line of the header is `name: value`"]),
        ("title: x\ntitle: y\n\na", ["refund.md:2: title was given in line 1 already."]),
        ("title:\n\na", ["refund.md:1: The value is missing."]),
        (f"title: {'x' * 61}\n\na", ["refund.md:1: The value has more than 60 characters."]),
        ("kind: replay\n\na", ["refund.md:1: A kind is reply or note, not replay. Did you mean"]),
        ("priority: yess", ["refund.md:1: A priority is yes or no, not yess. Did you mean yes?"]),
        ("tags: refund", ["refund.md:1: A tag needs a sign: +refund adds it"]),
        ("tags: +a -a", ["refund.md:1: The tag a is both added and taken away."]),
        ("tags: ,", ["refund.md:1: The value is missing."]),
        ("tags: +", ["refund.md:1: The value is missing."]),
        ("status:", ["refund.md:1: The value is missing."]),
        ("assign: ", ["refund.md:1: The value is missing."]),
        ("include: ,\n\na", ["refund.md:1: The value is missing."]),
        ("remind: fry 9", ['refund.md:1: "fry" is not understood']),
        ("remind: 2020-01-01", ["refund.md:1: "]),
        ("key: ff\n\na", ["refund.md:1: A key is one sign, or ctrl+ and a letter, not ff."]),
        (
            "title: x\n\na\n{{custmer.name}}",
            ["refund.md:4: {{custmer.name}} is not a placeholder."],
        ),
        ("\nx\n{{today}", ["refund.md:3: The braces {{ are not closed"]),
        (
            "\n{{x\x1b]52;c;x\x07}}",
            [
                "refund.md:2: There is a control",
                "refund.md:2: There is a control",
                "refund.md:2: {{x",
            ],
        ),
        ("\na\x1b[31m", ["refund.md:2: There is a control character (U+001B)."]),
        ("\na\u202eb", ["refund.md:2: There is a control character (U+202E)."]),
        ("\n" + "x" * (MOST_TEXT_CHARS + 1), ["refund.md:1: The text has more than 64000"]),
        (
            "titel: x\nkind: y\n\n{{z}}",
            ["refund.md:1: There is no header", "refund.md:2: A kind", "refund.md:4: {{z}}"],
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_and_suggestion(text: str, says: list[str]) -> None:
    said = mistakes(text)
    assert len(said) == len(says), said
    assert all(one.startswith(begin) for one, begin in zip(said, says, strict=True)), said
    assert all(one.isprintable() for one in said)


@pytest.mark.parametrize(
    ("name", "is_fine"),
    [
        ("refund-1.b_c", True),
        ("rücksendung", True),
        ("", False),
        ("two words", False),
        ("-dash", False),
        ("x" * 61, False),
        ("a\u202eb", False),
    ],
)
def test_an_id_is_a_short_plain_name(name: str, is_fine: bool) -> None:
    assert (flaw_of_id(name) == "") is is_fine


names = st.sampled_from(
    ["title", "kind", "status", "priority", "tags", "assign", "remind", "key", "include", "x"]
)
lines = st.builds("{}: {}".format, names, st.text(max_size=20)) | st.text(max_size=30)


@given(st.lists(lines, max_size=8).map("\n".join) | st.text(st.characters(exclude_categories=())))
def test_reading_never_raises_and_a_sound_file_has_no_control_character(text: str) -> None:
    file = read_macro(MacroId("any"), text, place="any.md", now=NOW)
    if isinstance(file, BrokenFile):
        assert file.mistakes
    else:
        assert all(c.isprintable() or c in "\n\t" or ord(c) > 127 for c in file.macro.text)
