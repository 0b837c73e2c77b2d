from __future__ import annotations

import subprocess
from email import message_from_bytes
from itertools import pairwise
from pathlib import Path

from bench.desks import make_desk_database
from bench.library import Library
from bench.made_up import items, token
from deskero_tui.server.storage.engine import Database
from deskero_tui.server.storage.tables import tickets


def test_the_same_items_come_again_the_newest_last() -> None:
    first, second = list(items(50)), list(items(50))
    assert first == second
    assert [item.number for item in first] == list(range(1, 51))
    assert all(one.written_at < other.written_at for one, other in pairwise(first))
    assert all(item.subject.startswith(token(item.number)) for item in first)


def test_mails_commits_and_tickets_say_the_same(tmp_path: Path) -> None:
    library = Library(tmp_path)
    subjects = {item.subject for item in items(7)}
    mails = [message_from_bytes(f.read_bytes()) for f in library.maildir(7).glob("cur/*")]
    log = subprocess.run(
        ["git", "log", "--format=%s"],
        cwd=library.repository(7),
        capture_output=True,
        text=True,
        check=True,
    )
    database = Database(f"sqlite:///{library.desk_database(7)}")
    try:
        rows = database.write_now(lambda c: list(c.execute(tickets.select())))
    finally:
        database.close()
    assert {mail["Subject"] for mail in mails} == subjects
    assert set(log.stdout.splitlines()) == subjects
    assert {row.subject for row in rows} == subjects


def test_what_was_not_made_to_its_end_is_made_anew(tmp_path: Path) -> None:
    library = Library(tmp_path)
    unfinished = library.folder(3) / "unfinished-desk.sqlite"
    unfinished.write_text("half", encoding="utf-8")
    whole = library.desk_database(3)
    make_desk_database(tmp_path / "other.sqlite", 3)
    assert whole.stat().st_size == (tmp_path / "other.sqlite").stat().st_size
    assert not unfinished.exists()
