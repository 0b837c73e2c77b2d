"""The day's work without a screen, on a real desk."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.exits import Exit
from tests.support.running_desk import RunningDesk

pytestmark = pytest.mark.usefixtures("account")


def run(*arguments: str) -> int:
    return main(["ticket", *arguments])


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What a verb answers as JSON."""
    assert run(*arguments, "--json") == Exit.DONE
    return json.loads(capsys.readouterr().out)


def test_a_list_has_a_line_for_each_ticket_and_says_when_there_are_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Other tests of this desk create a ticket and delete one.
    count = len(asked(capsys, "list", "--view", "all"))
    assert run("list", "--view", "all", "--limit", "7") == Exit.DONE
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 7
    assert f"7 of {count} shown" in err


def test_a_list_has_the_columns_that_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    [first, *_] = asked(capsys, "list", "--view", "all")
    assert (
        run("list", "--view", "all", "--limit", "1", "--columns", "number:12,company,subject") == 0
    )
    line = capsys.readouterr().out
    assert line.startswith(f"{first['number']:<12}  ")
    assert first["subject"] in line


def test_a_list_comes_as_csv_with_a_heading(capsys: pytest.CaptureFixture[str]) -> None:
    rows = asked(capsys, "list", "--view", "all")
    assert run("list", "--view", "all", "--csv", "--columns", "number,subject,opened,tags") == 0
    read = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert read[0] == ["number", "subject", "opened", "tags"]
    assert [line[0] for line in read[1:]] == [row["number"] for row in rows]
    assert {len(line) for line in read} == {4}


def test_no_cell_of_a_csv_is_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("set", asked(capsys, "list")[0]["id"], "--subject", '=HYPERLINK("http://x")') == 0
    capsys.readouterr()
    assert run("list", "--view", "all", "--csv", "--columns", "subject,assignee") == 0
    read = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert ['\'=HYPERLINK("http://x")'] in [line[:1] for line in read]
    assert not [cell for line in read for cell in line if len(cell) > 1 and cell[0] in "=+-@"]


def test_a_column_that_there_is_not_is_named_with_one_that_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("list", "--columns", "custmer") == Exit.WRONG_USAGE
    assert "Did you mean customer?" in capsys.readouterr().err


def test_a_list_is_narrowed_by_words_and_by_view(capsys: pytest.CaptureFixture[str]) -> None:
    everything = asked(capsys, "list", "--view", "all")
    solved = asked(capsys, "list", "--view", "solved")
    assert {row["status"] for row in solved} == {"solved"}
    word = everything[0]["number"]
    assert word in {row["number"] for row in asked(capsys, "list", "--view", "all", word)}


def test_nothing_that_a_stranger_wrote_reaches_the_terminal_raw(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("list", "--view", "all")
    out = capsys.readouterr().out
    for row in asked(capsys, "list", "--view", "all"):
        run("show", row["id"])
        out += capsys.readouterr().out
    raw = {
        c for c in out if (c < " " and c != "\n") or "\x7f" <= c <= "\x9f" or c in "\u202e\u200b"
    }
    assert raw == set()


def test_a_ticket_is_shown_by_its_number_with_all_that_was_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    record = asked(capsys, "show", "8")
    assert run("show", record["number"]) == Exit.DONE
    out = capsys.readouterr().out
    assert record["subject"] in out
    assert out.count("\n== ") == 1 + len(record["replies"]) + len(record["ticketNotes"])


def test_show_cuts_long_messages_and_prints_them_with_full_raw_and_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "".join(f"<line {number}>\t\n" for number in range(2_500))
    assert run("note", "9", text) == Exit.DONE
    capsys.readouterr()
    assert run("show", "9") == Exit.DONE
    short = capsys.readouterr().out
    assert short.endswith("[500 more lines; --full shows them]\n")
    assert run("show", "9", "--full") == Exit.DONE
    assert "<line 2499>" in capsys.readouterr().out
    assert run("show", "9", "--raw") == Exit.DONE
    assert text.strip() in capsys.readouterr().out
    message = asked(capsys, "show", "9")["messages"][-1]
    assert (message["kind"], message["linesLeft"]) == ("note", 0)
    [part] = message["parts"]
    assert part["isQuote"] is False
    assert "<line 2499>" in part["text"]


def test_a_source_is_made_safe_for_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("note", "10", "red \x1b[31m <b>\tend") == Exit.DONE
    capsys.readouterr()
    assert run("show", "10", "--raw") == Exit.DONE
    assert "red \x1b[31m <b>\tend" in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run("show", "10", "--raw") == Exit.DONE
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[31m <b>" in out


def test_a_reply_from_standard_input_arrives_and_sets_the_status(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text("one")
    monkeypatch.setattr("sys.stdin", io.StringIO("Dear customer,\n\nit left today."))
    assert run("reply", "8", "--file", str(tmp_path / "list.txt"), "--status", "on hold") == 0
    assert capsys.readouterr().out.startswith("Reply sent: 8/")
    record = asked(capsys, "show", "8")
    assert "it left today." in record["replies"][-1]["text"]
    assert record["replies"][-1]["attachedDocuments"][0]["documentName"] == "list.txt"
    assert record["status"]["status"] == "onhold"


def test_a_note_reads_its_reminder_back_as_a_full_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("note", "8", "Ask the carrier", "--remind", "in 2h", "--for", "Amal Nasser") == 0
    assert ", reminder " in capsys.readouterr().out
    note = asked(capsys, "show", "8")["ticketNotes"][-1]
    assert note["note"] == "Ask the carrier"
    assert note["remindMe"] - note["date"] == pytest.approx(7_200_000, abs=60_000)


def test_a_reminder_may_depend_on_the_customers_silence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("note", "8", "Ask the carrier", "--remind", "in 2h?") == 0
    assert "unless the customer writes" in capsys.readouterr().out
    note = asked(capsys, "show", "8")["ticketNotes"][-1]
    assert note["note"] == "[remind unless answered]\nAsk the carrier"


def test_set_changes_several_tickets_and_says_what_became_of_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("set", "8", "9", "8", "--tag", "spring", "--dry-run") == 0
    assert capsys.readouterr().out.count("Would do") == 2
    assert run("set", "8", "9", "no-such", "--tag", "spring") == Exit.NOT_FOUND
    told = capsys.readouterr()
    assert [line.partition("/")[0] for line in told.out.splitlines()] == ["8", "9"]
    assert "no-such" in told.err
    assert all("spring" in asked(capsys, "show", number)["tags"] for number in ("8", "9"))


def test_set_changes_what_is_named_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    before = asked(capsys, "show", "9")
    run("set", "9", "--priority", "--tag", "vip", "--assign", "me", "--area", "none")
    assert "Set area, assignee, priority, tags: 9/" in capsys.readouterr().out
    after = asked(capsys, "show", "9")
    assert after["priority"] == 1
    assert "vip" in after["tags"]
    assert after["assignedTo"]["name"] == "Ines Marchetti"
    assert after["area"] is None
    assert after["subject"] == before["subject"]
    run("set", "9", "--untag", "vip", "--no-priority", "--assign", "nobody")
    capsys.readouterr()
    again = asked(capsys, "show", "9")
    assert "vip" not in again["tags"]
    assert again["assignedTo"] is None


@pytest.mark.parametrize("member", ["email", "name", "id"])
def test_a_ticket_is_opened_for_a_customer_named_by_address_name_or_id(
    capsys: pytest.CaptureFixture[str], member: str
) -> None:
    customer = asked(capsys, "show", "9")["openedBy"]
    made = asked(
        capsys, "new", "They rang.", "--subject", "Key lost", "--customer", customer[member]
    )
    record = asked(capsys, "show", made["id"])
    assert (record["subject"], record["openedBy"]["id"]) == ("Key lost", customer["id"])


def test_delete_asks_unless_told_not_to(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = asked(capsys, "show", "9")["openedBy"]
    made = asked(capsys, "new", "Not needed", "--subject", "Spare", "--customer", customer["email"])
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run("delete", made["id"]) == Exit.WRONG_USAGE
    assert "--yes" in capsys.readouterr().err
    assert run("delete", made["id"], "--yes") == Exit.DONE
    assert run("show", made["id"]) == Exit.NOT_FOUND


@pytest.mark.parametrize(
    "arguments",
    [
        ("reply", "8", "hello"),
        ("note", "8", "hello"),
        ("set", "8", "--status", "closed"),
        ("delete", "8", "--yes"),
    ],
)
def test_a_dry_run_says_what_it_would_do_and_does_nothing(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    before = asked(capsys, "show", "8")
    assert run(*arguments, "--dry-run") == Exit.DONE
    assert capsys.readouterr().out.startswith("Would ")
    assert asked(capsys, "show", "8") == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("show", "99999"), Exit.NOT_FOUND, "no ticket 99999"),
        (("reply", "8", "  "), Exit.WRONG_USAGE, "empty"),
        (("reply", "8", "  ", "--dry-run"), Exit.WRONG_USAGE, "empty"),
        (("note", "8", "", "--dry-run"), Exit.WRONG_USAGE, "empty"),
        (("reply", "8", "x", "--file", "/no/such"), Exit.WRONG_USAGE, "no file /no/such"),
        (("reply", "8", "x", "--status", "bogus"), Exit.WRONG_USAGE, "no status bogus"),
        (("note", "8", "x", "--remind", "yesterday"), Exit.WRONG_USAGE, ""),
        (("note", "8", "x", "--remind", "2020-01-01"), Exit.WRONG_USAGE, "past"),
        (("set", "8"), Exit.WRONG_USAGE, "Nothing to set"),
        (("set", "8", "--assign", "Nobody Known"), Exit.WRONG_USAGE, "no agent"),
        (("set", "8", "--subject", " "), Exit.WRONG_USAGE, "subject"),
        (("new", "x", "--subject", "y", "--customer", "no@no"), Exit.WRONG_USAGE, "no customer"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_with_its_code(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: Exit, says: str
) -> None:
    assert run(*arguments) == code
    err = capsys.readouterr().err
    assert err.startswith("deskero-tui: ")
    assert says in err


def test_with_the_desk_out_of_reach_the_store_is_shown_and_said_to_be_old(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with RunningDesk(tmp_path, demo_tickets=5) as short:
        monkeypatch.setenv("DESKERO_URL", short.base_url)
        monkeypatch.setenv("DESKERO_API_TOKEN", short.api_token)
        assert run("list", "--view", "all") == Exit.DONE
        known = capsys.readouterr().out
    assert run("list", "--view", "all") == Exit.DONE
    out, err = capsys.readouterr()
    assert out == known
    assert "not up to date" in err
    assert run("reply", "1", "hello") == Exit.OUT_OF_REACH


def test_with_the_desk_out_of_reach_and_nothing_kept_that_is_the_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESKERO_URL", "http://127.0.0.1:9")
    assert run("list") == Exit.OUT_OF_REACH
    assert capsys.readouterr().out == ""


def test_a_token_that_the_desk_does_not_take_is_its_own_code_and_never_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    monkeypatch.setenv("DESKERO_API_TOKEN", "c2VjcmV0OnZhbHVl")
    assert run("list") == Exit.NOT_ALLOWED
    assert "c2VjcmV0" not in "".join(capsys.readouterr())
    for path in home.rglob("*"):
        if path.is_file():
            assert b"c2VjcmV0" not in path.read_bytes(), path


def test_a_write_is_kept_also_when_its_ticket_cannot_be_read_afresh(
    account: RunningDesk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("show", "11") == Exit.DONE
    monkeypatch.setenv("DESKERO_API_TOKEN", "d3Jvbmc6dG9rZW4=")
    assert run("note", "11", "kept while signed out") == Exit.OUT_OF_REACH
    assert "It is kept and goes later." in capsys.readouterr().err
    monkeypatch.setenv("DESKERO_API_TOKEN", account.api_token)
    assert main(["outbox", "--json"]) == Exit.DONE
    [item] = json.loads(capsys.readouterr().out)
    assert (item["kind"], item["summary"]) == ("note", "kept while signed out")
