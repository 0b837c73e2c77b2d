"""When a screen is painted: once all that a key began is done, and not at the next tick of a clock.

Textual paints sixty times a second at most, and waits for the next of these moments also after a
long silence. This is the one file that touches private names of Textual for that:
`Screen._on_idle`, `_on_timer_update`, what they go by, and `StylesCache` for what stays behind when
a screen is left. `tests/tui/test_promptness.py` names them, so that another version of Textual
cannot change them unnoticed.
"""

from __future__ import annotations

import asyncio
from typing import Final

from textual import events
from textual._styles_cache import StylesCache
from textual.screen import Screen, ScreenResultType
from typing_extensions import override

from deskero_tui.domain.clock import SYSTEM_CLOCK

FRAME_S: Final = 1 / 60
"""Changes that come closer together are painted as one."""


class PromptScreen(Screen[ScreenResultType]):
    """A screen that is painted at once after a silence, and after a key; in a burst of either, once
    between two ticks of Textual's and at each of them, as far as there is anything new.
    """

    _painted_at_s = 0.0
    _hurried_at_s = 0.0

    def hurry(self) -> None:
        """What changes next answers a key: a frame that answered none does not hold it up, as it
        would again and again while something goes on in the background.
        """
        now_s = SYSTEM_CLOCK.monotonic()
        if now_s - self._hurried_at_s >= FRAME_S:
            self._hurried_at_s = now_s
            self._painted_at_s = 0.0

    async def painted(self) -> None:
        """Waits until what changed so far is painted, which no frame before it holds up: it is what
        the agent waits for.
        """
        self._painted_at_s = 0.0
        is_painted = asyncio.Event()
        self.call_after_refresh(is_painted.set)
        await is_painted.wait()

    def on_unmount(self) -> None:
        """Let go of the screen: a cache of Textual keeps its widgets with all their lines."""
        StylesCache.get_inner_outer.cache_clear()

    @override
    async def _on_idle(self, event: events.Idle) -> None:
        await super()._on_idle(event)
        is_changed = (
            self._layout_required
            or self._scroll_required
            or self._repaint_required
            or bool(self._dirty_widgets)
        )
        if is_changed and SYSTEM_CLOCK.monotonic() - self._painted_at_s >= FRAME_S:
            self._on_timer_update()

    @override
    def _on_timer_update(self) -> None:
        self._painted_at_s = SYSTEM_CLOCK.monotonic()
        super()._on_timer_update()
