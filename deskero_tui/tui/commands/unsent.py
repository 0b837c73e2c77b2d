"""The command that lists drafts and unsent messages, and lets the agent decide about them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.errors import Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import DraftKind
from deskero_tui.domain.outbox.items import ASK, Decision, ItemId, MoveRefused
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_block, safe_line
from deskero_tui.domain.time.moments import age
from deskero_tui.tui.commands.context import CommandContext
from deskero_tui.tui.compose.draft_state import REPLY_TO_SEVERAL

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

NOTHING_UNSENT: Final = "Nothing is half written, and nothing waits to be sent."

KIND_OF_DRAFT: Final = {
    DraftKind.REPLY: "reply",
    DraftKind.NOTE: "note",
    DraftKind.CREATE: "new ticket",
}


async def reopen(ctx: CommandContext, item: OutboxItem) -> None:
    """Open the text of an item again that is back in its draft."""
    from deskero_tui.domain.outbox.drafts import DraftKey

    kind = {kind.value: kind for kind in DraftKind}.get(item.kind.value)
    if kind is not None:
        await open_draft(ctx, DraftKey(item.ticket_id, kind))


async def show_unsent(ctx: CommandContext) -> None:
    """Show everything half written or not sent, one entry for each cause, to go on with."""
    from deskero_tui.domain.outbox.unsent import questions
    from deskero_tui.sync.unsent import unsent
    from deskero_tui.tui.dialogs.choose import WideChoose

    desk = ctx.desk
    drafts = await desk.drafts.list()
    groups = questions(await unsent(desk))
    offered = [_group_choice(n, group) for n, group in enumerate(groups)]
    offered += [await _draft_choice(ctx, n, stored) for n, stored in enumerate(drafts)]
    versions = (await desk.drafts.versions())[:MOST_VERSIONS]
    offered += [await _version_choice(ctx, n, one) for n, one in enumerate(versions)]
    if not offered:
        ctx.status.say(NOTHING_UNSENT)
        return
    chosen = await ctx.dialogs.show(WideChoose(SafeText("Not sent"), offered))
    if chosen is None:
        return
    kind, _, number = chosen.id.partition(" ")
    if kind == "draft":
        await open_draft(ctx, drafts[int(number)].key)
    elif kind == "version":
        await _bring_back(ctx, versions[int(number)])
    elif len(groups[int(number)]) == 1:
        await _decide(ctx, groups[int(number)][0].item.id)
    else:
        await _decide_all(ctx, groups[int(number)])


async def _draft_choice(ctx: CommandContext, place: int, stored: StoredDraft) -> Choice:
    what = await _what(ctx, stored.key, stored.draft)
    return Choice(f"draft {place}", safe_line(f"draft: {what}", max_chars=160))


async def _version_choice(ctx: CommandContext, place: int, version: DraftVersion) -> Choice:
    what = await _what(ctx, version.key, version.draft)
    when = age(version.replaced_at, ctx.host.now())
    label = safe_line(f"earlier: {what}", max_chars=160)
    return Choice(f"version {place}", label, safe_line(f"{when} ago"))


async def _what(ctx: CommandContext, key: DraftKey, draft: Draft) -> str:
    begin = " ".join((draft.fields.get("subject", ""), draft.text[:200])).strip()
    if key == REPLY_TO_SEVERAL:
        return f"reply to several {begin}"
    return f"{KIND_OF_DRAFT[key.kind]} {await _number(ctx, key.ticket_id)} {begin}"


async def _number(ctx: CommandContext, ticket_id: TicketId | None) -> str:
    if ticket_id is None:
        return ""
    try:
        return (await ctx.desk.row(ticket_id)).number
    except Missing:
        return "(a deleted ticket)"


async def open_draft(ctx: CommandContext, key: DraftKey) -> None:
    """Continue a draft, or ask what to do with it if its ticket is gone.

    Raises:
        DeskeroError: The store cannot be used.
    """
    if key == REPLY_TO_SEVERAL:
        ctx.writing.reply_to_several()
        return
    if key.ticket_id is None:
        ctx.writing.create_ticket()
        return
    try:
        row = await ctx.desk.row(key.ticket_id)
    except Missing:
        await _decide_about_orphan(ctx, key)
    else:
        ctx.writing.open_writing(row, key.kind)


async def _decide_about_orphan(ctx: CommandContext, key: DraftKey) -> None:
    """Somebody has deleted the ticket: the words can go into a new one, or away."""
    from deskero_tui.tui.dialogs.decide import ActionDialog, Answer

    drafts = ctx.desk.drafts
    stored = await drafts.load(key)
    if stored is None:
        ctx.status.say("The ticket is no longer there. Somebody has deleted it.", is_wrong=True)
        return
    answer = await ctx.dialogs.show(
        ActionDialog(
            SafeText("Its ticket has been deleted"),
            _text_facts(stored.draft.text),
            [Answer("n", "open a new ticket with it", True), Answer("x", "drop it", False)],
        )
    )
    if answer is None:
        return
    if answer:
        await _put_into_new_ticket(ctx, stored.draft)
    await drafts.forget(key)
    if answer:
        ctx.writing.create_ticket()
    else:
        ctx.status.say(_SAID[Decision.DROP])


async def _put_into_new_ticket(ctx: CommandContext, draft: Draft) -> None:
    """Adds the words and files to the draft of a new ticket; what stands there stays."""
    from deskero_tui.domain.outbox.drafts import Draft, DraftKey

    drafts = ctx.desk.drafts
    key = DraftKey(None, DraftKind.CREATE)
    stored = await drafts.load(key)
    begun = stored.draft if stored else Draft()
    text = "\n\n".join(part for part in (begun.text, draft.text) if part.strip())
    files = tuple(dict.fromkeys((*begun.files, *draft.files)))
    merged = replace(begun, text=text, files=files)
    await drafts.save(key, merged, revision=stored.revision if stored else None)


async def _bring_back(ctx: CommandContext, version: DraftVersion) -> None:
    """Shows an earlier text, and makes it the draft again if the agent says so."""
    from deskero_tui.tui.dialogs.decide import ActionDialog, Answer

    is_wanted = await ctx.dialogs.show(
        ActionDialog(
            SafeText("An earlier text"),
            _text_facts(version.draft.text),
            [Answer("b", "bring it back", True)],
        )
    )
    if is_wanted:
        stored = await ctx.desk.drafts.bring_back(version.id)
        await open_draft(ctx, stored.key)


async def _decide(ctx: CommandContext, item_id: ItemId) -> None:
    """Show what is the matter with an item, and do what the agent says."""
    from deskero_tui.domain.outbox.items import State
    from deskero_tui.sync.unsent import whole
    from deskero_tui.tui.dialogs.decide import ActionDialog
    from deskero_tui.tui.unsent_facts import facts_of, title_of

    one = await whole(ctx.desk, item_id)
    item = one.item
    decision = await ctx.dialogs.show(
        ActionDialog(title_of(one), facts_of(one, ctx.host.now()), _answers(item))
    )
    if decision is None:
        return
    outbox = ctx.desk.outbox
    if decision in (Decision.EDIT, Decision.DROP):
        ctx.undo.forget_behind(item.id)
    if item.state is State.QUEUED and decision is Decision.EDIT:
        await outbox.take_back(item.id)
    else:
        await outbox.decide(item.id, decision)
    ctx.status.say(_SAID[decision])
    if decision is Decision.EDIT:
        await reopen(ctx, item)


async def _decide_all(ctx: CommandContext, group: Sequence[Unsent]) -> None:
    """Ask about several items of one cause: one answer for all, or one item after the other."""
    from deskero_tui.domain.outbox.unsent import count_in_words
    from deskero_tui.tui.dialogs.choose import WideChoose
    from deskero_tui.tui.dialogs.confirm import Confirm
    from deskero_tui.tui.dialogs.decide import ActionDialog, Answer
    from deskero_tui.tui.unsent_facts import facts_of_all

    count = count_in_words(group)
    title = safe_line(f"{count[:1].upper()}{count[1:]}: {_state_of(group)}")
    answers: list[Answer[Decision | str]] = [
        Answer(answer.key, FOR_ALL[answer.value], answer.value)
        for answer in _answers(group[0].item)
        if answer.value in FOR_ALL
    ]
    answers.append(Answer("o", ONE_BY_ONE, ONE_BY_ONE))
    decision = await ctx.dialogs.show(ActionDialog(title, facts_of_all(group), answers))
    if decision is None:
        return
    if not isinstance(decision, Decision):
        choices = [_group_choice(n, [one]) for n, one in enumerate(group)]
        chosen = await ctx.dialogs.show(WideChoose(title, choices))
        if chosen is not None:
            await _decide(ctx, group[int(chosen.id.partition(" ")[2])].item.id)
        return
    asked = _asked_of_all(decision, count, group[0].item)
    if not asked or await ctx.dialogs.show(Confirm(SafeText(asked))):
        await _do_to_all(ctx, group, decision)


async def _do_to_all(ctx: CommandContext, group: Sequence[Unsent], decision: Decision) -> None:
    """Give one answer for several items; one that has moved on since it was shown is left."""
    done = 0
    for one in group:
        if decision is Decision.DROP:
            ctx.undo.forget_behind(one.item.id)
        with suppress(MoveRefused):
            await ctx.desk.outbox.decide(one.item.id, decision)
            done += 1
    left = f"{len(group) - done} had moved on already. " if done < len(group) else ""
    ctx.status.say(f"{done} {SAID_OF_ALL[decision]} {left}".rstrip())


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
