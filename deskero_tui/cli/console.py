"""`deskero-tui`: the console on a terminal."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from deskero_tui.cli.clean_environment import SOUND_TERM
from deskero_tui.cli.ending import Ending
from deskero_tui.cli.exits import Exit
from deskero_tui.cli.first_picture import Sight, opened_with_tickets
from deskero_tui.cli.gc_tuning import GcTuning, pause_gc
from deskero_tui.cli.palette_history import read_history, write_history
from deskero_tui.cli.search_file import keep_searches, read_searches
from deskero_tui.cli.streams import picture_on_terminal, say
from deskero_tui.cli.style_cache import StyleCache
from deskero_tui.cli.wiring import Workplace, macros_of, open_desk, workplace
from deskero_tui.domain.errors import StoreBroken
from deskero_tui.sync.desk import Desk
from deskero_tui.tui.terminal.opening import Opening

_OWN_VARIABLES: Final = re.compile(r"TEXTUAL|PYTHON|COLUMNS$|LINES$|UNICODE_VERSION$|NO_COLOR$")
"""Variables that would make Textual import drivers, write files or freeze the size, those that
change how Python runs, and one that Textual takes for a wish for greys."""

_THREAD_TURN_S: Final = 0.000_5
"""So long a thread that computes keeps the others from doing so. While tickets are written the
event loop waits for its turn after every system call, ten times as long with Python's own 5 ms."""


def run_console(given: Namespace) -> int:
    """Opens the console; what it answers is the exit code.

    Raises:
        DeskeroError: There is no account or store to open it on.
    """
    # With standard output elsewhere somebody wants to catch what is no text.
    if not (is_usable_terminal() and _is_terminal(sys.stdout)):
        say(f"the console needs a terminal{_told_of_it(given)}")
        return Exit.WRONG_USAGE
    environment = dict(os.environ)
    for name in filter(_OWN_VARIABLES.match, environment):
        del os.environ[name]
    sys.setswitchinterval(_THREAD_TURN_S)
    pause_gc()
    ending = Ending()
    ending.begin()
    with picture_on_terminal(), workplace(given) as at, open_desk(at) as desk:
        sight = Sight.of(at.settings, environment)
        kept = StyleCache(at.places.looks_file, sight.appearance)
        with opened_with_tickets(desk, sight, kept.looks) as opening:
            code = _run(at, desk, sight, kept, opening, ending, environment)
        if not given.demo:
            _say_unsent(desk, is_restricted=given.restricted)
        return code


def _run(
    at: Workplace,
    desk: Desk,
    sight: Sight,
    kept: StyleCache,
    opening: Opening | None,
    ending: Ending,
    environment: Mapping[str, str],
) -> int:
    """Loads the screens and has them run, from the first picture on if there is one."""
    from deskero_tui.tui.app import ConsoleSettings, DeskeroApp
    from deskero_tui.tui.keys.keymap import resolve
    from deskero_tui.tui.terminal.clipboard import Clipboard
    from deskero_tui.tui.terminal.notice import Alarm
    from deskero_tui.tui.terminal.opener import Opener

    tuning = GcTuning()
    keymap, mistakes = resolve(at.settings.keys, sight.tabs.keys)
    may_run_programs = at.allowances.may_run_programs
    uses = read_history(at.places.uses_file)
    searches = read_searches(at.places.searches_file)
    known_searches = searches.kept

    def started() -> None:
        tuning.end()
        looks = app.list_looks() if kept.looks is None else None
        if looks is not None:
            asyncio.get_running_loop().run_in_executor(None, kept.keep, looks)

    app = DeskeroApp(
        desk,
        ConsoleSettings(
            zone=sight.zone,
            allowances=at.allowances,
            download_folder=at.allowances.file_root
            or Path(at.settings.download_folder).expanduser(),
            rescue_folders=_rescue_folders(at),
            rescue_account=at.account.store_name,
            log_file=at.places.log_file,
            views=sight.tabs.views,
            keymap=keymap,
            columns=sight.columns,
            uses=uses,
            searches=searches,
            mistakes=(*at.settings.mistakes, *sight.tabs.mistakes, *sight.bad_columns, *mistakes),
            macros=macros_of(at.places, at.settings),
            wait_limits=at.settings.wait_limits,
            alarm=Alarm.of(os.environ, bell=at.settings.bell, notice=at.settings.notice),
            appearance=sight.appearance,
            clipboard=Clipboard.of(environment, may_run_programs=may_run_programs),
            opener=Opener.of(
                environment,
                is_wanted=at.settings.open_links,
                may_run_programs=may_run_programs,
                platform=sys.platform,
            ),
        ),
        opening=opening,
        on_started=started,
        on_ending=ending.arm_last_resort,
    )
    desk.subscribe(tuning.hear)
    with ending.asking(app.end):
        app.run(mouse=False)
    for place in app.keepers.rescued:
        where = at.allowances.place_in_words(place)
        say(f"what you wrote is {where}")
    if uses:
        write_history(at.places.uses_file, uses)
    if searches.kept != known_searches:
        keep_searches(at.places.searches_file, searches)
    return app.return_code or Exit.DONE


def _say_unsent(desk: Desk, *, is_restricted: bool) -> None:
    """Print how much has not been sent, and where to look; nothing where all has been."""
    from deskero_tui.domain.outbox.unsent import left_in_words

    with suppress(StoreBroken):
        shown_by = "`d` in the console" if is_restricted else "`deskero-tui outbox`"
        if said := left_in_words(desk.unsent_now(), shown_by=shown_by):
            say(said)


def _told_of_it(given: Namespace) -> str:
    """How to get one, or what works without."""
    if not given.restricted:
        return (
            " (is TERM set, and is this no pipe?). "
            "`deskero-tui ticket --help` shows what works without one."
        )
    from deskero_tui.domain.drop_request import GRAMMAR

    return f". `ssh -t` asks for one; is TERM set? Without one there is: {GRAMMAR}."


def _rescue_folders(at: Workplace) -> tuple[Path, Path]:
    """Where words go that the store cannot take: first where their agent gets at them."""
    own = at.places.state_folder / "rescued"
    dropped = at.allowances.file_root
    return (own, Path(tempfile.gettempdir())) if dropped is None else (dropped, own)


def is_usable_terminal() -> bool:
    """Whether a screen can be painted here, judged before anything of it is loaded.

    Keys come from standard input, the picture goes to standard error, or to standard output where
    that is closed or goes elsewhere.
    """
    kind = os.environ.get("TERM", "")
    return (
        SOUND_TERM.fullmatch(kind) is not None
        and kind not in {"dumb", "unknown"}
        and _is_terminal(sys.stdin)
        and (_is_terminal(sys.stderr) or _is_terminal(sys.stdout))
    )


def _is_terminal(stream: TextIO | None) -> bool:
    """`None` is what Python has for a stream that was closed by whoever started it."""
    return stream is not None and stream.isatty()
