"""Macros from real folders: own before the team's, changed files read again, bad ones left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.domain.macros.library import Library, MacroId
from deskero_tui.macro_files import MOST_BYTES, MOST_FILES, MacroFiles

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def team(tmp_path: Path) -> Path:
    folder = tmp_path / "team"
    folder.mkdir()
    return folder


def files(own: Path, *team: Path) -> MacroFiles:
    return MacroFiles(own, team, now=lambda: NOW)


def said(library: Library) -> list[str]:
    return [f"{Path(one.place).name}:{one.line}: {one.sentence}" for one in library.mistakes]


def test_own_macros_go_before_those_of_the_team(own: Path, team: Path) -> None:
    (own / "a.md").write_text("\nmine")
    (team / "a.txt").write_text("\ntheirs")
    (team / "b.txt").write_text("include: a\n\nand more")
    library = files(own, team).library()
    assert {id: macro.text for id, macro in library.macros.items()} == {
        "a": "mine",
        "b": "mine\n\nand more",
    }
    assert [(one.place, one.by) for one in library.shadowed] == [
        (str(team / "a.txt"), str(own / "a.md"))
    ]


def test_only_texts_of_the_folder_itself_count(own: Path) -> None:
    (own / "deep").mkdir()
    (own / "deep" / "a.md").write_text("\nx")
    for name in ("a.md~", ".a.md", "a.py", "README"):
        (own / name).write_text("\nx")
    assert files(own).library() == Library({})


def test_a_changed_file_is_read_again_and_a_removed_one_is_gone(own: Path) -> None:
    path = own / "a.md"
    path.write_text("\none")
    source = files(own)
    first = source.library()
    assert source.library().macros[MacroId("a")] == first.macros[MacroId("a")]
    path.write_text("\ntwo, longer")
    assert source.library().macros[MacroId("a")].text == "two, longer"
    path.unlink()
    assert source.library().macros == {}


def test_an_unchanged_file_is_not_opened_again(own: Path) -> None:
    path = own / "a.md"
    path.write_text("\none")
    source = files(own)
    source.library()
    times = path.stat()
    path.write_text("\ntwo")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert source.library().macros[MacroId("a")].text == "one"


def test_one_own_folder_may_be_missing_a_named_one_may_not(tmp_path: Path) -> None:
    library = files(tmp_path / "none", tmp_path / "gone").library()
    assert said(library) == ["gone:0: There is no such folder."]


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    path.chmod(0)
    try:
        yield
    finally:
        path.chmod(0o700)


def test_each_bad_file_is_said_and_the_others_are_read(own: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("\nsecret")
    (own / "big.md").write_bytes(b"x" * (MOST_BYTES + 1))
    (own / "latin.md").write_bytes("\nfine\nperché".encode("latin-1"))
    (own / "out.md").symlink_to(outside)
    (own / "loop.md").symlink_to("loop.md")
    (own / "gone.md").symlink_to("nowhere")
    (own / "folder.md").mkdir()
    os.mkfifo(own / "pipe.md")
    (own / "two words.md").write_text("\nx")
    (own / "titel.md").write_text("titel: x\n\nx")
    (own / "good.md").write_text("\ngood")
    (own / "within.md").symlink_to("good.md")
    library = files(own).library()
    assert sorted(library.macros) == ["good", "within"]
    assert said(library) == [
        "big.md:0: It has more than 64 KB.",
        "folder.md:0: It is not a file of text.",
        "gone.md:0: It cannot be read: No such file or directory.",
        "latin.md:3: It is not UTF-8.",
        "loop.md:0: It cannot be read: Too many levels of symbolic links.",
        "out.md:0: It is a link to something outside of its folder.",
        "pipe.md:0: It is not a file of text.",
        "titel.md:1: There is no header titel. Did you mean title?",
        "two words.md:0: The name of the file must be up to 60 letters, digits, dots, dashes and "
        "underscores.",
    ]


def test_a_folder_that_is_none_is_said(own: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert said(files(own, tmp_path / "file").library()) == [
        "file:0: The folder cannot be read: Not a directory."
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(own: Path, team: Path) -> None:
    (own / "a.md").write_text("\nx")
    with unreadable(own / "a.md"), unreadable(team):
        assert said(files(own, team).library()) == [
            "a.md:0: It cannot be read: Permission denied.",
            "team:0: The folder cannot be read: Permission denied.",
        ]


def test_a_crowded_folder_is_read_as_far_as_anybody_chooses(own: Path) -> None:
    for number in range(MOST_FILES + 1):
        (own / f"m{number:05}.md").write_text("\nx")
    library = files(own).library()
    assert len(library.macros) == MOST_FILES
    assert said(library) == [f"own:0: It holds more than {MOST_FILES} files; the rest is left out."]


def test_a_hostile_name_reaches_nobody_raw(own: Path) -> None:
    (own / "a\x1b]52;c;x\x07.md").write_text("\nx")
    [mistake] = files(own).library().mistakes
    assert str(mistake).isprintable()
