"""Answers that are kept under an `Idempotency-Key`, so that a repeated write happens once.

The header is that of the IETF draft `draft-ietf-httpapi-idempotency-key-header`. A key counts for
one API token and one path. Its answer is stored in the transaction of the write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select

from deskero_tui.server.errors import ApiError, bad_request
from deskero_tui.server.storage.dialect import lock_until_commit
from deskero_tui.server.storage.tables import idempotency_keys

PATHS: Final = ("ticket/insert", "ticket/reply", "ticket/addNote")
"""The beginnings of the paths whose writes honour the header."""
KEPT_HOURS: Final = 72
PURGE_INTERVAL_MS: Final = 3_600_000

_KEPT_MS = KEPT_HOURS * 3_600_000
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

_columns = idempotency_keys.c
_CLAIMED = (
    _columns.tokenHash == bindparam("token_hash"),
    _columns.path == bindparam("of_path"),
    _columns.key == bindparam("of_key"),
)
_FIND = select(_columns.bodyHash, _columns.status, _columns.answer, _columns.storedDate).where(
    *_CLAIMED
)
_INSERT = insert(idempotency_keys)
_DELETE = delete(idempotency_keys).where(*_CLAIMED)
_DELETE_EXPIRED = delete(idempotency_keys).where(
    _columns.storedDate <= bindparam("latest_expired_ms")
)


@dataclass(frozen=True)
class Claim:
    """What one request says: the scope of its key, the key, and the SHA-256 of its body in hex."""

    token_hash: str
    path: str
    key: str
    body_hash: str

    def parameters(self) -> dict[str, str]:
        """Return the values that find the row of this key."""
        return {"token_hash": self.token_hash, "of_path": self.path, "of_key": self.key}


@dataclass(frozen=True)
class Answer:
    """An answer to a write: its status and its body, as JSON."""

    status: int
    body: str


def read_key(values: Sequence[str]) -> str | None:
    """Read the values of the header; return the key, or None without the header.

    Raises:
        ApiError: 400 for more than one key, or one that is not 1 to 255 visible ASCII characters.
    """
    if not values:
        return None
    if len(values) > 1 or not _KEY.fullmatch(values[0]):
        raise bad_request("Idempotency-Key: one key of 1 to 255 visible ASCII characters is needed")
    return values[0]


def find_answer(connection: Connection, claim: Claim, now_ms: int) -> Answer | None:
    """Return the stored answer to a request; None when its key is new or has expired.

    Raises:
        ApiError: 422 when the key was used with another body.
    """
    row = connection.execute(_FIND, claim.parameters()).mappings().one_or_none()
    return None if row is None else _answer_in(row, claim, now_ms)


def _answer_in(row: RowMapping, claim: Claim, now_ms: int) -> Answer | None:
    if row["storedDate"] <= now_ms - _KEPT_MS:
        return None
    if row["bodyHash"] != claim.body_hash:
        message = "Idempotency-Key: this key was used with another body"
        raise ApiError(422, "key_reused", message)
    return Answer(row["status"], row["answer"])


class StoredAnswers:
    """The answers of one desk. Used on its writer thread only."""

    def __init__(self) -> None:
        self._next_purge_ms = 0

    def write_once(
        self,
        connection: Connection,
        claim: Claim,
        now_ms: int,
        change: Callable[[Connection], Answer],
    ) -> Answer:
        """Make a change and store its answer, or return the answer that is stored already.

        Raises:
            ApiError: 422 when the key was used with another body; and what `change` raises,
                in which case nothing is stored.
        """
        lock_until_commit(connection, "\0".join(claim.parameters().values()))
        row = connection.execute(_FIND, claim.parameters()).mappings().one_or_none()
        if row is not None:
            answer = _answer_in(row, claim, now_ms)
            if answer is not None:
                return answer
            connection.execute(_DELETE, claim.parameters())
        answer = change(connection)
        connection.execute(
            _INSERT,
            {
                "tokenHash": claim.token_hash,
                "path": claim.path,
                "key": claim.key,
                "bodyHash": claim.body_hash,
                "status": answer.status,
                "answer": answer.body,
                "storedDate": now_ms,
            },
        )
        return answer

    def purge(self, connection: Connection, now_ms: int) -> None:
        """Delete what has expired, once an hour; part of an ordinary write."""
        if now_ms >= self._next_purge_ms:
            self._next_purge_ms = now_ms + PURGE_INTERVAL_MS
            connection.execute(_DELETE_EXPIRED, {"latest_expired_ms": now_ms - _KEPT_MS})
