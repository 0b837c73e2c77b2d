"""Inside tmux, which has its own idea of widths, colours and sizes."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.domain.outbox.outgoing import OutgoingNote
from tests.support.console import address_of
from tests.support.pty_console import (
    CONSOLE,
    PATIENCE_S,
    REVIEW,
    PtyConsole,
    failures_under,
    until,
)
from tests.support.running_desk import RunningDesk
from tests.terminal.test_editor import EDIT, HEARS

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux here")

WIDE, NORMAL, SMALL = (120, 36), (80, 24), (40, 12)


class Tmux:
    """A tmux server of our own with one window, the console's."""

    def __init__(self, environment: dict[str, str], size: tuple[int, int]) -> None:
        home = Path(environment["HOME"])
        settings = home / "tmux.conf"
        settings.write_text("set -g status off\nset -g default-terminal tmux-256color\n", "utf-8")
        self._environment = environment | {"TMUX_TMPDIR": str(home)}
        self._program = ("tmux", "-f", str(settings), "-L", "desk")
        columns, lines = map(str, size)
        self.do("new-session", "-d", "-x", columns, "-y", lines, *CONSOLE)

    def do(self, *command: str) -> str:
        """Gives tmux a command; what it answers."""
        ran = subprocess.run(
            [*self._program, *command],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
        return ran.stdout

    def press(self, *keys: str) -> None:
        """Presses keys by tmux's names for them."""
        self.do("send-keys", *keys)

    def picture(self) -> list[str]:
        return self.do("capture-pane", "-p").split("\n")[:-1]

    def wait_for(self, *texts: str) -> list[str]:
        """Waits until all of `texts` are on the pane; the picture then."""
        seen: list[str] = []

        def are_there() -> bool:
            seen[:] = self.picture()
            return all(text in "\n".join(seen) for text in texts)

        assert until(are_there), f"waited for {texts}; there is\n" + "\n".join(seen)
        return seen

    def press_and_see(self, key: str) -> None:
        """Presses a key that changes the picture, and waits until it has."""
        before = self.picture()
        self.press(key)
        assert until(lambda: self.picture() != before), f"{key} changes nothing"

    def wait_for_rest(self) -> None:
        """Waits until the picture has stayed the same for a while."""
        last = [""]

        def rests() -> bool:
            before, last[:] = list(last), self.picture()
            time.sleep(0.3)
            return before == last

        assert until(rests), "the picture never rests"

    def joined(self) -> str:
        """The picture as it is when all of it is selected."""
        return self.do("capture-pane", "-p", "-J")

    def has_no_long_lines(self) -> bool:
        """Whether every row is a line by itself when it is selected."""
        rows = [row.rstrip() for row in self.joined().split("\n")[:-1]]
        return rows == [row.rstrip() for row in self.picture()]

    def is_over(self) -> bool:
        """The console has ended, and the server with its last window."""
        listed = subprocess.run([*self._program, "ls"], env=self._environment, capture_output=True)
        return listed.returncode != 0

    @contextmanager
    def attached(self, size: tuple[int, int]) -> Iterator[PtyConsole]:
        """A terminal of `size` that looks at the window, until it is detached."""
        home = Path(self._environment["HOME"])
        with PtyConsole(
            "attach", home=home, environment=self._environment, size=size, program=self._program
        ) as client:
            yield client
            self.do("detach-client")
            assert client.wait_for_end() == 0


@contextmanager
def in_tmux(environment: dict[str, str], size: tuple[int, int]) -> Iterator[Tmux]:
    tmux = Tmux(environment, size)
    try:
        yield tmux
        assert failures_under(Path(environment["HOME"])) == []
    finally:
        if not tmux.is_over():
            tmux.do("kill-server")
        assert until(tmux.is_over)


@pytest.mark.parametrize("size", [WIDE, NORMAL, SMALL], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_whole_picture_fits_at_every_size(
    account: dict[str, str], size: tuple[int, int]
) -> None:
    with in_tmux(account, size) as tmux:
        picture = tmux.wait_for("[1 To reply", "tickets · online", "opened", "q Quit")
        assert len(picture) == size[1]
        assert picture[0].startswith("[1 To reply")
        assert "Subject" in picture[1]
        assert picture[-2].strip().startswith("7 tickets · online")
        assert picture[-1].strip().startswith("Enter Open")
        assert ("│" in picture[10]) == (size == WIDE)
        tmux.press("Enter")
        picture = tmux.wait_for("J Next", "From: ")
        assert ("Subject" in picture[1]) == (size == WIDE)
        tmux.press("q")
        tmux.wait_for("Enter Open")
        tmux.press("q")
        assert until(tmux.is_over)


def test_every_ticket_keeps_to_its_own_line_whatever_its_subject_holds(
    account: dict[str, str],
) -> None:
    """tmux counts cells by other tables than Textual; a line that ran over would show it."""

    def is_kept(line: str) -> bool:
        status = line[15:23].strip()
        return line[5:14].strip().count("/") == 1 and status in {
            "opened", "on hold", "solved", "closed",
        }  # fmt: skip

    with in_tmux(account, NORMAL) as tmux:
        tmux.press("9")
        tmux.wait_for("[9 All 60]", "Number")
        for _ in range(3):
            # The tabs are painted before the tickets.
            assert until(lambda: all(map(is_kept, tmux.picture()[2:-2]))), tmux.joined()
            tmux.press_and_see("PageDown")


def test_leaving_and_coming_back_at_another_size_keeps_the_place(account: dict[str, str]) -> None:
    with in_tmux(account, WIDE) as tmux:
        tmux.wait_for("tickets · online", "opened")
        with tmux.attached(WIDE) as first:
            first.wait_for("tickets · online", "│")
            first.press("jj\r")
            first.wait_for("J Next", "── REQUEST")
            # What stood beside the list before is still there until the opened one has been read.
            first.wait_until_quiet(0.5)
        number = tmux.wait_for("J Next")[2].partition("│")[2].split()[0]
        with tmux.attached(NORMAL) as second:
            second.wait_for("J Next", f"{number}  ", "── REQUEST")
            assert "Subject" not in second.text
            second.press("j")
        with tmux.attached(WIDE) as third:
            third.wait_for("J Next", "Subject", "│", f"{number}  ", "── REQUEST")
        tmux.press("q")
        tmux.wait_for("Enter Open")
        tmux.press("q")
        assert until(tmux.is_over)


def test_coming_back_at_another_size_while_writing_keeps_words_and_fits_the_picture(
    home: Path, account: dict[str, str]
) -> None:
    editor = home / "edit"
    editor.write_text(f"#!/bin/sh\n{HEARS}", "utf-8")
    editor.chmod(0o700)
    with in_tmux(account | {"EDITOR": str(editor), "VISUAL": ""}, WIDE) as tmux:
        tmux.wait_for("tickets · online", "opened")
        tmux.press("r")
        tmux.wait_for("Ctrl+S Review")
        tmux.press("words")
        with tmux.attached(NORMAL) as client:
            client.wait_for("words", "Ctrl+S Review", edge_of(NORMAL))
            client.press(REVIEW)
            client.wait_for("Before it goes")
        with tmux.attached(SMALL) as client:
            client.wait_for("words", "Before it goes", "y Send", edge_of(SMALL))
            client.press("e")
            client.wait_for("Ctrl+S Review")
            client.press(EDIT)
            client.wait_for("in the editor")
        with tmux.attached(NORMAL) as client:
            client.wait_for("The text is as edit left it", "now 24 80", edge_of(NORMAL))
        tmux.do("kill-server")


def edge_of(size: tuple[int, int]) -> str:
    """The lower edge of a sheet that fills a terminal of that size."""
    return f"└{'─' * (size[0] - 2)}┘"


def test_a_long_line_that_is_shown_to_select_is_one_line(
    account: dict[str, str], running: RunningDesk
) -> None:
    address = "https://shop.example/" + "".join(f"{number:03}/" for number in range(70))
    number = asyncio.run(note_on_some_ticket(running, f"See {address} 茶碗の{'金継ぎ' * 40}"))
    with in_tmux(account, NORMAL) as tmux:
        tmux.wait_for("tickets · online", "opened")
        tmux.press("9", "/", number, "Enter")
        tmux.wait_for("1 ticket")
        tmux.press("Enter")
        tmux.wait_for("J Next")
        tmux.press(":")
        tmux.wait_for(">")
        tmux.press("show", "Space", "to", "Space", "select")
        tmux.wait_for("Show to select")
        tmux.press("Enter")
        tmux.wait_for("as text")
        tmux.press("as", "Space", "text", "Enter")
        assert until(lambda: "J Next" not in tmux.joined()), tmux.joined()
        tmux.press("G")
        assert until(lambda: address in tmux.joined()), tmux.joined()
        assert "金継ぎ" * 40 in tmux.joined()
        tmux.press("k")
        assert until(lambda: address in tmux.joined()), tmux.joined()
        tmux.press("q")
        tmux.wait_for("J Next")
        tmux.wait_for("INTERNAL NOTE")
        assert until(tmux.has_no_long_lines), tmux.joined()
        tmux.press("q", "q")
        assert until(tmux.is_over)


def test_lines_that_are_shown_to_select_stay_lines_while_they_scroll(
    account: dict[str, str], running: RunningDesk
) -> None:
    lines = [f"{n} long {'x' * 150} ends" if n % 4 == 1 else f"{n} short" for n in range(100, 160)]
    number = asyncio.run(note_on_some_ticket(running, "\n".join(lines)))

    def are_whole() -> bool:
        rows = [row.rstrip() for row in tmux.joined().rstrip("\n").split("\n")]
        # The first may be the end of a line, the last the beginning of one.
        begun = [row for row in rows if row[:3].isdigit()][:-1]
        return len(begun) > 5 and set(begun) <= set(lines)

    with in_tmux(account, NORMAL) as tmux:
        tmux.wait_for("tickets · online", "opened")
        tmux.press("9", "/", number, "Enter")
        tmux.wait_for("1 ticket")
        tmux.press("Enter")
        tmux.wait_for("J Next")
        tmux.press(":")
        tmux.wait_for(">")
        tmux.press("show", "Space", "to", "Space", "select")
        tmux.wait_for("Show to select")
        tmux.press("Enter")
        tmux.wait_for("as text")
        tmux.press("as", "Space", "text", "Enter")
        assert until(lambda: "J Next" not in tmux.joined()), tmux.joined()
        tmux.press("G")
        tmux.wait_for("159 short")
        assert until(are_whole), tmux.joined()
        for key in "kkkkkkjjkjjkkkk":
            tmux.press_and_see(key)
            assert until(are_whole), f"{key}: {tmux.joined()}"
        tmux.press("k", "j", "j", "k", "k", "k")
        tmux.press_and_see("k")
        assert until(are_whole), tmux.joined()
        tmux.press("q", "q", "q")
        assert until(tmux.is_over)


async def note_on_some_ticket(running: RunningDesk, text: str) -> str:
    """Puts a note on a ticket; the ticket's number."""
    async with DeskeroClient(address_of(running)) as client:
        [ines] = [one.id for one in await client.agents() if one.name == "Ines Marchetti"]
        ticket = (await client.list_tickets(limit=1)).records[0]
        await client.add_note(ticket.id, OutgoingNote(text, ines, ines, datetime.now(UTC)))
        return ticket.number
