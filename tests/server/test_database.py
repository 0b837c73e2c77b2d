"""What is on disk: restarts, kills, versions, files that are no database."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
from pathlib import Path

import httpx
import pytest

from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.storage.engine import Database
from tests.server.calling import Caller, Office
from tests.server.desk_process import DeskProcess
from tests.support.running_desk import RunningDesk


def test_restart_keeps_everything(tmp_path: Path) -> None:
    with RunningDesk(tmp_path) as desk, Caller(desk) as caller:
        office = Office(caller)
        ticket_id = office.new_ticket(
            tags=["a"], attachedDocuments=[{"documentName": "x", "documentBlob": "6869"}]
        )
        office.reply(ticket_id)
        before = caller.ticket(ticket_id)
    with RunningDesk(tmp_path, public_url=desk.base_url) as desk, Caller(desk) as caller:
        assert caller.ticket(ticket_id) == before
        address = before["attachedDocuments"][0]["documentURL"].removeprefix(
            desk.settings.public_url or ""
        )
        assert caller.http.get(address).content == b"hi"


def test_acknowledged_reply_outlives_a_kill(tmp_path: Path) -> None:
    with RunningDesk(tmp_path) as desk, Caller(desk) as caller:
        office = Office(caller)
        ticket_id = office.new_ticket()
    first = DeskProcess(f"sqlite:///{tmp_path / 'desk.db'}")
    for number in range(5):
        answer = httpx.put(
            f"{first.base_url}/ticket/reply/{ticket_id}",
            json={"text": f"reply {number}", "replyFromOperator": {"id": office.agent}},
            headers=first.headers,
        )
        assert answer.status_code == 200
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    with RunningDesk(tmp_path) as desk, Caller(desk) as caller:
        texts = [reply["text"] for reply in caller.ticket(ticket_id)["replies"]]
        assert texts == [f"reply {number}" for number in range(5)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_desk_ends_cleanly_when_told(tmp_path: Path, number: signal.Signals) -> None:
    desk = DeskProcess(f"sqlite:///{tmp_path / 'desk.db'}")
    assert httpx.get(f"{desk.base_url}/ticket/list", headers=desk.headers).status_code == 204
    assert desk.end(number) == 0


def test_database_is_private_and_durable(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "desk.db"
    database = Database(f"sqlite:///{path}")
    try:
        pragmas = database.write_now(
            lambda connection: {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
        )
    finally:
        database.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_database_of_a_newer_desk_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    Database(url).close()
    connection = sqlite3.connect(tmp_path / "desk.db")
    connection.execute("UPDATE desk_facts SET value = '99' WHERE name = 'schema_version'")
    connection.commit()
    connection.close()
    with pytest.raises(DeskStartError, match="newer desk"):
        Database(url)


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(DeskStartError, match="cannot be opened"):
        Database(f"sqlite:///{tmp_path / 'desk.db'}")


def test_mistake_of_the_desk_is_a_500_in_json(caller: Caller) -> None:
    database = caller.desk.settings.database_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(database)
    connection.execute("ALTER TABLE companies RENAME TO lost")
    connection.commit()
    connection.close()
    answer = caller.get("/company/list")
    assert answer.status_code == 500
    assert answer.json().keys() == {"error", "message"}
    assert "lost" not in answer.text
    assert caller.get("/agent/list").status_code == 204


def test_taken_address_is_explained(tmp_path: Path) -> None:
    with RunningDesk(tmp_path) as desk:
        port = int(desk.base_url.rpartition(":")[2])
        with (
            pytest.raises(DeskStartError, match=f"port {port}"),
            RunningDesk(tmp_path / "other", port=port),
        ):
            pass


def test_desk_on_a_unix_socket_is_private(tmp_path: Path) -> None:
    path = tmp_path / "d.sock"
    with RunningDesk(tmp_path, socket_path=path) as desk:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as http:
            assert http.get(f"{desk.base_url}/ticket/list").status_code == 401
    assert not path.exists()


def test_too_long_socket_path_is_explained(tmp_path: Path) -> None:
    with (
        pytest.raises(DeskStartError, match="too long"),
        RunningDesk(tmp_path, socket_path=tmp_path / ("x" * 100)),
    ):
        pass
