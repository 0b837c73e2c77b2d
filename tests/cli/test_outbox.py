"""What waits to be sent and what is half written, without a screen."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deskero_tui.api.client import DeskeroClient
from deskero_tui.cli import main
from deskero_tui.cli.arguments import parser
from deskero_tui.cli.exits import Exit
from deskero_tui.cli.wiring import open_desk, workplace
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.domain.outbox.items import Happening
from deskero_tui.domain.outbox.merge import baseline_of
from deskero_tui.domain.outbox.outgoing import OutgoingNote, TicketPatch
from deskero_tui.domain.outbox.seen import Seen
from deskero_tui.domain.outbox.write_request import WriteRequest
from deskero_tui.server.sample.data import sample_id
from deskero_tui.store.outbox import move, send_again
from deskero_tui.store.sent_requests import claim
from deskero_tui.sync.desk import Desk
from tests.support.console import address_of
from tests.support.running_desk import RunningDesk

COLLEAGUE = AgentId(sample_id("agent", 1))
pytestmark = pytest.mark.usefixtures("account")


def with_desk(work: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
    """Something done to the account's store by another program."""
    with workplace(parser().parse_args(["outbox"])) as at, open_desk(at) as desk:
        asyncio.run(work(desk))


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main(list(arguments))
    return json.loads(capsys.readouterr().out)


def test_a_reply_that_waits_can_be_dropped_and_its_words_stay(
    running: RunningDesk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ticket", "show", "7", "--json"]) == Exit.DONE
    before = json.loads(capsys.readouterr().out)

    async def queue(desk: Desk) -> None:
        await desk.outbox.queue_reply(TicketId(before["id"]), "written on the train")

    with_desk(queue)
    [item] = asked(capsys, "outbox", "--json")
    assert (item["kind"], item["state"], item["ticketId"]) == ("reply", "queued", before["id"])
    assert main(["outbox"]) == Exit.DONE
    assert "written on the train" in capsys.readouterr().out
    assert main(["outbox", "drop", str(item["item"])]) == Exit.DONE
    capsys.readouterr()
    assert asked(capsys, "outbox", "--json") == []
    [draft] = asked(capsys, "drafts", "--json")
    assert draft["text"] == "written on the train"
    assert asked(capsys, "ticket", "show", "7", "--json")["replies"] == before["replies"]


def test_a_reply_that_waits_is_really_sent(
    running: RunningDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    ticket = asked(capsys, "ticket", "show", "8", "--json")

    async def queue(desk: Desk) -> None:
        await desk.outbox.queue_reply(TicketId(ticket["id"]), "written on the train")

    with_desk(queue)
    [item] = asked(capsys, "outbox", "--json")
    assert main(["outbox", "send", str(item["item"])]) == Exit.DONE
    assert f"{item['item']}: sent." in capsys.readouterr().out
    assert main(["outbox", "send", str(item["item"])]) == Exit.WRONG_USAGE
    assert "has left already" in capsys.readouterr().err
    replies = asked(capsys, "ticket", "show", "8", "--json")["replies"]
    assert len(replies) == len(ticket["replies"]) + 1


def test_a_reply_that_may_have_arrived_can_be_dropped_and_not_edited(
    running: RunningDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    ticket = asked(capsys, "ticket", "show", "8", "--json")
    request = WriteRequest("PUT", f"/ticket/reply/{ticket['id']}", b"{}")

    async def queue(desk: Desk) -> None:
        item = await desk.outbox.queue_reply(TicketId(ticket["id"]), "written on the train")

        def lose(connection: sqlite3.Connection) -> None:
            now = desk.clock.now()
            claim(connection, item, request, Seen(), at=now, scope="")
            move(connection, item, Happening.UNCLEAR, at=now)
            send_again(connection, item, at=now)

        desk._database.write_now(lose)

    with_desk(queue)
    [item] = asked(capsys, "outbox", "--json")
    assert main(["outbox", "edit", str(item["item"])]) == Exit.WRONG_USAGE
    assert "may have arrived already" in capsys.readouterr().err
    assert main(["outbox", "drop", str(item["item"])]) == Exit.DONE
    assert "may have arrived already" in capsys.readouterr().out
    assert asked(capsys, "outbox", "--json") == []


def test_what_waits_behind_another_item_says_so(
    running: RunningDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    ticket = asked(capsys, "ticket", "show", "9", "--json")

    async def queue(desk: Desk) -> None:
        ticket_id = TicketId(ticket["id"])
        nobody = [(ticket_id, TicketPatch(assignee=AgentId("0" * 24)))]
        await desk.outbox.queue_patches(nobody, batch="b")
        await desk.outbox.queue_reply(ticket_id, "behind it", batch="b")

    with_desk(queue)
    first, second = (str(item["item"]) for item in asked(capsys, "outbox", "--json"))
    assert main(["outbox", "send", first]) == Exit.FAILED
    assert f"{first}: failed." in capsys.readouterr().out
    assert main(["outbox", "send", second]) == Exit.UNSURE
    assert f"waits behind item {first}" in capsys.readouterr().out
    assert main(["outbox"]) == Exit.UNSURE
    assert f"waits behind item {first}" in capsys.readouterr().out
    items = asked(capsys, "outbox", "--json")
    assert [item["behind"] for item in items] == [None, int(first)]


def test_what_the_desk_refuses_asks_and_can_be_dropped(
    running: RunningDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    async def queue(desk: Desk) -> None:
        await desk.start(in_background=False)
        await desk.refresh_now()
        item = await desk.outbox.queue_reply(TicketId("0" * 24), "to nobody")
        await desk.outbox.hurry()
        await desk.outbox.settled([item], wait_s=20)
        await desk.close()

    with_desk(queue)
    assert main(["outbox"]) == Exit.UNSURE
    assert "failed" in capsys.readouterr().out
    [item] = asked(capsys, "outbox", "--json")
    assert main(["outbox", "drop", str(item["item"])]) == Exit.DONE
    assert main(["outbox"]) == Exit.DONE


def test_a_held_reply_is_shown_with_who_wrote_what_and_its_own_text(
    running: RunningDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    ticket = asked(capsys, "ticket", "show", "10", "--json")
    ticket_id = TicketId(ticket["id"])

    async def overtaken(desk: Desk) -> None:
        await desk.start(in_background=False)
        await desk.refresh_now()
        baseline = baseline_of(await desk.ticket(ticket_id))
        async with DeskeroClient(address_of(running)) as colleague:
            note = OutgoingNote(
                "Broken\x1b[2J\nsince Monday", COLLEAGUE, COLLEAGUE, datetime.now(UTC)
            )
            await colleague.add_note(ticket_id, note)
        item = await desk.outbox.queue_reply(ticket_id, "First\nSecond", baseline=baseline)
        await desk.outbox.hurry()
        await desk.outbox.settled([item], wait_s=20)
        await desk.close()

    with_desk(overtaken)
    assert main(["outbox"]) == Exit.UNSURE
    listed = capsys.readouterr().out
    assert "on hold" in listed
    assert "(Owen Pritchard left a note)" in listed
    [item] = asked(capsys, "outbox", "--json")
    assert main(["outbox", "show", str(item["item"])]) == Exit.DONE
    shown = capsys.readouterr().out
    assert f"reply {ticket['number']}: on hold" in shown
    assert f"Customer: {ticket['openedBy']['name']}" in shown
    assert "Owen Pritchard left a note" in shown
    assert "since Monday" in shown
    assert "  First\n  Second" in shown
    assert "\x1b" not in shown
    assert not re.search("[0-9a-f]{24}", shown)
    told = asked(capsys, "outbox", "show", str(item["item"]), "--json")
    assert told["text"] == "First\nSecond"
    assert told["news"][0]["what"] == "Owen Pritchard left a note"
    assert "since Monday" in told["news"][0]["text"]
    assert main(["outbox", "drop", str(item["item"])]) == Exit.DONE


def test_an_item_that_does_not_exist_is_its_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "drop", "999"]) == Exit.NOT_FOUND
    assert main(["outbox", "show", "999"]) == Exit.NOT_FOUND
    assert main(["drafts", "show", "9"]) == Exit.NOT_FOUND


def test_a_long_draft_is_shown_whole(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "".join(f"line {number:04}\tof it\n" for number in range(9_000)) + "The end."

    async def write(desk: Desk) -> None:
        await desk.drafts.save(DraftKey(TicketId("t1"), DraftKind.REPLY), Draft(text=text))

    with_desk(write)
    assert main(["drafts", "show", "1"]) == Exit.DONE
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9_001
    assert lines[-1] == "The end."


def test_a_draft_is_shown_thrown_away_and_brought_back(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def write(desk: Desk) -> None:
        draft = Draft(text="Dear Tom,\n\n\x1b[2Jthank you")
        await desk.drafts.save(DraftKey(TicketId("t1"), DraftKind.REPLY), draft)

    with_desk(write)
    assert main(["drafts"]) == Exit.DONE
    assert "Dear Tom," in capsys.readouterr().out
    assert main(["drafts", "show", "1"]) == Exit.DONE
    shown = capsys.readouterr().out
    assert "thank you" in shown
    assert "\x1b" not in shown
    assert main(["drafts", "drop", "1"]) == Exit.DONE
    capsys.readouterr()
    assert asked(capsys, "drafts", "--json") == []
    assert main(["drafts", "recover"]) == Exit.DONE
    version = capsys.readouterr().out.split()[0]
    assert main(["drafts", "recover", version]) == Exit.DONE
    capsys.readouterr()
    assert "thank you" in asked(capsys, "drafts", "--json")[0]["text"]
