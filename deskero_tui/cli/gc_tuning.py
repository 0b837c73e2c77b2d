"""Keeps garbage collection and preloading out of the start of a console.

A start makes many objects and drops few, and each collection scans all of them. So none runs until
the desk has been started, and then one over the objects of the start. What is alive then is frozen:
no later collection scans it.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

from deskero_tui.cli.preload import preload

if TYPE_CHECKING:
    from asyncio import Task

    from deskero_tui.sync.events import Event

REST_S: Final = 0.2
"""Seconds from the end of the first refresh until the lists have been read again."""


def pause_gc() -> None:
    """Disable collection until `GcTuning.end`; call this as early as possible."""
    gc.disable()


class GcTuning:
    """What follows the start of a console."""

    def __init__(self) -> None:
        """Freeze what is imported; create this before the first screen is."""
        self._is_over = False
        self._settling: Task[None] | None = None
        gc.freeze()

    def end(self) -> None:
        """Collect once, freeze what is alive, and enable collection."""
        gc.collect()
        gc.freeze()
        gc.enable()

    def hear(self, event: Event) -> None:
        """Preload the program and trim memory after the first refresh. For the event loop."""
        import asyncio

        from deskero_tui.sync.events import LinkChanged

        if isinstance(event, LinkChanged) and event.link.is_up and not self._is_over:
            self._is_over = True
            # A task is cancelled when the loop ends, so no thread is started after that.
            self._settling = asyncio.create_task(_settle(), name="settle")


async def _settle() -> None:
    import asyncio

    await asyncio.sleep(REST_S)
    await asyncio.to_thread(_load_and_give_back)


def _load_and_give_back() -> None:
    preload()
    _give_back()


def _give_back() -> None:
    """Return unused memory of the C library to the system."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    # Only glibc has it.
    if trim is not None:
        trim(0)
