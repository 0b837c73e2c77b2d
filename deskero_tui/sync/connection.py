"""The way to a desk: opened on a thread, and opened again where a desk of our own has ended."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import DeskeroError

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient

_log = logging.getLogger(__name__)

WAKE_EVERY_S: Final = 30.0
"""A desk of our own that ends again and again is not started more often by itself."""
_LOADED_WITH_HTTP: Final = tuple(
    f"deskero_tui.sync.{name}"
    for name in ("refresh.customers", "fresh", "refresh.pull", "delivery.push")
)


class DeskConnection:
    """The way to one desk. Lives on the event loop; what has to wait does so on a thread."""

    def __init__(
        self,
        *,
        open_client: Callable[[], DeskeroClient],
        wake_desk: Callable[[], None] | None,
        stop_opening: Callable[[], None],
        clock: Clock,
        begin: Callable[[Coroutine[None, None, None], str], asyncio.Task[None]],
        on_woken: Callable[[bool], None],
    ) -> None:
        """`open_client`, which makes the client, not yet entered, and `wake_desk`, which has a desk
        of our own answer, are called on a thread and may wait there; both raise `DeskeroError`.
        `stop_opening` has both come to an end at once. `begin` makes a task by that name, and says
        so where it meets a fault of ours. `on_woken` is told whether a desk was woken.
        """
        self._open_client = open_client
        self._wake_desk = wake_desk
        self._stop_opening = stop_opening
        self._clock = clock
        self._begin = begin
        self._on_woken = on_woken
        self._waking: asyncio.Task[None] | None = None
        self._woken_at_s = -math.inf
        self.trouble = ""
        """Why a desk of our own does not answer, for the agent; empty where that is not known."""

    async def opened(self) -> DeskeroClient:
        """The client, not yet entered.

        Raises:
            BadConfig: The address or the credentials cannot be used as they are.
            Unreachable: A desk of our own could not be started.
        """
        return await asyncio.to_thread(self._opened)

    def _opened(self) -> DeskeroClient:
        """Loading HTTP and all that goes with it takes longer than a key may wait."""
        load(_LOADED_WITH_HTTP)
        return self._open_client()

    def wake(self, *, at_once: bool = False) -> None:
        """Has a desk of our own answer that has been killed; unless `at_once`, not again soon."""
        is_time = at_once or self._clock.monotonic() - self._woken_at_s >= WAKE_EVERY_S
        if self._wake_desk is not None and self._waking is None and is_time:
            self._woken_at_s = self._clock.monotonic()
            self._waking = self._begin(self._woken(self._wake_desk), "desk-wake")

    async def _woken(self, wake_desk: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(wake_desk)
        except DeskeroError as error:
            _log.warning("no way to the desk: %s", error.detail or error.user_message)
            self.trouble = error.user_message
        else:
            self.trouble = ""
        finally:
            self._waking = None
        self._on_woken(not self.trouble)

    def close(self) -> None:
        """Nobody waits for an opening any more. It may be opened again."""
        self._stop_opening()
        if self._waking is not None:
            self._waking.cancel()


def load(names: Iterable[str]) -> None:
    """Imports modules, on a thread where that takes too long for the loop."""
    for name in names:
        import_module(name)
