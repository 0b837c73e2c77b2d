"""The full-text index: what stands in it, how it is asked, and the order in which it answers.

A row of `words` goes by a number made of the second in which its ticket last changed and of the
ticket's key. The index keeps its rows by that number, so it hands out the newest matches first
without looking at the others: the first window costs the same however many tickets match. SQLite's
own `bm25` reads every match before it knows the first (0.3 s where 100,000 match).
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from deskero_tui.domain.query.query import Phrase, Words
from deskero_tui.domain.records.row import KEY_CODE

_KEY_MASK: Final = (1 << 24) - 1
"""Sixteen million tickets have room; keys count up by one for each ticket ever taken in."""
ROWID_OF_TICKET: Final = f"((managed_ms / 1000) << 24) | (key & {_KEY_MASK})"
"""SQL over `tickets`."""
KEY_OF_ROWID: Final = f"words.rowid & {_KEY_MASK}"
"""SQL over `words`."""
_NEARNESS: Final = ("{head} : ", "{head people} : ", "")
"""Where words are looked for, the place that says most first. All words must stand in it."""
_WORD: Final = re.compile(r"\w+")


def match_of(words: Iterable[Words | Phrase]) -> str | None:
    """What FTS5 is asked for tickets that hold all of `words`; `None` when that cannot be.

    Words are beginnings of words, phrases are whole. Text without a letter or digit is in none.
    """
    parts = []
    for wanted in words:
        found = _WORD.findall(wanted.text)
        if not found:
            return None
        match wanted:
            case Words():
                parts += [f'"{word}"*' for word in found]
            case Phrase():
                parts.append(f'"{" ".join(found)}"')
    return f"({' AND '.join(parts)})"


def matching_order(
    connection: sqlite3.Connection,
    match: str,
    *,
    where: str,
    values: Sequence[object],
    limit: int,
    is_reversed: bool,
) -> array[int]:
    """The keys of the tickets that meet `where` and match, best first; at most `limit` unless
    negative.
    """
    if is_reversed:
        whole = matching_order(
            connection, match, where=where, values=values, limit=-1, is_reversed=False
        )
        whole.reverse()
        return whole if limit < 0 else whole[:limit]
    order: dict[int, None] = {}
    for place in _NEARNESS:
        if 0 <= limit <= len(order):
            break
        found = connection.execute(
            f"SELECT {KEY_OF_ROWID} FROM {matching(where)} ORDER BY words.rowid DESC LIMIT ?",
            (place + match, *values, limit),
        )
        order.update((key, None) for (key,) in found)
    keys = array(KEY_CODE, order)
    return keys if limit < 0 else keys[:limit]


def matching(where: str) -> str:
    """What stands behind `FROM` for tickets that match and meet `where` (`1` for all of them)."""
    if where == "1":
        return "words WHERE words MATCH ?"
    return f"words CROSS JOIN tickets ON key = {KEY_OF_ROWID} WHERE words MATCH ? AND {where}"


def bodies_of(connection: sqlite3.Connection, keys: Sequence[int]) -> Iterator[tuple[int, str]]:
    """What was written in these tickets, as plain text, each by its key; in no order."""
    marks = ", ".join("?" * len(keys))
    yield from connection.execute(
        f"SELECT {KEY_OF_ROWID}, bodies FROM words"
        f" WHERE rowid IN (SELECT {ROWID_OF_TICKET} FROM tickets WHERE key IN ({marks}))",
        tuple(keys),
    )


def index_words(connection: sqlite3.Connection, key: int, words: tuple[str, str, str]) -> None:
    """Takes the words of a ticket into the index: head, people, bodies. Call it after the ticket
    was written, and `forget_words` before.
    """
    connection.execute(
        "INSERT INTO words (rowid, head, people, bodies)"
        f" SELECT {ROWID_OF_TICKET}, ?, ?, ? FROM tickets WHERE key = ?",
        (*words, key),
    )


def forget_words(connection: sqlite3.Connection, key: int) -> None:
    """Takes a ticket out of the index. Call it while the ticket is still as it was indexed."""
    connection.execute(
        f"DELETE FROM words WHERE rowid = (SELECT {ROWID_OF_TICKET} FROM tickets WHERE key = ?)",
        (key,),
    )
