"""How the console looks on terminals that show less, byte by byte in a real pseudo-terminal."""

from __future__ import annotations

import re
import signal
import unicodedata
from pathlib import Path

from tests.support.pty_console import ENTER, ESC, REVIEW, PtyConsole

COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
WIDE = (120, 36)
MOST_BYTES_PER_MOVE = 60
"""A quarter of what mutt writes for one line down (240, in a pty of 120x40)."""


def test_without_colours_only_attributes_are_sent_and_the_cursor_is_still_seen(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account | {"NO_COLOR": "1"}, size=WIDE) as console:
        console.wait_for("tickets · online", "Reply")
        console.wait_until_quiet(0.3)
        rows = [line for line in console.cells if all(cell.is_reversed for cell in line[:40])]
        assert len(rows) == 1, "one line, that of the cursor, is in reverse"
        console.kill(signal.SIGTERM)
        console.wait_for_end()
    assert not COLOUR.search(console.raw)


def test_the_flag_goes_before_no_color(home: Path, account: dict[str, str]) -> None:
    environment = account | {"NO_COLOR": "1"}
    with PtyConsole("--colors", "16", home=home, environment=environment, size=WIDE) as console:
        console.wait_for("tickets · online", "Reply")
        console.kill(signal.SIGTERM)
        console.wait_for_end()
    assert COLOUR.search(console.raw)
    assert not re.search(rb"[34]8;[25];", console.raw), "one of 16 colours needs no long form"


def walk_through(console: PtyConsole) -> None:
    """Opens the list, a ticket, the writing of a reply, its strip, a picker, and the help."""
    console.wait_for("tickets - online", "Reply")
    console.wait_until_quiet(0.3)
    console.press(ENTER)
    console.wait_for("/ Find")
    console.press("s")
    console.wait_for("Enter choose")
    console.press(ESC)
    console.wait_without("Enter choose")
    console.press("?")
    console.wait_for("Esc back", "A line down")
    console.press(ESC)
    console.wait_without("A line down")
    console.press("r")
    console.wait_for("PUBLIC reply")
    console.press("Thank you" + REVIEW)
    console.wait_for("Before it goes")
    console.press("q")
    console.wait_without("Before it goes")
    console.kill(signal.SIGTERM)
    console.wait_for_end()


def test_a_console_font_gets_signs_in_ascii_on_every_screen(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account | {"TERM": "linux"}, size=WIDE) as console:
        walk_through(console)
    sent = {character for character in console.raw.decode() if not character.isascii()}
    assert sent, "letters of the samples that are not ASCII stay, and their marks"
    strange = {c: unicodedata.category(c) for c in sent if unicodedata.category(c)[0] not in "LM"}
    assert not strange


def test_where_the_locale_is_c_nothing_but_ascii_is_sent(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account | {"LANG": "C"}, size=WIDE) as console:
        walk_through(console)
    assert console.raw.isascii()


def test_over_a_slow_line_moving_costs_two_letters_and_resting_nothing(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole("--slow", home=home, environment=account, size=(120, 40)) as console:
        console.wait_for("tickets · online", "Reply")
        console.press("9")
        console.wait_for("[9 All]", "60 tickets")
        console.wait_until_quiet(1.0)
        written = []
        for line in range(3, 10):
            before = len(console.raw)
            console.press("j")
            console.wait_for(">")
            console.wait_until_quiet(0.2)
            assert console.picture[line].startswith(">")
            written.append(len(console.raw) - before)
        before = len(console.raw)
        console.wait_until_quiet(2.0)
        assert len(console.raw) == before
        assert not set("│┌▆") & set(console.text)
        console.press(ENTER)
        console.wait_for("── REQUEST")
        assert not any(line.startswith(">") for line in console.picture), "one pane at a time"
        console.kill(signal.SIGTERM)
        console.wait_for_end()
    assert sorted(written)[len(written) // 2] <= MOST_BYTES_PER_MOVE


def test_a_screen_reader_gets_sentences_and_a_cursor_that_goes_along(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole("--screen-reader", home=home, environment=account, size=WIDE) as console:
        console.wait_for("View 1 of 9: To reply", "tickets, online", "?: Keys")
        console.wait_until_quiet(1.0)
        assert re.match(r"5/2025 opened, waiting \d+ years?, too long, ", console.picture[2])
        assert console.cursor == (0, 2)
        console.press("j")
        console.wait_until_quiet()
        before = len(console.raw)
        console.press("j")
        console.wait_until_quiet()
        assert console.cursor == (0, 4)
        moved = re.sub(rb"\x1b\[[0-9;?$]*[a-zA-Z]", b"", console.raw[before:])
        assert not moved.strip(), "moving writes nothing that would be spoken"
        console.press(ENTER)
        console.wait_for("Request by")
        assert console.cursor == (0, 1)
        console.press("s")
        console.wait_for("opened, chosen")
        column, line = console.cursor or (0, 0)
        assert console.picture[line][column:].startswith("opened, chosen")
        assert not set("│┌─▆·") & set(console.text)
        console.press(ESC)
        console.wait_without("opened, chosen")
        console.press("n")
        console.wait_for("INTERNAL note")
        console.press("Call")
        console.wait_for("Call")
        console.wait_until_quiet()
        column, line = console.cursor or (0, 0)
        assert console.picture[line][:column].endswith("Call"), "where the next letter goes"
        console.press(ESC)
        console.kill(signal.SIGTERM)
        console.wait_for_end()
