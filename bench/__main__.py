"""`python -m bench`: measures, and prints what came of it and which budgets are kept."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.library import Library
from bench.programs import PROGRAMS, Program
from bench.report import Table, tables_of
from bench.rounds import Plan, Run

QUICK_ROUNDS: Final = 1
QUICK_SIZES: Final = (1_000,)
QUICK_IDLE_S: Final = 5.0


def main() -> None:
    """Runs the benchmark; progress goes to standard error, the tables to standard output."""
    given = _arguments()
    # What was started is ended in any case, so this has to be an exception, too.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="deskero-bench-") as scratch:
        run = Run(
            _plan(given),
            _chosen(given.only),
            Library(given.folder),
            Path(scratch),
            tell=lambda line: _tell(f"{time.monotonic() - began_s:4.0f} s  {line}"),
        )
        run.go()
    tables = tables_of(run.results, run.plan.sizes)
    notes = [_machine(), *(f"Left out: {line}." for line in run.skipped)]
    _say("\n\n".join([*(table.as_text() for table in tables), "\n".join(notes)]))
    if given.out:
        given.out.write_text(_markdown(tables, notes), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help=f"measure this program; may be repeated: {', '.join(p.name for p in PROGRAMS)}",
    )
    parser.add_argument(
        "--sizes",
        type=_sizes,
        metavar="N,N",
        help="how many items; keys are pressed with the most (1000,100000)",
    )
    parser.add_argument("--rounds", type=int, help="of each program (5)")
    parser.add_argument("--quick", action="store_true", help="a look: 1,000 items, one round")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the tables as Markdown")
    parser.add_argument(
        "--folder", type=Path, default=_cache(), help="where data are kept (%(default)s)"
    )
    return parser.parse_args()


def _sizes(spelled: str) -> tuple[int, ...]:
    return tuple(sorted(int(size) for size in spelled.split(",")))


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deskero-tui-bench"


def _plan(given: argparse.Namespace) -> Plan:
    usual = Plan(QUICK_SIZES, QUICK_ROUNDS, QUICK_IDLE_S) if given.quick else Plan()
    return Plan(given.sizes or usual.sizes, given.rounds or usual.rounds, usual.idle_s)


def _chosen(names: Sequence[str]) -> list[Program]:
    """The programs of those names; all of them where none is named."""
    unknown = set(names) - {program.name for program in PROGRAMS}
    if unknown:
        raise SystemExit(f"no such program: {', '.join(sorted(unknown))}")
    return [program for program in PROGRAMS if not names or program.name in names]


def _machine() -> str:
    cores = len(os.sched_getaffinity(0))
    return f"One machine of {cores} cores, load {os.getloadavg()[0]:.1f} at the end."


def _markdown(tables: Sequence[Table], notes: Sequence[str]) -> str:
    return "\n\n".join([*(table.as_markdown() for table in tables), "  \n".join(notes)]) + "\n"


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
