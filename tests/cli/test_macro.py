"""Macros without a screen, on a real desk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.exits import Exit
from tests.support.running_desk import RunningDesk


@pytest.fixture
def macros(home: Path) -> Path:
    """The agent's own folder, with one macro of each kind."""
    folder = home / "macros"
    folder.mkdir(parents=True)
    (folder / "hello.md").write_text(
        "title: Say hello\nstatus: on hold\npriority: yes\ntags: +greeted\nassign: me\n\n"
        "Dear {{customer.first_name}},\n\nabout {{ticket.number}}: soon."
    )
    (folder / "later.md").write_text(
        "title: Look again\nkind: note\nremind: in 2h\n\nWait for {{custom.order}}"
    )
    (folder / "park.md").write_text("title: Park it\npriority: no\nremind: in 3d")
    (folder / "ask.md").write_text("\nIt comes on {{ask: Which day?}}.")
    return folder


def run(*arguments: str) -> int:
    return main(["macro", *arguments])


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What a verb answers as JSON."""
    run(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def ticket(capsys: pytest.CaptureFixture[str], name: str) -> Any:
    """A ticket as the desk has it."""
    assert main(["ticket", "show", name, "--json"]) == Exit.DONE
    return json.loads(capsys.readouterr().out)


# -- without a desk --------------------------------------------------------------------------------


def test_a_list_names_all_and_what_is_not_used(
    macros: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    team = tmp_path / "team"
    team.mkdir()
    (team / "hello.md").write_text("\ntheirs")
    (team / "bad.md").write_text("titel: x\n\nx")
    (home / "config.toml").write_text(f'macro_folders = ["{team}"]')
    assert run("list") == Exit.DONE
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == [
        "ask",
        "later",
        "park",
        "hello",
        "hello",
    ]
    assert f"not used: {macros / 'hello.md'} goes before {team / 'hello.md'}" in out
    assert "1 mistake leaves something out" in err
    assert {one["id"] for one in asked(capsys, "list")} == {"ask", "later", "park", "hello"}


def test_a_folder_of_the_team_may_be_named_from_the_config_folder(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "shared").mkdir(parents=True)
    (home / "shared" / "a.md").write_text("\nx")
    (home / "config.toml").write_text('macro_folders = ["shared", "~nobody-of-that-name/x"]')
    assert [one["id"] for one in asked(capsys, "list")] == ["a"]


def test_a_check_says_every_mistake_and_leaves_with_one(
    macros: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check") == Exit.DONE
    assert capsys.readouterr().out == "No mistakes. Macros: 4.\n"
    (macros / "bad.md").write_text("kind: replay\n\n{{custmer.name}}")
    (macros / "keyed.md").write_text("key: r\n\nx")
    (macros / "free.md").write_text("key: F\n\nx")
    assert run("check") == Exit.FAILED
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        f"{macros / 'bad.md'}:1",
        f"{macros / 'bad.md'}:3",
        f"{macros / 'keyed.md'}",
    ]
    assert "The key r belongs to Reply (ticket.reply)." in lines[-1]
    assert asked(capsys, "check")[0]["line"] == 1


def test_a_check_goes_by_the_keys_in_force(
    macros: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "config.toml").write_text('[keys]\n"ticket.reply" = "F"\n')
    (macros / "keyed.md").write_text("key: r\n\nx")
    assert run("check") == Exit.DONE
    (macros / "taken.md").write_text("key: F\n\nx")
    capsys.readouterr()
    assert run("check") == Exit.FAILED
    assert "The key F belongs to Reply (ticket.reply)." in capsys.readouterr().out


def test_a_macro_is_shown_as_it_is_written(
    macros: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("show", "hello") == Exit.DONE
    out = capsys.readouterr().out
    assert out.startswith("hello  reply  Say hello  (")
    for line in ("status: on hold", "priority: yes", "tags: +greeted", "assign: me"):
        assert line in out.splitlines()
    assert "Dear {{customer.first_name}}," in out
    assert asked(capsys, "show", "later")["remind"] == "in 2h"


def test_an_unknown_macro_is_not_found_and_a_broken_one_says_why(
    macros: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("show", "helo") == Exit.NOT_FOUND
    assert "There is no macro helo. Did you mean hello?" in capsys.readouterr().err
    (macros / "bad.md").write_text("titel: x")
    assert run("show", "bad") == Exit.WRONG_USAGE
    assert "bad.md:1: There is no header titel." in capsys.readouterr().err


# -- on a desk -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("account")
def test_a_macro_is_shown_filled_in_for_a_ticket(
    macros: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = ticket(capsys, "8")
    assert run("show", "hello", "--ticket", "8") == Exit.DONE
    out = capsys.readouterr().out
    assert (
        f"Dear {record['openedBy']['name'].split()[0]},\n\nabout {record['number']}: soon." in out
    )
    assert "priority yes, tags +greeted, assigned to me" in out
    assert run("show", "ask", "--ticket", "8") == Exit.FAILED
    out, err = capsys.readouterr()
    assert "It comes on {{ask: Which day?}}." in out
    assert "{{ask: Which day?}} has no value here" in err


@pytest.mark.usefixtures("account")
def test_a_macro_sends_its_text_to_each_ticket_and_makes_its_changes(
    macros: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: ticket(capsys, name) for name in ("8", "9")}
    assert run("run", "hello", "8", "9", before["8"]["number"]) == Exit.DONE
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        before["8"]["number"],
        before["9"]["number"],
    ]
    assert all("reply sent" in line and "tags +greeted" in line for line in lines)
    for name, old in before.items():
        record = ticket(capsys, name)
        assert len(record["replies"]) == len(old["replies"]) + 1
        assert f"about {record['number']}: soon." in record["replies"][-1]["text"]
        assert record["status"]["status"] == "onhold"
        assert record["priority"] == 1
        assert "greeted" in record["tags"]
        assert record["assignedTo"]["name"] == "Ines Marchetti"


@pytest.mark.usefixtures("account")
def test_a_macro_without_a_text_changes_and_reminds(
    macros: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["ticket", "set", "10", "--priority"])
    capsys.readouterr()
    before = ticket(capsys, "10")
    assert run("run", "park", "10") == Exit.DONE
    assert "priority no, reminder " in capsys.readouterr().out
    record = ticket(capsys, "10")
    assert record["priority"] == 0
    assert len(record["replies"]) == len(before["replies"])
    assert record["ticketNotes"][-1]["note"] == "Park it"
    assert record["ticketNotes"][-1]["remindMe"] is not None


@pytest.mark.usefixtures("account")
def test_a_note_carries_its_reminder_and_the_changes_follow_it(
    macros: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (macros / "call.md").write_text("kind: note\nremind: in 2h\nstatus: onhold\n\nCall them.")
    before = ticket(capsys, "15")
    assert run("run", "call", "15") == Exit.DONE
    assert "note sent, status on hold, reminder " in capsys.readouterr().out
    record = ticket(capsys, "15")
    [note] = record["ticketNotes"][len(before["ticketNotes"]) :]
    assert note["note"] == "Call them."
    assert note["remindMe"] - note["date"] == pytest.approx(7_200_000, abs=60_000)
    assert record["status"]["status"] == "onhold"


@pytest.mark.usefixtures("account")
def test_a_missing_value_stops_its_ticket_and_no_other(
    macros: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ticket(capsys, "11")
    assert run("run", "later", "11") == Exit.FAILED
    assert "{{custom.order}} has no value here" in capsys.readouterr().err
    assert ticket(capsys, "11") == before
    assert run("run", "hello", "99999", "11") == Exit.NOT_FOUND
    out, err = capsys.readouterr()
    assert out.startswith("11/")
    assert "99999: There is no ticket 99999." in err


@pytest.mark.usefixtures("account")
def test_a_question_is_answered_by_an_argument(
    macros: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("run", "ask", "12", "--answer", "Which day=Monday") == Exit.WRONG_USAGE
    assert "Did you mean Which day?" in capsys.readouterr().err
    assert run("run", "ask", "12", "--answer", "Which day?=Monday = tomorrow") == Exit.DONE
    capsys.readouterr()
    assert "It comes on Monday = tomorrow." in ticket(capsys, "12")["replies"][-1]["text"]


@pytest.mark.usefixtures("account")
def test_a_dry_run_says_what_it_would_do_and_does_nothing(
    macros: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ticket(capsys, "13")
    assert run("run", "hello", "13", "--dry-run") == Exit.DONE
    out = capsys.readouterr().out
    assert out.startswith(f"Would do {before['number']}: reply of ")
    assert "priority yes" in out
    assert ticket(capsys, "13") == before


@pytest.mark.usefixtures("account")
def test_programs_are_told_of_each_ticket(macros: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = ticket(capsys, "14")
    (macros / "who.md").write_text("assign: Nobody Known")
    [outcome] = asked(capsys, "run", "who", "14")
    assert outcome == {
        "id": record["id"],
        "number": record["number"],
        "done": False,
        "code": Exit.WRONG_USAGE,
        "said": "There is no agent Nobody Known.",
    }
    [outcome] = asked(capsys, "run", "park", "14")
    assert (outcome["done"], outcome["code"]) == (True, Exit.DONE)


@pytest.mark.usefixtures("account")
def test_with_the_desk_out_of_reach_it_is_kept(
    macros: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with RunningDesk(tmp_path, demo_tickets=5) as short:
        monkeypatch.setenv("DESKERO_URL", short.base_url)
        monkeypatch.setenv("DESKERO_API_TOKEN", short.api_token)
        assert main(["ticket", "list", "--view", "all"]) == Exit.DONE
    capsys.readouterr()
    assert run("run", "park", "1") == Exit.OUT_OF_REACH
    assert "It is kept and goes later." in capsys.readouterr().err
