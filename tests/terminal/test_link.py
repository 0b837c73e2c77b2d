"""A line that stalls, lags or breaks: work goes on, words are kept, and nothing is left behind."""

from __future__ import annotations

import itertools
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from tests.support.pty_console import (
    CONSOLE,
    ENTER,
    ESC,
    PATIENCE_S,
    REDRAW,
    REVIEW,
    PtyConsole,
    home_environment,
    until,
)
from tests.support.running_desk import RunningDesk
from tests.support.slow_line import ANSWER, QUESTION, SlowLine
from tests.terminal.conftest import LONG_AGO
from tests.terminal.restored import assert_restored
from tests.terminal.test_story import shown_ticket

MOST_KEPT_BYTES = 64_000
"""More than the system keeps of what was not read (22 KB), the picture that was on its way when the
line stalled, and the newest one; far less than all that a stalled line missed in these tests."""
SOON_S = 2.0
"""An ending takes a fifth of a second on a machine that has nothing else to do."""
HUNG_UP = 128 + signal.SIGHUP
DEAF = ("sh", "-c", 'trap "" HUP; exec "$0" "$@"', *CONSOLE)
"""The console where hang-ups are ignored, as below `nohup`."""
LEFT = b"\x1b[?1049l"
"""The other screen is left."""
WORDS = "half a sent"


def wait_for_list(console: PtyConsole) -> None:
    console.wait_for("tickets · online", "opened")
    console.wait_until_quiet()


def stall(console: PtyConsole) -> None:
    """Makes the console paint much more than the terminal takes, and does not read it."""
    for _ in range(10):
        console.press(REDRAW)
        time.sleep(0.03)


def kept_drafts(account: dict[str, str]) -> bytes:
    """What `deskero-tui drafts` lists."""
    return subprocess.run(
        [*CONSOLE, "drafts"], env=account, capture_output=True, timeout=PATIENCE_S, check=True
    ).stdout


@contextmanager
def ending_soon() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SOON_S


# -- stalls ----------------------------------------------------------------------------------------


def test_a_stalled_line_holds_up_no_work_and_shows_the_newest_state_when_it_moves(
    tmp_path: Path, home: Path
) -> None:
    with RunningDesk(tmp_path, demo_tickets=20, demo_anchor=LONG_AGO) as desk:
        account = home_environment(
            home,
            DESKERO_URL=desk.base_url,
            DESKERO_CLIENT_ID=desk.client_id,
            DESKERO_API_TOKEN=desk.api_token,
            DESKERO_AGENT="Ines Marchetti",
        )
        with PtyConsole(home=home, environment=account, size=(120, 36)) as console:
            wait_for_list(console)
            number = console.wait_for_match(r"(\d+/20\d\d)")
            # A note: its ticket stays in the view, and so the picture is at rest in the end.
            console.press("n")
            console.wait_for("INTERNAL note")
            console.press("It left today." + REVIEW)
            console.wait_for("Before it goes")
            console.press("y")
            console.wait_for("leaves in")
            before_bytes, before_s = len(console.raw), console.processor_s()
            for _ in range(90):
                console.press("jjj" + REDRAW + "kk")
                time.sleep(0.1)
            other_home = home / "other"
            record = shown_ticket(number, account | {"DESKERO_HOME": str(other_home)})
            assert record["ticketNotes"][-1]["note"] == "It left today."
            assert console.processor_s() - before_s < 6, "it paints what nobody will see"

            console.wait_until_quiet(0.4)
            assert len(console.raw) - before_bytes < MOST_KEPT_BYTES
            console.press("j")
            console.wait_until_quiet(0.3)
            caught_up = console.cells
            console.press(REDRAW)
            console.wait_until_quiet(0.3)
            assert console.cells == caught_up
            console.kill(signal.SIGTERM)
            assert console.wait_for_end() == 128 + signal.SIGTERM
    assert_restored(console.raw)


def test_on_a_slow_line_a_held_key_shows_where_it_is_and_not_where_it_was(
    home: Path, account: dict[str, str]
) -> None:
    with SlowLine(home=home, environment=account, size=(120, 36)) as console:
        wait_for_list(console)
        console.press("9")
        console.wait_for("[9 All 60]")
        console.wait_until_quiet(0.3)
        console.bytes_per_s = 4_000
        most_late_bytes = 0
        for key in ("j" * 30 + "k" * 29) * 3:
            console.press(key)
            console.wait(0.02)
            most_late_bytes = max(most_late_bytes, console.late_bytes)
        assert most_late_bytes < 6_000, "seconds of old pictures are on their way"
        console.bytes_per_s = 1_000_000
        console.wait_until_quiet(0.4)
        caught_up = console.cells
        console.press(REDRAW)
        console.wait_until_quiet(0.4)
        assert console.cells == caught_up
        console.press("q")
        assert console.wait_for_end() == 0
    assert_restored(console.raw)


def test_what_was_written_behind_a_question_is_asked_about_once_that_is_answered(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account, size=(120, 36), answers=False) as console:
        wait_for_list(console)
        console.wait_until_quiet(0.3)
        asked = console.raw.count(QUESTION)
        # A terminal that has never answered is told all, and asked nothing more.
        console.press(REDRAW)
        console.wait_until_quiet(0.3)
        assert console.raw.count(QUESTION) == asked
        console.press(ANSWER)
        console.wait_until_quiet(0.3)
        assert console.raw.count(QUESTION) == asked + 1
        # All of that picture is on its way: no other one follows it before it has been shown.
        before = console.cells
        console.press("j")
        console.wait_until_quiet(0.3)
        assert console.cells == before
        console.press(ANSWER)
        console.wait_until_quiet(0.3)
        assert console.cells != before
        console.press("q")
        assert console.wait_for_end() == 0


def test_a_sheet_that_waited_for_an_answer_is_painted_and_keys_behind_the_answer_are_heard(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account, size=(120, 36), answers=False) as console:
        wait_for_list(console)
        console.press(REDRAW)
        console.wait_until_quiet(0.3)
        # The whole picture is asked about now, and what comes next waits for the answer.
        console.press(ANSWER)
        console.wait_until_quiet(0.3)
        before = console.cells
        console.press(":")
        console.wait_until_quiet(0.5)
        assert console.cells == before
        console.press(ANSWER + "show to s")
        console.wait_for("type to narrow")
        console.press(ANSWER)
        console.wait_for("show to s", "Show to select")
        console.press(ANSWER + ESC)
        console.wait_until_quiet(0.3)
        console.press(ANSWER)
        console.wait_without("Commands")
        console.press("q")
        assert console.wait_for_end() == 0


def hang_up(console: PtyConsole) -> None:
    console.close_terminal()


def send(number: signal.Signals) -> Callable[[PtyConsole], None]:
    return lambda console: console.kill(number)


def end_again_and_again(console: PtyConsole) -> None:
    """Until there is nobody to be told, also while the interpreter clears up behind the program."""
    # The first: of signals that come at once Python hears the one with the lowest number first.
    console.kill(signal.SIGHUP)
    for number in itertools.cycle((signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)):
        time.sleep(0.002)
        if not console.is_running:
            return
        console.kill(number)


@pytest.mark.parametrize(
    ("program", "end", "code"),
    [
        (CONSOLE, send(signal.SIGHUP), HUNG_UP),
        (CONSOLE, send(signal.SIGTERM), 128 + signal.SIGTERM),
        (CONSOLE, end_again_and_again, HUNG_UP),
        (CONSOLE, hang_up, HUNG_UP),
        (DEAF, hang_up, HUNG_UP),
    ],
    ids=["SIGHUP", "SIGTERM", "many signals", "hang-up", "hang-up nobody tells"],
)
def test_an_ending_on_a_stalled_line_keeps_the_words_and_is_soon(
    home: Path,
    account: dict[str, str],
    program: tuple[str, ...],
    end: Callable[[PtyConsole], None],
    code: int,
) -> None:
    with PtyConsole(home=home, environment=account, program=program) as console:
        wait_for_list(console)
        stall(console)
        console.press("r" + WORDS)
        time.sleep(0.5)
        with ending_soon():
            end(console)
            assert console.wait_for_end(is_reading=False) == code
    assert WORDS.encode() in kept_drafts(account)


def test_a_terminal_that_reads_again_after_a_stalled_ending_is_usable(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account) as console:
        wait_for_list(console)
        stall(console)
        console.kill(signal.SIGTERM)
        assert console.wait_for_end(is_reading=False) == 128 + signal.SIGTERM
    assert_restored(console.raw)


@contextmanager
def line_below_a_shell(home: Path, account: dict[str, str]) -> Iterator[SlowLine]:
    """A line to a shell at its prompt."""
    shell = ("bash", "--norc", "--noprofile", "-i")
    environment = account | {"PS1": "ready> ", "HISTFILE": ""}
    with SlowLine(home=home, environment=environment, program=shell, size=(120, 36)) as line:
        line.wait_for("ready>")
        yield line


def typed_into_the_shell(line: SlowLine) -> bytes:
    """What stands behind the prompt of the shell below a console that ends, which is ended then."""

    def is_left() -> bool:
        line.wait(0.02)
        return b"ready> " in line.raw.rpartition(LEFT)[2] and LEFT in line.raw

    assert until(is_left)
    line.wait(0.5)
    line.press("exit\r")
    line.wait_for_end()
    return bytes(line.raw).rpartition(b"ready> ")[2].split(b"\r")[0]


def test_an_answer_that_lags_for_once_is_not_typed_into_the_shell(
    home: Path, account: dict[str, str]
) -> None:
    with line_below_a_shell(home, account) as line:
        line.press(" ".join(CONSOLE) + "\r")
        wait_for_list(line)
        line.bytes_per_s = 30_000
        line.press(REDRAW)
        line.wait(0.02)
        line.press("q")
        assert typed_into_the_shell(line) == b"exit"


def test_a_console_that_is_left_as_it_opens_has_no_answer_typed_into_the_shell(
    home: Path, account: dict[str, str]
) -> None:
    with line_below_a_shell(home, account) as line:
        line.bytes_per_s = 25_000
        line.press(" ".join(CONSOLE) + "\rq")
        assert typed_into_the_shell(line) == b"exit"


# -- hang-ups --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        ("", "Enter Open"),
        (ENTER, "J Next"),
        ("r" + WORDS, WORDS),
        ("r" + WORDS + REVIEW, "Before it goes"),
        ("?", "The ticket"),
        ("a", "type to narrow"),
    ],
    ids=["list", "ticket", "compose", "review", "help", "picker"],
)
def test_a_hang_up_that_nobody_tells_ends_it_wherever_it_is(
    home: Path, account: dict[str, str], keys: str, seen: str
) -> None:
    with PtyConsole(home=home, environment=account, program=DEAF, size=(120, 36)) as console:
        wait_for_list(console)
        for part in keys.partition(REVIEW):
            console.press(part)
            console.wait_until_quiet(0.15)
        console.wait_for(seen)
        with ending_soon():
            console.close_terminal()
            assert console.wait_for_end() == HUNG_UP
    if WORDS in keys:
        assert WORDS.encode() in kept_drafts(account)


def test_without_anything_to_do_it_does_nothing(home: Path, account: dict[str, str]) -> None:
    with PtyConsole(home=home, environment=account) as console:
        wait_for_list(console)
        # What the first picture did without is loaded behind it.
        loading_s = -1.0
        while console.processor_s() != loading_s:
            loading_s = console.processor_s()
            console.wait_until_quiet(0.5)
        before_s, before_bytes = loading_s, len(console.raw)
        console.wait_until_quiet(1.0)
        assert console.processor_s() - before_s <= 0.03
        assert len(console.raw) == before_bytes
        console.press("q")
        assert console.wait_for_end() == 0


# -- what comes in pieces, late or unasked ---------------------------------------------------------


def test_cut_sequences_and_unasked_answers_are_no_words(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account) as console:
        wait_for_list(console)
        console.press("r")
        console.wait_for("PUBLIC reply")
        console.press("ab")
        for part in (ESC, "[", "D"):
            console.press(part)
            time.sleep(0.12)
        console.press("\x1b]11;rgb:0000/0000/0000\x07\x1b[?62;22c\x1bP1+r544e=78\x1b\\X")
        console.wait_for("aXb")
        console.press("\x1b[200~pasted \x1b[D\x1b]0;x\x07 text\x1b[201~")
        console.wait_for("aXpasted [D]0;x textb")
        console.kill(signal.SIGTERM)
        console.wait_for_end()


def test_pasted_letters_are_no_commands(home: Path, account: dict[str, str]) -> None:
    with PtyConsole(home=home, environment=account) as console:
        wait_for_list(console)
        before = console.picture
        console.press("\x1b[200~q\x1b[31mDyq\r\x1b[201~")
        console.wait_until_quiet(0.3)
        assert console.picture == before
        console.press("q")
        assert console.wait_for_end() == 0


def test_frames_are_wrapped_up_only_where_the_terminal_knows_that(
    home: Path, account: dict[str, str]
) -> None:
    whole_frame = b"\x1b[?2026h"
    with PtyConsole(home=home, environment=account, answers=False) as console:
        wait_for_list(console)
        console.press("\x1b[?2026;0$y" + REDRAW)
        console.wait_until_quiet(0.2)
        assert whole_frame not in console.raw
        # A key's own frame is short enough to be one without being told.
        console.press("\x1b[?2026;2$y" + REDRAW)
        console.wait_until_quiet(0.2)
        assert whole_frame in console.raw
        console.press("q")
        assert console.wait_for_end() == 0


# -- sizes -----------------------------------------------------------------------------------------


def test_a_storm_of_sizes_ends_at_the_right_one(home: Path, account: dict[str, str]) -> None:
    chance = Random(5)
    with PtyConsole(home=home, environment=account) as console:
        wait_for_list(console)
        for _ in range(60):
            console.resize(chance.randint(1, 200), chance.randint(1, 60))
            time.sleep(0.005)
        console.resize(110, 30)
        console.wait_for("[1 To reply", "Enter Open", "│")
        console.wait_until_quiet(0.3)
        after_storm = console.cells
        assert "Enter Open" in console.picture[-1]
        console.resize(0, 0)
        console.press(REDRAW)
        console.wait_until_quiet(0.3)
        assert console.cells == after_storm
        console.press("q")
        assert console.wait_for_end() == 0


def test_a_size_named_in_the_environment_does_not_count(
    home: Path, account: dict[str, str]
) -> None:
    environment = account | {"COLUMNS": "40", "LINES": "12"}
    with PtyConsole(home=home, environment=environment, size=(120, 36)) as console:
        console.wait_for("│", "Enter Open")
        assert "Enter Open" in console.picture[35]
        console.kill(signal.SIGTERM)
        console.wait_for_end()
