"""Earlier searches outlive the console, in a file of their own that only its owner reads."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from deskero_tui.cli.search_file import MOST_CHARS, keep_searches, read_searches
from deskero_tui.domain.query.search_history import MOST_SEARCHES, Searches


def test_what_was_kept_is_there_again_and_nobody_else_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "searches.json"
    keep_searches(path, Searches(["from:\u00e9", "late"]))
    assert read_searches(path).kept == ("from:\u00e9", "late")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{}", b"[[[", b"7", b"[" * 100_000, b'[1, null, "", {}]']
)
def test_garbage_is_no_search(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "searches.json"
    path.write_bytes(content)
    assert read_searches(path).kept == ()


def test_only_what_can_have_been_typed_is_taken_and_not_more_than_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "searches.json"
    path.write_text(json.dumps(["x" * (MOST_CHARS + 1), *map(str, range(MOST_SEARCHES + 5))]))
    assert len(read_searches(path).kept) == MOST_SEARCHES


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    keep_searches(tmp_path / "file" / "searches.json", Searches(["late"]))
    assert (tmp_path / "file").read_text() == "in the way"
