"""`python -m tests.chaos`: nothing is ever lost, nothing is ever sent twice; the long proof.

Prints what was promised, what befell it and what came of it; ends with 1 when a promise was broken.

One thing no client of this API can tell: a request held back somewhere on the line for longer than
both looks of the settling, and done after them, cannot be told from one that was lost. It is then
there twice. `--late-beyond-gap` measures that apart; a run without it has no such requests.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.chaos.driver import Run
from tests.chaos.faults import MIXED, with_lateness_beyond
from tests.chaos.plan import Plan
from tests.chaos.programs import DeskProcess, new_access
from tests.chaos.promises import Record
from tests.chaos.report import report_of
from tests.chaos.verdict import judge

BEYOND_PROBABILITY = 0.01


def main() -> int:
    given = parser().parse_args()
    plan = plan_of(given)
    folder = Path(tempfile.mkdtemp(prefix="deskero-chaos-"))
    record = asyncio.run(chaos(plan, folder))
    verdict = judge(record)
    tell(report_of(plan, record, verdict))
    if verdict.is_kept:
        shutil.rmtree(folder)
        return 0
    tell(f"The store, the log and the desk's database are in {folder}")
    return 1


async def chaos(plan: Plan, folder: Path) -> Record:
    """One run in an empty folder."""
    access = new_access()
    async with DeskProcess(folder, access, tickets=plan.tickets) as desk:
        return await Run(plan, folder, access, tell).go(desk)


def plan_of(given: argparse.Namespace) -> Plan:
    """The plan that the arguments ask for."""
    writes = given.replies + given.notes
    plan = Plan(
        seed=given.seed,
        replies=given.replies,
        notes=given.notes,
        changes=writes // 4 if given.changes is None else given.changes,
        kills=given.kills,
        console=writes // 50 if given.console is None else given.console,
        commands=writes // 50 if given.commands is None else given.commands,
    )
    if not given.late_beyond_gap:
        return plan
    mix = with_lateness_beyond(MIXED, BEYOND_PROBABILITY)
    return replace(plan, mix=mix, lateness_beyond_s=4 * plan.pace.settle_gap_s)


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    arguments = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--replies", type=int, default=1000)
    arguments.add_argument("--notes", type=int, default=1000)
    arguments.add_argument("--changes", type=int, help="of fields; a quarter of the writes if not")
    arguments.add_argument("--console", type=int, help="writes in the console; 1 of 50 if not")
    arguments.add_argument("--commands", type=int, help="writes by commands; 1 of 50 if not")
    arguments.add_argument("--kills", type=int, default=100)
    arguments.add_argument("--late-beyond-gap", action="store_true")
    return arguments


def tell(text: str) -> None:
    """Says it at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
