"""Run the Hypothesis tests with random seeds and many examples: `python -m tests.fuzz`.

Each round runs all of them with one seed. The first round that fails ends the run, and the command
that repeats it is printed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import time

PYTEST = (
    *(sys.executable, "-m", "pytest", "-q", "-m", "hypothesis", "--hypothesis-profile=fuzz"),
    *("--timeout=3600", "--no-header"),
)
NO_TESTS = 5
"""The exit status of pytest where nothing was selected."""


def command(given: argparse.Namespace, seed: int) -> str:
    """Return the command line that repeats a round."""
    words = ["make fuzz", f"SEED={seed}", f"EXAMPLES={given.examples}"]
    return " ".join([*words, f"TESTS='{' '.join(given.tests)}'"] if given.tests else words)


def run_round(given: argparse.Namespace, seed: int) -> int:
    """Run all Hypothesis tests with one seed; return the exit status of pytest."""
    workers = () if any("::" in test for test in given.tests) else ("-n", str(given.workers))
    environment = os.environ | {"FUZZ_EXAMPLES": str(given.examples)}
    return subprocess.run(
        [*PYTEST, f"--hypothesis-seed={seed}", *workers, *given.tests], env=environment
    ).returncode


def main(arguments: list[str] | None = None) -> int:
    """Run one round, or rounds until the minutes are over; return the first failing status."""
    given = parser().parse_args(arguments)
    ends_s = time.monotonic() + 60 * given.minutes
    count = 0
    while True:
        seed = secrets.randbelow(2**32) if given.seed is None else given.seed
        print(f"Seed {seed}, {given.examples} examples for each test.", flush=True)
        status = run_round(given, seed)
        count += 1
        if status:
            if status != NO_TESTS:
                print(f"Failed with seed {seed}. Repeat with: {command(given, seed)}", flush=True)
            return status
        if given.seed is not None or time.monotonic() >= ends_s:
            print(f"Rounds without a failure: {count}.")
            return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line of `python -m tests.fuzz`."""
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    arguments.add_argument("tests", nargs="*", help="files or tests; all of them, if left out")
    arguments.add_argument("--seed", type=int, help="the seed of the only round; default: random")
    arguments.add_argument("--examples", type=int, default=500, help="for each test (%(default)s)")
    arguments.add_argument("--minutes", type=float, default=0.0, help="begin rounds until then")
    arguments.add_argument("--workers", type=int, default=4, help="processes (%(default)s)")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
