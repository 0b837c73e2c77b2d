"""What the palette was used for outlives the console, and nothing hangs on its file."""

from __future__ import annotations

import stat
from collections import Counter
from pathlib import Path

import pytest

from deskero_tui.cli.palette_history import read_history, write_history


def test_counts_come_back_and_are_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "palette.json"
    write_history(path, Counter({"ticket.reply": 3}))
    assert read_history(path) == {"ticket.reply": 3}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "garbage", [b"", b"{", b"[1]", b"\xff\xfe", b"null", b"[" * 50_000, b'{"a": "b"}']
)
def test_garbage_counts_nothing(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "palette.json"
    path.write_bytes(garbage)
    assert read_history(path) == {}


def test_what_is_no_count_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "palette.json"
    path.write_text('{"a": 1, "b": -1, "c": true, "d": 1.5, "e": 99999999999, "f": null}')
    assert read_history(path) == {"a": 1}


def test_a_place_that_cannot_be_read_or_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "palette.json"
    write_history(path, Counter({"a": 1}))
    assert read_history(path) == {}
