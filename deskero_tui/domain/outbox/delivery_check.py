"""Decides about a write from what the desk shows: may it leave, and has it arrived. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, assert_never

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.arrival import (
    arrivals,
    count_since,
    has_files,
    is_older,
    resembles,
    resembles_ticket,
    seen_on,
)
from deskero_tui.domain.outbox.contents import (
    CreateContent,
    DeleteContent,
    NoteContent,
    ReplyContent,
    UpdateContent,
)
from deskero_tui.domain.outbox.items import OutboxItem
from deskero_tui.domain.outbox.merge import (
    Hold,
    baseline_of,
    is_alike,
    is_applied,
    knows_merge,
    matches,
    merge,
    merged_into,
    news_since,
)
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.outbox.seen import Seen
from deskero_tui.domain.time.epoch import to_ms

if TYPE_CHECKING:
    from deskero_tui.domain.records.ticket import Ticket


@dataclass(frozen=True, slots=True)
class ServerState:
    """The ticket or tickets of an item, as the desk showed them just now."""

    ticket: Ticket | None = None
    """`None` when it is deleted, and for a new ticket."""
    became: Ticket | None = None
    """The ticket that the desk shows under its id, if that is another one now."""
    of_customer: tuple[Ticket, ...] | None = ()
    """All tickets of the customer of a new ticket; `None` when the desk cannot list them."""
    at: datetime | None = None
    """The time of this answer by the desk's clock; `None` when the desk does not tell it."""

    @property
    def ticket_ids(self) -> list[TicketId]:
        """The ids of the ticket, and of the one it has become."""
        return [one.id for one in (self.ticket, self.became) if one is not None]


@dataclass(frozen=True, slots=True)
class Proceed:
    """It may leave."""

    seen: Seen | None
    """The messages on the desk before it left the first time; `None` when the desk cannot tell."""
    patch: TicketPatch | None = None
    """The members of an update that are left to send."""


@dataclass(frozen=True, slots=True)
class Done:
    """The desk has it already."""

    ticket_id: TicketId | None = None
    """The id of the new ticket."""


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no such ticket any more."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The ticket has become another one, and this may not be done to that one."""


Verdict = Proceed | Done | Gone | Hold | Merged


class Finding(Enum):
    """The result of a look for an unsure item."""

    THERE = "there"
    ABSENT = "absent"
    WITHOUT_FILES = "there without all of its files"
    NOT_APPLIED = "a change or deletion that the desk has not made"
    GONE = "the ticket is no longer there to be looked at"
    UNKNOWABLE = "the desk cannot be asked"


@dataclass(frozen=True, slots=True)
class Found:
    """The result of one look for an unsure item, with its details."""

    finding: Finding
    ticket_id: TicketId | None = None
    """The ticket of an item that is there."""
    copies: int = 0
    """The number of messages that came since and could be this one."""
    hold: Hold | None = None
    """The changes of other people that conflict with a change that the desk has not made."""


def check(item: OutboxItem, state: ServerState, now: datetime, found: Found | None) -> Verdict:
    """Decide about a queued item now that its ticket was read afresh.

    Of one that has left before (`has_left`), `found` is what `find` says about the copy that may
    have arrived late: then no second one is sent. Notes and deletions are never held: they
    overwrite nothing. `now` is used where the desk does not tell its own time.
    """
    content = item.content
    now = state.at or now
    if item.is_message and found is not None and found.copies:
        return Done(found.ticket_id)
    if state.became is not None:
        return _check_merged(item, state.became, now)
    match content:
        case CreateContent():
            return _check_create(item, state, now)
        case DeleteContent():
            return Done() if state.ticket is None else Proceed(None)
        case UpdateContent(patch):
            return Gone() if state.ticket is None else _check_update(item, patch, state.ticket)
        case ReplyContent() | NoteContent():
            if state.ticket is None:
                return Gone()
            return _check_message(item, content, state.ticket, now)
        case _:
            assert_never(content)


def has_left(item: OutboxItem) -> bool:
    """Tell whether a copy of a queued item may be on the desk."""
    return item.seen is not None or item.matches_before is not None


def find(
    item: OutboxItem,
    state: ServerState,
    file_names: Sequence[str] = (),
    others: Sequence[OutboxItem] = (),
) -> Found:
    """Tell whether an unsure item is on the desk.

    `others` are further messages of its kind that were sent to the same ticket lately: a desk that
    lags behind may show them only now, and they are no proof of this one.
    """
    content, ticket = item.content, state.ticket or state.became
    match content:
        case CreateContent():
            return _find_created(item, content, state, file_names, others)
        case DeleteContent():
            return Found(Finding.THERE if ticket is None else Finding.NOT_APPLIED, item.ticket_id)
        case _ if ticket is None:
            return Found(Finding.GONE)
        case UpdateContent(patch):
            return _find_change(item, patch, ticket)
        case ReplyContent() | NoteContent():
            return _find_message(item, content, ticket, file_names, others)
        case _:
            assert_never(content)


# -- messages --------------------------------------------------------------------------------------


def _check_message(
    item: OutboxItem,
    content: ReplyContent | NoteContent,
    ticket: Ticket,
    now: datetime,
) -> Verdict:
    hold = news_for(item, ServerState(ticket))
    if hold is not None:
        return hold
    return Proceed(item.seen or seen_on(ticket, now))


def news_for(item: OutboxItem, state: ServerState) -> Hold | None:
    """Return what a message has to be held for: its ticket has become another one, or, for a reply,
    what others did since it was begun.
    """
    content, ticket = item.content, state.ticket
    if state.became is not None and not knows_merge(item.baseline, state.became):
        return merged_into(state.became)
    if ticket is None or not isinstance(content, ReplyContent) or item.baseline is None:
        return None
    news = news_since(item.baseline, ticket, content.author)
    return Hold(news=news, baseline=baseline_of(ticket)) if news else None


def _find_message(
    item: OutboxItem,
    content: ReplyContent | NoteContent,
    ticket: Ticket,
    file_names: Sequence[str],
    others: Sequence[OutboxItem],
) -> Found:
    if item.seen is None:
        # Left by an earlier version, which counted equal texts. Only equality is a proof then.
        copies = matches(content, ticket) - (item.matches_before or 0)
        return Found(
            Finding.THERE if copies > 0 else Finding.ABSENT, item.ticket_id, max(copies, 0)
        )
    is_merged = ticket.id != item.ticket_id
    arrived = arrivals(content, file_names, item.seen, ticket, is_merged=is_merged)
    whole = sum(one.has_files for one in arrived)
    if whole and (alike := _alike_among(others, content)):
        # Theirs may be among those that came since, so there must be one more than of them.
        since = min(one.seen.at_ms for one in (item, *alike) if one.seen is not None)
        whole = min(whole, count_since(content, since, ticket) - len(alike))
    if arrived and not any(one.has_files for one in arrived):
        return Found(Finding.WITHOUT_FILES)
    copies = max(whole, 0)
    return Found(Finding.THERE if copies else Finding.ABSENT, item.ticket_id, copies)


def _alike_among(
    others: Sequence[OutboxItem], content: ReplyContent | NoteContent
) -> list[OutboxItem]:
    """Return the items of `others` that could be mistaken for `content` on the desk."""
    return [
        one
        for one in others
        if isinstance(one.content, ReplyContent | NoteContent)
        and resembles(content.text, one.content.text)
    ]


def _check_merged(item: OutboxItem, ticket: Ticket, now: datetime) -> Verdict:
    """Hold a message until the agent has decided; change and delete no other ticket."""
    content = item.content
    if not isinstance(content, ReplyContent | NoteContent):
        return Merged()
    if knows_merge(item.baseline, ticket):
        return _check_message(item, content, ticket, now)
    return merged_into(ticket)


# -- new tickets -----------------------------------------------------------------------------------


def _check_create(item: OutboxItem, state: ServerState, now: datetime) -> Verdict:
    if item.seen is not None or state.of_customer is None:
        return Proceed(item.seen)
    known = tuple(ticket.id for ticket in state.of_customer)
    return Proceed(Seen(messages=known, at_ms=to_ms(now)))


def _find_created(
    item: OutboxItem,
    content: CreateContent,
    state: ServerState,
    file_names: Sequence[str],
    others: Sequence[OutboxItem],
) -> Found:
    if state.of_customer is None:
        return Found(Finding.UNKNOWABLE)
    if item.seen is None:
        if item.matches_before is None:
            return Found(Finding.UNKNOWABLE)
        alike = [one for one in state.of_customer if is_alike(content.ticket, one)]
        if len(alike) <= item.matches_before:
            return Found(Finding.ABSENT)
        return Found(Finding.THERE, _newest(alike).id, len(alike) - item.matches_before)
    known = {*item.seen.messages, *(one.ticket_id for one in others)}
    alike = [
        one
        for one in state.of_customer
        if one.id not in known
        and resembles_ticket(content.ticket, one)
        and not is_older(one.inserted_at, item.seen)
    ]
    whole = [one for one in alike if has_files(file_names, one)]
    if alike and not whole:
        return Found(Finding.WITHOUT_FILES)
    if not whole:
        return Found(Finding.ABSENT)
    return Found(Finding.THERE, _newest(whole).id, len(whole))


def _newest(found: Sequence[Ticket]) -> Ticket:
    return max(found, key=lambda one: one.inserted_at.timestamp() if one.inserted_at else 0.0)


# -- changes ---------------------------------------------------------------------------------------


def _check_update(item: OutboxItem, patch: TicketPatch, ticket: Ticket) -> Verdict:
    merged = merge(patch, item.base, ticket)
    if merged.conflicts:
        return Hold(conflicts=merged.conflicts)
    return Proceed(None, merged.to_send) if merged.to_send.changed else Done()


def _find_change(item: OutboxItem, patch: TicketPatch, ticket: Ticket) -> Found:
    if is_applied(patch, item.base, ticket):
        return Found(Finding.THERE, item.ticket_id)
    verdict = _check_update(item, patch, ticket)
    hold = verdict if isinstance(verdict, Hold) else None
    return Found(Finding.NOT_APPLIED, hold=hold)
