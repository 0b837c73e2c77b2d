"""Macros on a desk: what one is made from for a ticket, and how it goes into the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import TYPE_CHECKING
from uuid import uuid4

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.macros.library import Changes, Filled, Macro, MacroKind, filled
from deskero_tui.domain.macros.placeholders import Sources
from deskero_tui.domain.macros.plan import Lookups, Plan, planned
from deskero_tui.domain.outbox.items import ItemId
from deskero_tui.domain.outbox.outgoing import UNSET
from deskero_tui.domain.records.terms import TermKind

if TYPE_CHECKING:
    from deskero_tui.domain.records.ticket import Ticket
    from deskero_tui.sync.desk import Desk
    from deskero_tui.sync.outbox import Outbox


@dataclass(frozen=True, slots=True)
class MacroScene:
    """A ticket, and all that a macro is made from for it."""

    ticket: Ticket
    sources: Sources
    lookups: Lookups

    def filled(self, macro: Macro, answers: Mapping[str, str]) -> Filled:
        """The macro for this ticket; `answers` are those to its questions."""
        return filled(macro, replace(self.sources, answers=answers))

    def plan(self, changes: Changes) -> Plan:
        """What the changes come to.

        Raises:
            BadInput: A name is not known, or the time of the reminder cannot be taken.
        """
        return planned(changes, self.ticket, self.lookups)


async def scene_of(desk: Desk, ticket_id: TicketId, *, zone: tzinfo) -> MacroScene:
    """What the store knows for a macro on that ticket; `zone` is the agent's.

    Raises:
        Missing: The store does not hold the ticket.
        StoreBroken: The store cannot be read.
    """
    ticket = await desk.ticket(ticket_id)
    agents = await desk.agents()
    lang, now = desk.profile.lang, desk.clock.now().astimezone(zone)
    mine = next((agent.label for agent in agents if agent.id == desk.me), "")
    return MacroScene(
        ticket,
        Sources(ticket=ticket, agent=mine, now=now, lang=lang),
        Lookups(
            statuses=await desk.terms(TermKind.STATUS),
            agents=agents,
            me=desk.me,
            now=now,
            lang=lang,
        ),
    )


@dataclass(frozen=True, slots=True)
class Queued:
    """What was put into the outbox for a plan; either may have been needless."""

    change: ItemId | None = None
    reminder: ItemId | None = None

    @property
    def ids(self) -> list[ItemId]:
        """Both, in the order they will be done."""
        return [one for one in (self.change, self.reminder) if one is not None]


async def queue_macro(
    outbox: Outbox,
    ticket_id: TicketId,
    macro: Macro,
    text: str,
    plan: Plan,
    *,
    batch: str | None = None,
) -> list[ItemId]:
    """Queues a macro whole: its text, then what it changes, in the order they shall be done.

    All of it is one batch: what takes the text out again takes the rest along.

    `text` is the text of `macro` filled in. Nothing is queued, and nothing answered, when the
    ticket has all that the macro sets already.

    Raises:
        BadInput: It is not known who we are. Nothing was queued.
        StoreBroken: It could not be kept.
    """
    patch, remind_at = plan.patch, plan.remind_at
    batch = batch or uuid4().hex
    match macro.kind:
        case MacroKind.REPLY:
            status = None if patch.status is UNSET else patch.status
            first = [await outbox.queue_reply(ticket_id, text, status_after=status, batch=batch)]
            patch = replace(patch, status=UNSET)
        case MacroKind.NOTE:
            note = plan.noted(text)
            first = [await outbox.queue_note(ticket_id, note, remind_at=remind_at, batch=batch)]
            remind_at = None
        case MacroKind.NONE:
            first = []
    rest = replace(plan, patch=patch, remind_at=remind_at)
    queued = await queue_plan(outbox, ticket_id, rest, about=macro.title, batch=batch)
    return [*first, *queued.ids]


async def queue_plan(
    outbox: Outbox, ticket_id: TicketId, plan: Plan, *, about: str, batch: str | None = None
) -> Queued:
    """Queues what is changed, and a note with the reminder that says `about`.

    Raises:
        BadInput: It is not known who we are.
        Missing: The store does not hold the ticket.
        StoreBroken: It could not be kept.
    """
    change = reminder = None
    if plan.patch.changed:
        [change] = await outbox.queue_change([ticket_id], plan.patch, batch=batch)
    if plan.remind_at is not None:
        note = plan.noted(about)
        reminder = await outbox.queue_note(ticket_id, note, remind_at=plan.remind_at, batch=batch)
    return Queued(change, reminder)
