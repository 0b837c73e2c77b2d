"""`keys`, and what `doctor` says of keys and views."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.arguments import PLACES
from deskero_tui.cli.exits import Exit
from deskero_tui.tui.commands.table import Place, commands_of


def configured(home: Path, text: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(text, "utf-8")


def findings(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    main(["doctor", "--json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_every_command_is_listed_with_its_keys(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "--json"]) == Exit.DONE
    listed = json.loads(capsys.readouterr().out)
    assert listed["mistakes"] == []
    assert {place: list(keys) for place, keys in listed["keys"].items()} == {
        place.value: [command.id for command in commands_of(place)] for place in Place
    }
    assert listed["keys"]["list"]["ticket.reply"] == ["r"]


def test_the_places_of_the_command_line_are_those_of_the_table() -> None:
    assert tuple(place.value for place in Place) == PLACES


def test_one_place_is_listed_for_people(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(home, '[keys]\n"review.send" = ["Z", "ctrl+g"]\n"review.status" = ""')
    assert main(["keys", "--place", "review"]) == Exit.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "[keys.review]"
    assert lines[1].split() == ["Z", "Ctrl+G", "review.send", "Send", "it"]
    assert any(line.startswith("-  ") and "review.status" in line for line in lines)


def test_mistakes_are_told_and_the_rest_is_in_force(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(home, '[keys]\n"ticket.replly" = "X"\n"ticket.note" = "f5"')
    assert main(["keys", "--json"]) == Exit.FAILED
    listed = json.loads(capsys.readouterr().out)
    assert listed["keys"]["list"]["ticket.note"] == ["f5"]
    assert [mistake["is_warning"] for mistake in listed["mistakes"]] == [False, True]
    assert main(["keys"]) == Exit.FAILED
    err = capsys.readouterr().err
    assert 'mistake: [keys] "ticket.replly": there is no such command.' in err
    assert 'warning: [keys] "ticket.note": F5 may not arrive' in err


def test_warnings_alone_are_no_failure(home: Path) -> None:
    configured(home, '[keys]\n"ticket.note" = "f5"')
    assert main(["keys"]) == Exit.DONE


def test_a_key_of_an_own_view_is_listed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(home, '[[views]]\nid = "late"\nquery = "age>2d"\nkey = "W"')
    assert main(["keys", "--place", "list", "--json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out)["keys"]["list"]["view.10"] == ["W"]


def test_the_doctor_names_every_mistake_of_keys_and_views(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(
        home,
        '[keys]\n"ticket.replly" = "X"\n"ticket.reply" = "entr"\n'
        '[[views]]\nid = "odd"\nquery = "colour:red"',
    )
    found = findings(capsys)
    wrong = [(f["what"], f["is_well"], f["says"]) for f in found if f["what"] in ("keys", "views")]
    assert [(what, is_well) for what, is_well, _ in wrong] == [
        ("views", False),
        ("keys", False),
        ("keys", False),
    ]
    assert "colour:red" in wrong[0][2]
    assert main(["doctor"]) == Exit.FAILED


def test_the_doctor_is_content_with_a_preset(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(home, '[keys]\npreset = "vi"')
    found = {f["what"]: f for f in findings(capsys)}
    assert found["keys"]["is_well"]
    assert found["keys"]["says"] == "preset vi"
