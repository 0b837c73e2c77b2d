"""One line that is honest about what the list shows: how much, how old, and is the desk in reach.

Beside that it says what the last command came to. It names moments and no running ages, so that
nothing is painted while nothing happens; only a wait that the desk asked for is counted down.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from typing_extensions import override

from deskero_tui.domain.outbox.items import ASK, ASKS, STATES_IN_WORDS, OutboxCounts, State
from deskero_tui.domain.text.safe_text import SafeText, cell_width, cut, safe_line
from deskero_tui.sync.events import Link, LinkState, PullMoved

COUNT_EVERY_S: Final = 1.0
MOST_SAID: Final = 400
"""So many characters of a sentence are more than any line has room for."""
JOINT: Final = " · "
TROUBLE: Final = "! "
"""Before what says that something is wrong."""


class StatusLine(Widget):
    """Facts left, what was just done right; where both do not fit, what was done wins."""

    COMPONENT_CLASSES: ClassVar = {
        "status-line--online",
        "status-line--offline",
        "status-line--fact",
        "status-line--said",
        "status-line--wrong",
    }

    link: reactive[Link | None] = reactive(None)
    progress: reactive[PullMoved | None] = reactive(None)
    """A walk through all tickets that is under way."""
    shown_count: reactive[int] = reactive(0)
    """How many tickets the list has."""
    waiting_count: reactive[int] = reactive(0)
    """How many more have come in and are not shown yet."""
    marked_count: reactive[int] = reactive(0)
    """How many tickets are marked."""
    due_count: reactive[int] = reactive(0)
    """How many reminders are due."""
    unreadable_count: reactive[int] = reactive(0)
    """How many records of the desk could not be read in full since the start."""
    outbox: reactive[OutboxCounts] = reactive(OutboxCounts())
    """What has not been sent yet."""
    search: reactive[str] = reactive("")
    """The words that the list is narrowed to."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        is_calm: bool = False,
        joint: str = JOINT,
        review_key: str = "d",
    ) -> None:
        """Moments are shown in `zone`, `joint` stands between facts.

        `review_key` opens the list of what needs a decision.

        With `is_calm` nothing is counted, and how old the list is is said only while the desk is
        not in reach: else it is as old as one refresh at most.
        """
        super().__init__()
        self._is_calm = is_calm
        self._joint = joint
        self._review_key = review_key
        self._now = now
        self._zone = zone
        self._countdown: Timer | None = None
        self._said = SafeText("")
        self._is_wrong = False

    @property
    def said(self) -> SafeText:
        """What was said last; empty when nothing was since the last command."""
        return self._said

    @property
    def says_trouble(self) -> bool:
        """Whether what was said last is that something is wrong."""
        return bool(self._said) and self._is_wrong

    @property
    def is_counting(self) -> bool:
        """Whether the line changes while nothing happens."""
        return self._countdown is not None

    def say(self, text: str, *, is_wrong: bool = False) -> None:
        """Says what came of a command, until the next one; empty text says nothing."""
        said = safe_line(text, max_chars=MOST_SAID)
        if (said, is_wrong) != (self._said, self._is_wrong):
            self._said, self._is_wrong = said, is_wrong
            self.refresh()

    def say_instead(self, of: str, text: str) -> None:
        """Says `text` if `of` is what was said last."""
        if self._said == safe_line(of, max_chars=MOST_SAID):
            self.say(text)

    def validate_link(self, link: Link | None) -> Link | None:
        if self._is_calm and link is not None and link.state is LinkState.ONLINE:
            return replace(link, refreshed_at=None)
        return link

    def validate_progress(self, progress: PullMoved | None) -> PullMoved | None:
        """Only whether there is any, where nothing is counted."""
        return PullMoved(0, 1) if self._is_calm and progress is not None else progress

    def watch_link(self, link: Link | None) -> None:
        """Counts down for as long as there is something to count."""
        if self._countdown is not None:
            self._countdown.stop()
            self._countdown = None
        if link is not None and link.retry_at is not None and not self._is_calm:
            self._countdown = self.set_interval(COUNT_EVERY_S, self.refresh)

    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        said = cut(self._marked_said(), max(0, width - 2))
        room = width - (cell_width(said) + 3 if said else 0)
        segments: list[Segment] = []
        for place, (text, look) in enumerate(self._facts()):
            part = cut(SafeText(f"{self._joint}{text}" if place else f" {text}"), max(0, room))
            segments.append(Segment(part, self._look(look)))
            room -= cell_width(part)
        if said:
            look = "wrong" if self._is_wrong else "said"
            segments.append(Segment("  ", self.rich_style))
            segments.append(Segment(said, self._look(look)))
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _marked_said(self) -> SafeText:
        """What was said, trouble with a sign: it must not be told by colour alone."""
        return SafeText(f"{TROUBLE}{self._said}") if self.says_trouble else self._said

    def _facts(self) -> list[tuple[str, str]]:
        facts: list[tuple[str, str]] = []
        if self.search:
            facts.append((f'search "{safe_line(self.search, max_chars=40)}"', "said"))
        tickets = "1 ticket" if self.shown_count == 1 else f"{self.shown_count} tickets"
        if self.marked_count:
            tickets = f"{self.marked_count} marked of {self.shown_count}"
        facts.append((tickets, "said" if self.marked_count else "fact"))
        if question := self._question():
            facts.append((question, "wrong"))
        if self.waiting_count:
            facts.append((f"{self.waiting_count} new", "said"))
        if self.link:
            facts.append(self._link_fact(self.link))
        if self.progress and self.progress.total:
            how_far = f"{self.progress.loaded} of {self.progress.total}"
            facts.append((f"reading {'all' if self._is_calm else how_far}", "fact"))
        if self.due_count:
            facts.append((f"{self.due_count} due", "wrong"))
        if self.outbox.waiting:
            facts.append((f"{self.outbox.waiting} to send", "said"))
        if self.unreadable_count:
            facts.append((f"{self.unreadable_count} unreadable", "wrong"))
        return facts

    def _question(self) -> str:
        """What needs a decision, as one badge: `2 on hold, 1 asks (d: review)`; may be empty.

        It stands far left, for a narrow line has room for its first facts only.
        """
        counted = (
            (self.outbox.held, STATES_IN_WORDS[State.HELD]),
            (self.outbox.unsure, ASKS if self.outbox.unsure == 1 else ASK),
            (self.outbox.refused, STATES_IN_WORDS[State.REFUSED]),
        )
        words = ", ".join(f"{count} {word}" for count, word in counted if count)
        return f"{words} ({self._review_key}: review)" if words else ""

    def _link_fact(self, link: Link) -> tuple[str, str]:
        as_of = ""
        if link.refreshed_at:
            as_of = f", as of {link.refreshed_at.astimezone(self._zone):%H:%M}"
        match link.state:
            case LinkState.ONLINE:
                return f"online{as_of}", "online"
            case LinkState.SLOW if link.retry_at is not None and self._is_calm:
                until = f"{link.retry_at.astimezone(self._zone):%H:%M:%S}"
                return f"the desk asks to wait till {until}{as_of}", "offline"
            case LinkState.SLOW if link.retry_at is not None:
                left_s = max(0, math.ceil((link.retry_at - self._now()).total_seconds()))
                return f"the desk asks to wait {left_s} s{as_of}", "offline"
            case LinkState.SLOW:
                return f"slow{as_of}", "fact"
            case LinkState.CONNECTING:
                return f"connecting{as_of}", "fact"
            case LinkState.OFFLINE | LinkState.SIGNED_OUT | LinkState.NOTHING_KEPT:
                since = f"{link.since.astimezone(self._zone):%H:%M}"
                reason = safe_line(link.short_reason or link.reason, max_chars=200)
                return f"{link.state.value.upper()} since {since}{as_of}: {reason}", "offline"

    def _look(self, part: str) -> Style:
        return self.get_component_rich_style(f"status-line--{part}")
