"""Decides about a write from what the desk shows: may it leave, and has it arrived. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, assert_never

from deskero_tui.domain.comparing import (
    Hold,
    baseline_of,
    is_applied,
    knows_merge,
    matches,
    merge,
    merged_into,
    news_since,
)
from deskero_tui.domain.contents import (
    CreateContent,
    DeleteContent,
    NoteContent,
    ReplyContent,
    UpdateContent,
)
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox import OutboxItem
from deskero_tui.domain.outgoing import TicketPatch

if TYPE_CHECKING:
    from deskero_tui.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Scene:
    """What the desk showed just now of what an item is about."""

    ticket: Ticket | None = None
    """`None` when it is gone, and for a new ticket."""
    became: Ticket | None = None
    """The ticket that the desk shows under its id, if that is another one now."""
    alike: tuple[TicketId, ...] | None = ()
    """For a new ticket: those of its customer that could be it, newest first; `None` when the desk
    cannot be asked for the tickets of a customer."""


@dataclass(frozen=True, slots=True)
class Go:
    """It may leave."""

    matches_before: int | None
    """What to measure its arrival by; `None` when the desk cannot tell."""
    patch: TicketPatch | None = None
    """Of an update: the members that are left to send."""


@dataclass(frozen=True, slots=True)
class Done:
    """The desk has it already."""

    ticket_id: TicketId | None = None
    """What became of a new ticket."""


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no such ticket any more."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The ticket has become another one, and this may not be done to that one."""


Verdict = Go | Done | Gone | Hold | Merged


class Finding(Enum):
    """Whether an unsure item has arrived."""

    THERE = "there"
    ABSENT = "absent"
    GONE = "gone"
    """The ticket is no longer there to be looked at."""
    UNKNOWABLE = "unknowable"


def judge(item: OutboxItem, scene: Scene) -> Verdict:
    """What to do with a queued item now that its ticket was read afresh.

    One that was unsure before keeps its first count, so that a copy which arrived late is found
    and no second one is sent. Notes and deletions are never held: they overwrite nothing.
    """
    content = item.content
    if scene.became is not None:
        return _judge_merged(item, scene.became)
    match content:
        case CreateContent():
            return _judge_create(item, scene)
        case DeleteContent():
            return Done() if scene.ticket is None else Go(0)
        case UpdateContent(patch):
            return Gone() if scene.ticket is None else _judge_update(item, patch, scene.ticket)
        case ReplyContent() | NoteContent():
            return Gone() if scene.ticket is None else _judge_message(item, content, scene.ticket)
        case _:
            assert_never(content)


def find(item: OutboxItem, scene: Scene) -> Finding:
    """Whether an unsure item is on the desk."""
    content, ticket = item.content, scene.ticket or scene.became
    match content:
        case CreateContent():
            if scene.alike is None or item.matches_before is None:
                return Finding.UNKNOWABLE
            is_there = len(scene.alike) > item.matches_before
        case DeleteContent():
            is_there = ticket is None
        case UpdateContent() | ReplyContent() | NoteContent() if ticket is None:
            return Finding.GONE
        case UpdateContent(patch):
            assert ticket is not None
            is_there = is_applied(patch, ticket)
        case ReplyContent() | NoteContent():
            assert ticket is not None
            is_there = matches(content, ticket) > (item.matches_before or 0)
        case _:
            assert_never(content)
    return Finding.THERE if is_there else Finding.ABSENT


def _judge_merged(item: OutboxItem, ticket: Ticket) -> Verdict:
    """Hold a message until the agent has decided; change and delete no other ticket."""
    content = item.content
    if not isinstance(content, ReplyContent | NoteContent):
        return Merged()
    if knows_merge(item.baseline, ticket):
        return _judge_message(item, content, ticket)
    return merged_into(ticket)


def _judge_create(item: OutboxItem, scene: Scene) -> Verdict:
    before = item.matches_before
    if scene.alike is None:
        return Go(before)
    if before is not None and len(scene.alike) > before:
        return Done(scene.alike[0])
    return Go(len(scene.alike) if before is None else before)


def _judge_update(item: OutboxItem, patch: TicketPatch, ticket: Ticket) -> Verdict:
    merged = merge(patch, item.base, ticket)
    if merged.conflicts:
        return Hold(conflicts=merged.conflicts)
    return Go(0, merged.to_send) if merged.to_send.changed else Done()


def _judge_message(item: OutboxItem, content: ReplyContent | NoteContent, now: Ticket) -> Verdict:
    count, before = matches(content, now), item.matches_before
    if before is not None and count > before:
        return Done()
    if isinstance(content, ReplyContent) and item.baseline is not None:
        news = news_since(item.baseline, now, content.author)
        if news:
            return Hold(news=news, baseline=baseline_of(now))
    return Go(count if before is None else before)
