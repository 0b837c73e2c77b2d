"""The lock files are complete: no pip has to look for anything that they do not pin."""

from __future__ import annotations

import importlib.util
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
OF_THE_VENV = ("run", "dev", "build")
"""The locks whose packages are installed where the tests run."""


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_locks", ROOT / "tools/check_locks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lock_text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text("utf-8")


def installed(names: list[str]) -> dict[str, list[str]]:
    """Return what those packages require, as far as this machine has them."""
    metadata = {}
    for name in names:
        try:
            metadata[name] = distribution(name).requires or []
        except PackageNotFoundError:
            continue
    return metadata


@pytest.mark.parametrize("name", OF_THE_VENV)
def test_every_requirement_is_locked_with_its_extras(check: ModuleType, name: str) -> None:
    locked = check.read_lock(lock_text(name))
    metadata = installed(list(locked))
    assert len(metadata) > len(locked) // 2
    assert list(check.faults(locked, metadata)) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda path: path.stem
)
def test_every_entry_of_a_lock_has_a_version_and_hashes(check: ModuleType, path: Path) -> None:
    assert check.read_lock(path.read_text("utf-8"))


def test_a_lock_without_an_extra_is_named(check: ModuleType) -> None:
    locked = check.read_lock(lock_text("dev").replace("coverage[toml]==", "coverage=="))
    assert list(check.faults(locked, installed(list(locked)))) == [
        "pytest-cov requires coverage[toml], which is locked without that extra"
    ]


def test_a_requirement_of_an_extra_that_is_not_locked_is_named(check: ModuleType) -> None:
    locked = {"one": frozenset({"fast"})}
    metadata = {"one": ['speedups>=2; extra == "fast"', 'other; extra == "docs"']}
    assert list(check.faults(locked, metadata)) == ["one requires speedups, which is not locked"]


def test_a_requirement_of_another_system_only_need_not_be_locked(check: ModuleType) -> None:
    metadata = {"one": ['colorama; sys_platform == "win32"', 'old; python_version < "3.11"']}
    assert list(check.faults({"one": frozenset()}, metadata)) == []


@pytest.mark.parametrize(
    "entry",
    ["one>=1 \\\n    --hash=sha256:" + "0" * 64, "one==1", "one @ https://host/one.whl"],
    ids=["no exact version", "no hash", "an address"],
)
def test_an_entry_that_is_not_pinned_is_an_error(check: ModuleType, entry: str) -> None:
    with pytest.raises(ValueError, match="not pinned"):
        check.read_lock(entry + "\n")
