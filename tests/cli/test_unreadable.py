"""Commands say which tickets of the desk could not be read, and show the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.exits import Exit
from tests.support.on_a_thread import on_a_thread
from tests.support.scripted_desk import ScriptedDesk, says
from tests.sync.test_pull import bare_desk, listing, wire


@pytest.fixture
def desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedDesk]:
    with on_a_thread(bare_desk()) as desk:
        monkeypatch.setenv("DESKERO_URL", desk.base_url)
        monkeypatch.setenv("DESKERO_CLIENT_ID", "c")
        monkeypatch.setenv("DESKERO_API_TOKEN", "eDp5")
        yield desk


def lists(desk: ScriptedDesk, *records: Any) -> None:
    desk.script("/ticket/list", says(200, listing(*records)))


def test_records_that_cannot_be_read_are_counted_and_named_each_time(
    desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    lists(
        desk, wire(1), {"number": "7/2026"}, "text", {"id": []}, {"id": "64b0", "insertDate": "x"}
    )
    for _ in range(3):
        assert main(["ticket", "list", "--view", "all", "--json"]) == Exit.DONE
        out, err = capsys.readouterr()
        assert {row["id"] for row in json.loads(out)} == {"t1", "64b0"}
        assert err.splitlines() == [
            "deskero-tui: 3 tickets could not be read: 7/2026 and 2 more",
            "deskero-tui: 1 ticket could be read in part only: 64b0",
        ]


def test_nothing_is_said_once_all_can_be_read(
    desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    lists(desk, wire(2), wire(1, managedDate="soon"), {"subject": "no id"})
    assert main(["ticket", "list"]) == Exit.DONE
    assert "could not be read" in capsys.readouterr().err
    lists(desk, wire(3), wire(2), wire(1))
    assert main(["ticket", "list"]) == Exit.DONE
    assert capsys.readouterr().err == ""


def test_names_of_strangers_cannot_write_lines(
    desk: ScriptedDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    lists(desk, *({"number": f"{n}\n\x1b[31m"} for n in range(40)))
    main(["ticket", "list"])
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "40 tickets could not be read" in err
    assert "and 30 more" in err
