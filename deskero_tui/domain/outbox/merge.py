"""What a ticket was when somebody began to write, what it is now, and whether our words are in it.

A desk gives no version, and replies no id when read back (API sheet §5.2, §7), so everything is
told by author, moment and text. Pure; any thread.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.query.query import fold_name
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.domain.time.epoch import known_moment, to_ms

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.contents import NoteContent, ReplyContent
    from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
    from deskero_tui.domain.records.people import Agent, Customer
    from deskero_tui.domain.records.ticket import Note, Reply, Ticket

FieldValue = str | bool | tuple[str, ...] | None
"""A field of a ticket in the one form in which it is compared and kept."""


# -- what is new since -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was known of a ticket at a moment: enough to tell what came later, without any text."""

    messages: tuple[str, ...]
    """One mark for each reply and note: kind, author and moment, or a note's id."""
    status: str
    """Folded machine name; empty when unknown."""
    assignee: AgentId | None


class NewsKind(Enum):
    """What came since writing began."""

    CUSTOMER = "the customer wrote"
    AGENT = "an agent replied"
    NOTE = "an agent left a note"
    STATUS = "the status changed"
    ASSIGNEE = "the owner changed"
    MERGED = "the ticket became another one"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that the agent had not seen when writing; its text is in the store."""

    kind: NewsKind
    who: SafeText
    """Name or address of the author; empty for changes of fields, and where the desk gives none."""
    at: datetime | None
    now: str = ""
    """The new machine name of the status, the new owner's id, or the number of the other ticket;
    empty for messages."""
    who_id: str = ""
    """Id of the author; empty for changes of fields, and where the desk gives none."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that we change and that somebody else changed meanwhile."""

    name: str
    """As in `TicketPatch`."""
    base: FieldValue
    """What it was when the agent acted."""
    ours: FieldValue
    theirs: FieldValue


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a write waits for the agent, and what it will be measured by when they say "anyway"."""

    news: tuple[News, ...] = ()
    conflicts: tuple[FieldConflict, ...] = ()
    baseline: Baseline | None = None
    """The ticket as it was when it was held; `None` for a change of fields."""


def baseline_of(ticket: Ticket) -> Baseline:
    """What is known of `ticket` now."""
    return Baseline(
        messages=tuple(mark for mark, _, _ in _messages(ticket)),
        status=_status_of(ticket),
        assignee=ticket.assignee.id if ticket.assignee else None,
    )


def news_since(baseline: Baseline, ticket: Ticket, me: AgentId) -> tuple[News, ...]:
    """What others did to `ticket` since `baseline`: replies, then notes, then status and owner.

    What `me` wrote is no news to me. Equal marks are counted, so a second message of the same
    author in the same millisecond is seen.
    """
    known = Counter(baseline.messages)
    found = []
    for mark, author, news in _messages(ticket):
        if known[mark] > 0:
            known[mark] -= 1
        elif author != me:
            found.append(news)
    now = baseline_of(ticket)
    if now.status != baseline.status:
        found.append(News(NewsKind.STATUS, SafeText(""), ticket.managed_at, now.status))
    if now.assignee != baseline.assignee:
        found.append(News(NewsKind.ASSIGNEE, SafeText(""), ticket.managed_at, now.assignee or ""))
    return tuple(found)


def merged_into(ticket: Ticket) -> Hold:
    """Return what to hold a message for whose ticket has become `ticket`."""
    number = safe_line(ticket.number or ticket.id, max_chars=40)
    known = baseline_of(ticket)
    return Hold(
        news=(News(NewsKind.MERGED, SafeText(""), None, number),),
        baseline=replace(known, messages=(_merge_mark(ticket), *known.messages)),
    )


def knows_merge(baseline: Baseline | None, ticket: Ticket) -> bool:
    """Tell whether the agent has decided about a message since its ticket became `ticket`."""
    return baseline is not None and _merge_mark(ticket) in baseline.messages


def _merge_mark(ticket: Ticket) -> str:
    return f"became {ticket.id}"


def _messages(ticket: Ticket) -> Iterator[tuple[str, AgentId | None, News]]:
    """Mark, authoring agent and what it would be as news, for every reply and note."""
    for reply in ticket.replies:
        yield _reply_message(reply)
    for note in ticket.notes:
        yield _note_message(note)


def _reply_message(reply: Reply) -> tuple[str, AgentId | None, News]:
    moment = "" if reply.sent_at is None else to_ms(reply.sent_at)
    if reply.from_agent is not None and reply.from_customer is None:
        agent = reply.from_agent
        news = News(NewsKind.AGENT, _name_of(agent), reply.sent_at, who_id=agent.id)
        return f"agent {agent.id} {moment}", agent.id, news
    customer = reply.from_customer
    customer_id = customer.id if customer else ""
    news = News(NewsKind.CUSTOMER, _name_of(customer), reply.sent_at, who_id=customer_id)
    return f"customer {customer_id} {moment}", None, news


def _note_message(note: Note) -> tuple[str, AgentId | None, News]:
    moment = "" if note.inserted_at is None else to_ms(note.inserted_at)
    who = safe_line(note.author_name, max_chars=80)
    mark = f"note {note.id}" if note.id else f"note of {note.author or ''} {moment}"
    news = News(NewsKind.NOTE, who, note.inserted_at, who_id=note.author or "")
    return mark, note.author, news


def _name_of(person: Customer | Agent | None) -> SafeText:
    return safe_line((person.name or person.email) if person else "", max_chars=80)


# -- fields, three ways ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Merge:
    """What is left of a change once it was compared with the ticket as it is now."""

    to_send: TicketPatch
    """The members that are not so on the desk yet; empty when nothing has to be sent."""
    conflicts: tuple[FieldConflict, ...]
    """When there are any, nothing may be sent before the agent has decided."""


def merge(patch: TicketPatch, base: Mapping[str, FieldValue], ticket: Ticket) -> Merge:
    """Compares what a field was, what we want and what it is now, field by field.

    A field that `base` does not hold counts as unchanged by others. Custom fields are one field to
    a desk, which replaces them all (API sheet §4.1); here each of them is one.
    """
    from deskero_tui.domain.outbox.outgoing import TicketPatch

    wanted: dict[str, Any] = {}
    conflicts = []
    for name in sorted(patch.changed):
        ours, theirs = wanted_value(patch, name), field_value(ticket, name)
        was = base.get(name, theirs)
        if _is_same(ours, theirs):
            continue
        if _is_same(was, theirs):
            wanted[name] = getattr(patch, name)
        elif _is_kept_as(name, ours, theirs):
            continue
        elif _is_kept_as(name, was, theirs):
            wanted[name] = getattr(patch, name)
        elif name == "custom_fields" and (fields := _merged_fields(patch, was, ticket)) is not None:
            if _pairs(fields) != theirs:
                wanted[name] = fields
        else:
            conflicts.append(FieldConflict(name, was, ours, theirs))
    return Merge(TicketPatch(**wanted), tuple(conflicts))


def _merged_fields(
    patch: TicketPatch, base: FieldValue, ticket: Ticket
) -> Mapping[str, str | None] | None:
    """All custom fields as both sides want them; `None` when both have changed the same one.

    What they were is known as pairs only (`_pairs`). Where names are so much alike that one pair
    could be of two fields, that counts as a change by both.
    """
    from deskero_tui.domain.outbox.outgoing import UNSET

    assert patch.custom_fields is not UNSET
    assert isinstance(base, tuple)
    merged: dict[str, str | None] = {}
    for name in {**ticket.custom_fields, **patch.custom_fields}:
        ours, theirs = patch.custom_fields.get(name), ticket.custom_fields.get(name)
        was = [pair for pair in base if pair.startswith(f"{name}: ")]
        if was in (_pair(name, ours), _pair(name, theirs)) or ours == theirs:
            merged[name] = theirs if was == _pair(name, ours) else ours
        else:
            return None
    return merged


def _pair(name: str, text: str | None) -> list[str]:
    """As `_pairs` has one field: a list of one, empty for a field without a value."""
    return list(_pairs({name: text}))


def is_applied(patch: TicketPatch, base: Mapping[str, FieldValue], ticket: Ticket) -> bool:
    """Whether every field is on the desk as `patch` wants it, or as a desk keeps that.

    `base` is what the fields were when the agent acted: what is still so was not changed.
    """
    for name in patch.changed:
        ours, theirs = wanted_value(patch, name), field_value(ticket, name)
        is_old = name in base and _is_same(base[name], theirs)
        if not (_is_same(ours, theirs) or (_is_kept_as(name, ours, theirs) and not is_old)):
            return False
    return True


_CHANGED_BY_DESKS: Final = frozenset({"subject", "memo", "tags", "custom_fields"})
"""Fields of text: a desk may fold the case of tags, change quotes, cut a text, replace letters."""


def _is_kept_as(name: str, ours: FieldValue, theirs: FieldValue) -> bool:
    """Whether `theirs` could be what a desk has made of `ours` when it stored it."""
    from deskero_tui.domain.outbox.arrival import is_changed_form

    if name not in _CHANGED_BY_DESKS:
        return False
    if isinstance(ours, str) and isinstance(theirs, str):
        return is_changed_form(ours, theirs)
    if isinstance(ours, tuple) and isinstance(theirs, tuple) and len(ours) == len(theirs):
        pairs = zip(sorted(ours, key=str.casefold), sorted(theirs, key=str.casefold), strict=True)
        return all(is_changed_form(one, other) for one, other in pairs)
    return False


def base_values(patch: TicketPatch, ticket: Ticket) -> dict[str, FieldValue]:
    """What the fields that `patch` changes are on `ticket`."""
    return {name: field_value(ticket, name) for name in sorted(patch.changed)}


def field_value(ticket: Ticket, name: str) -> FieldValue:
    """The field that `TicketPatch` calls `name`, as it is on `ticket`."""
    return _ON_TICKET[name](ticket)


def wanted_value(patch: TicketPatch, name: str) -> FieldValue:
    """The same for what `patch` sets; it must set it."""
    return _NORMAL[name](getattr(patch, name))


def _is_same(one: FieldValue, other: FieldValue) -> bool:
    from deskero_tui.domain.text.html import comparable

    if isinstance(one, str) and isinstance(other, str):
        return comparable(one) == comparable(other)
    return one == other


def _status_of(ticket: Ticket) -> str:
    return fold_name(ticket.status.name) if ticket.status else ""


def _as_it_is(value: Any) -> Any:
    return value


def _text(value: str | None) -> str:
    return value or ""


def _folded_set(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({value.strip() for value in values}))


def _pairs(values: Mapping[str, str | None]) -> tuple[str, ...]:
    return tuple(sorted(f"{name}: {text}" for name, text in values.items() if text is not None))


_NORMAL: Final[Mapping[str, Callable[[Any], FieldValue]]] = {
    "subject": _text,
    "status": fold_name,
    "assignee": _as_it_is,
    "is_priority": bool,
    "type": _as_it_is,
    "area": _as_it_is,
    "group": _as_it_is,
    "tags": _folded_set,
    "cc": _folded_set,
    "memo": _text,
    "custom_fields": _pairs,
}

_ON_TICKET: Final[Mapping[str, Callable[[Ticket], FieldValue]]] = {
    "subject": lambda ticket: ticket.subject,
    "status": _status_of,
    "assignee": lambda ticket: ticket.assignee.id if ticket.assignee else None,
    "is_priority": lambda ticket: ticket.is_priority,
    "type": lambda ticket: ticket.type.id if ticket.type else None,
    "area": lambda ticket: ticket.area.id if ticket.area else None,
    "group": lambda ticket: ticket.group.id if ticket.group else None,
    "tags": lambda ticket: _folded_set(ticket.tags),
    "cc": lambda ticket: _folded_set(tuple(agent.id for agent in ticket.cc)),
    "memo": lambda ticket: ticket.memo,
    "custom_fields": lambda ticket: _pairs(ticket.custom_fields),
}


# -- our own words on the desk ---------------------------------------------------------------------


def matches(content: ReplyContent | NoteContent, ticket: Ticket) -> int:
    """How many replies (or notes) of this author with this very text `ticket` has.

    Text is compared by what a desk keeps of it (`comparable`); notes also by their reminder.
    Counted, not merely found: the same words may be meant twice.
    """
    from deskero_tui.domain.outbox.contents import NoteContent, ReplyContent
    from deskero_tui.domain.text.html import comparable

    wanted = comparable(content.text)
    match content:
        case ReplyContent():
            return sum(
                reply.from_agent is not None
                and reply.from_customer is None
                and reply.from_agent.id == content.author
                and comparable(reply.text) == wanted
                for reply in ticket.replies
            )
        case NoteContent():
            return sum(
                note.author == content.author
                and _ms(note.remind_at) == _ms(content.remind_at)
                and comparable(note.text) == wanted
                for note in ticket.notes
            )


def is_alike(new: NewTicket, ticket: Ticket) -> bool:
    """Whether `ticket` could be what became of `new`: same customer, subject and description."""
    from deskero_tui.domain.text.html import comparable

    return (
        ticket.customer is not None
        and ticket.customer.id == new.customer
        and comparable(ticket.subject) == comparable(new.subject)
        and comparable(ticket.description) == comparable(new.description)
    )


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


# -- spelling in the store -------------------------------------------------------------------------


def baseline_json(baseline: Baseline) -> str:
    """`baseline` as JSON."""
    return json.dumps(asdict(baseline))


def read_baseline(text: str) -> Baseline:
    """The baseline that `baseline_json` wrote."""
    return _baseline(json.loads(text))


def values_json(values: Mapping[str, FieldValue]) -> str:
    """Values of fields as JSON."""
    return json.dumps(dict(values), ensure_ascii=False)


def read_values(text: str) -> dict[str, FieldValue]:
    """The values that `values_json` wrote."""
    return {name: _value(value) for name, value in json.loads(text).items()}


def hold_json(hold: Hold) -> str:
    """`hold` as JSON."""
    news = [
        {
            "kind": one.kind.value,
            "who": one.who,
            "who_id": one.who_id,
            "at": _ms(one.at),
            "now": one.now,
        }
        for one in hold.news
    ]
    conflicts = [asdict(conflict) for conflict in hold.conflicts]
    baseline = None if hold.baseline is None else asdict(hold.baseline)
    return json.dumps(
        {"news": news, "conflicts": conflicts, "baseline": baseline}, ensure_ascii=False
    )


def read_hold(text: str) -> Hold:
    """The hold that `hold_json` wrote."""
    members = json.loads(text)
    return Hold(
        news=tuple(
            News(
                kind=NewsKind(one["kind"]),
                who=SafeText(one["who"]),
                at=None if one["at"] is None else known_moment(one["at"]),
                now=one["now"],
                # Absent from what versions before 1 December 2026 wrote.
                who_id=one.get("who_id", ""),
            )
            for one in members["news"]
        ),
        conflicts=tuple(
            FieldConflict(
                one["name"], _value(one["base"]), _value(one["ours"]), _value(one["theirs"])
            )
            for one in members["conflicts"]
        ),
        baseline=None if members["baseline"] is None else _baseline(members["baseline"]),
    )


def _baseline(members: Mapping[str, Any]) -> Baseline:
    return Baseline(tuple(members["messages"]), members["status"], members["assignee"])


def _value(value: Any) -> FieldValue:
    return tuple(value) if isinstance(value, list) else value
