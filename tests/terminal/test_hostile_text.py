"""What strangers wrote reaches a real terminal as letters only, and files stay in their folder."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import unicodedata
from pathlib import Path

import pytest

from deskero_tui.domain.query.query import BUILT_IN_VIEWS
from tests.support.pty_console import CONSOLE, ENTER, ESC, PATIENCE_S, PtyConsole
from tests.terminal.conftest import SAMPLES

SMALL = (80, 24)
MOST_PAGES = 3
"""Of each ticket; the hostile ones have fewer, the long ones are plain further down."""

CONSOLE_SAYS = re.compile(
    rb"""\x07(?=\x1b\]9;Reminder:[ ])                     # the bell, with a notice
      | \x1b(?:
        \[\d+(?:;\d+)?H | \[\d*[CG]                         # the cursor to a place, on, to a column
      | \[ (?: (?:LOOK) (?:;(?:LOOK))* )? m                 # a look
      | \[K | (?<=\x1b\[0m\x1b)\[2J                        # blank to the end; all, before anew
      | \[(?:\d+;\d+)?r | M                               # a band, and scrolling it back
      | \[\?(?:7|25|1004|1049|2004|2026)[hl]              # modes it turns on and off
      | \[>1u | \[<u                                      # keyboard protocol on and off
      | \[\?2026\$p                                       # may I ask what you can
      | 7\x1b\[2;20H\x1b\[3g\x1bH\r\t\x1b\[6n\x1b8          # and where a tab goes
      | \[5n                                              # and how far behind you are
      | \[3g | H                                          # tab stops gone, and one set
      | \]9;(?=Reminder:[ ]) | \\                         # a notice, and its end
    )""".replace(b"LOOK", rb"0|[1-47]|2[2-47]|39|49|[34]8;5;\d+"),
    re.VERBOSE,
)
"""Every sequence of a clean run on a terminal of 256 colours, by its grammar."""

ASKS_FOR_STOPS = b"\r\t\x1b[6n\x1b8"
"""The end of a question of the console's own."""

SENT_BY_STRANGERS = (
    "\x1b[7mtag", "\x1b[0m \x1b]0", "\x1b[2J\x1b[H", "\x1b[31m", "\x1b[?1003h", "\x1b[6n", "\x1b[c",
    "\x1b]0;", "\x1b]52;", "\x1b]8;", "\x1bP", "\x9b", "\x9d", "\u202e", "\u2066", "\u200b",
)  # fmt: skip
"""What stands in the sample tickets, also where the console has sequences of the same form."""

HARMLESS_FORMAT = frozenset("\r\n")
FORBIDDEN_KINDS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, format characters (bidi, joiners, tags), surrogates, private, none, line ends."""
VARIATIONS = re.compile("[\u034f\u115f\u1160\u20e3\u3164\ufe00-\ufe0f\uffa0\U0001f3fb-\U0001f3ff]")


def assert_letters_only(raw: bytes | bytearray) -> None:
    """Nothing came but the console's own sequences and characters that can only be drawn."""
    for payload in SENT_BY_STRANGERS:
        assert payload.encode() not in raw.replace(ASKS_FOR_STOPS, b""), ascii(payload)
    said = CONSOLE_SAYS.sub(b"", bytes(raw)).decode("utf-8")
    harmful = {
        f"U+{ord(character):04X}"
        for character in set(said) - HARMLESS_FORMAT
        if unicodedata.category(character) in FORBIDDEN_KINDS or VARIATIONS.match(character)
    }
    assert harmful == set()


@pytest.mark.parametrize(
    "payload",
    [
        "\x1b[31m", "\x1b[7mtag", "\x1b]0;x\x07", "\x1b]52;c;eA==\x07", "\x1b]8;;x\x1b\\",
        "\x1b[2J", "\x1b[6n", "\x1bP0q\x1b\\", "\x1b[?1003h", "\x9b31m", "\x07", "\x00", "\x7f",
        "\x08", "\u202e", "\u2066", "\u200d", "\u200b", "\ufeff", "\U000e0041", "\u2028", "\xad",
        "\ufe0f", "\U0001f3fd",
    ],
)  # fmt: skip
def test_the_grammar_knows_each_kind_of_payload_from_what_the_console_says(payload: str) -> None:
    clean = b"\x1b[0m\x1b[2J\x1b[1;1H\x1b[1;38;5;15;48;5;4mHello\x1b[22;39m\x1b[K\r\n"
    assert_letters_only(clean)
    with pytest.raises(AssertionError):
        assert_letters_only(clean + payload.encode() + clean)


def test_no_view_and_no_ticket_sends_the_terminal_anything_but_letters(
    home: Path, account: dict[str, str]
) -> None:
    numbers = numbers_of_all_tickets(account)
    assert len(numbers) == SAMPLES
    seen = ""
    with PtyConsole(home=home, environment=account, size=SMALL, answers=False) as console:
        for place, view in enumerate(BUILT_IN_VIEWS, start=1):
            console.press(str(place))
            console.wait_for(f"[{place} {view.title}", "online")
            console.press("G")
            console.wait_until_quiet()
            console.press("g")
        seen += console.text
        console.press(ENTER)
        for number in numbers:
            console.wait_for("J Next", f"{number}  ")
            pages = [console.text]
            while len(pages) < MOST_PAGES:
                console.press(" ")
                console.wait_until_quiet()
                if console.text == pages[-1]:
                    break
                pages.append(console.text)
            seen += "\n".join(pages)
            console.press("J")
        console.press(ESC)
        console.wait_for("Enter Open")
        console.press("q")
        assert console.wait_for_end() == 0
    assert_letters_only(console.raw)
    for literal in (
        "[/nope] [bold red]markup[/] [@click=app.quit]free[/]",
        "[@click=app.quit]quit[/]",
        "[[double]] \\[escaped]",
        "$variable %s {0} {customer",
        "␛]0;title taken␇",
        "␛]52;c;cm0gLXJmIH4=␇",
        "␀",
        "␡",
    ):
        assert literal in seen


def numbers_of_all_tickets(environment: dict[str, str]) -> list[str]:
    """The numbers in the order of the view of all tickets; leaves them in the store as well."""
    ran = subprocess.run(
        [*CONSOLE, "ticket", "list", "--view", "all", "--limit", "1000", "--json"],
        env=environment,
        capture_output=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return [row["number"] for row in json.loads(ran.stdout)]


@pytest.mark.parametrize(
    ("words", "count"), [("Invoice zero", 2), ("nope markup", 2)], ids=["bidi", "shell"]
)
def test_saved_files_stay_in_their_folder_under_harmless_names(
    home: Path, account: dict[str, str], words: str, count: int
) -> None:
    with PtyConsole(home=home, environment=account, size=SMALL, answers=False) as console:
        console.wait_for("tickets · online", "opened")
        console.press("9/")
        console.wait_for("Enter keep")
        console.press(words + ENTER)
        console.wait_for(" 1 ticket · ")
        console.press(ENTER)
        console.wait_for("J Next", "@1 ", f"@{count} ")
        for place in range(count):
            console.press("w")
            console.wait_for("Save which?")
            console.press("\x1b[B" * place + ENTER)
            console.wait_for("Saved in")
            console.press("j")
        console.press(ESC)
        console.wait_for("Enter Open")
        console.press("q")
        assert console.wait_for_end() == 0
    assert_letters_only(console.raw)
    folder = home / "Downloads"
    saved = list(folder.iterdir())
    assert len(saved) == count
    for path in saved:
        assert path.is_file()
        assert re.fullmatch(r"[\w;$()*-][\w .;$()*-]*", path.name), path.name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    outside = [path for path in home.rglob("*") if path.is_file() and path.parent != folder]
    assert not [path for path in outside if b"root of nothing" in path.read_bytes()]
