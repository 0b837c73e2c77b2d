"""Fields of a ticket that are changed seldom: who gets a copy, and what the company has added."""

from __future__ import annotations

from typing import Final

from textual import work

from deskero_tui.domain.choice import Choice
from deskero_tui.domain.conversation import person_name
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.outgoing import TicketPatch
from deskero_tui.domain.text import SafeText, safe_line
from deskero_tui.tui.modals.choose import Choose, ChooseMany
from deskero_tui.tui.modals.prompt import Prompt
from deskero_tui.tui.screens.queue_actions import QueueActions

MOST_NAME_CHARS: Final = 40
MOST_VALUE_CHARS: Final = 80


class FieldActions(QueueActions):
    """The part of the main screen that changes cc and custom fields."""

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_cc(self) -> None:
        """Any of the agents; one in copy who is no longer among them can be left out, too."""
        row = self.target()
        if row is None:
            return
        try:
            ticket = await self.console.desk.ticket(row.id)
            agents = await self.console.desk.agents()
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return
        known = {agent.id for agent in agents}
        gone = [Choice(one.id, person_name(one)) for one in ticket.cc if one.id not in known]
        chosen = tuple(agent.id for agent in ticket.cc)
        kept = await self.app.push_screen_wait(
            ChooseMany(
                SafeText(f"In copy of {row.number}"),
                [*agents, *gone],
                chosen=chosen,
                may_add=False,
            )
        )
        if kept is not None and kept != chosen:
            cc = tuple(map(AgentId, kept))
            patch = TicketPatch(cc=cc)
            await self._change([row], lambda row: patch, f"has {len(cc)} in copy now")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_fields(self) -> None:
        """One custom field: those of this ticket first, then those that others have."""
        row = self.target()
        if row is None:
            return
        try:
            fields = (await self.console.desk.ticket(row.id)).custom_fields
            seen = await self.console.desk.custom_field_names()
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return
        names = list(dict.fromkeys((*fields, *seen)))
        if not names:
            self.say("No ticket here has custom fields.")
            return
        offered = [
            Choice(
                name,
                safe_line(name, max_chars=MOST_NAME_CHARS),
                safe_line(fields.get(name) or "", max_chars=MOST_VALUE_CHARS),
            )
            for name in names
        ]
        chosen = await self.app.push_screen_wait(
            Choose(SafeText(f"Custom fields of {row.number}"), offered)
        )
        if chosen is None:
            return
        now = fields.get(chosen.id) or ""
        value = await self.app.push_screen_wait(
            Prompt(
                SafeText(f"{chosen.label} of {row.number}"),
                value=now,
                placeholder="empty clears it",
            )
        )
        text = now if value is None else value.strip()
        if text != now:
            # A desk replaces them all (API sheet §4.1), so those that stay go along.
            patch = TicketPatch(custom_fields={**fields, chosen.id: text or None})
            said = f"is now {safe_line(text)}" if text else "is empty now"
            await self._change([row], lambda row: patch, f"{chosen.label} {said}")
