"""A run in words and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from tests.chaos.faults import Fault
from tests.chaos.plan import Plan
from tests.chaos.promises import Kind, Record
from tests.chaos.verdict import Outcome, Verdict

_COLUMNS = (
    Outcome.ONCE,
    Outcome.ASKED,
    Outcome.WITHDRAWN,
    Outcome.UNPROMISED,
    Outcome.LOST,
    Outcome.DOUBLED,
    Outcome.STUCK,
)
_MOST_BROKEN_SHOWN = 40


def report_of(plan: Plan, record: Record, verdict: Verdict) -> str:
    """Everything that a run showed."""
    return "\n".join(_lines(plan, record, verdict))


def _lines(plan: Plan, record: Record, verdict: Verdict) -> Iterator[str]:
    confirmed = [promise for promise in record.promises if promise.is_confirmed]
    kinds = Counter(promise.kind for promise in confirmed)
    yield f"seed {plan.seed}, {record.took_s:.0f} s"
    yield "promised: " + ", ".join(f"{kinds[kind]} {kind.value}" for kind in Kind)
    yield f"asked for, never confirmed: {len(record.promises) - len(confirmed)}"
    with_file = sum(bool(promise.file) for promise in confirmed)
    yield f"replies with a file: {with_file}; files there with their bytes: {verdict.files_there}"
    yield f"drafts: {len(record.drafts_promised)}; colleague's deeds: {len(record.deeds)}"
    yield f"kills: {sum(record.kills.values())}"
    yield from (f"  {count:4} {way}" for way, count in sorted(record.kills.items()))
    writes = [exchange for exchange in record.exchanges if exchange.is_write]
    yield f"requests: {len(record.exchanges)}, of these writes {len(writes)}"
    yield ""
    yield from _table("promises by kind", {k.value: c for k, c in verdict.by_kind.items()}, Kind)
    yield ""
    faults = {fault.value: counts for fault, counts in verdict.by_fault.items()}
    yield from _table("write requests by fault", faults, Fault)
    yield ""
    yield "promises: " + ", ".join(f"{o.value} {verdict.outcomes[o]}" for o in _COLUMNS)
    asked = len(confirmed)
    for said, count in (
        ("unsure in the end, so that the agent was asked", sum(p.was_unsure for p in confirmed)),
        ("held because of news, so that the agent was asked", sum(p.was_held for p in confirmed)),
        ("refused, so that the agent was asked", sum(p.was_refused for p in confirmed)),
    ):
        yield f"{said}: {count} of {asked} ({100 * count / max(asked, 1):.2f} %)"
    yield f"there twice because the agent sent it again: {verdict.twice_on_request}"
    yield f"between last look and write, where no client can see: {verdict.in_the_window}"
    yield f"from the end of the faults to an empty queue: {record.drain_s:.1f} s"
    yield f"from desk-back to an empty queue of {record.back_count}: {record.back_s:.1f} s"
    yield ""
    yield from (f"BROKEN {sentence}" for sentence in verdict.broken[:_MOST_BROKEN_SHOWN])
    yield from verdict.stories
    yield "VERDICT: " + ("kept" if verdict.is_kept else f"{len(verdict.broken)} promises broken")


def _table(
    title: str, counts_of: Mapping[str, Counter[Outcome]], rows: type[Fault | Kind]
) -> Iterator[str]:
    width = max(len(fault.value) for fault in Fault)
    heads = " ".join(f"{outcome.value:>13}" for outcome in _COLUMNS)
    yield f"{title:{width}} {heads}"
    for row in rows:
        counts = counts_of.get(row.value)
        if counts:
            cells = " ".join(f"{counts[outcome]:13}" for outcome in _COLUMNS)
            yield f"{row.value:{width}} {cells}"
