"""An event loop that knows when it has nothing left to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, ClassVar, Final, TypeVar, TypeVarTuple

from typing_extensions import override

Given = TypeVarTuple("Given")
Made = TypeVar("Made")
PATIENCE_S: Final = 30.0
THREAD_S: Final = 0.001
"""How long to leave other threads the processor before looking again."""


class WatchedLoop(asyncio.SelectorEventLoop):
    """Knows whether something is ready to run on it, or runs on another thread for it."""

    failures: ClassVar[list[str]] = []
    """What failed on any of these loops where nobody waited for it."""

    def __init__(self) -> None:
        super().__init__()
        self._on_threads = 0

    @override
    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Given], Made], *args: *Given
    ) -> asyncio.Future[Made]:
        running = super().run_in_executor(executor, func, *args)
        self._on_threads += 1
        running.add_done_callback(self._came_back)
        return running

    @override
    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.failures.append(f"{context['message']}: {context.get('exception')!r}")
        super().call_exception_handler(context)

    async def idle(self) -> bool:
        """Comes back when all that is left waits for a clock, for a line, or for keys; whether
        anything was left to do.
        """
        deadline = time.monotonic() + PATIENCE_S
        was_busy = False
        while True:
            # Who is called by `sleep(0)` runs after what was ready then, before what that has made
            # ready.
            await asyncio.sleep(0)
            is_ready = bool(self._ready)  # type: ignore[attr-defined]  # nothing public tells
            if not is_ready and not self._on_threads:
                return was_busy
            was_busy = True
            if not is_ready:
                await asyncio.sleep(THREAD_S)
            assert time.monotonic() < deadline, "the event loop is never idle"

    def _came_back(self, _: asyncio.Future[Any]) -> None:
        self._on_threads -= 1


async def idle() -> bool:
    """See `WatchedLoop.idle`."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, WatchedLoop), "tests/conftest.py gives tests their loop"
    return await loop.idle()
