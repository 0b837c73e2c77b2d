"""What only the console has: a filter that answers while one types, and a desk to load from."""

from __future__ import annotations

import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.desks import CONSOLE, furnish_home, served, store_file
from bench.figures import Figure, Results, Where, quantile
from bench.library import LOADED, Library
from bench.measures import SIZE, measure_start, open_session, wait_for_row
from bench.picture import Chunk, Picture
from bench.programs import Start
from bench.session import Press, Session
from bench.slow_desk import LATE_S
from deskero_tui.api.address import ClientOptions
from deskero_tui.store import lookups
from deskero_tui.sync.refresh.full_sync import Mark

TYPED: Final = ("late parcel", "from:tom", "R0000")
"""Two common words, a name, the beginning of a rare word."""
PAGES: Final = 400
TIMES_TYPED: Final = 3
_LIST_CELLS: Final = 58
"""So many columns at the left are the list's."""
_LIST: Final = slice(None)
_TICKETS: Final = slice(4, -2)
"""The lines of the list's tickets, below tabs, field, what is said of it, and heads; below them
stand the status and the keys."""
_TYPING_QUIET_S: Final = 0.25
_BETWEEN_KEYS_S: Final = 0.08
_MOST_LOADING_S: Final = 120.0
_ESCAPE: Final = "\x1b"


def measure_filter(start: Start, results: Results, where: Where) -> None:
    """From each typed letter to the last change in the tickets of the list, and to the last one in
    all that tells of it, such as how many they are.
    """
    tickets_s: list[float] = []
    all_s: list[float] = []
    with open_session(start) as session:
        if not measure_start(session, lambda figure, value: None):
            return
        for words in TYPED * TIMES_TYPED:
            session.press("/", quiet_s=_TYPING_QUIET_S)
            for letter in words:
                before = len(session.chunks)
                pressed_s = time.perf_counter()
                session.press(letter, quiet_s=_TYPING_QUIET_S)
                tickets_s.append(last_change_s(session.chunks, before, _TICKETS) - pressed_s)
                all_s.append(last_change_s(session.chunks, before, _LIST) - pressed_s)
            session.press(_ESCAPE, quiet_s=0.5)
            session.settle()
    results.note(Figure.FILTER_P95, where, quantile(tickets_s, 0.95))
    results.note(Figure.FILTER_COUNT_P95, where, quantile(all_s, 0.95))


def last_change_s(chunks: Sequence[Chunk], first: int, lines: slice) -> float:
    """When the list's part of those lines of the screen last changed in the chunks from `first` on;
    when the first of them came, where none changed it.
    """
    picture = Picture(SIZE)
    for chunk in chunks[:first]:
        picture.draw(chunk.data)
    shown = [line[:_LIST_CELLS] for line in picture.lines[lines]]
    changed_s = chunks[first].at_s if first < len(chunks) else 0.0
    for chunk in chunks[first:]:
        picture.draw(chunk.data)
        now_shown = [line[:_LIST_CELLS] for line in picture.lines[lines]]
        if now_shown != shown:
            shown, changed_s = now_shown, chunk.at_s
    return changed_s


def measure_loading(library: Library, scratch: Path, results: Results, where: Where) -> None:
    """An empty store fills from a far desk while keys are pressed."""
    program = (sys.executable, "-m", "bench.slow_desk")
    with served(library.desk_database(LOADED), program=program) as desk:
        home = scratch / "loading"
        limit = f"page_limit = {LOADED // PAGES}\n"
        start = Start(CONSOLE, home, furnish_home(home, desk, None, settings=limit))
        with open_session(start) as session:
            wait_for_row(session)
            began_s, used_s = time.perf_counter(), session.processor_s
            presses = _press_until(session, lambda: _is_walked(store_file(home, desk)))
            took_s = time.perf_counter() - began_s
            used_s = session.processor_s - used_s
    wire_s = PAGES * LATE_S / ClientOptions().pages_in_flight
    firsts_s = [press.first_s for press in presses if press.first_s is not None]
    results.note(Figure.LOADING, where, took_s / max(wire_s, used_s))
    results.note(Figure.LOADING_TIME, where, took_s)
    results.note(Figure.LOADING_PROCESSOR, where, used_s)
    results.note(Figure.LOADING_KEY, where, statistics.median(firsts_s))
    results.note(Figure.LOADING_KEY_P99, where, quantile(firsts_s, 0.99))


def _press_until(session: Session, is_done: Callable[[], bool]) -> list[Press]:
    """Up and down in turns until then; RuntimeError when that takes too long."""
    presses: list[Press] = []
    end_s = time.perf_counter() + _MOST_LOADING_S
    while not is_done():
        if session.has_ended or time.perf_counter() > end_s:
            raise RuntimeError("the console does not come to the end of loading")
        presses.append(session.press("jk"[len(presses) % 2], quiet_s=0.03))
        session.read_for(_BETWEEN_KEYS_S)
    return presses


def _is_walked(store: Path) -> bool:
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        return lookups.read_mark(connection, Mark.WALKED.value) is not None
