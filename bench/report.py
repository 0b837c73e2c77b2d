"""The tables of a run, as text for a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.budgets import BUDGETS, Outcome, judge
from bench.figures import Figure, Results, Spread, Unit, Where
from bench.programs import CONSOLE_NAME

NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what it is about, its heading, its rows."""

    title: str
    heading: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def as_text(self) -> str:
        """In columns, for a terminal."""
        lines = [self.heading, *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.heading))]
        spelled = (
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )
        return "\n".join([self.title, *spelled])

    def as_markdown(self) -> str:
        """As a Markdown table below its title."""
        lines = [self.heading, tuple("---" for _ in self.heading), *self.rows]
        return "\n".join([self.title, "", *(f"| {' | '.join(line)} |" for line in lines)])


def tables_of(results: Results, sizes: Sequence[int]) -> list[Table]:
    """The budgets at the largest of `sizes`, then every program at each size that was measured."""
    measured = sorted({where.size for figure in Figure for where in results.places(figure)})
    return [_budget_table(results, max(sizes)), *(_size_table(results, n) for n in measured)]


def _budget_table(results: Results, size: int) -> Table:
    rows = [_budget_row(judge(budget, results, size)) for budget in BUDGETS]
    heading = ("Figure", "Ours", "Peer", "Ratio", "Budget", "Verdict")
    return Table(f"Budgets, {size:,} items; medians (least to most)", heading, rows)


def _budget_row(outcome: Outcome) -> tuple[str, ...]:
    budget = outcome.budget
    unit = budget.figure.unit
    name = budget.figure.title
    variant = budget.program.removeprefix(CONSOLE_NAME).lstrip(", ")
    if budget.program != variant and variant:
        name += f" ({variant})"
    return (
        name,
        _spelled(unit, outcome.ours),
        NOTHING if outcome.theirs is None else f"{budget.peer} {_spelled(unit, outcome.theirs)}",
        NOTHING if outcome.ratio is None else _spelled(Unit.TIMES, outcome.ratio),
        budget.words,
        outcome.verdict.value,
    )


def _size_table(results: Results, size: int) -> Table:
    figures = [figure for figure in Figure if any(w.size == size for w in results.places(figure))]
    programs = _in_order(
        where.program for f in figures for where in results.places(f) if where.size == size
    )
    rows = []
    for figure in figures:
        cells = [_median(results, figure, Where(program, size)) for program in programs]
        rows.append((figure.title, *cells))
    return Table(f"{size:,} items; medians", ("Figure", *programs), rows)


def _in_order(names: Iterable[str]) -> list[str]:
    """Each name once, as they come."""
    return list(dict.fromkeys(names))


def _median(results: Results, figure: Figure, where: Where) -> str:
    if not results.has(figure, where):
        return NOTHING
    return figure.unit.spelled(results.spread(figure, where).median)


def _spelled(unit: Unit, spread: Spread | None) -> str:
    """A median; what it lies between only where that is another text."""
    if spread is None:
        return NOTHING
    median, least, most = (unit.spelled(spread[n]) for n in (1, 0, 2))
    if least == most:
        return median
    return f"{median} ({least.removesuffix(unit.value).rstrip()} to {most})"
