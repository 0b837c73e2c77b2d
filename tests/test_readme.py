"""The README says what the program does, down to each key and setting."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from deskero_tui.cli.arguments import parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme_tables", ROOT / "tools/readme_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_those_of_the_program(tables: ModuleType) -> None:
    assert tables.with_tables(README) == README, "run: python tools/readme_tables.py"


def test_every_command_of_the_program_is_named() -> None:
    for word in ("login", "serve", "doctor", "ticket", "macro"):
        assert f"deskero-tui {word}" in README
        assert word in parser().format_help()


def test_every_file_and_folder_that_is_named_exists() -> None:
    for line in README.splitlines():
        if line.startswith("| `") and "/` |" in line:
            folder = line.split("`")[1]
            assert (ROOT / folder).is_dir(), folder


def test_a_lost_mark_loses_no_text(tables: ModuleType) -> None:
    with pytest.raises(SystemExit, match="keys"):
        tables.with_tables(README.replace("<!-- /keys -->", ""))


@pytest.mark.parametrize("heading", ["Settings", "Architecture", "Development", "Changes"])
def test_every_section_is_there(heading: str) -> None:
    assert f"\n## {heading}\n" in README
