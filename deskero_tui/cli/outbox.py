"""`deskero-tui outbox` and `deskero-tui drafts`: what waits to be sent, what is half written."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Mapping
from datetime import tzinfo
from textwrap import indent
from typing import Final

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.printing import print_json
from deskero_tui.cli.sending import settled
from deskero_tui.cli.wiring import open_desk, workplace, zone_of
from deskero_tui.config import Settings
from deskero_tui.domain.errors import Missing
from deskero_tui.domain.outbox.drafts import DraftVersion, StoredDraft, VersionId
from deskero_tui.domain.outbox.items import Decision, ItemId, OutboxItem, State
from deskero_tui.domain.outbox.unsent import Unsent
from deskero_tui.domain.records.plain_ticket import plain_words
from deskero_tui.domain.text.safe_text import SafeText, safe_line, safe_whole
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.unsent import unsent, whole

DECISIONS: Final[Mapping[str, Decision]] = {
    "send": Decision.SEND,
    "edit": Decision.EDIT,
    "drop": Decision.DROP,
    "look": Decision.LOOK,
    "sent": Decision.MARK_SENT,
}
"""Verb to what the agent says about an item."""


def run_outbox(given: Namespace) -> int:
    """List what is not sent yet, show one item of it, or decide about one.

    Raises:
        DeskeroError: There is no such item, or its state does not allow that.
    """
    with workplace(given) as at, open_desk(at) as desk:
        return asyncio.run(_outbox(given, desk, at.settings))


async def _outbox(given: Namespace, desk: Desk, settings: Settings) -> int:
    await desk.start(in_background=False)
    try:
        if given.verb in (None, "list"):
            return await _list_items(given, desk)
        if given.verb == "show":
            one = await whole(desk, ItemId(given.item))
            behind = (await desk.outbox.behind()).get(one.item.id)
            _show(given, one, behind, zone_of(settings))
            return Exit.DONE
        item = await _item(desk, given.item)
        decision = DECISIONS[given.verb]
        is_dropped_unseen = decision is Decision.DROP and item.seen is None
        if item.state is State.QUEUED and (decision is Decision.EDIT or is_dropped_unseen):
            await desk.outbox.take_back(item.id)
        else:
            await desk.outbox.decide(item.id, decision)
        if decision in (Decision.SEND, Decision.LOOK):
            return await _say_outcome(desk, given)
        if decision is Decision.DROP and item.seen is not None:
            print("Dropped. It may have arrived already: look at the ticket.")
        else:
            print("Done.")
        return Exit.DONE
    finally:
        await desk.close()


async def _say_outcome(desk: Desk, given: Namespace) -> int:
    """Wait until an item has been sent, asks, or was put off; print which, and return its code."""
    [item] = await settled(desk, [given.item], wait_s=given.wait)
    before = (await desk.outbox.behind()).get(item.id)
    reason = f"It waits behind item {before}, which is not sent yet." if before else item.reason
    print(safe_line(f"{item.id}: {item.state_in_words}. {reason}".rstrip(), max_chars=300))
    if item.state is State.SENT:
        return Exit.DONE
    if item.state is State.REFUSED:
        return Exit.FAILED
    is_unconfirmed = item.state in (State.SENDING, State.UNSURE)
    return Exit.UNSURE if before or is_unconfirmed or _asks(item) else Exit.OUT_OF_REACH


async def _list_items(given: Namespace, desk: Desk) -> int:
    """List everything that has not ended; the exit code tells whether something needs a look."""
    found = await unsent(desk)
    behind = await desk.outbox.behind()
    if given.json:
        print_json([_item_json(one, behind.get(one.item.id)) for one in found])
    for one in [] if given.json else found:
        line = f"{one.item.id:5}  {one.state:11} {one.kind:10} {one.number:10} {one.what}"
        why = one.why
        if one.item.id in behind:
            why = SafeText(f"waits behind item {behind[one.item.id]}, {one.behind}")
        print(safe_line(f"{line}  ({why})" if why else line, max_chars=300))
    return max((_code_of(one.item) for one in found), default=Exit.DONE)


def _show(given: Namespace, one: Unsent, behind: ItemId | None, zone: tzinfo) -> None:
    """Print all that is known of one item."""
    if given.json:
        print_json({**_item_json(one, behind), **_whole_json(one)})
        return
    print(f"{one.name}: {one.state}")
    if one.item.ticket_id is not None:
        print(f"Ticket: {one.number} {one.subject}".rstrip())
    if one.customer:
        print(f"Customer: {one.customer}")
    if not one.text:
        print(f"{one.kind.capitalize()}: {one.what}")
    if one.item.reason:
        print(f"Why: {safe_line(one.item.reason)}")
    if one.behind:
        print(f"Waits behind: {one.behind}")
    for clash in one.clashes:
        print(f"{clash.field.capitalize()}: {clash.in_words}")
    if one.news:
        print("\nNew since you began to write:")
    for fact in one.news:
        at = f"{fact.at.astimezone(zone):%Y-%m-%d %H:%M}  " if fact.at else ""
        print(f"\n{at}{fact.text}")
        if fact.message is not None:
            print(indent(plain_words(fact.message), "  "))
    if one.text:
        print("\nYour text:")
        print(indent(safe_whole(one.text), "  "))


def _whole_json(one: Unsent) -> dict[str, object]:
    return {
        "text": one.text,
        "news": [
            {
                "what": fact.text,
                "date": to_ms(fact.at) if fact.at else None,
                "text": plain_words(fact.message) if fact.message else None,
            }
            for fact in one.news
        ],
        "conflicts": [
            {"field": clash.field, "was": clash.was, "theirs": clash.theirs, "ours": clash.ours}
            for clash in one.clashes
        ],
    }


def _code_of(item: OutboxItem) -> Exit:
    return Exit.UNSURE if _asks(item) else Exit.DONE


def _asks(item: OutboxItem) -> bool:
    return item.state in (State.HELD, State.REFUSED) or item.needs_agent


def _item_json(one: Unsent, behind: ItemId | None) -> dict[str, object]:
    item = one.item
    return {
        "item": item.id,
        "kind": item.kind.value,
        "ticketId": item.ticket_id,
        "number": one.number,
        "subject": one.subject,
        "customer": one.customer,
        "state": item.state.value,
        "needsAgent": item.needs_agent,
        "behind": behind,
        "looks": item.looks,
        "resent": item.resent,
        "summary": one.what,
        "reason": item.reason,
        "why": one.why,
        "created": to_ms(item.created_at),
    }


async def _item(desk: Desk, item_id: ItemId) -> OutboxItem:
    for item in await desk.outbox.items():
        if item.id == item_id:
            return item
    raise Missing(f"There is no item {item_id} in the outbox.")


# -- drafts --------------------------------------------------------------------------------------


def run_drafts(given: Namespace) -> int:
    """Lists what is half written and earlier texts of it, shows one, throws away, brings back.

    Raises:
        DeskeroError: There is no such draft.
    """
    with workplace(given) as at, open_desk(at) as desk:
        return asyncio.run(_drafts(given, desk))


async def _drafts(given: Namespace, desk: Desk) -> int:
    match given.verb:
        case "show":
            print(safe_whole((await _draft(desk, given.draft)).draft.text))
        case "drop":
            await desk.drafts.forget((await _draft(desk, given.draft)).key)
            print("Thrown away. For a day `deskero-tui drafts recover` can bring it back.")
        case "recover":
            await _recover(given, desk)
        case _:
            await _list_drafts(given, desk)
    return Exit.DONE


async def _list_drafts(given: Namespace, desk: Desk) -> None:
    drafts = await desk.drafts.list()
    if given.json:
        print_json([_draft_json(stored) for stored in drafts])
        return
    for place, stored in enumerate(drafts, start=1):
        where = stored.key.ticket_id or "new"
        begin = safe_line(stored.draft.text.strip(), max_chars=100)
        print(f"{place:3}  {stored.key.kind.value:7} {safe_line(where)}  {begin}")


async def _recover(given: Namespace, desk: Desk) -> None:
    versions = await desk.drafts.versions()
    if given.version is None:
        for version in versions:
            print(_version_line(version))
        return
    stored = await desk.drafts.bring_back(VersionId(given.version))
    print(f"Back: {safe_line(stored.draft.text, max_chars=100)}")


def _version_line(version: DraftVersion) -> str:
    begin = safe_line(version.draft.text.strip(), max_chars=100)
    where = safe_line(version.key.ticket_id or "new")
    when = f"{version.replaced_at:%Y-%m-%d %H:%M} UTC"
    return f"{version.id:5}  {when}  {version.key.kind.value} {where}  {begin}"


def _draft_json(stored: StoredDraft) -> dict[str, object]:
    return {
        "ticketId": stored.key.ticket_id,
        "kind": stored.key.kind.value,
        "text": stored.draft.text,
        "files": [str(path) for path in stored.draft.files],
        "changed": to_ms(stored.changed_at),
    }


async def _draft(desk: Desk, place: int) -> StoredDraft:
    drafts = await desk.drafts.list()
    if not 1 <= place <= len(drafts):
        raise Missing(f"There is no draft {place}.")
    return drafts[place - 1]
