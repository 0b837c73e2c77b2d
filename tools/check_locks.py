"""Check that every pip installs every lock file: `python tools/check_locks.py`.

Before 23.3, pip took `coverage[toml]` for another package than the locked `coverage`, and wanted it
pinned as well once a newer release existed. So each lock is tried with the oldest pip that the
project promises, the one that `python -m venv` brings, and the newest. Since today's releases can
hide the fault, the metadata of the locked packages is checked too.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK_FOLDER: Final = Path(__file__).parent.parent / "requirements"
PIPS: Final[Mapping[str, tuple[str, ...]]] = {
    "the pip of venv": (),
    "pip 22.3": ("pip==22.3",),
    "the newest pip": ("--upgrade", "pip"),
}
"""Each pip with the arguments of `pip install` that bring it; 22.3 came with Python 3.11.0."""
_PINNED: Final = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[(?P<extras>[^]]*)\])?==[^\s;]+(?:\s*;[^\\]*)?"
    r"(?:\s*\\\s*--hash=sha256:[0-9a-f]{64})+"
)
_ENTRY: Final = re.compile(r"^[^\s#].*(?:\n[ \t]+\S.*)*", re.MULTILINE)
_ENVIRONMENTS: Final = tuple(
    {
        "python_version": f"3.{minor}",
        "python_full_version": f"3.{minor}.0",
        "sys_platform": system.lower(),
        "platform_system": system,
    }
    for minor in range(11, 15)
    for system in ("Linux", "Darwin")
)

Locked = Mapping[str, frozenset[str]]
"""Names of the locked packages, each with its extras."""


def read_lock(text: str) -> Locked:
    """Return what a lock file pins.

    Raises:
        ValueError: An entry has no exact version, or no hash.
    """
    locked: dict[str, frozenset[str]] = {}
    for entry in _ENTRY.findall(text):
        pinned = _PINNED.fullmatch(entry.strip())
        if pinned is None:
            raise ValueError(f"not pinned by version and hash: {entry.splitlines()[0]}")
        extras = (pinned["extras"] or "").split(",")
        name = canonicalize_name(pinned["name"])
        named = frozenset(canonicalize_name(extra.strip()) for extra in extras if extra.strip())
        locked[name] = locked.get(name, frozenset()) | named
    return locked


def faults(locked: Locked, metadata: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield a sentence for each requirement of a locked package that the lock does not hold.

    Args:
        locked: What the lock pins.
        metadata: The `Requires-Dist` lines of the locked packages, by package name.
    """
    for package, lines in metadata.items():
        for required in map(Requirement, lines):
            if not _applies(required, locked.get(canonicalize_name(package), frozenset())):
                continue
            name = canonicalize_name(required.name)
            if name not in locked:
                yield f"{package} requires {required.name}, which is not locked"
                continue
            lacking = {canonicalize_name(extra) for extra in required.extras} - locked[name]
            if lacking:
                extras = ",".join(sorted(lacking))
                yield f"{package} requires {name}[{extras}], which is locked without that extra"


def _applies(required: Requirement, extras: Iterable[str]) -> bool:
    """Tell whether any supported machine needs the requirement of a package with these extras."""
    marker = required.marker
    return marker is None or any(
        marker.evaluate({**environment, "extra": extra})
        for environment in _ENVIRONMENTS
        for extra in ("", *extras)
    )


def _tried(pip: str, locks: Iterable[Path], folder: Path) -> list[str]:
    """Try the locks with one pip in an empty environment; return what went wrong."""
    python = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    if PIPS[pip]:
        failure = _pip(python, "install", *PIPS[pip])
        if failure:
            return [f"{pip} cannot be installed: {failure}"]
    found = []
    for lock in locks:
        report = folder / f"{lock.stem}.json"
        options = ("--dry-run", "--require-hashes", "--report", str(report))
        failure = _pip(python, "install", *options, "-r", str(lock))
        if failure:
            found.append(f"{lock.name}: {pip} does not install it: {failure}")
            continue
        metadata = {
            item["metadata"]["name"]: item["metadata"].get("requires_dist", ())
            for item in json.loads(report.read_text("utf-8"))["install"]
        }
        if not metadata:
            found.append(f"{lock.name}: {pip} finds nothing to install")
        found += [f"{lock.name}: {says}" for says in faults(read_lock(lock.read_text()), metadata)]
    return found


def _pip(python: Path, *arguments: str) -> str:
    """Run pip; return the errors it printed, empty when it succeeded."""
    command = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode == 0:
        return ""
    errors = [line for line in ran.stderr.splitlines() if line.startswith("ERROR")]
    return " ".join(errors) or ran.stderr.strip() or f"exit {ran.returncode}"


def main(arguments: list[str] | None = None) -> int:
    """Check the locks with every pip; exit status 1 when one of them fails."""
    parser = argparse.ArgumentParser(description="Check that every pip installs every lock file.")
    parser.add_argument("locks", nargs="*", type=Path, help="lock files (all of requirements/)")
    given = parser.parse_args(arguments)
    locks = given.locks or sorted(LOCK_FOLDER.glob("*.lock"))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
        jobs = [
            pool.submit(_tried, pip, locks, Path(folder, str(number)))
            for number, pip in enumerate(PIPS)
        ]
        found = sorted({says for job in jobs for says in job.result()})
    for says in found:
        print(says, file=sys.stderr)
    if not found:
        print(f"{len(locks)} lock files, {len(PIPS)} versions of pip: all well.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
