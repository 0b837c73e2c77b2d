"""A whole run: which program is measured when, so that all see the same machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.desk_load import measure_desk
from bench.desks import ServedDesk, served
from bench.figures import Figure, Results, Where, quantile
from bench.library import LOADED, Library
from bench.measures import (
    Note,
    measure_first_open,
    measure_first_row,
    measure_idle,
    measure_keys,
    measure_start,
    open_session,
)
from bench.ours import measure_filter, measure_loading
from bench.programs import CONSOLE_NAME, Place, Program, Start
from bench.session import Session


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...] = (1_000, 100_000)
    rounds: int = 5
    idle_s: float = 60.0
    desk_s: float = 5.0


Entry = tuple[Program, Start]


@dataclass
class Run:
    """One run over some programs; what it finds is in `results`, what it left out in `skipped`."""

    plan: Plan
    programs: Sequence[Program]
    library: Library
    scratch: Path
    """Homes of the programs; an empty folder."""
    tell: Callable[[str], None]
    """Hears how far the run is."""
    results: Results = field(default_factory=Results)
    skipped: list[str] = field(default_factory=list)

    def go(self) -> None:
        """Starts at every size; keys, idling and what only the console has at the largest."""
        for size in self.plan.sizes:
            with self._entries(size) as entries:
                self._measure(entries, size, is_largest=size == max(self.plan.sizes))
        if any(program.name == CONSOLE_NAME for program in self.programs):
            self._say("loading from a desk whose answers are late")
            measure_loading(self.library, self.scratch, self.results, Where(CONSOLE_NAME, LOADED))
            for number in range(self.plan.rounds):
                self._say(f"the desk by itself, round {number + 1}")
                measure_desk(
                    *(self.library, self.scratch, self.results, self.plan.desk_s),
                    round_number=number,
                )

    def _measure(self, entries: list[Entry], size: int, *, is_largest: bool) -> None:
        self._warm_up(entries, size)
        for number in range(self.plan.rounds):
            for entry in entries:
                self._measure_one(entry, size, number, with_keys=is_largest)
        if is_largest:
            self._say(f"idle for {self.plan.idle_s:.0f} s")
            measure_idle(entries, partial(self._note_of, size), seconds=self.plan.idle_s)
            for program, start in entries:
                if program.name == CONSOLE_NAME:
                    self._say("the filter line")
                    measure_filter(start, self.results, Where(CONSOLE_NAME, size))
        self._measure_cold(entries, size)

    @contextmanager
    def _entries(self, size: int) -> Iterator[list[Entry]]:
        """Every program that is there with its data, and the desk while they are measured."""
        self._say(f"{size} items: making what is not there yet")
        with ExitStack() as until:
            desk = None
            if any(program.is_ours for program in self.programs):
                desk = until.enter_context(served(self.library.desk_database(size)))
            yield list(self._prepared(size, desk, until))

    def _prepared(self, size: int, desk: ServedDesk | None, until: ExitStack) -> Iterator[Entry]:
        for program in self.programs:
            missing = program.missing(self.library)
            if missing:
                self._skip(f"{program.name}, {missing}")
                continue
            home = self.scratch / f"{program.name.replace(' ', '-')}-{size}"
            yield program, program.prepare(Place(self.library, size, home, desk, until))

    def _warm_up(self, entries: list[Entry], size: int) -> None:
        """Each program once, unmeasured: caches of the program and of the machine are then full."""
        for entry in list(entries):
            program, start = entry
            self._say(f"{size} items: {program.name}, to warm up")
            with open_session(start) as session:
                if not measure_start(session, lambda figure, value: None):
                    self._skip(f"{program.name}, which showed no row of {size} items")
                    entries.remove(entry)

    def _measure_one(self, entry: Entry, size: int, number: int, *, with_keys: bool) -> None:
        program, start = entry
        self._say(f"{size} items, round {number + 1}: {program.name}")
        where = Where(program.name, size)
        note = partial(self._note_at, where, number)
        with open_session(start) as session:
            has_started = measure_start(session, note)
            if has_started and with_keys:
                self._measure_keys(session, program, where, note)
        if has_started and program.open_sign:
            with open_session(start) as session:
                measure_first_open(session, program.open_sign, note)

    def _measure_keys(self, session: Session, program: Program, where: Where, note: Note) -> None:
        firsts_s = self.results.first_bytes[where]
        firsts_s += measure_keys(session, program, note)
        if firsts_s:
            # One value of all rounds: a round has too few keys for it.
            self.results.note(Figure.KEY_TO_BYTE_P99, where, quantile(firsts_s, 0.99))

    def _measure_cold(self, entries: Sequence[Entry], size: int) -> None:
        for program, start in entries:
            if start.forget is None or program.is_split:
                continue
            self._say(f"{size} items: {program.name}, with nothing kept")
            start.forget()
            note = partial(self._note_at, Where(program.name, size), 0)
            with open_session(start) as session:
                measure_first_row(session, note, Figure.FIRST_ROW_COLD)

    def _note_at(self, where: Where, number: int, figure: Figure, value: float) -> None:
        self.results.note(figure, where, value, round_number=number)

    def _note_of(self, size: int, program: Program, figure: Figure, value: float) -> None:
        self.results.note(figure, Where(program.name, size), value)

    def _say(self, line: str) -> None:
        self.tell(f"{line} (load {os.getloadavg()[0]:.1f})")

    def _skip(self, line: str) -> None:
        if line not in self.skipped:
            self.skipped.append(line)
            self.tell(f"left out: {line}")
