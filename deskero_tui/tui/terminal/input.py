"""The thread that reads the terminal. It ends when the terminal does, and never spins."""

from __future__ import annotations

import os
import select
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Sequence
from typing import Final

from deskero_tui.tui.terminal.key_stream import KeyStream, Piece

CHUNK_BYTES: Final = 65_536
END_S: Final = 0.3
"""How long the thread may take to notice that it shall end."""


class Input:
    """What comes from one terminal, from its making to `close`. For any thread."""

    def __init__(
        self,
        handle: int,
        keys: KeyStream,
        *,
        on_pieces: Callable[[Sequence[Piece]], None],
        on_lost: Callable[[], None],
    ) -> None:
        """`on_pieces` and, at most once, `on_lost` are called from the thread.

        The terminal is lost when it has an end (`read` answers nothing) or an error (EIO, which is
        what a hang-up leaves behind also where its signal is ignored).
        """
        self._handle = handle
        self._keys = keys
        self._on_pieces = on_pieces
        self._on_lost = on_lost
        self._lock = threading.Lock()
        """Held while the key stream is used: `cut_off` is called from another thread."""
        self._ended, self._end = os.pipe()
        self._thread = threading.Thread(target=self._run, name="terminal-input", daemon=True)
        self._thread.start()

    def cut_off(self) -> str:
        """Return the text of a paste whose end has not arrived; it is not delivered any more."""
        with self._lock:
            return self._keys.cut_off()

    def close(self) -> None:
        """Reads nothing any more. To be called once."""
        os.write(self._end, b"!")
        self._thread.join(END_S)
        if not self._thread.is_alive():
            os.close(self._ended)
            os.close(self._end)

    def _run(self) -> None:
        decode = getincrementaldecoder("utf-8")("replace").decode
        while True:
            waiting = [self._handle, self._ended]
            readable, _, _ = select.select(waiting, [], [], self._keys.patience_s)
            if self._ended in readable:
                return
            if not readable:
                with self._lock:
                    pieces = self._keys.pause()
                self._on_pieces(pieces)
                continue
            try:
                came = os.read(self._handle, CHUNK_BYTES)
            except BlockingIOError:
                continue
            except OSError:
                came = b""
            if not came:
                self._on_lost()
                return
            with self._lock:
                pieces = self._keys.feed(decode(came))
            self._on_pieces(pieces)
