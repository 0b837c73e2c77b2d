"""When the time alone changes what a query shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from deskero_tui.domain.query.query import AllOf, AnyOf, Condition, MomentField, MomentIn, Not

Bound = tuple[MomentField, datetime]
"""A date of tickets, and the moment that it is compared with, which moves with the clock."""


def moving_bounds(now: Condition, later: Condition) -> Iterator[Bound]:
    """Yield the bounds of `now` that differ in `later`: the same words, read at another moment.

    A ticket passes such a bound when as much time has passed as its date is later than the bound.
    """
    match now, later:
        case MomentIn(field), MomentIn():
            for bound, moved in ((now.first, later.first), (now.before, later.before)):
                if bound is not None and bound != moved:
                    yield field, bound
        case (AllOf(parts), AllOf(moved_parts)) | (AnyOf(parts), AnyOf(moved_parts)):
            for part, moved_part in zip(parts, moved_parts, strict=True):
                yield from moving_bounds(part, moved_part)
        case Not(part), Not(moved_part):
            yield from moving_bounds(part, moved_part)
        case _:
            return


def next_midnight(now: datetime) -> datetime:
    """Return the beginning of the next day in the zone of `now`, in UTC."""
    day = now.date() + timedelta(days=1)
    return datetime.combine(day, time(), now.tzinfo).astimezone(UTC)
