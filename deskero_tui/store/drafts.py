"""What is half written, and earlier versions of it. Light to import.

A draft that was sent stays, tied to its item of the outbox, until the desk has confirmed it; until
then it is not offered again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from deskero_tui.domain.errors import BadInput, Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import (
    Draft,
    DraftKey,
    DraftKind,
    DraftVersion,
    Saved,
    StoredDraft,
    VersionId,
)
from deskero_tui.domain.outbox.merge import Baseline, baseline_json, read_baseline
from deskero_tui.domain.time.epoch import from_ms, to_ms

KEPT: Final = timedelta(hours=24)
"""How long earlier versions can be brought back."""
VERSION_EVERY: Final = timedelta(minutes=1)

_CONTENT: Final = "text, files, status_after, remind, remind_whom, fields"


def load(connection: sqlite3.Connection, key: DraftKey) -> StoredDraft | None:
    """The draft of `key`; `None` when there is none, or when it is in the outbox."""
    found = connection.execute(
        f"SELECT {_CONTENT}, baseline, changed_ms, revision FROM drafts"
        " WHERE ticket_id = ? AND kind = ? AND item IS NULL",
        _place(key),
    ).fetchone()
    return _stored(key, found) if found else None


def all_drafts(connection: sqlite3.Connection) -> list[StoredDraft]:
    """Every draft that is not in the outbox, the latest first."""
    found = connection.execute(
        f"SELECT ticket_id, kind, {_CONTENT}, baseline, changed_ms, revision FROM drafts"
        " WHERE item IS NULL ORDER BY changed_ms DESC, ticket_id, kind"
    )
    return [_stored(_key(ticket_id, kind), rest) for ticket_id, kind, *rest in found]


def save(
    connection: sqlite3.Connection,
    key: DraftKey,
    draft: Draft,
    *,
    at: datetime,
    revision: int | None,
) -> Saved:
    """Keeps `draft`; what it replaces becomes a version when it is worth one.

    `revision` is that of the draft as the caller knows it, `None` when it knows none. One that says
    nothing goes, its last text staying as a version. What lies in the outbox already, with the same
    words, is left as it is: a late saving must not offer it for a second sending.
    """
    old = _row(connection, key)
    if old is None:
        if draft.says_anything:
            _write(connection, key, draft, at, revision=1)
        return Saved(1, displaced=False)
    stored, item = old
    same_words = replace(draft, baseline=stored.draft.baseline) == stored.draft
    if same_words:
        return Saved(stored.revision, displaced=False)
    displaced = item is None and revision != stored.revision
    if displaced or (item is None and _is_worth_a_version(connection, key, stored, draft, at)):
        _add_version(connection, key, stored.draft, at)
    # The first baseline stays: it is from when writing began.
    baseline = draft.baseline if item is not None else stored.draft.baseline or draft.baseline
    if draft.says_anything:
        _write(connection, key, replace(draft, baseline=baseline), at, stored.revision + 1)
    elif item is None:
        _delete(connection, key)
    return Saved(stored.revision + 1, displaced)


def forget(connection: sqlite3.Connection, key: DraftKey, *, at: datetime) -> bool:
    """Throws a draft away, but for its last version; whether there was one."""
    stored = load(connection, key)
    if stored is None:
        return False
    _add_version(connection, key, stored.draft, at)
    _delete(connection, key)
    return True


def versions(connection: sqlite3.Connection, key: DraftKey | None = None) -> list[DraftVersion]:
    """Earlier texts, the latest first; of every draft when no key is given."""
    where, values = ("", ()) if key is None else ("WHERE ticket_id = ? AND kind = ?", _place(key))
    found = connection.execute(
        f"SELECT id, ticket_id, kind, {_CONTENT}, at_ms FROM draft_versions {where}"
        " ORDER BY id DESC",
        values,
    )
    return [
        DraftVersion(VersionId(row[0]), _key(row[1], row[2]), _draft(row[3:9]), from_ms(row[9]))
        for row in found
    ]


def bring_back(connection: sqlite3.Connection, version: VersionId, *, at: datetime) -> StoredDraft:
    """Makes an earlier text the draft again; what is there now becomes a version.

    Raises:
        Missing: It is no longer kept.
    """
    wanted = next((found for found in versions(connection) if found.id == version), None)
    if wanted is None:
        raise Missing("This version is no longer kept.")
    current = load(connection, wanted.key)
    if current is not None:
        _add_version(connection, wanted.key, current.draft, at)
    baseline = current.draft.baseline if current else None
    revision = current.revision + 1 if current else 1
    return _write(connection, wanted.key, replace(wanted.draft, baseline=baseline), at, revision)


def forget_old_versions(connection: sqlite3.Connection, *, now: datetime) -> None:
    """Lets go of versions whose time is over."""
    connection.execute("DELETE FROM draft_versions WHERE at_ms < ?", (to_ms(now - KEPT),))


# -- together with the outbox ----------------------------------------------------------------------


def baseline_of(connection: sqlite3.Connection, key: DraftKey) -> Baseline | None:
    """The ticket as it was when the draft of `key` was begun, own changes since then included."""
    old = _row(connection, key)
    return old[0].draft.baseline if old else None


def send(
    connection: sqlite3.Connection, key: DraftKey, item: int, draft: Draft, *, at: datetime
) -> None:
    """Ties the draft of `key` to the item that was made of it.

    `draft` is what was sent, which may be newer than what was saved.

    Raises:
        BadInput: It is in the outbox already.
    """
    old = _row(connection, key)
    if old is not None and old[1] is not None:
        raise BadInput("This is in the outbox already. Take it back from there to change it.")
    kept = old[0].draft if old else draft
    # How a reminder was typed and what else is known only to the draft stays as it is.
    sent = replace(
        kept,
        text=draft.text,
        files=draft.files,
        status_after=draft.status_after,
        baseline=kept.baseline or draft.baseline,
    )
    _write(connection, key, sent, at, old[0].revision + 1 if old else 1)
    connection.execute(
        "UPDATE drafts SET item = ? WHERE ticket_id = ? AND kind = ?", (item, *_place(key))
    )


def sent_well(connection: sqlite3.Connection, item: int) -> None:
    """The desk has confirmed the item: its draft has done its work."""
    connection.execute("DELETE FROM drafts WHERE item = ?", (item,))


def give_back(
    connection: sqlite3.Connection, key: DraftKey, draft: Draft, *, at: datetime
) -> StoredDraft:
    """Makes a draft again of what was taken out of the outbox.

    What was begun under the same key meanwhile is not lost: the text taken back goes before it.
    """
    old = _row(connection, key)
    if old is None:
        return _write(connection, key, draft, at, revision=1)
    stored, tied_to = old
    if tied_to is None:
        _add_version(connection, key, stored.draft, at)
        text = f"{draft.text.rstrip()}\n\n{stored.draft.text.lstrip()}".strip("\n")
        files = tuple(dict.fromkeys((*draft.files, *stored.draft.files)))
        merged = replace(stored.draft, text=text, files=files, baseline=draft.baseline)
        return _write(connection, key, merged, at, stored.revision + 1)
    # As it was typed, a reminder in words included.
    baseline = draft.baseline or stored.draft.baseline
    as_written = replace(stored.draft, baseline=baseline, files=draft.files)
    return _write(connection, key, as_written, at, stored.revision + 1)


def put_aside(connection: sqlite3.Connection, item: int, *, at: datetime) -> bool:
    """The item was given up: its draft becomes a version. False when it has none any more."""
    found = connection.execute(
        f"SELECT ticket_id, kind, {_CONTENT} FROM drafts WHERE item = ?", (item,)
    ).fetchone()
    if found is None:
        return False
    key = _key(found[0], found[1])
    _add_version(connection, key, _draft(found[2:]), at)
    _delete(connection, key)
    return True


def keep_as_version(
    connection: sqlite3.Connection, key: DraftKey, draft: Draft, *, at: datetime
) -> None:
    """Keeps a text for a while that never was a draft here."""
    _add_version(connection, key, draft, at)


def rebase(connection: sqlite3.Connection, ticket_id: TicketId, changed: Mapping[str, Any]) -> None:
    """An own change of status or owner has arrived: it is no news to what is being written."""
    found = connection.execute(
        "SELECT kind, baseline FROM drafts WHERE ticket_id = ? AND baseline IS NOT NULL",
        (ticket_id,),
    ).fetchall()
    for kind, text in found:
        connection.execute(
            "UPDATE drafts SET baseline = ? WHERE ticket_id = ? AND kind = ?",
            (baseline_json(replace(read_baseline(text), **changed)), ticket_id, kind),
        )


# -- private ---------------------------------------------------------------------------------------


def _row(connection: sqlite3.Connection, key: DraftKey) -> tuple[StoredDraft, int | None] | None:
    """The draft and the item it is tied to, wherever it is."""
    found = connection.execute(
        f"SELECT {_CONTENT}, baseline, changed_ms, revision, item FROM drafts"
        " WHERE ticket_id = ? AND kind = ?",
        _place(key),
    ).fetchone()
    return (_stored(key, found[:-1]), found[-1]) if found else None


def _write(
    connection: sqlite3.Connection, key: DraftKey, draft: Draft, at: datetime, revision: int
) -> StoredDraft:
    """Keeps `draft` untied."""
    baseline = None if draft.baseline is None else baseline_json(draft.baseline)
    connection.execute(
        "INSERT OR REPLACE INTO drafts"
        f" (ticket_id, kind, {_CONTENT}, baseline, changed_ms, revision)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*_place(key), *_values(draft), baseline, to_ms(at), revision),
    )
    return StoredDraft(key, draft, at, revision)


def _delete(connection: sqlite3.Connection, key: DraftKey) -> None:
    connection.execute("DELETE FROM drafts WHERE ticket_id = ? AND kind = ?", _place(key))


def _add_version(connection: sqlite3.Connection, key: DraftKey, draft: Draft, at: datetime) -> None:
    if draft.says_anything:
        connection.execute(
            f"INSERT INTO draft_versions (ticket_id, kind, {_CONTENT}, at_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_place(key), *_values(draft), to_ms(at)),
        )


def _is_worth_a_version(
    connection: sqlite3.Connection, key: DraftKey, old: StoredDraft, new: Draft, at: datetime
) -> bool:
    """When much is taken away or replaced at once, and otherwise from time to time.

    Time between is taken without its sign: a clock that was set back must not stop it.
    """
    if 2 * _kept_chars(old.draft.text, new.text) < len(old.draft.text) or not new.says_anything:
        return True
    (last_ms,) = connection.execute(
        "SELECT max(at_ms) FROM draft_versions WHERE ticket_id = ? AND kind = ?", _place(key)
    ).fetchone()
    return last_ms is None or abs(at - from_ms(last_ms)) >= VERSION_EVERY


def _kept_chars(old: str, new: str) -> int:
    """How much of a text is still there at the beginning and the end of another."""
    before = _equal_chars(old, new)
    return before + _equal_chars(old[before:][::-1], new[before:][::-1])


def _equal_chars(old: str, new: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _place(key: DraftKey) -> tuple[str, str]:
    return key.ticket_id or "", key.kind.value


def _key(ticket_id: str, kind: str) -> DraftKey:
    return DraftKey(TicketId(ticket_id) if ticket_id else None, DraftKind(kind))


def _values(draft: Draft) -> tuple[object, ...]:
    return (
        draft.text,
        json.dumps([str(path) for path in draft.files]),
        draft.status_after,
        draft.remind,
        draft.remind_whom,
        json.dumps(dict(draft.fields), ensure_ascii=False),
    )


def _draft(row: Any, baseline: str | None = None) -> Draft:
    text, files, status_after, remind, remind_whom, fields = row
    return Draft(
        text=text,
        files=tuple(map(Path, json.loads(files))),
        status_after=status_after,
        remind=remind,
        remind_whom=remind_whom,
        fields=MappingProxyType(json.loads(fields)),
        baseline=None if baseline is None else read_baseline(baseline),
    )


def _stored(key: DraftKey, row: Any) -> StoredDraft:
    *content, baseline, changed_ms, revision = row
    return StoredDraft(key, _draft(content, baseline), from_ms(changed_ms), revision)
