from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.budgets import BUDGETS
from bench.desks import ServedDesk, furnish_home
from bench.library import Library
from bench.programs import CONSOLE_NAME, DESK_NAME, PROGRAMS


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
