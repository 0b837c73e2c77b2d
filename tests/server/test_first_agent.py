"""A new desk of one's own can be worked with at once, and an old one is left as it is."""

from __future__ import annotations

from pathlib import Path

from tests.server.calling import Caller
from tests.support.running_desk import RunningDesk


def test_an_empty_desk_gets_the_agent_and_the_usual_types(tmp_path: Path) -> None:
    with RunningDesk(tmp_path, first_agent="Sam Ode") as desk, Caller(desk) as caller:
        agents = caller.get("/agent/list").json()["agent"]["records"]
        types = caller.get("/ticketType/list").json()["type"]["records"]
    assert [agent["name"] for agent in agents] == ["Sam Ode"]
    assert {kind["type"] for kind in types} == {"incident", "request", "task", "notify"}


def test_a_desk_that_has_an_agent_gets_no_other_one(tmp_path: Path) -> None:
    for name in ("Sam Ode", "Somebody Else"):
        with RunningDesk(tmp_path, first_agent=name) as desk, Caller(desk) as caller:
            agents = caller.get("/agent/list").json()["agent"]["records"]
            assert [agent["name"] for agent in agents] == ["Sam Ode"]
