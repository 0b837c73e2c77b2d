"""Everything that is half written, waits or asks: listed, looked at, decided about."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual import work
from typing_extensions import override

from deskero_tui.domain.errors import DeskeroError, Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import DraftKind
from deskero_tui.domain.outbox.items import ASK, Decision, ItemId, MoveRefused
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_block, safe_line
from deskero_tui.domain.time.moments import age
from deskero_tui.tui.screens.several_actions import REPLY_TO_SEVERAL, SeveralActions

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftVersion, StoredDraft
    from deskero_tui.domain.outbox.items import OutboxItem
    from deskero_tui.domain.outbox.unsent import Unsent
    from deskero_tui.tui.dialogs.decide import Answer
    from deskero_tui.tui.dialogs.fact_lines import Fact

MOST_DRAFT_CHARS: Final = 8_000
"""Of a text that is only looked at; all of it is kept."""
MOST_VERSIONS: Final = 20
"""Earlier texts that are offered, the latest first; `deskero-tui drafts` has all of them."""

KIND_OF_DRAFT: Final = {
    DraftKind.REPLY: "reply",
    DraftKind.NOTE: "note",
    DraftKind.CREATE: "new ticket",
}


class NotSentActions(SeveralActions):
    """The part of the main screen behind `d`."""

    @work(group="inbox-choose", exclusive=True, exit_on_error=False)
    async def action_app_drafts(self) -> None:
        """Show everything half written or not sent, one entry for each cause, to go on with."""
        from deskero_tui.domain.outbox.unsent import questions
        from deskero_tui.sync.unsent import unsent
        from deskero_tui.tui.dialogs.choose import WideChoose

        desk = self.console.desk
        try:
            drafts = await desk.drafts.list()
            groups = questions(await unsent(desk))
            offered = [_group_choice(n, group) for n, group in enumerate(groups)]
            offered += [await self._draft_choice(n, stored) for n, stored in enumerate(drafts)]
            versions = (await desk.drafts.versions())[:MOST_VERSIONS]
            offered += [await self._version_choice(n, one) for n, one in enumerate(versions)]
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)
            return
        if not offered:
            self.say("Nothing is half written, and nothing waits to be sent.")
            return
        chosen = await self.app.push_screen_wait(WideChoose(SafeText("Not sent"), offered))
        if chosen is None:
            return
        kind, _, number = chosen.id.partition(" ")
        try:
            if kind == "draft":
                await self.open_draft(drafts[int(number)].key)
            elif kind == "version":
                await self._bring_back(versions[int(number)])
            elif len(groups[int(number)]) == 1:
                await self._decide(groups[int(number)][0].item.id)
            else:
                await self._decide_all(groups[int(number)])
        except DeskeroError as error:
            self.say(error.user_message, is_wrong=True)

    async def _draft_choice(self, place: int, stored: StoredDraft) -> Choice:
        what = await self._what(stored.key, stored.draft)
        return Choice(f"draft {place}", safe_line(f"draft: {what}", max_chars=160))

    async def _version_choice(self, place: int, version: DraftVersion) -> Choice:
        what = await self._what(version.key, version.draft)
        when = age(version.replaced_at, self.console.now())
        label = safe_line(f"earlier: {what}", max_chars=160)
        return Choice(f"version {place}", label, safe_line(f"{when} ago"))

    async def _what(self, key: DraftKey, draft: Draft) -> str:
        begin = " ".join((draft.fields.get("subject", ""), draft.text[:200])).strip()
        if key == REPLY_TO_SEVERAL:
            return f"reply to several {begin}"
        return f"{KIND_OF_DRAFT[key.kind]} {await self._number(key.ticket_id)} {begin}"

    async def _number(self, ticket_id: TicketId | None) -> str:
        if ticket_id is None:
            return ""
        try:
            return (await self.console.desk.row(ticket_id)).number
        except Missing:
            return "(a deleted ticket)"

    @override
    async def open_draft(self, key: DraftKey) -> None:
        if key == REPLY_TO_SEVERAL:
            self.reply_to_several()
            return
        if key.ticket_id is None:
            self.action_ticket_create()
            return
        try:
            row = await self.console.desk.row(key.ticket_id)
        except Missing:
            await self._decide_about_orphan(key)
        else:
            self.open_writing(row, key.kind)

    async def _decide_about_orphan(self, key: DraftKey) -> None:
        """Somebody has deleted the ticket: the words can go into a new one, or away."""
        from deskero_tui.tui.dialogs.decide import Answer, Decide

        drafts = self.console.desk.drafts
        stored = await drafts.load(key)
        if stored is None:
            self.say("The ticket is no longer there. Somebody has deleted it.", is_wrong=True)
            return
        answer = await self.app.push_screen_wait(
            Decide(
                SafeText("Its ticket has been deleted"),
                _text_facts(stored.draft.text),
                [Answer("n", "open a new ticket with it", True), Answer("x", "drop it", False)],
            )
        )
        if answer is None:
            return
        if answer:
            await self._put_into_new_ticket(stored.draft)
        await drafts.forget(key)
        if answer:
            self.action_ticket_create()
        else:
            self.say(_SAID[Decision.DROP])

    async def _put_into_new_ticket(self, draft: Draft) -> None:
        """Adds the words and files to the draft of a new ticket; what stands there stays."""
        from deskero_tui.domain.outbox.drafts import Draft, DraftKey

        drafts = self.console.desk.drafts
        key = DraftKey(None, DraftKind.CREATE)
        stored = await drafts.load(key)
        begun = stored.draft if stored else Draft()
        text = "\n\n".join(part for part in (begun.text, draft.text) if part.strip())
        files = tuple(dict.fromkeys((*begun.files, *draft.files)))
        merged = replace(begun, text=text, files=files)
        await drafts.save(key, merged, revision=stored.revision if stored else None)

    async def _bring_back(self, version: DraftVersion) -> None:
        """Shows an earlier text, and makes it the draft again if the agent says so."""
        from deskero_tui.tui.dialogs.decide import Answer, Decide

        is_wanted = await self.app.push_screen_wait(
            Decide(
                SafeText("An earlier text"),
                _text_facts(version.draft.text),
                [Answer("b", "bring it back", True)],
            )
        )
        if is_wanted:
            stored = await self.console.desk.drafts.bring_back(version.id)
            await self.open_draft(stored.key)

    async def _decide(self, item_id: ItemId) -> None:
        """Show what is the matter with an item, and do what the agent says."""
        from deskero_tui.domain.outbox.items import State
        from deskero_tui.sync.unsent import whole
        from deskero_tui.tui.dialogs.decide import Decide
        from deskero_tui.tui.unsent_facts import facts_of, title_of

        one = await whole(self.console.desk, item_id)
        item = one.item
        decision = await self.app.push_screen_wait(
            Decide(title_of(one), facts_of(one, self.console.now()), _answers(item))
        )
        if decision is None:
            return
        outbox = self.console.desk.outbox
        if decision in (Decision.EDIT, Decision.DROP):
            self.forget_behind(item.id)
        if item.state is State.QUEUED and decision is Decision.EDIT:
            await outbox.take_back(item.id)
        else:
            await outbox.decide(item.id, decision)
        self.say(_SAID[decision])
        if decision is Decision.EDIT:
            await self.reopen(item)

    async def _decide_all(self, group: Sequence[Unsent]) -> None:
        """Ask about several items of one cause: one answer for all, or one item after the other."""
        from deskero_tui.domain.outbox.unsent import count_in_words
        from deskero_tui.tui.dialogs.choose import WideChoose
        from deskero_tui.tui.dialogs.confirm import Confirm
        from deskero_tui.tui.dialogs.decide import Answer, Decide
        from deskero_tui.tui.unsent_facts import facts_of_all

        count = count_in_words(group)
        title = safe_line(f"{count[:1].upper()}{count[1:]}: {_state_of(group)}")
        answers: list[Answer[Decision | str]] = [
            Answer(answer.key, FOR_ALL[answer.value], answer.value)
            for answer in _answers(group[0].item)
            if answer.value in FOR_ALL
        ]
        answers.append(Answer("o", ONE_BY_ONE, ONE_BY_ONE))
        decision = await self.app.push_screen_wait(Decide(title, facts_of_all(group), answers))
        if decision is None:
            return
        if not isinstance(decision, Decision):
            choices = [_group_choice(n, [one]) for n, one in enumerate(group)]
            chosen = await self.app.push_screen_wait(WideChoose(title, choices))
            if chosen is not None:
                await self._decide(group[int(chosen.id.partition(" ")[2])].item.id)
            return
        asked = _asked_of_all(decision, count, group[0].item)
        if not asked or await self.app.push_screen_wait(Confirm(SafeText(asked))):
            await self._do_to_all(group, decision)

    async def _do_to_all(self, group: Sequence[Unsent], decision: Decision) -> None:
        """Give one answer for several items; one that has moved on since it was shown is left."""
        done = 0
        for one in group:
            if decision is Decision.DROP:
                self.forget_behind(one.item.id)
            with suppress(MoveRefused):
                await self.console.desk.outbox.decide(one.item.id, decision)
                done += 1
        left = f"{len(group) - done} had moved on already. " if done < len(group) else ""
        self.say(f"{done} {SAID_OF_ALL[decision]} {left}".rstrip())


ONE_BY_ONE: Final = "each"
FOR_ALL: Final = {
    Decision.SEND: "send all",
    Decision.LOOK: "look for all",
    Decision.DROP: "drop all",
}
"""What can be said about several items at once; the others need a look at each.

Short, for a line of 60 cells has to hold them.
"""
SAID_OF_ALL: Final = {
    Decision.SEND: "go now.",
    Decision.LOOK: "are looked for again.",
    Decision.DROP: "dropped. `deskero-tui drafts` can bring texts back for a day.",
}


def _state_of(group: Sequence[Unsent]) -> str:
    return ASK if group[0].item.needs_agent and len(group) > 1 else group[0].state


def _group_choice(place: int, group: Sequence[Unsent]) -> Choice:
    """Return the entry of one item, or of several that have the same cause."""
    from deskero_tui.domain.outbox.unsent import count_in_words

    first = group[0]
    if len(group) == 1:
        label = f"{first.state}: {first.name} {first.what}"
        return Choice(f"item {place}", safe_line(label, max_chars=160), first.why)
    names = ", ".join(one.name for one in group)
    label = f"{_state_of(group)}: {count_in_words(group)}: {names}"
    return Choice(f"item {place}", safe_line(label, max_chars=160), safe_line(first.item.reason))


def _asked_of_all(decision: Decision, count: str, first: OutboxItem) -> str:
    """Return the question before an answer for all; empty where it can do no harm."""
    match decision:
        case Decision.SEND if first.needs_agent and first.is_message:
            return f"Send {count} again? What has arrived already is there twice then."
        case Decision.SEND:
            return f"Send {count} now?"
        case Decision.DROP:
            return f"Drop {count}?"
        case _:
            return ""


_SAID: Final = {
    Decision.SEND: "It goes now.",
    Decision.EDIT: "The text is back in its draft.",
    Decision.DROP: "Dropped. `deskero-tui drafts` can bring the text back for a day.",
    Decision.LOOK: "Looking for it on the desk again.",
    Decision.MARK_SENT: "Noted as sent.",
}


def _text_facts(text: str) -> list[Fact]:
    from deskero_tui.tui.dialogs.fact_lines import Fact

    lines = safe_block(text, max_chars=MOST_DRAFT_CHARS).splitlines()
    return [Fact(SafeText(""), SafeText(line)) for line in lines]


def _answers(item: OutboxItem) -> list[Answer[Decision]]:
    """What the state of an item allows to say about it."""
    from deskero_tui.domain.outbox.items import State
    from deskero_tui.tui.dialogs.decide import Answer

    match item.state:
        case State.HELD:
            kept = [Answer("y", "send anyway", Decision.SEND)]
        case State.REFUSED:
            kept = [Answer("y", "send again", Decision.SEND)]
        case State.UNSURE if item.needs_agent:
            return [
                Answer("y", "send again", Decision.SEND),
                Answer("k", "keep looking", Decision.LOOK),
                Answer("m", "it has arrived", Decision.MARK_SENT),
                Answer("x", "drop", Decision.DROP),
            ]
        case State.UNSURE:
            return [Answer("k", "look now", Decision.LOOK)]
        case State.QUEUED:
            kept = []
        case _:
            return []
    return [*kept, Answer("e", "edit", Decision.EDIT), Answer("x", "drop", Decision.DROP)]
