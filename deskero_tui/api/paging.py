"""One page of a list: the envelope found by its shape, the records read one by one (API sheet
§3.3, §3.4).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from deskero_tui.api.answers import Answer, decode, not_a_desk, refusal_in
from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import BadAnswer, DeskeroError
from deskero_tui.domain.records.wire_types import Record, read_record
from deskero_tui.domain.text.safe_text import safe_line

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", covariant=True)

LONGEST_STRETCH_S: Final = 0.001
"""How long records are read before the event loop gets a turn. Several pages are read at once, and
a key takes several turns."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One record that could not be read, or not in full."""

    key: str
    """The same one each time that the record comes as it is."""
    name: str
    """The number that people call it by, else its id; empty where neither can be told."""
    members: tuple[str, ...] = ()
    """What was left out of the record; empty where all of it was."""


@dataclass(frozen=True, slots=True)
class Page(Generic[R_co]):
    """Some records of a list, in the order of the desk."""

    records: tuple[R_co, ...]
    number: int
    """1-based."""
    total: int | None = None
    """Records on all pages together, when the desk says."""
    size: int | None = None
    """Records on a full page as the desk says; it may be wrong, or not what was asked for."""
    has_next: bool = False
    problems: tuple[str, ...] = ()
    """One line for each record that was skipped or has lost members: ids and names of members,
    never their values."""
    flaws: tuple[Flaw, ...] = ()
    """The records of `problems`, one each."""
    unreadable: int = 0
    """Records that were skipped, each named in `problems` too."""
    repeated: int = 0
    """Records left out because an earlier page of the same walk had them."""
    refusal: DeskeroError | None = None
    """Why the desk refused this page. Beyond the end some desks do so instead of sending an empty
    one; where more was to come it is an error."""

    @property
    def received(self) -> int:
        """How many records the desk put on this page, unreadable ones included."""
        return len(self.records) + self.unreadable


@dataclass(frozen=True, slots=True)
class Envelope:
    """The five members around a page, whatever they were wrapped in."""

    records: Sequence[Any]
    total: int | None = None
    size: int | None = None
    has_next: bool | None = False
    """`None` when the desk sends no end mark."""

    def goes_on_after(self, number: int) -> bool:
        """Is there a page after this one, the `number`th? Where neither an end mark nor a total
        is sent, only asking tells, so the answer is yes as long as there are records.
        """
        if self.has_next is not None:
            return self.has_next
        if self.total is None:
            return bool(self.records)
        return bool(self.records) and number * (self.size or len(self.records)) < self.total


def find_envelope(data: object, expected_key: str) -> Envelope | None:
    """Finds the list in `data` by shape; `None` when there is nothing like one.

    Taken in this order: an envelope under `expected_key`, under `ticket` (which the vendor's pages
    show for other lists, too), under any one key; an envelope without a wrap; a bare list in the
    same places; an object without members, which is an empty list.
    """
    match data:
        case list():
            return Envelope(data)
        case Mapping() if not data:
            return Envelope(())
        case Mapping():
            wrapped = _pick({k: v for k, v in data.items() if _is_envelope(v)}, expected_key)
            if wrapped is not None:
                return _read_envelope(wrapped)
            if _is_envelope(data):
                return _read_envelope(data)
            bare = _pick({k: v for k, v in data.items() if isinstance(v, list)}, expected_key)
            return None if bare is None else Envelope(bare)
        case _:
            return None


def _is_envelope(value: object) -> bool:
    match value:
        case {"records": list() | None}:
            return True
        case _:
            return False


def _pick(members: Mapping[str, Any], expected_key: str) -> Any:
    for key in (expected_key, "ticket"):
        if key in members:
            return members[key]
    return next(iter(members.values())) if len(members) == 1 else None


def _read_envelope(wrap: Mapping[str, Any]) -> Envelope:
    records = wrap["records"] or ()
    total = _count(wrap.get("totalRecords"))
    # Only an end mark: the address in it is never used (API sheet §3.3).
    has_next = bool(wrap["nextQuery"]) if "nextQuery" in wrap else None
    return Envelope(records, total, _count(wrap.get("recordsPerPage")) or None, has_next)


def _count(value: object) -> int | None:
    match value:
        case bool():
            return None
        case int() if value >= 0:
            return value
        case str() if value.isascii() and value.isdecimal() and len(value) < 12:
            return int(value)
        case _:
            return None


def _flaw_of(item: object, broken: tuple[str, ...] = ()) -> Flaw:
    members = item if isinstance(item, Mapping) else {}
    number, record_id = (_named(members.get(name)) for name in ("number", "id"))
    key = record_id or number or hashlib.sha256(repr(item).encode()).hexdigest()[:16]
    return Flaw(key, number or record_id, broken)


def _named(value: object) -> str:
    is_name = isinstance(value, str | int) and not isinstance(value, bool)
    return safe_line(value, max_chars=40).strip() if is_name else ""


async def read_page(
    answer: Answer, kind: type[R], *, number: int, expected_key: str, clock: Clock
) -> Page[R]:
    """Reads one page of a list; 204 is an empty one.

    A record that cannot be read is left out and named in `problems`. The event loop gets a turn
    every few milliseconds, so a page of any size never freezes a screen.

    Raises:
        Refused: The answer is a message where a list should be.
        BadAnswer: It is nothing like a list.
    """
    if answer.is_empty:
        return Page((), number)
    stretch_began_s = clock.monotonic()
    data = decode(answer)
    envelope = find_envelope(data, expected_key)
    if envelope is None:
        raise refusal_in(data, answer) or BadAnswer(not_a_desk(answer), detail=answer.detail)
    records: list[R] = []
    problems: list[str] = []
    flaws: list[Flaw] = []
    for place, item in enumerate(envelope.records):
        try:
            record, broken = read_record(kind, item)
        except BadAnswer:
            problems.append(f"{kind.__name__} {place + 1} of page {number}: unreadable")
            flaws.append(_flaw_of(item))
        else:
            records.append(record)
            if broken:
                problems.append(
                    f"{kind.__name__} {place + 1} of page {number}: {', '.join(broken)}"
                )
                flaws.append(_flaw_of(item, broken))
        if clock.monotonic() - stretch_began_s > LONGEST_STRETCH_S:
            await asyncio.sleep(0)
            stretch_began_s = clock.monotonic()
    has_next = envelope.goes_on_after(number)
    # Some desks count the records of the page. There is more than one page here, so that shows.
    is_of_page = envelope.total == len(envelope.records) and (number > 1 or has_next)
    return Page(
        tuple(records),
        number,
        total=None if is_of_page else envelope.total,
        size=envelope.size,
        has_next=has_next,
        problems=tuple(problems),
        flaws=tuple(flaws),
        unreadable=len(envelope.records) - len(records),
    )
