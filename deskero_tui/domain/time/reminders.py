"""Which of a ticket's reminders still count, for whom, and whether they keep it out of sight.

The wire knows a reminder only as a note with a time (API sheet §5.3) and no end of one. It ends by
what happens to the ticket, which every console reads alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.records.ticket import Note, Ticket


@dataclass(frozen=True, slots=True)
class Reminder:
    """One moment at which an agent wants a ticket back."""

    agent: AgentId | None
    """Whom the note is for; `None` when the desk did not say."""
    at: datetime
    hides: bool
    """Nobody has to look at the ticket before: the customer has not written since."""


def reminders_of(ticket: Ticket) -> tuple[Reminder, ...]:
    """The reminders that nobody has acted on, earliest first.

    One ends when the ticket has changed after it was due, or when its agent has written another
    one at that time or later; one that says so (`reminder_words.MARK`) also when the customer has
    written after it.
    """
    from deskero_tui.domain.time.reminder_words import ends_when_answered

    if not ticket.notes:
        return ()
    changed_at = ticket.managed_at or ticket.inserted_at
    heard_at = last_heard(ticket)
    found = []
    for note in ticket.notes:
        if note.remind_at is None or (changed_at and note.remind_at < changed_at):
            continue
        is_quiet = _is_quiet_since(note, heard_at)
        if ends_when_answered(note.text) and not is_quiet:
            continue
        if not any(_is_put_off(note, later) for later in ticket.notes):
            found.append(Reminder(note.assignee, note.remind_at, is_quiet))
    return tuple(sorted(found, key=lambda reminder: reminder.at))


def last_heard(ticket: Ticket) -> datetime | None:
    """When the customer last wrote; `None` when the desk told no time."""
    words = [reply.sent_at for reply in ticket.replies if reply.from_customer and reply.sent_at]
    return max(words, default=ticket.inserted_at)


def _is_put_off(note: Note, later: Note) -> bool:
    """Whether `later` sets another time for the same agent, `note` having been due."""
    assert note.remind_at is not None
    return (
        later.remind_at is not None
        and later.remind_at > note.remind_at
        and later.assignee == note.assignee
        and later.inserted_at is not None
        and later.inserted_at >= note.remind_at
    )


def _is_quiet_since(note: Note, heard_at: datetime | None) -> bool:
    """Whether the customer has written nothing after the note; not, where a time is missing."""
    return note.inserted_at is not None and heard_at is not None and note.inserted_at >= heard_at
