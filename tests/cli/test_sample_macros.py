"""The demo's macros are examples: each must be sound, and together they show every kind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from deskero_tui.cli.sample_macros import SAMPLES, write_samples
from deskero_tui.domain.macros.library import MacroKind
from deskero_tui.macro_files import MacroFiles


def test_every_sample_can_be_used(tmp_path: Path) -> None:
    write_samples(tmp_path / "macros")
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    library = MacroFiles(tmp_path / "macros", now=lambda: now).library()
    assert library.mistakes == ()
    assert library.macros.keys() == SAMPLES.keys()
    assert {macro.kind for macro in library.macros.values()} == set(MacroKind)
    assert any(macro.questions for macro in library.macros.values())
