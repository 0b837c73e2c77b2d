"""How far behind the far end of the line is, by how long its answers take.

What the terminal's driver here takes may lie for many seconds in the buffers of an SSH connection.
So every kilobyte or so the terminal is asked whether it is well (DSR 5, ECMA-48), which every one
answers (`CSI 0 n`) once it has shown all before the question. An answer that takes much longer than
the fastest one says that the line is behind.
"""

from __future__ import annotations

from typing import Final

from deskero_tui.domain.clock import Clock

QUESTION: Final = "\x1b[5n"
ANSWER: Final = "\x1b[0n"
ASK_EVERY_CHARS: Final = 1_024
"""Less is not worth the four bytes."""
WINDOW_CHARS: Final = 2_048
"""So much may be on its way without an answer, the picture that begins below it left out: on a slow
line that stays little, however fast keys come."""
SLACK_S: Final = 0.12
"""An answer may take so much longer than the fastest one. Pictures are that old at most, and the
time that the last one takes on the line."""
GIVE_UP_S: Final = 5.0
"""After so long the terminal seems to have forgotten the question."""
FAREWELL_S: Final = 0.7
"""For so long an answer is waited for at the end, lest it be typed into whoever reads next. One may
be late for once, so it does not matter how long the fastest one took; an ending takes a second at
most."""
FIRST_ANSWER_S: Final = 1.0
"""A terminal that has not answered its first question for so long answers none."""


class Pacing:
    """The questions and answers of one terminal. Lives on the event loop.

    One that never answers is never taken to be behind, and asked once only.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._unasked_chars = 0
        self._asked_chars = 0
        """What the open question, or the last one, stands behind: all since the one before."""
        self._asked_at: float | None = None
        self._fastest_s: float | None = None

    @property
    def is_behind(self) -> bool:
        """Whether an answer is overdue, or much is on its way before and behind its question."""
        if self._fastest_s is None or self._asked_at is None or self._waited_s >= GIVE_UP_S:
            return False
        open_chars = self._asked_chars + self._unasked_chars
        return self._waited_s > self._fastest_s + SLACK_S or open_chars > WINDOW_CHARS

    @property
    def farewell_s(self) -> float:
        """How long the answer to an open question may still take, in seconds; 0: none will come."""
        most_s = FIRST_ANSWER_S if self._fastest_s is None else GIVE_UP_S
        if self._asked_at is None or self._waited_s >= most_s:
            return 0.0
        return FAREWELL_S

    def is_question_due(self, written_chars: int) -> bool:
        """Whether to ask now that so much more has been written. If so, it counts as asked."""
        self._unasked_chars += written_chars
        if self._asked_at is not None or self._unasked_chars < ASK_EVERY_CHARS:
            return False
        self._asked_chars, self._unasked_chars = self._unasked_chars, 0
        self._asked_at = self._clock.monotonic()
        return True

    def answered(self) -> None:
        """An answer has come. One that nobody asked for changes nothing."""
        if self._asked_at is not None:
            fastest_s = self._waited_s if self._fastest_s is None else self._fastest_s
            self._fastest_s = min(self._waited_s, fastest_s)
            self._asked_at = None

    @property
    def _waited_s(self) -> float:
        return 0.0 if self._asked_at is None else self._clock.monotonic() - self._asked_at
