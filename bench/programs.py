"""The programs that are measured: the console in its ways to run, and those that agents know.

Each is used as it comes, but for what makes it comparable: mail programs keep a header cache and
scroll by the line, no program looks for news while it is measured.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.desks import CONSOLE, ServedDesk, furnish_home
from bench.jira import jira_served
from bench.library import Library
from bench.made_up import items
from deskero_tui.cli.arguments import parser

SMALL: Final = 100
"""How many items a program has that could not bear more."""
SPLIT_LINES: Final = 14
"""How many lines of the screen the list has above an open mail."""


@dataclass(frozen=True, slots=True)
class Start:
    """How to start a program once it has its data."""

    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Beyond path, language and terminal."""
    forget: Callable[[], None] | None = None
    """Takes away what the program keeps to start faster; `None` when it keeps nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program finds its data and may keep its own."""

    library: Library
    size: int
    """How many items."""
    home: Path
    desk: ServedDesk | None
    until: ExitStack
    """What is started beside the program ends with it."""


@dataclass(frozen=True, slots=True)
class Program:
    """One way to run one program."""

    name: str
    prepare: Callable[[Place], Start]
    back: str
    """The key that leads from an open item to the list; empty where it stays in sight."""
    down: str = "j"
    """The key that moves the cursor down."""
    begin: str = ""
    """The key that gives the list the keyboard, where it does not have it at the start."""
    needs: str = ""
    """The command that must be there; empty: it ships with us."""
    is_split: bool = False
    """An open item stays beside the list and follows its cursor; opened before it is measured."""
    has_preview: bool = False
    """The item under the cursor is shown beside the list in any case."""
    is_ours: bool = False
    is_small: bool = False
    """It has `SMALL` items whatever the size is, too few for many keys at once."""
    open_sign: str = ""
    """A text that is on the screen only while an item is open; empty where none is known."""
    flag: str = ""
    """What the console's command line must know for it."""

    def missing(self, library: Library) -> str:
        """What is not there of what it needs, for whoever reads the report; empty if all is."""
        if self.needs and not (shutil.which(self.needs) or library.peer(self.needs).exists()):
            return f"as there is no {self.needs} here"
        if self.flag and self.flag not in parser().format_help():
            return f"as this console knows no {self.flag}"
        return ""


def _console(*flags: str) -> Callable[[Place], Start]:
    def prepare(at: Place) -> Start:
        assert at.desk is not None
        desk, home = at.desk, at.home
        store = at.library.store(at.size, desk)
        environment = furnish_home(home, desk, store)
        return Start(
            (*CONSOLE, *flags),
            home,
            environment,
            forget=lambda: shutil.rmtree(home / "deskero" / "accounts"),
        )

    return prepare


def _mutt(command: str, *, split: bool = False) -> Callable[[Place], Start]:
    def prepare(at: Place) -> Start:
        mails = at.library.maildir(at.size)
        cache = at.library.folder(at.size) / f"{command}-headers"
        lines = [
            "set sort=reverse-date-sent",
            "set menu_scroll=yes",
            f'set header_cache="{cache}"',
            f'set folder="{mails.parent}"',
            f'set spoolfile="{mails}"',
            "set quit=yes",
        ]
        if split:
            lines.append(f"set pager_index_lines={SPLIT_LINES}")
        at.home.mkdir(parents=True, exist_ok=True)
        settings = at.home / f"{command}rc"
        settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return Start(
            (command, "-n", "-F", str(settings), "-f", str(mails)),
            at.home,
            {"HOME": str(at.home)},
            forget=lambda: _remove(cache),
        )

    return prepare


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _aerc(at: Place) -> Start:
    mails = at.library.maildir(at.size)
    folder = at.home / "config" / "aerc"
    folder.mkdir(parents=True, exist_ok=True)
    accounts = folder / "accounts.conf"
    accounts.touch(mode=0o600)
    accounts.write_text(
        f"[Bench]\nsource = maildir://{mails.parent}\ndefault = {mails.name}\n"
        "from = Help <help@desk.example>\n",
        encoding="utf-8",
    )
    environment = {"HOME": str(at.home), "XDG_CONFIG_HOME": str(folder.parent)}
    return Start(("aerc",), at.home, environment)


def _tig(at: Place) -> Start:
    environment = {"HOME": str(at.home), "GIT_CONFIG_GLOBAL": os.devnull, "TIGRC_USER": os.devnull}
    at.home.mkdir(parents=True, exist_ok=True)
    return Start(("tig",), at.library.repository(at.size), environment)


def _posting(at: Place) -> Start:
    """A folder of HTTP requests: the nearest that this Textual program has to a list of items."""
    folder = at.home / "requests"
    folder.mkdir(parents=True, exist_ok=True)
    for item in items(SMALL):
        file = folder / f"{item.subject.replace(' ', '-')}.posting.yaml"
        body = item.body.replace("\n", "\n  ")
        file.write_text(
            f"name: {item.subject}\nmethod: GET\nurl: https://desk.example/{item.number}\n"
            f"description: |-\n  {body}\n",
            encoding="utf-8",
        )
    settings = at.home / "config" / "posting" / "config.yaml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("focus:\n  on_startup: collection\n", encoding="utf-8")
    environment = {"HOME": str(at.home), "XDG_CONFIG_HOME": str(settings.parent.parent)}
    command = (str(at.library.peer("posting")), "--collection", str(folder))
    return Start(command, at.home, environment)


def _jiratui(at: Place) -> Start:
    """The other terminal program for tickets from PyPI, on a stand-in for its host."""
    url = at.until.enter_context(jira_served(SMALL))
    at.home.mkdir(parents=True, exist_ok=True)
    settings = at.home / "jiratui.yaml"
    settings.write_text(
        "jira_api_username: help@desk.example\njira_api_token: none\n"
        f"jira_api_base_url: {url}\nsearch_results_per_page: {SMALL}\n",
        encoding="utf-8",
    )
    environment = {
        "HOME": str(at.home),
        "XDG_CONFIG_HOME": str(at.home / "config"),
        "JIRA_TUI_CONFIG_FILE": str(settings),
    }
    command = (str(at.library.peer("jiratui")), "ui", "--search-on-startup")
    return Start(command, at.home, environment)


CONSOLE_NAME: Final = "console"
SLOW_NAME: Final = "console --slow"
DESK_NAME: Final = "desk"
PROGRAMS: Final[tuple[Program, ...]] = (
    Program(
        CONSOLE_NAME, _console(), back="\x1b", has_preview=True, is_ours=True, open_sign="J Next"
    ),
    Program(
        SLOW_NAME,
        _console("--slow"),
        back="\x1b",
        is_ours=True,
        flag="--slow",
    ),
    Program("mutt", _mutt("mutt"), back="q", needs="mutt", open_sign="i:Exit"),
    Program("mutt split", _mutt("mutt", split=True), back="q", needs="mutt", is_split=True),
    Program("neomutt", _mutt("neomutt"), back="q", needs="neomutt", open_sign="i:Exit"),
    Program("aerc", _aerc, back="q", needs="aerc", open_sign="Subject:"),
    Program("tig", _tig, back="q", needs="tig", open_sign="Author:"),
    Program(f"posting, {SMALL}", _posting, back="", needs="posting", is_small=True),
    Program(
        f"jiratui, {SMALL}",
        _jiratui,
        back="1",
        needs="jiratui",
        is_small=True,
        begin="1",
        down="\x1b[B",
    ),
)


def common_environment() -> dict[str, str]:
    """What every program is told: a terminal as SSH gives it, which hands on no COLORTERM."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
    }
