"""What is done with a program while it is measured; one function for each part of a session."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Final

from bench.figures import Figure
from bench.picture import Picture
from bench.programs import Program, Start, common_environment
from bench.session import Press, Session

SIZE: Final = (120, 40)
OPEN: Final = "\r"
BURST: Final = 500
_MARKER: Final = re.compile(rb"R\d{6}")
"""The token of any item (`made_up.token`)."""
_START_S: Final = 90.0
_ROW_QUIET_S: Final = 0.5
_LIST_QUIET_S: Final = 0.03
"""The list has answered a key when nothing came for so long: a held key leaves no more."""
_PREVIEW_QUIET_S: Final = 0.3
"""Longer than any program here waits before it shows what its cursor has come to rest on."""
_FIRST_PRESSES: Final = 2
"""They bring up what a program loads at its first key, and do not count."""
_INSIDE_PRESSES: Final = 12
_TO_EDGE_PRESSES: Final = 40
_EDGE_PRESSES: Final = 25
_PREVIEW_PRESSES: Final = 5
_OPENINGS: Final = 3

Note = Callable[[Figure, float], None]


def open_session(start: Start) -> Session:
    """The program on its terminal, to be entered with `with`."""
    environment = {**common_environment(), **start.environment}
    return Session(start.command, environment=environment, folder=start.folder, size=SIZE)


def measure_start(session: Session, note: Note) -> bool:
    """From the start to the first row, then until it has settled; False when no row came."""
    if not measure_first_row(session, note, Figure.FIRST_ROW):
        return False
    session.settle()
    note(Figure.START_PROCESSOR, session.processor_s)
    note(Figure.START_SIZE, sum(len(chunk.data) for chunk in session.chunks))
    memory = session.memory
    note(Figure.MEMORY, memory.shared_out)
    note(Figure.UNSHARED, memory.unshared)
    return True


def measure_first_row(session: Session, note: Note, figure: Figure) -> bool:
    """From the start to the first row; False when none came."""
    first_s = wait_for_row(session)
    if first_s is None:
        return False
    note(figure, first_s - session.began_s)
    return True


def measure_first_open(session: Session, sign: str, note: Note) -> bool:
    """From the start until an item is open, Enter pressed as soon as the first row is there; False
    when it is not opened. `sign` is what the screen shows then.
    """
    deadline_s = session.began_s + _START_S
    picture, drawn, is_asked = Picture(SIZE), 0, False
    while not session.has_ended and time.perf_counter() < deadline_s:
        session.read(_ROW_QUIET_S)
        for chunk in session.chunks[drawn:]:
            picture.draw(chunk.data)
            shown = "\n".join(picture.lines)
            if is_asked and sign in shown:
                note(Figure.FIRST_OPEN, chunk.at_s - session.began_s)
                return True
            if not is_asked and _MARKER.search(shown.encode()):
                session.send(OPEN.encode())
                is_asked = True
        drawn = len(session.chunks)
    return False


def wait_for_row(session: Session) -> float | None:
    """When the first row was on the screen; read off the picture once it may be there."""
    deadline_s = session.began_s + _START_S
    picture, drawn = Picture(SIZE), 0
    while not session.has_ended and (left_s := deadline_s - time.perf_counter()) > 0:
        session.read_until_seen(_MARKER, quiet_s=_ROW_QUIET_S, most_s=left_s)
        for chunk in session.chunks[drawn:]:
            picture.draw(chunk.data)
            if any(_MARKER.search(line.encode()) for line in picture.changed_lines()):
                return chunk.at_s
        drawn = len(session.chunks)
    return None


def measure_keys(session: Session, program: Program, note: Note) -> list[float]:
    """The list, the preview, opening, and many keys at once; answers the seconds to first bytes.

    The program has settled and its cursor is at the top; then the order of what is done is that of
    the screen: inside the window, then at its edge.
    """
    if program.begin:
        session.press(program.begin, quiet_s=_PREVIEW_QUIET_S)
    if program.is_split:
        session.press(OPEN, quiet_s=_PREVIEW_QUIET_S)
        _measure_preview(session, program, note)
        return []
    _press(session, program, _FIRST_PRESSES)
    used_s = session.processor_s
    inside = _press(session, program, _INSIDE_PRESSES)
    used_s = session.processor_s - used_s
    session.settle()
    if program.has_preview:
        _measure_preview(session, program, note)
    session.send(program.down.encode() * _TO_EDGE_PRESSES)
    session.settle()
    used_s -= session.processor_s
    edge = _press(session, program, _EDGE_PRESSES)
    used_s += session.processor_s
    session.settle()
    _measure_opening(session, program, note)
    if not program.is_small:
        _measure_burst(session, program, note)
    note(Figure.INSIDE_SIZE, _median_size(inside))
    note(Figure.EDGE_SIZE, _median_size(edge))
    note(Figure.KEY_PROCESSOR, used_s / (_INSIDE_PRESSES + _EDGE_PRESSES))
    firsts_s = [press.first_s for press in (*inside, *edge) if press.first_s is not None]
    note(Figure.KEY_TO_BYTE, statistics.median(firsts_s))
    return firsts_s


def _press(session: Session, program: Program, count: int) -> list[Press]:
    return [session.press(program.down, quiet_s=_LIST_QUIET_S) for _ in range(count)]


def _median_size(presses: Sequence[Press]) -> float:
    return statistics.median(press.size_bytes for press in presses)


def _measure_preview(session: Session, program: Program, note: Note) -> None:
    session.press(program.down, quiet_s=_PREVIEW_QUIET_S)
    presses = [
        session.press(program.down, quiet_s=_PREVIEW_QUIET_S) for _ in range(_PREVIEW_PRESSES)
    ]
    note(Figure.PREVIEW_SIZE, _median_size(presses))


def _measure_opening(session: Session, program: Program, note: Note) -> None:
    opened = []
    for _ in range(_OPENINGS):
        opened.append(session.press(OPEN, quiet_s=_PREVIEW_QUIET_S))
        if program.back:
            session.press(program.back, quiet_s=_PREVIEW_QUIET_S)
        session.press(program.down, quiet_s=_PREVIEW_QUIET_S)
    note(Figure.OPEN_SIZE, _median_size(opened))


def _measure_burst(session: Session, program: Program, note: Note) -> None:
    session.settle()
    known = len(session.chunks)
    pressed_s = time.perf_counter()
    session.send(program.down.encode() * BURST)
    session.settle()
    came = session.chunks[known:]
    if came:
        note(Figure.BURST_TIME, came[-1].at_s - pressed_s)
        note(Figure.BURST_SIZE, sum(len(chunk.data) for chunk in came))


def measure_idle(
    starts: Sequence[tuple[Program, Start]],
    note: Callable[[Program, Figure, float], None],
    *,
    seconds: float,
) -> None:
    """All programs side by side, with nobody at the keys; values are those of a minute."""
    with ExitStack() as stack:
        sessions = []
        for program, start in starts:
            session = stack.enter_context(open_session(start))
            wait_for_row(session)
            if program.is_split:
                session.press(OPEN, quiet_s=_PREVIEW_QUIET_S)
            session.settle()
            sessions.append((program, session))
        _rest(sessions, 2.0)
        known = [(len(one.chunks), one.processor_s) for _, one in sessions]
        _rest(sessions, seconds)
        for (program, session), (chunks, used_s) in zip(sessions, known, strict=True):
            if session.has_ended:
                continue
            size = sum(len(chunk.data) for chunk in session.chunks[chunks:])
            note(program, Figure.IDLE_SIZE, size * 60 / seconds)
            note(program, Figure.IDLE_PROCESSOR, (session.processor_s - used_s) * 60 / seconds)


def _rest(sessions: Sequence[tuple[Program, Session]], seconds: float) -> None:
    """Lets all go on, taking in what they write."""
    end_s = time.perf_counter() + seconds
    while time.perf_counter() < end_s:
        for _, session in sessions:
            while session.read(0):
                pass
        # Their use of the processor at rest is measured, so this loop must use little of it.
        time.sleep(0.02)
