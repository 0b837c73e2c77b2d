"""Which tickets were opened, so that an agent can go back to the one before."""

from __future__ import annotations

from typing import Final

from deskero_tui.domain.ids import TicketId

MOST_KEPT: Final = 20


class VisitHistory:
    """The tickets that were opened since the start, each once. Pure."""

    def __init__(self) -> None:
        self._tickets: list[TicketId] = []
        """In the order in which they were opened."""
        self._place = -1
        """Where going back has led to, in `_tickets`."""

    @property
    def recent(self) -> tuple[TicketId, ...]:
        """The last ones, the latest first."""
        return tuple(reversed(self._tickets))

    def visit(self, ticket_id: TicketId) -> None:
        """Notes that a ticket is opened; where going back had led to counts as opened before."""
        if self._tickets and self._tickets[self._place] == ticket_id:
            return
        if self._tickets:
            self._tickets.append(self._tickets.pop(self._place))
        if ticket_id in self._tickets:
            self._tickets.remove(ticket_id)
        self._tickets = [*self._tickets, ticket_id][-MOST_KEPT:]
        self._place = len(self._tickets) - 1

    def back(self, reading: TicketId | None) -> TicketId | None:
        """Goes to the ticket opened before the one that is read, behind the oldest to the latest.

        When none is read, to the one that was read last. `None` when there is no other.
        """
        if self._tickets and self._tickets[self._place] == reading:
            self._place = (self._place - 1) % len(self._tickets)
        found = self._tickets[self._place] if self._tickets else None
        return None if found == reading else found

    def forget(self, ticket_id: TicketId) -> None:
        """Leaves out a ticket that is gone."""
        if ticket_id in self._tickets:
            place = self._tickets.index(ticket_id)
            del self._tickets[place]
            if self._place >= place:
                self._place = max(self._place - 1, 0) if self._tickets else -1
