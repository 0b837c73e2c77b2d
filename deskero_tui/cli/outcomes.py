"""A command on several tickets: each is done as far as it goes, and each is told of."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from deskero_tui.cli.exits import Exit, exit_of
from deskero_tui.cli.printing import print_json
from deskero_tui.cli.sending import check, find, settled
from deskero_tui.cli.streams import say
from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.items import ItemId
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.sync.desk import Desk


@dataclass(slots=True)
class Outcome:
    """What became of one ticket."""

    name: str
    """Its number, or what was given for it until that is known."""
    ticket_id: TicketId | None = None
    items: list[ItemId] = field(default_factory=list)
    code: Exit = Exit.DONE
    said: str = ""
    """What was done or, in a rehearsal, would be; why not where it failed."""

    def fail(self, code: Exit, said: str) -> None:
        """It was not done."""
        self.code, self.said = code, said


async def each(
    given: Namespace,
    desk: Desk,
    names: Sequence[str],
    begin: Callable[[TicketId, Outcome], Awaitable[None]],
) -> int:
    """Begins something with every ticket of these names, waits until it is done, and prints how it
    went; what it answers is the exit code: that of the failures, `FAILED` when they differ.

    `begin` fills in what was queued and what that comes to; a `DeskeroError` of its fails that
    ticket alone. One that is named twice is one.
    """
    outcomes = await _found(desk, names)
    for outcome in outcomes:
        if outcome.ticket_id is not None:
            try:
                await begin(outcome.ticket_id, outcome)
            except DeskeroError as error:
                outcome.fail(exit_of(error), error.user_message)
    for outcome in outcomes:
        await _finish(desk, outcome)
    _print(given, outcomes)
    codes = {outcome.code for outcome in outcomes} - {Exit.DONE}
    return codes.pop() if len(codes) == 1 else Exit.FAILED if codes else Exit.DONE


async def _found(desk: Desk, names: Sequence[str]) -> list[Outcome]:
    """The tickets of these names as the desk has them now."""
    outcomes: list[Outcome] = []
    for name in names:
        outcome = Outcome(safe_line(name, max_chars=60))
        try:
            outcome.ticket_id = await find(desk, name)
        except DeskeroError as error:
            outcome.fail(exit_of(error), error.user_message)
        known = {one.ticket_id for one in outcomes}
        if outcome.ticket_id is None or outcome.ticket_id not in known:
            outcomes.append(outcome)
    return outcomes


async def _finish(desk: Desk, outcome: Outcome) -> None:
    """Waits until the outbox has done what was queued for one ticket."""
    try:
        items = await settled(desk, outcome.items) if outcome.items else ()
        behind = await desk.outbox.behind()
        for item in items:
            check(item, behind.get(item.id))
    except DeskeroError as error:
        outcome.fail(exit_of(error), error.user_message)


def _print(given: Namespace, outcomes: Sequence[Outcome]) -> None:
    if given.json:
        print_json(
            [
                {
                    "id": outcome.ticket_id,
                    "number": outcome.name,
                    "done": outcome.code is Exit.DONE and not given.dry_run,
                    "code": outcome.code,
                    "said": outcome.said,
                }
                for outcome in outcomes
            ]
        )
        return
    for outcome in outcomes:
        line = safe_line(f"{outcome.name}: {outcome.said}", max_chars=300)
        if outcome.code is Exit.DONE:
            print(f"Would do {line}" if given.dry_run else line)
        else:
            say(line)
