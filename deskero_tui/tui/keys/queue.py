"""Keys obeyed one after the other: none is handed out before all is done that the last one began.

Textual hands a key to whatever has the focus when it comes, even while an earlier key is about to
move the focus or to open a screen. On a line that lags keys come in bursts, and words meant for a
reply would be commands to the list.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import deque
from typing import Final

from textual import events
from textual.app import App, ReturnType
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from typing_extensions import override

MOST_WAIT_S: Final = 2.0
"""No key is held back longer than this, whatever is the matter."""
_POLL_S: Final = 0.005
"""Nothing tells when a screen that is on its way has come and has its focus."""
_ROUNDS: Final = 2
"""One for what the key does, one for what that asks for, such as another focus."""


class KeysInOrder(App[ReturnType]):
    """An app on which keys and pastes take effect in the order they were pressed."""

    def __init__(self, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]  # handed on as they are
        self._held_keys: deque[events.Key | events.Paste] = deque()
        self._handing_out: asyncio.Task[None] | None = None

    @property
    @abstractmethod
    def is_opening(self) -> bool:
        """Whether a screen is on its way that the next keys are meant for."""

    @abstractmethod
    def stays_put(self, key: str) -> bool:
        """Whether a key only moves within what has the focus: the next may follow at once."""

    def moves_at_once(self, event: events.Key) -> bool:
        """Obeys a key that only moves within what has the focus, if there is a short way to do
        that; whether there was.
        """
        return False

    def meant(self, event: events.Key) -> events.Key | None:
        """The key that a pressed one stands for here and now; `None` when it shall do nothing."""
        return event

    def stops_at_once(self, event: events.Key) -> bool:
        """Stop what is under way, if a key asks for that; whether something was stopped.

        Keys that were typed before it, and wait for what is stopped, do nothing any more.
        """
        return False

    @property
    def has_keys_waiting(self) -> bool:
        """Whether a key is held back, or what the last one began is not done yet."""
        return self._handing_out is not None and not self._handing_out.done()

    @override
    async def on_event(self, event: events.Event) -> None:
        is_input = isinstance(event, events.Key | events.Paste) and not event.is_forwarded
        if not is_input:
            await super().on_event(event)
            return
        assert isinstance(event, events.Key | events.Paste)
        if isinstance(event, events.Key) and self.stops_at_once(event):
            self._held_keys.clear()
            return
        if not self.has_keys_waiting:
            meant = self._meant(event)
            if meant is None:
                return
            if self._is_light(meant):
                await self._take_lightly(meant)
                return
        # What it means is asked again when its turn comes: that may be in another place.
        self._held_keys.append(event)
        if not self.has_keys_waiting:
            self._handing_out = asyncio.create_task(self._hand_out(), name="keys-in-order")

    async def _hand_out(self) -> None:
        while self._held_keys and self.screen_stack:
            event = self._meant(self._held_keys.popleft())
            if event is None:
                continue
            if self._is_light(event):
                await self._take_lightly(event)
                continue
            await super().on_event(event)
            try:
                async with asyncio.timeout(MOST_WAIT_S):
                    await self._obeyed()
            except TimeoutError:
                continue

    async def _take_lightly(self, event: events.Key | events.Paste) -> None:
        """The way of a key through the queues of screen and widget takes far longer than moving."""
        if not (isinstance(event, events.Key) and self.moves_at_once(event)):
            await super().on_event(event)

    def _meant(self, event: events.Key | events.Paste) -> events.Key | events.Paste | None:
        return self.meant(event) if isinstance(event, events.Key) else event

    def is_typed(self, event: events.Key) -> bool:
        """Whether a key is text for what has the focus."""
        focused = self.focused
        return (
            focused is not None
            and event.is_printable
            and focused.check_consume_key(event.key, event.character)
        )

    def _is_light(self, event: events.Key | events.Paste) -> bool:
        """Whether it cannot move the focus, nor open anything."""
        if isinstance(event, events.Paste):
            return True
        return self.is_typed(event) or self.stays_put(event.key)

    async def _obeyed(self) -> None:
        """Waits until the last key has gone all its way up, and what it opens is there."""
        for _ in range(_ROUNDS):
            node: DOMNode | None = (self.focused or self.screen) if self.screen_stack else None
            while node is not None:
                await _caught_up(node)
                node = node.parent
        while self.screen_stack and (self.is_opening or self.focused is None):  # noqa: ASYNC110
            await asyncio.sleep(_POLL_S)


async def _caught_up(node: MessagePump) -> None:
    """Waits until a node has handled all that it was sent so far; one that is gone has."""
    reached = asyncio.Event()
    if node.is_running and node.call_later(reached.set):
        await reached.wait()
