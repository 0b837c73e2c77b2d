"""How the list looks outlives the console; nothing but looks comes out of the file."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deskero_tui.cli.style_cache import MOST_KINDS, StyleCache
from deskero_tui.tui.appearance import Appearance
from deskero_tui.tui.list_view.first_frame import ListLooks
from deskero_tui.tui.terminal.abilities import Abilities, Colours
from deskero_tui.tui.terminal.looks import Look
from deskero_tui.tui.widgets.ticket_lines import LOOKS

PLAIN = {name: Look("38;5;7", "48;5;16", frozenset({"1"})) for name in LOOKS}
BAR = {name: Look("97", "44") for name in LOOKS}
USUAL = Appearance()


def kept(path: Path, appearance: Appearance = USUAL) -> ListLooks | None:
    return StyleCache(path, appearance).looks


def test_what_was_kept_is_there_again_and_nobody_else_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "looks.json"
    assert kept(path) is None
    StyleCache(path, USUAL).keep(ListLooks(PLAIN, BAR))
    assert kept(path) == ListLooks(PLAIN, BAR)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "other",
    [
        Appearance(abilities=Abilities(Colours.SIXTEEN)),
        Appearance(theme="light"),
        Appearance(is_slow=True),
    ],
    ids=["colours", "theme", "slow"],
)
def test_looks_of_another_kind_are_no_looks(tmp_path: Path, other: Appearance) -> None:
    path = tmp_path / "looks.json"
    StyleCache(path, USUAL).keep(ListLooks(PLAIN, BAR))
    assert kept(path, other) is None
    StyleCache(path, other).keep(ListLooks(BAR, PLAIN))
    assert kept(path, other) == ListLooks(BAR, PLAIN)
    assert kept(path) == ListLooks(PLAIN, BAR)


def test_the_kinds_seen_longest_ago_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "looks.json"
    for number in range(MOST_KINDS + 1):
        StyleCache(path, Appearance(theme=f"theme {number}")).keep(ListLooks(PLAIN, BAR))
    assert kept(path, Appearance(theme="theme 0")) is None
    assert kept(path, Appearance(theme="theme 1")) is not None
    assert kept(path, Appearance(theme=f"theme {MOST_KINDS}")) is not None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"[[[", b"7", b"[" * 100_000])
def test_garbage_is_no_looks(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "looks.json"
    path.write_bytes(content)
    assert kept(path) is None
    StyleCache(path, USUAL).keep(ListLooks(PLAIN, BAR))
    assert kept(path) == ListLooks(PLAIN, BAR)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.update(plain=None),
        lambda told: told["plain"].pop("subject"),
        lambda told: told["plain"].update(subject=["31", "\x1b]52;c;AAAA\x07"]),
        lambda told: told["plain"].update(subject=["31m\x1b[2J", ""]),
        lambda told: told["plain"].update(subject=["3" * 40, ""]),
        lambda told: told["plain"].update(subject=[31, ""]),
        lambda told: told["plain"].update(subject=["\u0663", ""]),
        lambda told: told["under_cursor"].update(subject="31"),
    ],
)  # fmt: skip
def test_looks_that_say_anything_else_are_not_taken(
    tmp_path: Path, spoil: Callable[[Any], None]
) -> None:
    path = tmp_path / "looks.json"
    StyleCache(path, USUAL).keep(ListLooks(PLAIN, BAR))
    read = json.loads(path.read_text("utf-8"))
    [kind] = read
    spoil(read[kind])
    path.write_text(json.dumps(read), "utf-8")
    assert kept(path) is None


def test_attributes_that_are_none_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "looks.json"
    StyleCache(path, USUAL).keep(ListLooks(PLAIN, BAR))
    read = json.loads(path.read_text("utf-8"))
    [kind] = read
    read[kind]["plain"]["subject"] = ["31", "", "1", "\x1b[2J", "8"]
    path.write_text(json.dumps(read), "utf-8")
    looks = kept(path)
    assert looks is not None
    assert looks.plain["subject"] == Look("31", "", frozenset({"1"}))


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    StyleCache(tmp_path / "file" / "looks.json", USUAL).keep(ListLooks(PLAIN, BAR))
    assert (tmp_path / "file").read_text() == "in the way"
