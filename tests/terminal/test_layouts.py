"""Letters of other keyboard layouts as a terminal sends them: in UTF-8, through a real pty."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.support.pty_console import ESC, PtyConsole


def test_cyrillic_greek_and_hebrew_letters_are_commands_and_text(
    home: Path, account: dict[str, str]
) -> None:
    with PtyConsole(home=home, environment=account, size=(120, 36)) as console:
        console.wait_for("tickets · online", "Reply")
        console.wait_until_quiet(0.5)
        console.press("к")
        console.wait_for("PUBLIC reply")
        console.press("Добрый день")
        console.wait_for("Добрый день")
        console.press(ESC)
        console.wait_without("PUBLIC reply")
        console.press("ν")
        console.wait_for("INTERNAL note")
        console.press("ναι")
        console.wait_for("ναι")
        console.press(ESC)
        console.wait_without("INTERNAL note")
        console.press("ש")
        console.wait_for("Assign to")
        console.press(ESC)
        console.kill(signal.SIGTERM)
        console.wait_for_end()


def test_keys_of_the_config_are_in_force_and_its_mistakes_are_said(
    home: Path, account: dict[str, str]
) -> None:
    config = home / "deskero" / "config.toml"
    config.parent.mkdir()
    config.write_text('[keys]\npreset = "vi"\n"ticket.note" = "N"\n"ticket.noot" = "x"\n')
    with PtyConsole(home=home, environment=account, size=(120, 36)) as console:
        console.wait_for("N Note", "A mistake in the config", "ticket.noot", "opened")
        console.wait_until_quiet(0.5)
        console.press(":")
        console.wait_for("Commands")
        console.press("redraw\r")
        console.wait_without("Commands")
        console.press("N")
        console.wait_for("INTERNAL note")
        console.press(ESC)
        console.wait_without("INTERNAL note")
        console.kill(signal.SIGTERM)
        console.wait_for_end()
    assert (home / "deskero" / "palette.json").read_text() == '{"app.redraw": 1}'
