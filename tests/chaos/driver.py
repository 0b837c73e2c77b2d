"""One run: writers queue, a colleague interferes, programs and desk are killed, and then it is seen
what the desk has.

Two workers, the console and commands use one store at the same time. Only what was confirmed to the
agent was promised.
"""

from __future__ import annotations

import asyncio
import itertools
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

from deskero_tui.cli.wiring import Account
from deskero_tui.config import Places
from tests.chaos.book import Book
from tests.chaos.colleague import DEEDS, Colleague
from tests.chaos.deciding import Decider
from tests.chaos.fault_proxy import NAMED, FaultProxy, Stage, Timing
from tests.chaos.front_ends import CommandUser, ConsoleUser
from tests.chaos.plan import PROGRAM_KILLS, Kill, Plan
from tests.chaos.programs import CLIENT_ID, Access, DeskProcess, Program
from tests.chaos.promises import Kind, Record, Withdrawal, tokens_in
from tests.chaos.team import SIZE, Team
from tests.support.pty_console import home_environment

_TAKEN_BACK: Final = 0.04
_WITH_DRAFT: Final = 0.05
_COLLEAGUE: Final = 0.12
"""What a colleague does, for each write of ours."""
_HELD_FOR_THE_PATIENT: Final = 8
"""Console and commands wait longer than workers: theirs are held for so many times their patience.
"""
_BETWEEN_WRITES_S: Final = 0.02
_LOOK_S: Final = 0.2
_MOMENT_AT_MOST_S: Final = 2.0
_OUTAGE_S: Final = 2.0
_DESK_KILL_EVERY: Final = 10


class Run:
    """One run of a plan."""

    def __init__(
        self, plan: Plan, folder: Path, access: Access, tell: Callable[[str], None]
    ) -> None:
        """`folder` is empty and is left to the caller; `tell` is told what is not expected."""
        self._plan = plan
        self._home = folder / "agent"
        self._access = access
        self._tell = tell
        self._rng = Random(f"driver {plan.seed}")
        self._waiting = 0
        self._looked = asyncio.Event()
        self._is_written = False
        self._names = itertools.count(1)

    async def go(self, desk: DeskProcess) -> Record:
        """Does it all; what came of it.

        Raises:
            TimeoutError: A program does not start or end.
        """
        plan, began_s = self._plan, time.monotonic()
        timing = Timing(
            late_at_most_s=plan.pace.looking_s * 0.8,
            late_beyond_s=plan.pace.looking_s * 1.5,
            hold_at_most_s=_HELD_FOR_THE_PATIENT * plan.pace.patience_s,
            drip_s=plan.pace.patience_s,
        )
        async with (
            FaultProxy(
                desk.port, seed=plan.seed, timing=timing, shows_extensions=plan.honours_keys
            ) as proxy,
            Colleague(desk.port, self._access) as colleague,
        ):
            self._proxy, self._colleague, self._desk = proxy, colleague, desk
            self._book = Book(plan, list((await colleague.tickets()).values()))
            for ticket_id in self._book.reserve:
                await colleague.set_apart(ticket_id)
            files = self._home / "files"
            files.mkdir(parents=True)
            self._team = Team(self._start_program, self._book, files)
            self._decider = Decider(self._team, self._book, colleague, self._rng, self._tell)
            await self._team.start()
            proxy.mix = plan.mix
            await self._main_part()
            proxy.mix = ()
            await self._drain_and_outage()
            await proxy.rest()
            await self._take_stock()
        self._book.record.took_s = time.monotonic() - began_s
        return self._book.record

    # -- the parts -----------------------------------------------------------------------------

    async def _main_part(self) -> None:
        work = [Kind.REPLY] * self._plan.replies + [Kind.NOTE] * self._plan.notes
        work += [Kind.MEMO, Kind.SUBJECT] * (self._plan.changes // 2)
        work += [Kind.TICKET] * self._plan.new_tickets + [Kind.DELETION] * self._plan.deletions
        work += [Kind.BULK] * self._plan.bulk_changes
        write_count = len(work) + self._plan.bulk_changes * (self._plan.bulk_size - 1)
        self._rng.shuffle(work)
        console, commands = self._front_ends()
        async with asyncio.TaskGroup() as beside:
            endless = [beside.create_task(self._interfere()), beside.create_task(self._decide())]
            async with asyncio.TaskGroup() as group:
                group.create_task(self._kill(write_count))
                for place in range(SIZE):
                    group.create_task(self._write(place, work))
                group.create_task(commands.work(self._plan.commands))
                group.create_task(asyncio.to_thread(console.work, self._plan.console))
            for task in endless:
                task.cancel()

    async def _drain_and_outage(self) -> None:
        """Without faults: what waits leaves; then the desk is out of reach while writes are queued,
        and comes back."""
        record, count = self._book.record, self._plan.behind_at_back
        with _measured() as took:
            await self._drain()
        record.drain_s = took[0]
        self._proxy.shut()
        for _ in range(count):
            promise = self._book.begin(self._rng.choice([Kind.REPLY, Kind.NOTE, Kind.TICKET]))
            await self._team.queue(0, promise)
        await asyncio.sleep(_OUTAGE_S)
        await self._proxy.open()
        with _measured() as took:
            await self._drain()
        record.back_s, record.back_count = took[0], count

    async def _drain(self) -> None:
        """Waits until nothing is left, deciding what asks on the way; what hangs is seen later."""
        ends_s = time.monotonic() + self._plan.drain_at_most_s
        while time.monotonic() < ends_s:
            if not await self._decider.look():
                return
            await asyncio.sleep(_LOOK_S)

    async def _take_stock(self) -> None:
        record = self._book.record
        told = await self._team.ask(0, "items", all=True)
        drafts = await self._team.ask(0, "drafts")
        assert told is not None
        assert drafts is not None
        self._book.take_stock(told["items"])
        await self._team.end()
        record.exchanges = self._proxy.exchanges
        record.tickets = await self._colleague.tickets()
        record.file_contents = await self._colleague.contents(record.tickets.values())
        # Half a message may have been taken up again, and sent with the rest of it.
        record.drafts_kept = {token for text in drafts["texts"] for token in tokens_in(text)}
        for ticket in record.tickets.values():
            record.drafts_kept.update(ticket.replies, ticket.notes)

    # -- writing -------------------------------------------------------------------------------

    async def _start_program(self) -> Program:
        account = Account(
            url=self._proxy.base_url, client_id=CLIENT_ID, token="", token_source="chaos"
        )
        store = Places(self._home, self._home, self._home).store_file(account.store_name)
        url = f"{self._proxy.base_url}{NAMED}{next(self._names)}"
        return await Program.start(store, url, self._access, self._plan.pace)

    def _front_ends(self) -> tuple[ConsoleUser, CommandUser]:
        environment = {
            **home_environment(self._home),
            **self._access.environment,
            "DESKERO_HOME": str(self._home),
            "DESKERO_URL": self._proxy.base_url,
        }
        loop, rng = asyncio.get_running_loop(), Random(f"console {self._plan.seed}")
        console = ConsoleUser(self._home, environment, self._book, rng, loop)
        return console, CommandUser(environment, self._book, self._rng, self._tell)

    async def _write(self, place: int, work: list[Kind]) -> None:
        """Queues until nothing is left; what was not confirmed has to be written anew."""
        while work:
            while self._waiting > self._plan.most_waiting:
                self._looked.clear()
                await self._looked.wait()
            if not work:  # the other one took the last
                break
            kind = work.pop()
            if not await self._write_one(place, kind):
                work.insert(0, kind)
            await asyncio.sleep(self._rng.expovariate(1 / _BETWEEN_WRITES_S))
        self._is_written = True

    async def _write_one(self, place: int, kind: Kind) -> bool:
        """Queues one write; whether it was promised and not taken back."""
        if kind is Kind.BULK:
            promises = self._book.begin_bulk(self._plan.bulk_size)
            return await self._team.queue_bulk(place, promises)
        promise = self._book.begin(kind)
        if not await self._team.queue(place, promise):
            return False
        if self._rng.random() < _WITH_DRAFT:
            await self._begin_draft(place)
        if kind.has_undo_window and self._rng.random() < _TAKEN_BACK:
            await self._team.withdraw(place, promise, "take_back")
        return promise.withdrawal is Withdrawal.NO

    async def _begin_draft(self, place: int) -> None:
        token = self._book.new_token("d")
        ticket_id = self._rng.choice(self._book.ticket_ids)
        if await self._team.ask(place, "draft", ticket=ticket_id, text=token) is not None:
            self._book.record.drafts_promised.add(token)

    # -- what interferes -----------------------------------------------------------------------

    async def _decide(self) -> None:
        while True:
            self._waiting = await self._decider.look()
            self._looked.set()
            await asyncio.sleep(_LOOK_S)

    async def _interfere(self) -> None:
        """The colleague, at a pace that follows ours."""
        while True:
            await self._book.next_confirmation()
            if self._rng.random() < _COLLEAGUE:
                kind = self._rng.choice(DEEDS)
                ticket_id = self._rng.choice(self._book.ticket_ids)
                deed = await self._colleague.do(kind, ticket_id, self._book.new_token("c"))
                if deed is not None:
                    self._book.record.deeds.append(deed)

    async def _kill(self, write_count: int) -> None:
        """Kills spread over the work, each at a moment that is most awkward."""
        every = write_count / (self._plan.kills + 1)
        for number in range(1, self._plan.kills + 1):
            while self._book.confirmed_count < number * every and not self._is_written:
                await self._book.next_confirmation()
            is_desk = number % _DESK_KILL_EVERY == 0
            way = Kill.DESK if is_desk else self._rng.choice(PROGRAM_KILLS)
            await self._moment_for(way)
            self._book.kills[way] += 1
            if way is Kill.DESK:
                await self._desk.end(signal.SIGKILL)
                await self._desk.start()
            else:
                await self._team.restart(
                    self._rng.randrange(SIZE),
                    signal.SIGHUP if way is Kill.HANG_UP else signal.SIGKILL,
                    after_s=self._rng.uniform(0, 0.3),
                )

    async def _moment_for(self, way: Kill) -> None:
        """Waits for the moment of a kill; when none comes in time, any will do."""
        try:
            async with asyncio.timeout(_MOMENT_AT_MOST_S):
                match way:
                    case Kill.UNDO:
                        await self._book.next_confirmation()
                    case Kill.LEAVING:
                        await self._proxy.next_write(Stage.ARRIVED)
                    case Kill.SENDING:
                        await self._proxy.next_write(Stage.APPLIED)
                    case _:
                        await asyncio.sleep(self._rng.uniform(0, 0.1))
        except TimeoutError:
            return


@contextmanager
def _measured() -> Iterator[list[float]]:
    """Puts the seconds that its block took into the list it hands out."""
    took: list[float] = []
    began_s = time.monotonic()
    yield took
    took.append(time.monotonic() - began_s)
