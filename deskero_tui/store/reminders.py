"""Reminders by agent, and what was said of them: told, and done.

`reminders` holds those that count, made from the tickets; `reminder_marks` holds what only this
store knows. A reminder is one moment of one agent for one ticket, so that a note that is on its
way and the same note as the desk has it are one reminder.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.records.row import DueTicket
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.time.epoch import to_ms

if TYPE_CHECKING:
    from deskero_tui.domain.time.reminders import Reminder

_SUBJECT_CHARS: Final = 120
_NUMBER_CHARS: Final = 40


def replace(connection: sqlite3.Connection, key: int, reminders: Iterable[Reminder]) -> None:
    """Puts the reminders of the ticket under `key` in the place of those known."""
    connection.execute("DELETE FROM reminders WHERE key = ?", (key,))
    add(connection, key, reminders)


def add(connection: sqlite3.Connection, key: int, reminders: Iterable[Reminder]) -> None:
    """Keeps the reminders of a ticket of which none is known yet."""
    connection.executemany(
        "INSERT INTO reminders (key, agent_id, remind_ms, hides) VALUES (?, ?, ?, ?)",
        [(key, one.agent, to_ms(one.at), one.hides) for one in reminders],
    )


def done_keys(
    connection: sqlite3.Connection, ticket_id: TicketId
) -> frozenset[tuple[AgentId | None, int]]:
    """The reminders of a ticket that were done here: whose, and when in epoch milliseconds."""
    found = connection.execute(
        "SELECT agent_id, remind_ms FROM reminder_marks"
        " WHERE ticket_id = ? AND done_ms IS NOT NULL",
        (ticket_id,),
    )
    return frozenset((AgentId(agent_id), remind_ms) for agent_id, remind_ms in found)


def next_due_ms(connection: sqlite3.Connection, agent: AgentId, *, after_ms: int) -> int | None:
    """When the next reminder of `agent` falls due that is later than `after_ms`."""
    found = connection.execute(
        "SELECT min(remind_ms) FROM reminders WHERE agent_id = ? AND remind_ms > ?",
        (agent, after_ms),
    ).fetchone()[0]
    return None if found is None else int(found)


def has_untold(connection: sqlite3.Connection, agent: AgentId, *, now_ms: int) -> bool:
    """Whether `claim` would find something."""
    found = connection.execute(
        f"SELECT 1 {_UNTOLD} LIMIT 1", {"agent": agent, "now_ms": now_ms}
    ).fetchone()
    return found is not None


def claim(connection: sqlite3.Connection, agent: AgentId, *, now_ms: int) -> list[DueTicket]:
    """Notes what has fallen due for `agent` as told; the tickets, none of them told before.

    Of several programs that ask at once each ticket is answered to one: the transaction decides.
    """
    given = {"agent": agent, "now_ms": now_ms}
    found = connection.execute(
        "SELECT DISTINCT tickets.id, number, subject"
        f" {_UNTOLD} ORDER BY reminders.remind_ms, reminders.key",
        given,
    ).fetchall()
    connection.execute(
        "INSERT INTO reminder_marks (ticket_id, agent_id, remind_ms, told_ms)"
        f" SELECT DISTINCT tickets.id, reminders.agent_id, reminders.remind_ms, :now_ms {_UNTOLD}"
        " ON CONFLICT DO UPDATE SET told_ms = excluded.told_ms",
        given,
    )
    return [
        DueTicket(
            TicketId(ticket_id),
            safe_line(number, max_chars=_NUMBER_CHARS),
            safe_line(subject, max_chars=_SUBJECT_CHARS),
        )
        for ticket_id, number, subject in found
    ]


_UNTOLD: Final = """
    FROM reminders JOIN tickets USING (key)
        LEFT JOIN reminder_marks AS mark
            ON mark.ticket_id = tickets.id AND mark.agent_id = reminders.agent_id
            AND mark.remind_ms = reminders.remind_ms
    WHERE reminders.agent_id = :agent AND reminders.remind_ms <= :now_ms
        AND mark.told_ms IS NULL AND tickets.status NOT IN ('solved', 'closed')
"""
"""What is due and was not told; a ticket that is done reminds nobody."""


def set_done(
    connection: sqlite3.Connection, ticket_id: TicketId, agent: AgentId, *, now_ms: int
) -> bool:
    """Notes the reminders of `agent` that are due on a ticket as done; False when there is none.

    What the ticket shows is to be computed anew (`pending.show_pending`).
    """
    marked = connection.execute(
        "INSERT INTO reminder_marks (ticket_id, agent_id, remind_ms, done_ms)"
        " SELECT DISTINCT tickets.id, agent_id, reminders.remind_ms, :now_ms"
        " FROM reminders JOIN tickets USING (key)"
        " WHERE tickets.id = :ticket AND agent_id = :agent AND reminders.remind_ms <= :now_ms"
        " ON CONFLICT DO UPDATE SET done_ms = excluded.done_ms",
        {"ticket": ticket_id, "agent": agent, "now_ms": now_ms},
    )
    return marked.rowcount > 0
