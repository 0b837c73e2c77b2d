from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import deskero_tui
from deskero_tui.cli.arguments import parser

CODE = """
import gc, weakref
from deskero_tui.cli.gc_tuning import GcTuning, pause_gc

class Thing:
    def __init__(self):
        self.itself = self

pause_gc()
began = gc.isenabled()
imported = weakref.ref(Thing())
tuning = GcTuning()
thrown_away = weakref.ref(Thing())
is_kept = thrown_away() is not None
here = [[] for _ in range(1_000)]
tuning.end()
print(began, gc.isenabled(), gc.get_freeze_count() > len(here), len(gc.get_objects()) < len(here))
print(is_kept, thrown_away() is None, imported() is not None)
"""


def test_garbage_is_searched_for_once_in_what_a_start_made_and_never_in_what_lives_then() -> None:
    # In a process of its own: what is frozen there is not looked through by anybody any more.
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True", "True", "True", "True", "True", "True"]


def test_a_bare_command_line_is_read_as_the_whole_parser_reads_it() -> None:
    assert parser(has_commands=False).parse_args([]) == parser().parse_args([])


HEARING = """
import asyncio, sys
from datetime import UTC, datetime
from deskero_tui.cli.gc_tuning import REST_S, GcTuning
from deskero_tui.sync.events import Link, LinkChanged, LinkState

async def hear():
    tuning = GcTuning()
    for state in (LinkState.CONNECTING, LinkState.ONLINE, LinkState.ONLINE):
        print(*(name in sys.modules for name in ("deskero_tui.tui.compose.screen",)))
        tuning.hear(LinkChanged(Link(state, datetime.now(UTC))))
        await asyncio.sleep(REST_S / 4)
    await asyncio.sleep(REST_S)
    await asyncio.get_running_loop().shutdown_default_executor()
    print(*sys.modules)

asyncio.run(hear())
"""


LEAVING = """
import asyncio, sys
from datetime import UTC, datetime
from deskero_tui.cli.gc_tuning import REST_S, GcTuning
from deskero_tui.sync.events import Link, LinkChanged, LinkState

failures = []

async def leave():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: failures.append(context))
    GcTuning().hear(LinkChanged(Link(LinkState.ONLINE, datetime.now(UTC))))
    # Something that goes on on a thread keeps the loop alive beyond the end.
    loop.run_in_executor(None, __import__("time").sleep, REST_S * 2)
    await asyncio.sleep(0)

asyncio.run(leave())
print(failures, "deskero_tui.tui.compose.screen" in sys.modules)
"""


def test_a_console_that_ends_at_once_loads_nothing_more() -> None:
    command = [sys.executable, "-c", LEAVING]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("[] False\n", "")


def test_behind_the_first_refresh_the_rest_of_the_program_is_loaded() -> None:
    command = [sys.executable, "-c", HEARING]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    *before, after = ran.stdout.splitlines()
    assert before == ["False"] * 3
    package = Path(deskero_tui.__file__).parent
    files = (path for half in ("domain", "sync", "tui") for path in (package / half).rglob("*.py"))
    names = {".".join(file.relative_to(package.parent).with_suffix("").parts) for file in files}
    assert {name.removesuffix(".__init__") for name in names} - set(after.split()) == set()
