"""The short form of `python -m tests.chaos`, with real processes and a fixed seed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.__main__ import chaos
from tests.chaos.plan import Plan
from tests.chaos.programs import Pace
from tests.chaos.promises import Kind
from tests.chaos.report import report_of
from tests.chaos.verdict import judge


@pytest.mark.timeout(90)
@pytest.mark.parametrize("honours_keys", [False, True], ids=["no-keys", "keys"])
async def test_nothing_is_lost_and_nothing_is_sent_twice(
    tmp_path: Path, honours_keys: bool
) -> None:
    plan = Plan(
        seed=7,
        replies=20,
        notes=20,
        changes=10,
        new_tickets=4,
        deletions=3,
        bulk_changes=2,
        kills=4,
        console=2,
        commands=1,
        tickets=20,
        pace=Pace(undo_s=0.2, look_gap_s=0.3, patience_s=0.5),
        honours_keys=honours_keys,
        drain_at_most_s=30.0,
        behind_at_back=10,
    )
    record = await chaos(plan, tmp_path)
    verdict = judge(record)
    assert verdict.is_kept, report_of(plan, record, verdict)
    kept = [promise for promise in record.promises if promise.is_confirmed]
    kinds = Counter(promise.kind for promise in kept)
    assert kinds[Kind.REPLY] >= plan.replies
    assert kinds[Kind.NOTE] >= plan.notes
    assert kinds[Kind.MEMO] + kinds[Kind.SUBJECT] >= plan.changes
    assert kinds[Kind.TICKET] >= plan.new_tickets
    assert kinds[Kind.DELETION] >= plan.deletions
    assert kinds[Kind.BULK] >= plan.bulk_changes * plan.bulk_size
    assert any(promise.file for promise in kept)
    assert sum(record.kills.values()) >= plan.kills
    assert sum(exchange.is_write for exchange in record.exchanges) > len(kept) / 2
