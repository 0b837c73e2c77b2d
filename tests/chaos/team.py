"""The two workers that share a store, killed and started anew under those who use them."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from tests.chaos.book import Book
from tests.chaos.programs import Program, ProgramGone, Refused
from tests.chaos.promises import Kind, Promise, Withdrawal, file_content

SIZE = 2


class Team:
    """Workers by place, from 0 to `SIZE`. Lives on the event loop."""

    def __init__(self, start: Callable[[], Awaitable[Program]], book: Book, files: Path) -> None:
        """`files` is the folder in which the agent has the files to attach."""
        self._files = files
        self._start = start
        self._book = book
        self._programs: list[Program] = []
        self._replaced = [asyncio.Event() for _ in range(SIZE)]

    async def start(self) -> None:
        """Starts all, the first of them on an empty store."""
        self._programs = [await self._start()]
        await self._programs[0].ask("refresh")
        while len(self._programs) < SIZE:
            self._programs.append(await self._start())

    async def end(self) -> None:
        """Lets all end by themselves."""
        for program in self._programs:
            await program.end(None)

    async def restart(self, place: int, number: signal.Signals, after_s: float) -> None:
        """Ends one by a signal, and starts another in its place."""
        await self._programs[place].end(number)
        await asyncio.sleep(after_s)
        self._programs[place] = await self._start()
        self._replaced[place].set()
        self._replaced[place] = asyncio.Event()

    async def ask(self, place: int, do: str, **told: Any) -> dict[str, Any] | None:
        """What a worker answered; `None` when it was killed over it, and there is a new one.

        Raises:
            Refused: It says why not.
        """
        program = self._programs[place]
        try:
            return await program.ask(do, **told)
        except ProgramGone:
            if self._programs[place] is program:
                await self._replaced[place].wait()
            return None

    async def queue(self, place: int, promise: Promise) -> bool:
        """Queues what was begun; whether it was confirmed."""
        told = {"ticket": promise.ticket_id, "text": self._book.words(promise)}
        match promise.kind:
            case Kind.REPLY | Kind.NOTE:
                if promise.status_after is not None:
                    told["status"] = promise.status_after
                if promise.file:
                    file = self._files / promise.file
                    file.write_bytes(file_content(promise.file))
                    told["file"] = str(file)
                answered = await self.ask(place, promise.kind.value, **told)
            case Kind.MEMO | Kind.SUBJECT:
                answered = await self.ask(place, "change", field=promise.kind.field, **told)
            case Kind.TICKET:
                pattern = self._book.pattern()
                told |= {"customer": pattern.customer_id, "type": pattern.type_id}
                answered = await self.ask(place, "create", subject=promise.token, **told)
            case Kind.DELETION:
                answered = await self.ask(place, "delete", **told)
            case Kind.BULK:
                raise ValueError("all of a bulk change is queued at once")
        if answered is None:
            return False
        self._book.confirm(promise, f"a worker at place {place}", answered["item"])
        return True

    async def queue_bulk(self, place: int, promises: Sequence[Promise]) -> bool:
        """Queues a bulk change that was begun; whether it was confirmed."""
        ticket_ids = [promise.ticket_id for promise in promises]
        told = {"field": Kind.BULK.field, "text": promises[0].token}
        answered = await self.ask(place, "bulk", tickets=ticket_ids, **told)
        if answered is None:
            return False
        for promise in promises:
            item_id = answered["items"].get(promise.ticket_id)
            self._book.confirm(promise, f"a worker at place {place}, in bulk", item_id)
        return True

    async def withdraw(self, place: int, promise: Promise, do: str, **told: Any) -> None:
        """Takes a promise back, if it is not too late for that."""
        try:
            answered = await self.ask(place, do, item=promise.item_id, **told)
        except Refused:
            return
        promise.withdrawn_s = time.monotonic()
        promise.withdrawal = Withdrawal.PERHAPS if answered is None else Withdrawal.YES
