"""`make test` runs the same examples every time, and `make fuzz` others that can be repeated."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
LAZY = "deskero_tui.cli.doctor"
"""A module with constants that is loaded only when it is needed."""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder with one test that writes its examples down, under our configuration of pytest."""
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "conftest.py").write_text("from tests.conftest import *\n")
    (folder / "test_drawn.py").write_text(
        "from hypothesis import given, strategies as st\n"
        "@given(st.text(), st.integers())\n"
        "def test_drawn(text, number):\n"
        "    print('drawn', ascii(text), number)\n"
    )
    return folder


def drawn(suite: Path, *options: str) -> list[str]:
    """Return the examples of one run."""
    command = [sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", "-c"]
    ran = subprocess.run(
        [*command, str(ROOT / "pyproject.toml"), "--rootdir", str(suite), *options, str(suite)],
        cwd=suite,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(suite)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in ran.stdout.splitlines() if "drawn '" in line]


def test_the_examples_are_the_same_whatever_was_loaded_before(suite: Path) -> None:
    first = drawn(suite)
    assert len(first) > settings.get_profile("calm").max_examples // 2
    conftest = suite / "conftest.py"
    conftest.write_text(f"import {LAZY}\n{conftest.read_text()}")
    assert drawn(suite) == first


def test_a_seed_repeats_other_examples(suite: Path) -> None:
    first = drawn(suite, "--hypothesis-profile=fuzz", "--hypothesis-seed=7")
    assert len(first) > settings.get_profile("calm").max_examples
    assert drawn(suite, "--hypothesis-profile=fuzz", "--hypothesis-seed=7") == first
    assert drawn(suite, "--hypothesis-profile=fuzz", "--hypothesis-seed=8") != first


def test_nothing_is_kept_from_one_run_to_the_next() -> None:
    for profile in ("calm", "fuzz"):
        assert settings.get_profile(profile).database is None
    assert settings.get_profile("calm").derandomize
