"""When an app has nothing left to do: known from its event loop, not guessed from the processor.

Textual's pilot waits until the process has been quiet for a while, and a second at most: slow on a
machine that is idle, and not true on one that is busy.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from textual import events
from textual.app import App
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from typing_extensions import override

from tests.support.kept_sheet import keep_styles
from tests.support.watched_loop import idle

Answer = TypeVar("Answer")
TICK_S: Final = 0.005


class RestingPilot(Pilot[Answer]):
    """Presses keys, and pauses until nothing follows from what was done, and all is painted."""

    @override
    async def press(self, *keys: str) -> None:
        for key in keys:
            send_key(self.app, key)
            await idle()
            await self.app.animator.wait_until_complete()
            await self.pause()

    @override
    async def pause(self, delay: float | None = None) -> None:
        if delay is not None:
            await super().pause(delay)
            return
        await idle()
        self._paint()
        while await idle():
            self._paint()

    @override
    async def resize_terminal(self, width: int, height: int) -> None:
        await super().resize_terminal(width, height)
        # Textual lays out anew at the next tick of a clock, and nothing tells of it.
        while not self._has_size((width, height)):  # noqa: ASYNC110
            await asyncio.sleep(TICK_S)
        await self.pause()

    def _has_size(self, size: tuple[int, int]) -> bool:
        return self.app._resize_event is None and self.app.screen.outer_size == size

    def _paint(self) -> None:
        """Paints what has changed: a screen that shines through a sheet before the sheet."""
        for screen in self.app.screen_stack:
            screen._on_timer_update()


class Resting(App[Answer]):
    """An app of a test's own, whose `run_test` gives a pilot that knows when it is at rest."""

    @override
    @asynccontextmanager
    async def run_test(self, **given: Any) -> AsyncGenerator[Pilot[Answer], None]:
        async with resting(self, **given) as pilot:
            yield pilot


@asynccontextmanager
async def resting(app: App[Answer], **given: Any) -> AsyncGenerator[RestingPilot[Answer], None]:
    """Runs an app as `App.run_test` does, with a pilot that knows when it is at rest."""
    keep_styles(app)
    async with App.run_test(app, **given) as pilot:
        await idle()
        yield RestingPilot(pilot.app)


def send_key(app: App[Any], name: str) -> None:
    """Sends a key as the terminal's driver does; `name` is what `Pilot.press` takes."""
    # Nothing public of Textual makes a key of its name.
    key = _character_to_key(name) if len(name) == 1 and not name.isalnum() else name
    character: str | None
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        character = key if len(key) == 1 else None
    event = events.Key(key, character)
    event.set_sender(app)
    assert app._driver is not None
    app._driver.send_message(event)
