"""All macros together: who goes before whom, what includes what, and what one comes to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deskero_tui.domain.macros.library import (
    MOST_DEPTH,
    BrokenFile,
    Changes,
    Library,
    Macro,
    MacroFile,
    MacroId,
    MacroKind,
    Mistake,
    filled,
    library_of,
)
from deskero_tui.domain.macros.placeholders import Sources
from deskero_tui.domain.macros.source import NO_MACROS
from tests.support.tickets import ticket

SOURCES = Sources(ticket=ticket(7), agent="Ines", now=datetime(2026, 11, 22, 9, tzinfo=UTC))


def file(
    name: str,
    text: str = "",
    *includes: str,
    kind: MacroKind = MacroKind.REPLY,
    folder: str = "own",
    key: str = "",
    changes: Changes = Changes(),  # noqa: B008  (a frozen value)
) -> MacroFile:
    macro = Macro(
        id=MacroId(name),
        title=name.title(),
        kind=kind if text or kind is not MacroKind.REPLY else MacroKind.NONE,
        text=text,
        key=key,
        changes=changes,
        place=f"{folder}/{name}.md",
    )
    return MacroFile(macro, tuple(map(MacroId, includes)), 3 if includes else 0, 2 if key else 0)


def text_of(library: Library, name: str) -> str:
    macro = library.named(name)
    assert macro is not None, library.mistakes
    return macro.text


def said(library: Library) -> list[str]:
    return [str(mistake) for mistake in library.mistakes]


def test_a_macro_is_filled_and_keeps_its_changes() -> None:
    changes = Changes(status="solved")
    macro = file("a", "Dear {{customer.name}}, {{custom.x}}", changes=changes).macro
    made = filled(macro, SOURCES)
    assert made.text == "Dear Tom Arden, {{custom.x}}"
    assert made.missing == ("{{custom.x}}",)
    assert made.changes == changes


@pytest.mark.parametrize(
    ("first", "later", "both"),
    [
        (Changes(), Changes(assign="me"), Changes(assign="me")),
        (Changes(status="a", remind="3d"), Changes(status="b"), Changes(status="b", remind="3d")),
        (Changes(is_priority=True), Changes(), Changes(is_priority=True)),
        (Changes(is_priority=True), Changes(is_priority=False), Changes(is_priority=False)),
        (
            Changes(added_tags=("a", "b"), removed_tags=("c", "d")),
            Changes(added_tags=("c", "e"), removed_tags=("a",)),
            Changes(added_tags=("b", "c", "e"), removed_tags=("d", "a")),
        ),
    ],
)
def test_of_two_macros_the_later_one_counts(first: Changes, later: Changes, both: Changes) -> None:
    assert first.followed_by(later) == both


def test_the_first_of_an_id_goes_before_the_others_and_that_is_said() -> None:
    library = library_of([file("a", "mine"), file("a", "theirs", folder="team"), file("b", "b")])
    assert text_of(library, "a") == "mine"
    assert [(one.id, one.place, one.by) for one in library.shadowed] == [
        ("a", "team/a.md", "own/a.md")
    ]


def test_a_broken_file_leaves_the_others_alone_and_nothing_takes_its_place() -> None:
    broken = BrokenFile(MacroId("a"), (Mistake("own/a.md", 4, "Wrong."),))
    library = library_of([broken, file("a", "theirs", folder="team"), file("b", "b")])
    assert list(library.macros) == ["b"]
    assert said(library) == ["own/a.md:4: Wrong."]
    assert library.shadowed == ()


def test_a_broken_file_behind_a_sound_one_only_is_said() -> None:
    broken = BrokenFile(MacroId("a"), (Mistake("team/a.md", 4, "Wrong."),))
    library = library_of([file("a", "mine"), broken])
    assert text_of(library, "a") == "mine"
    assert said(library) == ["team/a.md:4: Wrong."]


def test_macros_are_ordered_by_title_and_mistakes_by_place() -> None:
    mistakes = [Mistake("z.md", 2, "Two."), Mistake("z.md", 1, "One."), Mistake("team", 0, "No.")]
    library = library_of([file("b", "x"), file("a", "x")], mistakes=mistakes)
    assert list(library.macros) == ["a", "b"]
    assert said(library) == ["team: No.", "z.md:1: One.", "z.md:2: Two."]


def test_included_texts_stand_before_the_own_one() -> None:
    library = library_of(
        [
            file("a", "own", "b", "c"),
            file("b", "Dear you,", "d"),
            file("c", "", "d"),
            file("d", "D"),
        ]
    )
    assert text_of(library, "a") == "D\n\nDear you,\n\nD\n\nown"
    assert library.macros[MacroId("c")].kind is MacroKind.REPLY


@pytest.mark.parametrize(
    ("files", "place", "says"),
    [
        ([file("a", "x", "a")], "own/a.md:3", "It includes itself: a > a."),
        (
            [file("a", "x", "b"), file("b", "x", "c"), file("c", "x", "b")],
            "own/a.md:3",
            "It includes itself: b > c > b.",
        ),
        ([file("a", "x", "hell"), file("hello", "x")], "own/a.md:3", "Did you mean hello?"),
        ([file("a", "x", "none")], "own/a.md:3", "There is no macro none to include"),
        (
            [file("a", "x", "b"), file("b", "x", "c"), file("c", "x", kind=MacroKind.NOTE)],
            "own/a.md:3",
            "It is for the customer and includes c, which only agents may read.",
        ),
        ([file("a")], "own/a.md", "It has neither a text nor anything to change."),
        ([file("a", kind=MacroKind.NOTE)], "own/a.md", "It is a note without a text."),
        (
            [file("x", "x", key="f"), file("a", "x", key="f")],
            "own/a.md:2",
            "The key f runs x already",
        ),
    ],
)
def test_what_cannot_be_put_together_is_a_mistake(
    files: list[MacroFile], place: str, says: str
) -> None:
    library = library_of(files)
    assert "a" not in library.macros
    mistake = next(one for one in said(library) if one.startswith(place + ": "))
    assert says in mistake


def test_the_whole_path_of_a_cycle_is_named_for_each_of_its_files() -> None:
    library = library_of([file("a", "x", "b"), file("b", "x", "c"), file("c", "x", "a")])
    assert said(library) == [
        "own/a.md:3: It includes itself: a > b > c > a.",
        "own/b.md:3: It includes itself: b > c > a > b.",
        "own/c.md:3: It includes itself: c > a > b > c.",
    ]
    assert library.macros == {}


def test_a_note_may_include_what_is_for_everybody() -> None:
    library = library_of([file("a", "internal", "b", kind=MacroKind.NOTE), file("b", "public")])
    assert (text_of(library, "a"), library.mistakes) == ("public\n\ninternal", ())


def test_includes_cannot_blow_up() -> None:
    bomb = [file(f"m{n}", "", f"m{n + 1}", f"m{n + 1}") for n in range(15)]
    library = library_of([*bomb, file("m15", "x" * 100)])
    assert "With what it includes it has more than" in said(library)[0]
    assert "m14" in library.macros
    chain = [file(f"c{n}", "x", f"c{n + 1}") for n in range(3_000)]
    library = library_of([*chain, file("c3000", "x")])
    assert f"more than {MOST_DEPTH} deep" in said(library)[0]
    assert len(library.macros) == MOST_DEPTH


def test_texts_are_offered_to_those_who_may_read_them() -> None:
    note = file("n", "internal", kind=MacroKind.NOTE)
    change = file("c", changes=Changes(status="solved"))
    library = library_of([file("r", "public", key="f"), note, change])
    assert [macro.id for macro in library.with_text(for_customers=True)] == ["r"]
    assert [macro.id for macro in library.with_text(for_customers=False)] == ["n", "r"]
    by_key = library.with_key("f")
    assert by_key is not None
    assert by_key.id == "r"
    assert library.with_key("g") is None


def test_a_front_end_without_macros_has_none() -> None:
    assert NO_MACROS.library() == Library({})
    assert NO_MACROS.own_folder == ""
