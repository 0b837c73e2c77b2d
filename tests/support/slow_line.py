"""A line that takes all that is written at once and delivers it slowly, as SSH connections do."""

from __future__ import annotations

import time
from typing import Any, Final

from typing_extensions import override

from tests.support.pty_console import PtyConsole

QUESTION: Final = b"\x1b[5n"
ANSWER: Final = "\x1b[0n"
_STEP_S: Final = 0.005


class SlowLine(PtyConsole):
    """A console at the near end of such a line, and a terminal that answers at the far one.

    The line moves only while something is waited for.
    """

    def __init__(self, *arguments: str, **options: Any) -> None:
        super().__init__(*arguments, answers=False, **options)
        self.bytes_per_s = 1_000_000.0
        self._on_its_way = bytearray()
        self._moved_at = time.monotonic()
        self._answers = 0

    @property
    def late_bytes(self) -> int:
        """What has been written and not been delivered."""
        return len(self._on_its_way)

    def wait(self, seconds: float) -> None:
        """Lets time go on."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(_STEP_S)

    @override
    def _read(self, wait_s: float) -> bool:
        came = super()._read(wait_s)
        now = time.monotonic()
        count = int((now - self._moved_at) * self.bytes_per_s)
        if not count:
            return came or bool(self._on_its_way)
        delivered, self._on_its_way = self._on_its_way[:count], self._on_its_way[count:]
        self._moved_at = now
        super()._arrive(bytes(delivered))
        unanswered = self.raw.count(QUESTION) - self._answers
        self._answers += unanswered
        self.press(ANSWER * unanswered)
        return came or bool(delivered)

    @override
    def _arrive(self, came: bytes) -> None:
        self._on_its_way += came
