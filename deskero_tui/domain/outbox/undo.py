"""Takes back a change of fields that the desk has confirmed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from deskero_tui.domain.errors import BadInput, Conflict

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.items import OutboxItem
    from deskero_tui.domain.outbox.outgoing import TicketPatch
    from deskero_tui.domain.records.ticket import Ticket

NOT_UNDONE: Final = frozenset({"custom_fields"})
"""Kept for comparing only in a form that cannot be sent."""


def undo_of(item: OutboxItem, ticket: Ticket) -> TicketPatch:
    """The change that puts every field back to what it was before `item`.

    Raises:
        BadInput: It is no change of fields, or of one that cannot be put back.
        Conflict: Somebody else has changed one of the fields since.
    """
    from deskero_tui.domain.outbox.contents import UpdateContent
    from deskero_tui.domain.outbox.merge import field_value, wanted_value
    from deskero_tui.domain.outbox.outgoing import TicketPatch

    if not isinstance(item.content, UpdateContent) or item.content.patch.changed & NOT_UNDONE:
        raise BadInput("This can no longer be taken back.")
    patch = item.content.patch
    values: dict[str, Any] = {}
    for name in sorted(patch.changed):
        ours, theirs = wanted_value(patch, name), field_value(ticket, name)
        if theirs != ours:
            said = name.removeprefix("is_").replace("_", " ")
            raise Conflict(
                f"Somebody else has changed the {said} since, so it is left as it is.",
                base=item.base.get(name),
                ours=ours,
                theirs=theirs,
            )
        values[name] = item.base.get(name)
    return TicketPatch(**values)
