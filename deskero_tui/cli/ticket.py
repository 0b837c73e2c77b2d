"""`deskero-tui ticket …`: the console's actions without a screen, on the same store."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.fresh import refresh_or_say, unreadable_told
from deskero_tui.cli.outcomes import Outcome, each
from deskero_tui.cli.picking import customer_named, picked_agent, picked_term, view_named
from deskero_tui.cli.printing import (
    print_columns,
    print_csv,
    print_json,
    print_rows,
    row_json,
    ticket_json,
)
from deskero_tui.cli.sending import done, find
from deskero_tui.cli.streams import line_of_stdin, say_mistakes, text_of_stdin
from deskero_tui.cli.wiring import open_desk, tabs_of, workplace, zone_of
from deskero_tui.config import Settings
from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.ids import AreaId, CustomerId, GroupId, TicketId, TypeId
from deskero_tui.domain.outbox.outgoing import NewTicket, TicketPatch
from deskero_tui.domain.query.own_views import as_of
from deskero_tui.domain.query.parser import BadQuery, read_query
from deskero_tui.domain.query.query import Query
from deskero_tui.domain.records.plain_ticket import plain_ticket, source_ticket
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.domain.text.safe_text import safe_block, safe_line
from deskero_tui.domain.time.moments import BadMoment, read_back, read_moment
from deskero_tui.domain.time.reminder_words import in_words, note_text, split_sign
from deskero_tui.sync.desk import Desk
from deskero_tui.tui.list_view.column_config import BadColumn, read_column
from deskero_tui.tui.list_view.columns import COLUMNS, Column

NOTHING: Final = "none"
_TAB_CELLS: Final = 4
"""A tab of a source becomes so many spaces at most."""


def run_ticket(given: Namespace) -> int:
    """Runs one verb; what it answers is the exit code.

    Raises:
        DeskeroError: It could not be done.
    """
    with workplace(given) as at, open_desk(at, undo_s=0.0) as desk, unreadable_told(desk):
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
            case "set" if len(given.tickets) > 1:
                return await _set_each(given, desk)
            case "set":
                await _set(given, desk, given.tickets[0])
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
    tabs = tabs_of(settings)
    say_mistakes(tabs.mistakes)
    view = view_named(tabs, given.view)
    columns = _columns(given)
    await refresh_or_say(desk)
    query = as_of(view, desk.clock.now().astimezone(zone_of(settings))).query
    order = await desk.order(_narrowed(query, " ".join(given.words), desk, settings))
    rows = await desk.rows(order[: given.limit])
    now = desk.clock.now().astimezone(zone_of(settings))
    if given.json:
        print_json([row_json(row) for row in rows])
    elif given.csv:
        print_csv(rows, columns or COLUMNS, now)
    else:
        if columns:
            print_columns(rows, columns, now)
        else:
            print_rows(rows, now)
        if len(order) > len(rows):
            print(f"{len(rows)} of {len(order)} shown; --limit shows more", file=sys.stderr)


def _columns(given: Namespace) -> tuple[Column, ...]:
    """The columns that were asked for; none when none were."""
    try:
        return tuple(read_column(said.strip()) for said in (given.columns or "").split(",") if said)
    except BadColumn as error:
        raise BadInput(f"--columns: {error}") from error


def _narrowed(query: Query, said: str, desk: Desk, settings: Settings) -> Query:
    """The query of the view and what was given besides."""
    try:
        return query.searched(read_query(said, now=desk.clock.now().astimezone(zone_of(settings))))
    except BadQuery as error:
        raise BadInput(f"{error} ({said[error.start : error.end]})") from error


async def _show(given: Namespace, desk: Desk, settings: Settings) -> None:
    ticket_id = await find(desk, given.ticket)
    conversation = await desk.conversation(ticket_id)
    zone = zone_of(settings)
    if given.json:
        print_json(ticket_json(conversation))
    elif given.raw:
        print(source_ticket(conversation, zone, _for_terminal if sys.stdout.isatty() else str))
    else:
        print(plain_ticket(conversation, zone, shows_all=given.full))


def _for_terminal(source: str) -> str:
    """A source in full, with nothing in it that a terminal obeys."""
    return safe_block(source, max_chars=len(source) * _TAB_CELLS + 1, max_lines=len(source) + 1)


# -- writing -------------------------------------------------------------------------------------


async def _reply(given: Namespace, desk: Desk) -> None:
    text = _text(given.text)
    ticket_id = await find(desk, given.ticket)
    status = await picked_term(desk, TermKind.STATUS, given.status)
    files = [Path(path) for path in given.file]
    if _is_rehearsal(given, f"reply to {given.ticket}: {len(text)} characters, {len(files)} files"):
        return
    item_id = await desk.outbox.queue_reply(ticket_id, text, files=files, status_after=status)
    await done(given, desk, item_id, "Reply sent")


async def _note(given: Namespace, desk: Desk, settings: Settings) -> None:
    text = _text(given.text)
    ticket_id = await find(desk, given.ticket)
    whom = await picked_agent(desk, given.whom)
    remind_at, said = None, ""
    if given.remind:
        now = desk.clock.now().astimezone(zone_of(settings))
        time, unless_answered = split_sign(given.remind)
        try:
            remind_at = read_moment(time, now=now, lang=settings.lang)
        except BadMoment as error:
            raise BadInput(str(error)) from error
        when = read_back(remind_at, now=now, lang=settings.lang)
        said = ", reminder " + in_words(when, unless_answered=unless_answered)
        text = note_text(text, remind_at=remind_at, unless_answered=unless_answered)
    if _is_rehearsal(given, f"note on {given.ticket}: {len(text)} characters{said}"):
        return
    item_id = await desk.outbox.queue_note(ticket_id, text, assignee=whom, remind_at=remind_at)
    await done(given, desk, item_id, "Note added" + said)


async def _set(given: Namespace, desk: Desk, name: str) -> None:
    ticket_id = await find(desk, name)
    patch = await _patch(given, desk, ticket_id)
    if _is_rehearsal(given, f"set {_named(patch)} of {name}"):
        return
    [item_id] = await desk.outbox.queue_change([ticket_id], patch)
    await done(given, desk, item_id, f"Set {_named(patch)}")


async def _set_each(given: Namespace, desk: Desk) -> int:
    async def begin(ticket_id: TicketId, outcome: Outcome) -> None:
        patch = await _patch(given, desk, ticket_id)
        outcome.name = (await desk.ticket(ticket_id)).number
        outcome.said = f"set {_named(patch)}"
        if not given.dry_run:
            outcome.items = await desk.outbox.queue_change([ticket_id], patch)

    return await each(given, desk, given.tickets, begin)


def _named(patch: TicketPatch) -> str:
    """The fields of a change: `assignee, status`."""
    return ", ".join(sorted(name.removeprefix("is_") for name in patch.changed))


async def _patch(given: Namespace, desk: Desk, ticket_id: TicketId) -> TicketPatch:
    """Only what was given: the rest of the ticket is left alone.

    Raises:
        BadInput: That is nothing, or a name is not known.
    """
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
    if not changes:
        raise BadInput("Nothing to set: name a field, such as --status solved.")
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
    await done(given, desk, item_id, "Ticket opened")


async def _delete(given: Namespace, desk: Desk) -> None:
    ticket_id = await find(desk, given.ticket)
    if _is_rehearsal(given, f"delete {given.ticket}"):
        return
    if not given.yes:
        if not sys.stdin.isatty():
            raise BadInput("Say --yes to delete a ticket without being asked.")
        print(f"Delete {given.ticket} for everybody, for good? [y/N] ", end="", flush=True)
        if line_of_stdin().strip().lower() not in ("y", "yes"):
            print("Kept.")
            return
    await done(given, desk, await desk.outbox.queue_delete(ticket_id), "Deleted")


def _text(said: str) -> str:
    """Return the text of an argument, or all of standard input for `-`.

    Raises:
        BadInput: It is empty.
    """
    text = text_of_stdin() if said == "-" else said
    if not text.strip():
        raise BadInput("The text is empty.")
    return text


def _is_rehearsal(given: Namespace, would: str) -> bool:
    if given.dry_run:
        print(f"Would {safe_line(would)}")
    return bool(given.dry_run)
