"""`python -m tests.chaos`: nothing is ever lost, nothing is ever sent twice; the long proof.

Prints what was promised, what befell it and what came of it; ends with 1 when a promise was broken.

A message that arrives after the last look, and after the agent has said "send it again", is there
twice: those are counted apart. With `--keys` the desk honours idempotency keys, and there are none.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.driver import Run
from tests.chaos.plan import Plan
from tests.chaos.programs import DeskProcess, new_access
from tests.chaos.promises import Record
from tests.chaos.report import report_of
from tests.chaos.verdict import judge


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
    async with DeskProcess(folder, access, tickets=plan.tickets + plan.reserve) as desk:
        return await Run(plan, folder, access, tell).go(desk)


def plan_of(given: argparse.Namespace) -> Plan:
    """The plan that the arguments ask for."""
    writes = given.replies + given.notes
    return Plan(
        seed=given.seed,
        replies=given.replies,
        notes=given.notes,
        changes=writes // 4 if given.changes is None else given.changes,
        new_tickets=writes // 20 if given.new_tickets is None else given.new_tickets,
        deletions=writes * 3 // 100 if given.deletions is None else given.deletions,
        bulk_changes=writes // 50 if given.bulk_changes is None else given.bulk_changes,
        kills=given.kills,
        console=writes // 50 if given.console is None else given.console,
        commands=writes // 50 if given.commands is None else given.commands,
        honours_keys=given.keys,
    )


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    arguments = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--replies", type=int, default=1000)
    arguments.add_argument("--notes", type=int, default=1000)
    arguments.add_argument("--changes", type=int, help="of fields; a quarter of the writes if not")
    arguments.add_argument("--new-tickets", type=int, help="1 for 20 of the writes if not")
    arguments.add_argument("--deletions", type=int, help="3 for 100 of the writes if not")
    arguments.add_argument("--bulk-changes", type=int, help="1 for 50 of the writes if not")
    arguments.add_argument("--console", type=int, help="writes in the console; 1 of 50 if not")
    arguments.add_argument("--commands", type=int, help="writes by commands; 1 of 50 if not")
    arguments.add_argument("--kills", type=int, default=100)
    arguments.add_argument("--keys", action="store_true", help="the desk honours keys")
    return arguments


def tell(text: str) -> None:
    """Says it at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
