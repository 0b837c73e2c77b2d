"""The views without a screen, on a real desk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.exits import Exit
from deskero_tui.domain.query.query import BUILT_IN_VIEWS
from tests.support.running_desk import RunningDesk

OWN = """
hidden_views = ["all"]
[[views]]
id = "solved-here"
title = "Solved"
query = "status:solved"
sort = "opened"
[[views]]
id = "broken"
query = "colour:red"
"""


@pytest.fixture(autouse=True)
def config(home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(OWN, "utf-8")


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What a command answers as JSON."""
    assert main([*arguments, "--json"]) == Exit.DONE
    return json.loads(capsys.readouterr().out)


def test_views_are_listed_without_a_desk(capsys: pytest.CaptureFixture[str]) -> None:
    listed = asked(capsys, "view", "list")
    assert [view["id"] for view in listed] == [
        *(view.id for view in BUILT_IN_VIEWS if view.id != "all"),
        "solved-here",
        "broken",
    ]
    assert listed[-2] == {
        "id": "solved-here",
        "title": "Solved",
        "query": "status:solved",
        "sort": "opened",
        "mistake": None,
    }
    assert "colour:red" in listed[-1]["mistake"]
    assert main(["view", "list"]) == Exit.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].split() == ["solved-here", "Solved", "status:solved"]


@pytest.mark.usefixtures("account")
def test_views_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    counts = asked(capsys, "view", "count")
    assert counts["solved-here"] == counts["solved"] > 0
    assert counts["broken"] == 0
    assert asked(capsys, "view", "count", "all", "solved-here") == {
        "all": 30,
        "solved-here": counts["solved"],
    }
    assert main(["view", "count", "solved"]) == Exit.DONE
    assert capsys.readouterr().out.split() == [str(counts["solved"]), "solved"]


@pytest.mark.usefixtures("account")
def test_an_own_view_lists_its_tickets(capsys: pytest.CaptureFixture[str]) -> None:
    rows = asked(capsys, "ticket", "list", "--view", "solved-here")
    assert {row["status"] for row in rows} == {"solved"}
    opened = [row["insertDate"] for row in rows]
    assert opened == sorted(opened, reverse=True)


@pytest.mark.parametrize("arguments", [("view", "count"), ("ticket", "list", "--view")])
@pytest.mark.parametrize(
    ("view_id", "says"), [("nope", "There is no view nope. Known: "), ("broken", "colour:red")]
)
def test_a_view_that_is_none_is_named(
    account: RunningDesk,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    view_id: str,
    says: str,
) -> None:
    assert main([*arguments, view_id]) == Exit.WRONG_USAGE
    assert says in capsys.readouterr().err
