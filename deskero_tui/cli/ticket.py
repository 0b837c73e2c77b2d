"""`deskero-tui ticket …`: the console's actions without a screen, on the same store."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.fresh import refresh_or_say
from deskero_tui.cli.picking import customer_named, picked_agent, picked_term, view_named
from deskero_tui.cli.printing import print_json, print_rows, print_ticket, row_json, ticket_json
from deskero_tui.cli.wiring import open_desk, tabs_of, workplace, zone_of
from deskero_tui.config import Settings
from deskero_tui.domain.errors import (
    BadInput,
    DeskeroError,
    Missing,
    Refused,
    Unclear,
    Unreachable,
)
from deskero_tui.domain.ids import AreaId, CustomerId, GroupId, TicketId, TypeId
from deskero_tui.domain.moments import BadMoment, read_back, read_moment
from deskero_tui.domain.outbox import ItemId, OutboxItem, State
from deskero_tui.domain.outgoing import NewTicket, TicketPatch
from deskero_tui.domain.own_views import as_of
from deskero_tui.domain.query import Query
from deskero_tui.domain.query_text import BadQuery, read_query
from deskero_tui.domain.terms import TermKind
from deskero_tui.domain.text import safe_line
from deskero_tui.sync.desk import Desk

NOTHING: Final = "none"
SETTLED_WAIT_S: Final = 90.0
"""How long a command waits for the desk before it leaves the rest to the outbox."""
LOOK_S: Final = 0.5


def run_ticket(given: Namespace) -> int:
    """Runs one verb; what it answers is the exit code.

    Raises:
        DeskeroError: It could not be done.
    """
    with workplace(given) as at, open_desk(at, undo_s=0.0) as desk:
        return asyncio.run(_run(given, desk, at.settings))


async def _run(given: Namespace, desk: Desk, settings: Settings) -> int:
    await desk.start(in_background=False)
    try:
        match given.verb:
            case "list":
                await _list(given, desk, settings)
            case "show":
                await _show(given, desk, settings)
            case "reply":
                await _reply(given, desk)
            case "note":
                await _note(given, desk, settings)
            case "set":
                await _set(given, desk)
            case "new":
                await _new(given, desk)
            case "delete":
                await _delete(given, desk)
            case unknown:
                raise AssertionError(unknown)
    finally:
        await desk.close()
    return Exit.DONE


# -- reading -------------------------------------------------------------------------------------


async def _list(given: Namespace, desk: Desk, settings: Settings) -> None:
    view = view_named(tabs_of(settings), given.view)
    await refresh_or_say(desk)
    query = as_of(view, desk.clock.now().astimezone(zone_of(settings))).query
    order = await desk.order(_narrowed(query, " ".join(given.words), desk, settings))
    rows = await desk.rows(order[: given.limit])
    if given.json:
        print_json([row_json(row) for row in rows])
    else:
        print_rows(rows, desk.clock.now())
        if len(order) > len(rows):
            print(f"{len(rows)} of {len(order)} shown; --limit shows more", file=sys.stderr)


def _narrowed(query: Query, said: str, desk: Desk, settings: Settings) -> Query:
    """The query of the view and what was given besides."""
    try:
        return query.narrowed(read_query(said, now=desk.clock.now().astimezone(zone_of(settings))))
    except BadQuery as error:
        raise BadInput(f"{error} ({said[error.start : error.end]})") from error


async def _find(desk: Desk, name: str) -> TicketId:
    """The ticket of that name, as the desk has it now.

    Raises:
        Missing: There is none.
        DeskeroError: The desk could not be asked, and the store does not know the ticket.
    """
    with suppress(Missing):
        ticket_id = await desk.find(name)
        await _read_afresh(desk, ticket_id)
        return await desk.find(name)
    await desk.refresh_now()
    return await desk.find(name)


async def _read_afresh(desk: Desk, ticket_id: TicketId) -> None:
    """Brings the ticket up to date if that is possible: what is written to it is kept anyway."""
    try:
        await desk.read_afresh(ticket_id)
    except DeskeroError as error:
        print(f"deskero-tui: not up to date: {error.user_message}", file=sys.stderr)


async def _show(given: Namespace, desk: Desk, settings: Settings) -> None:
    ticket_id = await _find(desk, given.ticket)
    if given.json:
        print_json(ticket_json(await desk.ticket(ticket_id)))
    else:
        zone = zone_of(settings)
        print_ticket(await desk.conversation(ticket_id), desk.clock.now().astimezone(zone))


# -- writing -------------------------------------------------------------------------------------


async def _reply(given: Namespace, desk: Desk) -> None:
    text = _text(given.text)
    ticket_id = await _find(desk, given.ticket)
    status = await picked_term(desk, TermKind.STATUS, given.status)
    files = [Path(path) for path in given.file]
    if _is_rehearsal(given, f"reply to {given.ticket}: {len(text)} characters, {len(files)} files"):
        return
    item_id = await desk.outbox.queue_reply(ticket_id, text, files=files, status_after=status)
    await _done(given, desk, item_id, "Reply sent")


async def _note(given: Namespace, desk: Desk, settings: Settings) -> None:
    text = _text(given.text)
    ticket_id = await _find(desk, given.ticket)
    whom = await picked_agent(desk, given.whom)
    remind_at, said = None, ""
    if given.remind:
        now = desk.clock.now().astimezone(zone_of(settings))
        try:
            remind_at = read_moment(given.remind, now=now, lang=settings.lang)
        except BadMoment as error:
            raise BadInput(str(error)) from error
        said = ", reminder " + read_back(remind_at, now=now, lang=settings.lang)
    if _is_rehearsal(given, f"note on {given.ticket}: {len(text)} characters{said}"):
        return
    item_id = await desk.outbox.queue_note(ticket_id, text, assignee=whom, remind_at=remind_at)
    await _done(given, desk, item_id, "Note added" + said)


async def _set(given: Namespace, desk: Desk) -> None:
    ticket_id = await _find(desk, given.ticket)
    patch = await _patch(given, desk, ticket_id)
    if not patch.changed:
        raise BadInput("Nothing to set: name a field, such as --status solved.")
    named = ", ".join(sorted(name.removeprefix("is_") for name in patch.changed))
    if _is_rehearsal(given, f"set {named} of {given.ticket}"):
        return
    [item_id] = await desk.outbox.queue_change([ticket_id], patch)
    await _done(given, desk, item_id, f"Set {named}")


async def _patch(given: Namespace, desk: Desk, ticket_id: TicketId) -> TicketPatch:
    """Only what was given: the rest of the ticket is left alone."""
    changes: dict[str, object] = {}
    if given.subject is not None:
        if not given.subject.strip():
            raise BadInput("The subject must not be empty.")
        changes["subject"] = given.subject
    if given.priority is not None:
        changes["is_priority"] = given.priority
    if given.status is not None:
        changes["status"] = await picked_term(desk, TermKind.STATUS, given.status)
    if given.assign is not None:
        nobody = given.assign.casefold() == "nobody"
        changes["assignee"] = None if nobody else await picked_agent(desk, given.assign)
    if given.type is not None:
        changes["type"] = TypeId(await picked_term(desk, TermKind.TYPE, given.type) or "")
    for name, kind, make in (
        ("area", TermKind.AREA, AreaId),
        ("group", TermKind.GROUP, GroupId),
    ):
        said = getattr(given, name)
        if said is not None:
            found = None if said == NOTHING else await picked_term(desk, kind, said)
            changes[name] = make(found) if found else None
    if given.tag or given.untag:
        ticket = await desk.ticket(ticket_id)
        kept = [tag for tag in ticket.tags if tag not in given.untag]
        changes["tags"] = tuple(dict.fromkeys([*kept, *given.tag]))
    return TicketPatch(**changes)  # type: ignore[arg-type]  # each value has its field's type


async def _new(given: Namespace, desk: Desk) -> None:
    text = _text(given.text)
    await desk.refresh_now()
    types = await desk.terms(TermKind.TYPE)
    type_id = await picked_term(desk, TermKind.TYPE, given.type) or (types[0].id if types else "")
    assignee = await picked_agent(desk, given.assign)
    customer = await customer_named(desk, given.customer)
    ticket = NewTicket(
        subject=given.subject,
        description=text,
        customer=CustomerId(customer.id),
        type=TypeId(type_id),
        assignee=assignee,
        is_priority=given.priority,
    )
    if _is_rehearsal(given, f"ticket for {customer.label}: {safe_line(given.subject)}"):
        return
    files = [Path(path) for path in given.file]
    item_id = await desk.outbox.queue_create(ticket, files=files)
    await _done(given, desk, item_id, "Ticket opened")


async def _delete(given: Namespace, desk: Desk) -> None:
    ticket_id = await _find(desk, given.ticket)
    if _is_rehearsal(given, f"delete {given.ticket}"):
        return
    if not given.yes:
        if not sys.stdin.isatty():
            raise BadInput("Say --yes to delete a ticket without being asked.")
        print(f"Delete {given.ticket} for everybody, for good? [y/N] ", end="", flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            print("Kept.")
            return
    await _done(given, desk, await desk.outbox.queue_delete(ticket_id), "Deleted")


def _text(said: str) -> str:
    """The text of an argument, or all of standard input for `-`."""
    if said != "-":
        return said
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise BadInput("The text on standard input is not UTF-8.") from error


def _is_rehearsal(given: Namespace, would: str) -> bool:
    if given.dry_run:
        print(f"Would {safe_line(would)}")
    return bool(given.dry_run)


async def _done(given: Namespace, desk: Desk, item_id: ItemId, said: str) -> None:
    """Waits until the outbox has done what was asked, and says how it ended.

    Raises:
        Unreachable: It is kept and goes later.
        Unclear: It is held or unsure, and waits for a decision.
        Refused: The desk said no; the words are kept.
    """
    batch = await _batch(desk, item_id)
    items = await _settled(desk, [item.id for item in batch])
    for item in items:
        _check(item)
    ticket_id = items[0].ticket_id
    if given.json:
        print_json({"id": ticket_id})
        return
    if ticket_id is not None:
        with suppress(Missing):
            ticket = await desk.ticket(ticket_id)
            said = f"{said}: {ticket.number} {ticket.subject}"
    print(safe_line(said, max_chars=300))


async def _settled(desk: Desk, ids: Sequence[ItemId]) -> list[OutboxItem]:
    """The items once they are done, ask the agent, or were put off until later."""
    ends_s = desk.clock.monotonic() + SETTLED_WAIT_S
    while True:
        items = await desk.outbox.settled(ids, wait_s=LOOK_S)
        is_put_off = any(item.state is State.QUEUED and item.reason for item in items)
        is_moving = any(item.moves_by_itself for item in items)
        if is_put_off or not is_moving or desk.clock.monotonic() >= ends_s:
            return items


async def _batch(desk: Desk, item_id: ItemId) -> list[OutboxItem]:
    """The item and what was queued with it, such as the status after a reply."""
    items = await desk.outbox.items()
    asked = next(item for item in items if item.id == item_id)
    return [item for item in items if item is asked or (item.batch and item.batch == asked.batch)]


def _check(item: OutboxItem) -> None:
    """Nothing, when the item was sent; else its failure."""
    why = item.reason or "It is not known why."
    match item.state:
        case State.SENT:
            return
        case State.REFUSED:
            raise Refused(f"{why} It is kept: `deskero-tui outbox` shows it.", status=400)
        case State.HELD | State.UNSURE:
            raise Unclear(f"{why} It is kept: `deskero-tui outbox` shows it.")
        case _:
            raise Unreachable(f"It is kept and goes later. {why}")
