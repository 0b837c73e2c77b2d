"""Fields of a ticket: whose it is, where it stands, what it is called by. And its deletion."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from textual import work

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import AgentId, AreaId, GroupId, TicketId, TypeId
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.tui.screens.queue_actions import QueueActions
from deskero_tui.tui.screens.ticket_actions import title_of

NOBODY: Final = Choice("", SafeText("nobody"))
NONE: Final = Choice("", SafeText("none"))
TAGS_AT_A_TIME: Final = 100
"""Tickets whose tags are read as one: a key waits no longer than for these."""
MOST_NAME_CHARS: Final = 40
MOST_VALUE_CHARS: Final = 80


class FieldActions(QueueActions):
    """The part of the main screen that changes fields, of one ticket or of all that are marked."""

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_assign(self) -> None:
        if rows := await self.targets():
            agents = [NOBODY, *await self._choices(self.console.desk.agents())]
            current = (rows[0].assignee_id or "") if len(rows) == 1 else None
            chosen = await self._chosen(title_of("Assign to", rows), agents, current=current)
            if chosen:
                patch = TicketPatch(assignee=AgentId(chosen.id) if chosen.id else None)
                await self._change(rows, lambda row: patch, f"assigned to {chosen.label}")

    @work(group="inbox-ask", exit_on_error=False)
    async def action_ticket_take(self) -> None:
        me = self.console.desk.me
        if me is None:
            self.console.say(
                "It is not known which agent you are: set DESKERO_AGENT to your name.",
                is_wrong=True,
            )
        elif rows := await self.targets():
            patch = TicketPatch(assignee=me)
            await self._change(rows, lambda row: patch, "taken")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_status(self) -> None:
        if rows := await self.targets():
            statuses = await self._choices(self.console.desk.terms(TermKind.STATUS))
            current = rows[0].status if len(rows) == 1 else None
            chosen = await self._chosen(title_of("Status", rows), statuses, current=current)
            if chosen:
                patch = TicketPatch(status=chosen.id)
                await self._change(rows, lambda row: patch, f"is now {chosen.label}")

    @work(group="inbox-ask", exit_on_error=False)
    async def action_ticket_solve(self) -> None:
        if rows := await self.targets():
            if len(rows) == 1:
                self.go_to_next()
            await self._change(rows, lambda row: TicketPatch(status="solved"), "solved")

    @work(group="inbox-ask", exit_on_error=False)
    async def action_ticket_priority(self) -> None:
        if rows := await self.targets():
            is_priority = not all(row.is_priority for row in rows)
            said = "has priority now" if is_priority else "has no priority now"
            patch = TicketPatch(is_priority=is_priority)
            await self._change(rows, lambda row: patch, said)

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_tags(self) -> None:
        rows = await self.targets()
        try:
            if len(rows) == 1:
                await self._set_tags(rows[0])
            elif rows:
                await self._add_and_take_tags(rows)
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)

    async def _set_tags(self, row: TicketRow) -> None:
        from deskero_tui.tui.dialogs.choose import ChooseMany

        ticket = await self.console.desk.ticket(row.id)
        known = await self.console.desk.tags()
        tags = await self.app.push_screen_wait(
            ChooseMany(SafeText(f"Tags of {row.number}"), known, chosen=ticket.tags, may_add=True)
        )
        if tags is not None and tags != ticket.tags:
            patch = TicketPatch(tags=tags)
            await self._change([row], lambda row: patch, "has other tags now")

    async def _add_and_take_tags(self, rows: Sequence[TicketRow]) -> None:
        """Of several tickets only what is chosen changes: their other tags stay as they are."""
        from deskero_tui.tui.dialogs.choose import ChooseMany

        desk = self.console.desk
        tags: dict[TicketId, tuple[str, ...]] = {}
        with self.preparing():
            for first in range(0, len(rows), TAGS_AT_A_TIME):
                self.say_reading(first, len(rows))
                tags |= await desk.tags_by_ticket(
                    [row.id for row in rows[first : first + TAGS_AT_A_TIME]]
                )
        rows = [row for row in rows if row.id in tags]
        there = sorted({tag for own in tags.values() for tag in own})
        offered = [
            *(Choice(f"+{tag.id}", SafeText(f"add {tag.label}")) for tag in await desk.tags()),
            *(Choice(f"-{tag}", safe_line(f"take away {tag}", max_chars=80)) for tag in there),
        ]
        chosen = await self.app.push_screen_wait(
            ChooseMany(SafeText(title_of("Tags", rows)), offered, chosen=(), may_add=True)
        )
        if not chosen:
            return
        taken = {choice[1:] for choice in chosen if choice.startswith("-")}
        added = [choice.removeprefix("+") for choice in chosen if not choice.startswith("-")]

        def patch_of(row: TicketRow) -> TicketPatch:
            kept = [tag for tag in tags[row.id] if tag not in taken]
            return TicketPatch(tags=tuple(dict.fromkeys([*kept, *added])))

        changed = [row for row in rows if patch_of(row).tags != tags[row.id]]
        said = ", ".join([*(f"+{tag}" for tag in added), *(f"-{tag}" for tag in sorted(taken))])
        await self._change(changed, patch_of, f"has the tags {said}")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_move(self) -> None:
        rows = await self.targets()
        if not rows:
            return
        desk = self.console.desk
        lists = {
            "Type": await self._choices(desk.terms(TermKind.TYPE)),
            "Area": [NONE, *await self._choices(desk.terms(TermKind.AREA))],
            "Group": [NONE, *await self._choices(desk.terms(TermKind.GROUP))],
        }
        offered = [(kind, choice) for kind, choices in lists.items() for choice in choices]
        chosen = await self._chosen(
            title_of("Move", rows),
            [
                Choice(str(place), SafeText(f"{kind}: {choice.label}"))
                for place, (kind, choice) in enumerate(offered)
            ],
        )
        if chosen:
            kind, choice = offered[int(chosen.id)]
            patch = _move(kind, choice.id)
            await self._change(rows, lambda row: patch, f"{kind.lower()} is now {choice.label}")

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_delete(self) -> None:
        from deskero_tui.tui.dialogs.confirm import Confirm

        rows = await self.targets()
        outbox = self.console.desk.outbox
        if len(rows) == 1:
            question = f"Delete {rows[0].number} “{rows[0].subject}” for everybody, for good?"
            if await self.app.push_screen_wait(
                Confirm(SafeText(question), yes="Delete", no="Keep")
            ):
                self._delete(rows[0])
        elif rows:
            await self.do_to_many(
                rows,
                lambda row, batch: outbox.queue_delete(row.id, batch=batch),
                "deleted for everybody, for good",
            )

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_ticket_cc(self) -> None:
        """Any of the agents; one in copy who is no longer among them can be left out, too."""
        from deskero_tui.domain.records.conversation import person_name
        from deskero_tui.tui.dialogs.choose import ChooseMany

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
        from deskero_tui.tui.dialogs.choose import Choose
        from deskero_tui.tui.dialogs.prompt import Prompt

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
        try:
            known = await self.console.desk.custom_field_values(chosen.id)
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return
        value = await self.app.push_screen_wait(
            Prompt(
                SafeText(f"{chosen.label} of {row.number}"),
                value=now,
                placeholder="empty clears it",
                known=[safe_line(one, max_chars=MOST_VALUE_CHARS) for one in known],
            )
        )
        text = now if value is None else value.strip()
        if text != now:
            # A desk replaces them all (API sheet §4.1), so those that stay go along.
            patch = TicketPatch(custom_fields={**fields, chosen.id: text or None})
            said = f"is now {safe_line(text)}" if text else "is empty now"
            await self._change([row], lambda row: patch, f"{chosen.label} {said}")

    # -- private -------------------------------------------------------------------------------

    @work(group="inbox-acting", exit_on_error=False)
    async def _delete(self, row: TicketRow) -> None:
        self.begin_work_on(row.id)
        try:
            item_id = await self.console.desk.outbox.queue_delete(row.id)
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)
        else:
            self.note_leaving(item_id, row.id, f"Deletion of {row.number}")

    async def _change(
        self, rows: Sequence[TicketRow], patch_of: Callable[[TicketRow], TicketPatch], said: str
    ) -> None:
        """Queues a change of fields; what becomes of it is said when it is known."""
        if len(rows) != 1:
            await self.change_many(rows, patch_of, said)
            return
        [row] = rows
        self.begin_work_on(row.id)
        try:
            [item_id] = await self.console.desk.outbox.queue_change([row.id], patch_of(row))
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)
        else:
            self.note_changed(item_id, row.id, f"{row.number} {said}: {row.subject}")

    async def _choices(self, choices: Awaitable[Sequence[Choice]]) -> Sequence[Choice]:
        """The entries of a look-up list; none, and said why, when the store cannot be read."""
        try:
            return await choices
        except DeskeroError as error:
            self.console.say(error.user_message, is_wrong=True)
            return ()

    async def _chosen(
        self, title: str, choices: Sequence[Choice], *, current: str | None = None
    ) -> Choice | None:
        from deskero_tui.tui.dialogs.choose import Choose

        return await self.app.push_screen_wait(Choose(SafeText(title), choices, current=current))


def _move(kind: str, chosen: str) -> TicketPatch:
    match kind:
        case "Type":
            return TicketPatch(type=TypeId(chosen))
        case "Area":
            return TicketPatch(area=AreaId(chosen) if chosen else None)
        case _:
            return TicketPatch(group=GroupId(chosen) if chosen else None)
