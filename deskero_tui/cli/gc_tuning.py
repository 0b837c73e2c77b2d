"""What a console's process does at its start beside starting: it puts off what costs time then.

A start makes many things and throws few away, and each search for garbage looks through all that
is there by then. So there is none until the way to the desk is open, and then one through what the
start itself has made. What lives then is never looked through again: it stays.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

from deskero_tui.cli.preload import preload

if TYPE_CHECKING:
    from asyncio import Task

    from deskero_tui.sync.events import Event

REST_S: Final = 0.2
"""When a refresh has ended, the lists are read anew; after so long they have been."""


def pause_gc() -> None:
    """Searches for no garbage until `GcTuning.end`; the earlier this is said the better."""
    gc.disable()


class GcTuning:
    """What is done when the start of a console is over."""

    def __init__(self) -> None:
        """To be made when the screens are imported, and none of them is made yet."""
        self._is_over = False
        self._settling: Task[None] | None = None
        gc.freeze()

    def end(self) -> None:
        """Searches for garbage from now on, but not in what is imported, nor in what lives now."""
        gc.collect()
        gc.freeze()
        gc.enable()

    def hear(self, event: Event) -> None:
        """On the loop: behind the first refresh loads the rest of the program, and gives unused
        memory back.
        """
        import asyncio

        from deskero_tui.sync.events import LinkChanged

        if isinstance(event, LinkChanged) and event.link.is_up and not self._is_over:
            self._is_over = True
            # A task, for those are cancelled when the loop comes to its end: threads are for
            # nobody's asking any more then.
            self._settling = asyncio.create_task(_settle(), name="settle")


async def _settle() -> None:
    import asyncio

    await asyncio.sleep(REST_S)
    await asyncio.to_thread(_load_and_give_back)


def _load_and_give_back() -> None:
    preload()
    _give_back()


def _give_back() -> None:
    """Has the C library hand to the system what was needed for a moment only."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    # Only the GNU library has it.
    if trim is not None:
        trim(0)
