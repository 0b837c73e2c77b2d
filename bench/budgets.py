"""What the console promises of its lightness, and whether a run has kept it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from bench.figures import KB, MB, MS, Figure, Results, Spread, Where
from bench.library import LOADED
from bench.programs import CONSOLE_NAME, DESK_NAME, SLOW_NAME


class Verdict(Enum):
    """Whether a budget is kept."""

    MET = "met"
    NOT_MET = "not met"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One promise: at most an amount, or at most so many times what a peer needs."""

    figure: Figure
    program: str = CONSOLE_NAME
    peer: str = ""
    limit: float
    """In the figure's own measure (seconds, bytes), or a ratio where there is a peer."""
    is_floor: bool = False
    """At least, not at most."""
    items: int | None = None
    """Measured with so many; `None`: with the most of the run."""

    @property
    def words(self) -> str:
        """The promise as it is written."""
        bound = "at least" if self.is_floor else "at most"
        if self.peer:
            return f"{bound} {self.limit:g} x {self.peer}"
        if self.limit == 0:
            return "none"
        return f"{bound} {self.figure.unit.spelled(self.limit)}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one budget; no `ours` where it was not measured."""

    budget: Budget
    verdict: Verdict
    ours: Spread | None = None
    theirs: Spread | None = None
    ratio: Spread | None = None


BUDGETS: Final[tuple[Budget, ...]] = (
    Budget(figure=Figure.FIRST_ROW, peer="aerc", limit=0.4),
    Budget(figure=Figure.INSIDE_SIZE, peer="mutt", limit=1.0),
    Budget(figure=Figure.INSIDE_SIZE, program=SLOW_NAME, peer="mutt", limit=0.25),
    Budget(figure=Figure.EDGE_SIZE, peer="mutt", limit=1.2),
    Budget(figure=Figure.PREVIEW_SIZE, peer="mutt split", limit=1.0),
    Budget(figure=Figure.OPEN_SIZE, peer="mutt", limit=1.5),
    Budget(figure=Figure.KEY_TO_BYTE, limit=5 / MS),
    Budget(figure=Figure.KEY_TO_BYTE_P99, limit=20 / MS),
    Budget(figure=Figure.KEY_PROCESSOR, limit=4 / MS),
    Budget(figure=Figure.BURST_TIME, limit=250 / MS),
    Budget(figure=Figure.BURST_SIZE, limit=10 * KB),
    Budget(figure=Figure.MEMORY, limit=60 * MB),
    Budget(figure=Figure.IDLE_SIZE, limit=0),
    Budget(figure=Figure.IDLE_PROCESSOR, limit=20 / MS),
    Budget(figure=Figure.FILTER_P95, limit=50 / MS),
    Budget(figure=Figure.LOADING, limit=1.3, items=LOADED),
    Budget(figure=Figure.LOADING_KEY, limit=5 / MS, items=LOADED),
    Budget(figure=Figure.LOADING_KEY_P99, limit=20 / MS, items=LOADED),
    Budget(figure=Figure.DESK_PAGES, program=DESK_NAME, limit=300, is_floor=True, items=LOADED),
    Budget(figure=Figure.DESK_REPLIES, program=DESK_NAME, limit=500, is_floor=True, items=LOADED),
)


def judge(budget: Budget, results: Results, size: int) -> Outcome:
    """What a run with `size` items says of one budget: the median is what counts."""
    size = budget.items or size
    ours_at, peer_at = Where(budget.program, size), Where(budget.peer, size)
    if not results.has(budget.figure, ours_at):
        return Outcome(budget, Verdict.NOT_MEASURED)
    ours = results.spread(budget.figure, ours_at)
    if not budget.peer:
        return Outcome(budget, _verdict(budget, ours.median), ours)
    if not results.has(budget.figure, peer_at):
        return Outcome(budget, Verdict.NOT_MEASURED, ours)
    ratio = results.ratio(budget.figure, ours_at, peer_at)
    theirs = results.spread(budget.figure, peer_at)
    return Outcome(budget, _verdict(budget, ratio.median), ours, theirs, ratio)


def _verdict(budget: Budget, value: float) -> Verdict:
    is_kept = value >= budget.limit if budget.is_floor else value <= budget.limit
    return Verdict.MET if is_kept else Verdict.NOT_MET
