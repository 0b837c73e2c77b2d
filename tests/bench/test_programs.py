from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bench.budgets import BUDGETS
from bench.desks import ServedDesk, furnish_home, served
from bench.figures import MB, Figure, Results, Where
from bench.library import Library
from bench.measures import measure_start, open_session
from bench.processes import below, is_running
from bench.programs import CONSOLE_NAME, DESK_NAME, PROGRAMS, WARM_NAME, Place


def test_every_budget_speaks_of_a_program_that_is_measured() -> None:
    names = [program.name for program in PROGRAMS]
    assert len(names) == len(set(names))
    assert {budget.peer for budget in BUDGETS} <= {*names, ""}
    assert {budget.program for budget in BUDGETS} <= {*names, DESK_NAME}


def test_a_program_that_is_not_there_is_named_not_measured(tmp_path: Path) -> None:
    library = Library(tmp_path)
    console = next(program for program in PROGRAMS if program.name == CONSOLE_NAME)
    assert console.missing(library) == ""
    assert "no-such-mail" in replace(console, needs="no-such-mail").missing(library)
    assert "--no-such" in replace(console, flag="--no-such").missing(library)
    peer = library.peer("from-pypi")
    peer.parent.mkdir(parents=True)
    peer.touch(mode=0o700)
    assert replace(console, needs="from-pypi").missing(library) == ""


def test_a_home_without_a_store_is_that_of_an_agent_who_never_was_there(tmp_path: Path) -> None:
    desk = ServedDesk("http://127.0.0.1:9", "token", 1)
    home = tmp_path / "home"
    (home / "left-over").mkdir(parents=True)
    environment = furnish_home(home, desk, None, settings="page_limit = 25\n")
    files = [path.name for path in home.rglob("*") if path.is_file()]
    assert files == ["config.toml"]
    assert "page_limit = 25" in (home / "deskero" / "config.toml").read_text("utf-8")
    assert environment["DESKERO_URL"] == desk.url


def test_the_console_of_a_warm_helper_is_measured_whole_and_the_helper_ends(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    program = next(program for program in PROGRAMS if program.name == WARM_NAME)
    results, where = Results(), Where(WARM_NAME, 50)
    with served(library.desk_database(50)) as desk, ExitStack() as until:
        start = program.prepare(Place(library, 50, tmp_path / "home", desk, until))
        assert start.helper is not None
        with open_session(start) as session:
            assert measure_start(session, lambda figure, value: results.note(figure, where, value))
            (console,) = below(start.helper)
        assert not is_running(console)
        assert is_running(start.helper)
    assert not is_running(start.helper)
    # The caller alone is a few megabytes.
    assert results.spread(Figure.UNSHARED, where).median > 10 * MB
