"""What of the screen is rendered, and when: only what changed, and only once it will be written.

Textual's own compositor renders every line of every widget near a change, also for frames that
nobody will see. This is the one file that touches private names of Textual's compositor:
`_compositor.Compositor` with `_dirty_regions` and `_regions_to_spans`, `CompositorUpdate`, and
`_context.visible_screen_stack`. `tests/tui/test_compositor.py` names them, so that another version
of Textual cannot change them unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from rich.console import Console
from textual._compositor import Compositor, CompositorUpdate
from textual._context import visible_screen_stack
from textual.geometry import Region
from textual.screen import Screen
from typing_extensions import override

from deskero_tui.tui.terminal.segments import Piece

Paint = Callable[[Iterable[Piece], Console], str]
"""Makes of a frame's pieces what is written to a terminal with the colours of a console."""
Spans = list[tuple[int, int]]
"""Parts of a line: first column and the one behind the last, both 0-based."""


class FrugalCompositor(Compositor):
    """Hands out what changed as a `Frame`, which renders nothing until its pieces are asked for."""

    def __init__(self, paint: Paint) -> None:
        super().__init__()
        self._paint = paint

    @override
    def render_update(
        self,
        full: bool = False,
        screen_stack: list[Screen[Any]] | None = None,
        simplify: bool = False,
    ) -> Any:
        """A `Frame`, or `None` when nothing changed. `simplify` asks for a picture of the whole
        screen to be kept: a renderable of Rich, rendered at once.
        """
        if simplify:
            return super().render_update(full, screen_stack, simplify)
        whole = self.size.region
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if full or whole in regions:
            regions = {whole}
        if not regions:
            return None
        return Frame(self, regions, screen_stack or [], paint=self._paint)


class Frame(CompositorUpdate):
    """What changed on a screen since the frame before, as it is when its pieces are read."""

    def __init__(
        self,
        compositor: Compositor,
        regions: Collection[Region],
        screen_stack: list[Screen[Any]],
        *,
        paint: Paint,
    ) -> None:
        """`regions` changed; `screen_stack` are the screens that shine through, topmost last."""
        self._paint = paint
        self._compositor = compositor
        self._regions = regions
        self._screen_stack = screen_stack

    def is_of(self, compositor: Compositor) -> bool:
        """Whether it shows the screen of that compositor."""
        return self._compositor is compositor

    def joined(self, later: Frame) -> Frame:
        """One frame in place of this one, which was not written, and the next one."""
        regions = {*self._regions, *later._regions}
        if not later.is_of(self._compositor):
            regions = {later._compositor.size.region}
        return Frame(later._compositor, regions, later._screen_stack, paint=later._paint)

    def pieces(self) -> Iterator[Piece]:
        """Renders it, each cell once: widgets in front first, those behind as far as they show."""
        visible_screen_stack.set(list(self._screen_stack))
        missing = self._missing()
        for widget, (region, clip) in self._compositor.visible_widgets.items():
            if not missing:
                return
            shown = region.intersection(clip)
            for first, end in _runs(missing, shown):
                strips = widget.render_lines(
                    Region(shown.x - region.x, first - region.y, shown.width, end - first)
                )
                for y, strip in zip(range(first, end), strips, strict=True):
                    for left, right in _take(missing, y, shown.x, shown.right):
                        yield Piece(left, y, list(strip.crop(left - shown.x, right - shown.x)))

    def _missing(self) -> dict[int, Spans]:
        """The lines that changed, each with its spans that nothing has been rendered for yet."""
        whole = self._compositor.size.region
        inside = [region.intersection(whole) for region in self._regions]
        missing: dict[int, Spans] = {}
        for y, first, end in self._compositor._regions_to_spans(filter(None, inside)):
            missing.setdefault(y, []).append((first, end))
        return missing

    @override
    def render_segments(self, console: Console) -> str:
        """What to write so that the terminal shows it."""
        return self._paint(self.pieces(), console)


def _runs(missing: dict[int, Spans], shown: Region) -> list[tuple[int, int]]:
    """Lines in which `shown` has something to render, as runs of first and the one behind."""
    runs: list[tuple[int, int]] = []
    lines = missing if len(missing) < shown.height else shown.line_range
    for y in sorted(
        y
        for y in lines
        if shown.y <= y < shown.bottom
        and any(first < shown.right and end > shown.x for first, end in missing.get(y, ()))
    ):
        if runs and runs[-1][1] == y:
            runs[-1] = (runs[-1][0], y + 1)
        else:
            runs.append((y, y + 1))
    return runs


def _take(missing: dict[int, Spans], y: int, first: int, end: int) -> Spans:
    """Takes what lies between two columns out of what is missing in a line."""
    taken: Spans = []
    left: Spans = []
    for span in missing[y]:
        overlap = (max(span[0], first), min(span[1], end))
        if overlap[0] >= overlap[1]:
            left.append(span)
            continue
        taken.append(overlap)
        parts = ((span[0], overlap[0]), (overlap[1], span[1]))
        left += [part for part in parts if part[0] < part[1]]
    if left:
        missing[y] = left
    else:
        del missing[y]
    return taken
