"""What is measured, and what comes of many measurements: medians, spread, ratios, verdicts."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

MS: Final = 1_000.0
KB: Final = 1_000.0
MB: Final = 1_000_000.0


class Unit(Enum):
    """How values of a figure are shown; measured are seconds, bytes and numbers."""

    SECONDS = "s"
    MILLISECONDS = "ms"
    BYTES = "B"
    KILOBYTES = "KB"
    MEGABYTES = "MB"
    TIMES = "x"
    PER_SECOND = "/s"

    def spelled(self, value: float) -> str:
        """A value as text with its unit."""
        match self:
            case Unit.SECONDS:
                return f"{value:.2f} s"
            case Unit.MILLISECONDS:
                return f"{_short(value * MS)} ms"
            case Unit.BYTES:
                return f"{value:,.0f} B"
            case Unit.KILOBYTES:
                return f"{_short(value / KB)} KB"
            case Unit.MEGABYTES:
                return f"{_short(value / MB)} MB"
            case Unit.TIMES:
                return f"{value:.2f} x"
            case Unit.PER_SECOND:
                return f"{value:,.0f} /s"


def _short(value: float) -> str:
    """Two digits that count, more where there are more before the point."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


class Figure(Enum):
    """One thing that is measured: what it is called, and its unit."""

    FIRST_ROW = ("start to first row, warm", Unit.SECONDS)
    FIRST_ROW_COLD = ("start to first row, nothing kept", Unit.SECONDS)
    FIRST_OPEN = ("start to an open item, Enter pressed at the first row", Unit.SECONDS)
    START_PROCESSOR = ("processor time of a start, settled", Unit.SECONDS)
    START_SIZE = ("bytes of a start, settled", Unit.BYTES)
    INSIDE_SIZE = ("bytes per j, inside the window", Unit.BYTES)
    EDGE_SIZE = ("bytes per j, at the scrolling edge", Unit.BYTES)
    PREVIEW_SIZE = ("bytes per j, preview following, settled", Unit.BYTES)
    OPEN_SIZE = ("bytes to open", Unit.BYTES)
    KEY_TO_BYTE = ("key to first byte, median", Unit.MILLISECONDS)
    KEY_TO_BYTE_P99 = ("key to first byte, p99", Unit.MILLISECONDS)
    KEY_PROCESSOR = ("processor time per j", Unit.MILLISECONDS)
    BURST_TIME = ("500 x j at once, until settled", Unit.MILLISECONDS)
    BURST_SIZE = ("500 x j at once, bytes", Unit.KILOBYTES)
    MEMORY = ("memory, shared pages divided", Unit.MEGABYTES)
    UNSHARED = ("memory, unshared", Unit.MEGABYTES)
    IDLE_SIZE = ("idle for a minute, bytes", Unit.BYTES)
    IDLE_PROCESSOR = ("idle for a minute, processor time", Unit.MILLISECONDS)
    FILTER_P95 = ("key in the filter line to the tickets it leaves, p95", Unit.MILLISECONDS)
    FILTER_COUNT_P95 = ("key in the filter line to how many they are, p95", Unit.MILLISECONDS)
    LOADING = ("loading 10,000 tickets, to the larger of wire and processor", Unit.TIMES)
    LOADING_TIME = ("loading 10,000 tickets in 400 pages, each 50 ms late", Unit.SECONDS)
    LOADING_PROCESSOR = ("loading 10,000 tickets, processor time", Unit.SECONDS)
    LOADING_KEY = ("key to first byte while loading, median", Unit.MILLISECONDS)
    LOADING_KEY_P99 = ("key to first byte while loading, p99", Unit.MILLISECONDS)
    DESK_PAGES = ("desk: pages of 25 read", Unit.PER_SECOND)
    DESK_REPLIES = ("desk: replies acknowledged, on disk", Unit.PER_SECOND)

    @property
    def title(self) -> str:
        return self.value[0]

    @property
    def unit(self) -> Unit:
        return self.value[1]


class Spread(NamedTuple):
    """A median and what it lies between."""

    least: float
    median: float
    most: float


def spread_of(values: Sequence[float]) -> Spread:
    """The spread of at least one value."""
    return Spread(min(values), statistics.median(values), max(values))


def quantile(values: Sequence[float], share: float) -> float:
    """The value that a `share` (0 to 1) of at least one value does not exceed, interpolated."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


class Where(NamedTuple):
    """Which program a value is of, with how many items."""

    program: str
    size: int


@dataclass
class Results:
    """All values of one run, a list for each figure and place: one value of each round."""

    _values: dict[tuple[Figure, Where], dict[int, float]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    first_bytes: dict[Where, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds from each key to the first byte, of all rounds."""

    def note(self, figure: Figure, where: Where, value: float, *, round_number: int = 0) -> None:
        """Keeps what a figure was in a round."""
        self._values[figure, where][round_number] = value

    def has(self, figure: Figure, where: Where) -> bool:
        """Whether the figure was measured there."""
        return (figure, where) in self._values

    def spread(self, figure: Figure, where: Where) -> Spread:
        """Over the rounds. KeyError when it was not measured."""
        if not self.has(figure, where):
            raise KeyError((figure, where))
        return spread_of(list(self._values[figure, where].values()))

    def ratio(self, figure: Figure, ours: Where, peer: Where) -> Spread:
        """Ours to the peer's, round by round, as both ran side by side in each.

        KeyError when there is no round with both, or the peer's is 0.
        """
        if not (self.has(figure, ours) and self.has(figure, peer)):
            raise KeyError((figure, ours, peer))
        theirs = self._values[figure, peer]
        ratios = [
            value / theirs[number]
            for number, value in self._values[figure, ours].items()
            if theirs.get(number)
        ]
        if not ratios:
            raise KeyError((figure, ours, peer))
        return spread_of(ratios)

    def places(self, figure: Figure) -> list[Where]:
        """Where the figure was measured, in the order of the first round."""
        return [where for known, where in self._values if known is figure]
