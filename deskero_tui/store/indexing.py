"""What is kept of a ticket beside the record itself: columns to filter by, words to find."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any, Final

from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.query.query import fold_name
from deskero_tui.domain.records.people import Agent, Customer
from deskero_tui.domain.records.ticket import Reply, Ticket
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.domain.time.reminders import Reminder, last_heard, reminders_of
from deskero_tui.store.conditions import TAG_MARK
from deskero_tui.store.names import Name, NameKind

_MARKUP: Final = re.compile(r"<[^<>]*>")
_MOST_SEARCHED_CHARS: Final = 200_000
"""Of all bodies of one ticket; what stands after it is not found by search."""
ReminderKey = tuple[AgentId | None, int]
"""A reminder of one ticket: whose, and when in epoch milliseconds."""


@dataclass(frozen=True, slots=True)
class IndexedTicket:
    """One ticket, ready to be stored."""

    columns: dict[str, Any]
    record: str
    words: tuple[str, str, str]
    """Head, people, bodies: plain text for the full-text index."""
    names: tuple[Name, ...]
    """The people that the ticket can be asked for by name."""
    reminders: tuple[Reminder, ...]
    """Those that count, earliest first."""


def entry_of(ticket: Ticket, *, done: Container[ReminderKey] = ()) -> IndexedTicket:
    """Flattens a ticket. Pure; costs some tens of microseconds for a usual thread.

    `done` are reminders that count no more, whatever the ticket says.
    """
    counting = tuple(one for one in reminders_of(ticket) if (one.agent, to_ms(one.at)) not in done)
    columns = _columns(ticket, counting)
    return IndexedTicket(columns, ticket.wire_json(), _words(ticket), _known_as(ticket), counting)


def _columns(ticket: Ticket, reminders: tuple[Reminder, ...]) -> dict[str, Any]:
    customer, assignee = ticket.customer, ticket.assignee
    return {
        "id": ticket.id,
        "number": ticket.number,
        "subject": ticket.subject,
        "customer_id": customer and customer.id,
        "customer": (customer.name or customer.email) if customer else "",
        "company": customer.company if customer else "",
        "assignee_id": assignee and assignee.id,
        "assignee": (assignee.name or assignee.email or assignee.id) if assignee else "",
        "status": fold_name(ticket.status.name) if ticket.status else "",
        "type_id": ticket.type and ticket.type.id,
        "area_id": ticket.area and ticket.area.id,
        "group_id": ticket.group and ticket.group.id,
        "source": ticket.source.name if ticket.source else "",
        "is_priority": ticket.is_priority,
        "awaits_agent": ticket.awaits_agent,
        "awaits_customer": ticket.awaits_customer,
        "inserted_ms": ticket.inserted_at and to_ms(ticket.inserted_at),
        "managed_ms": managed_ms(ticket),
        "closed_ms": ticket.closed_at and to_ms(ticket.closed_at),
        "waiting_ms": _waiting_ms(ticket),
        "remind_ms": to_ms(reminders[0].at) if reminders else None,
        "remind_agent_id": reminders[0].agent if reminders else None,
        "reply_count": _reply_count(ticket),
        "note_count": len(ticket.notes),
        "has_attachment": bool(ticket.attachments)
        or any(reply.attachments for reply in ticket.replies),
        "tags": _tags(ticket),
    }


def managed_ms(ticket: Ticket) -> int:
    """When the ticket last changed, 0 when the desk did not say."""
    moment = ticket.managed_at or ticket.inserted_at
    return to_ms(moment) if moment else 0


def _reply_count(ticket: Ticket) -> int:
    return len(ticket.replies) if ticket.number_of_replies is None else ticket.number_of_replies


def _waiting_ms(ticket: Ticket) -> int | None:
    """Since when the customer waits: their last word, while an answer is owed."""
    if not ticket.awaits_agent:
        return None
    last_word = last_heard(ticket)
    return to_ms(last_word) if last_word else None


def _tags(ticket: Ticket) -> str:
    if not ticket.tags:
        return ""
    return TAG_MARK + TAG_MARK.join(tag.casefold() for tag in ticket.tags) + TAG_MARK


def _words(ticket: Ticket) -> tuple[str, str, str]:
    head = (ticket.number, ticket.subject, *ticket.tags, *map(str, ticket.custom_fields.values()))
    bodies = "\n".join(_plain(body) for body in _bodies(ticket))
    return _sound(head), _sound(_names(ticket)), bodies[:_MOST_SEARCHED_CHARS]


def _bodies(ticket: Ticket) -> Iterator[str]:
    yield ticket.description
    for reply in ticket.replies:
        yield reply.text
        for attachment in reply.attachments:
            yield attachment.file_name
    for note in ticket.notes:
        yield note.text
    for attachment in ticket.attachments:
        yield attachment.file_name


def _names(ticket: Ticket) -> list[str]:
    people: list[Customer | Agent | None] = [ticket.customer, ticket.assignee, *ticket.cc]
    people.extend(author for reply in ticket.replies for author in _authors(reply))
    names = [text for person in people if person for text in (person.name, person.email)]
    if ticket.customer:
        names.append(ticket.customer.company)
    return list(dict.fromkeys(names))


def _known_as(ticket: Ticket) -> tuple[Name, ...]:
    names = []
    if (agent := ticket.assignee) and agent.id:
        names.append(Name(NameKind.AGENT, agent.id, _sound([agent.name, agent.email])))
    if (customer := ticket.customer) and customer.id:
        names.append(Name(NameKind.CUSTOMER, customer.id, _sound([customer.name, customer.email])))
        names.append(Name(NameKind.COMPANY, customer.id, customer.company))
    return tuple(names)


def _authors(reply: Reply) -> tuple[Customer | Agent | None, ...]:
    return reply.from_customer, reply.from_agent


def _sound(texts: tuple[str, ...] | list[str]) -> str:
    return "\n".join(text for text in texts if text)


def _plain(body: str) -> str:
    """Return words without markup, to search in; `domain/text/html.py` makes what people read."""
    if "<" not in body and "&" not in body:
        return body
    return html.unescape(_MARKUP.sub(" ", body))
