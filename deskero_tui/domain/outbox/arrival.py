"""Tells whether a message on the desk is ours, however the desk has changed it. Pure.

A desk may append a signature, change quotes and dashes, cut a text, replace letters that it cannot
store, mask numbers, strip what looks like a tag, round a time, or leave the author out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.outbox.seen import Seen
from deskero_tui.domain.time.epoch import to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from deskero_tui.domain.ids import AgentId
    from deskero_tui.domain.outbox.contents import NoteContent, ReplyContent
    from deskero_tui.domain.outbox.outgoing import NewTicket
    from deskero_tui.domain.records.ticket import Attachment, Ticket

_TAG: Final = re.compile(r"<[a-zA-Z/!][^<>]*>")
_WORD: Final = re.compile(r"[^\W_]+")
_PLACEHOLDERS: Final = frozenset("?*#•█\ufffd_xX")
_MOST_WORDS: Final = 3_000
_ENOUGH: Final = 0.6
"""The part of our words that a message must have in our order."""
_NEARLY_ALL: Final = 0.9
"""The part of a message that must be ours where it is much shorter than ours."""
_LEAST_WORDS_OF_A_CUT_TEXT: Final = 8
_FEW_WORDS: Final = 5
"""A text with at most this many words must be the beginning or the end of the message."""
_SHORT_WORDS: Final = 8
"""A text with at most this many words may miss one of them."""
_LONG: Final = 16
"""Signs of a text that another one does not contain by chance."""
_CLOCKS_DIFFER_MS: Final = 10 * 60_000
"""The clock of a desk may be this far behind ours. An older message has not just left."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that came since and may be ours."""

    text: str
    has_files: bool
    """True if all of our files came with it."""


def seen_on(ticket: Ticket, at: datetime) -> Seen:
    """Note what stands on a ticket now."""
    shown = len(ticket.replies)
    return Seen(
        messages=tuple(mark for mark, *_ in _messages(ticket)),
        files=tuple(map(_file_mark, _files(ticket))),
        is_whole=ticket.number_of_replies is None or ticket.number_of_replies <= shown,
        newest_ms=_newest_ms(ticket),
        at_ms=to_ms(at),
    )


def arrivals(
    content: ReplyContent | NoteContent,
    file_names: Sequence[str],
    seen: Seen,
    ticket: Ticket,
    *,
    is_merged: bool = False,
) -> list[Arrival]:
    """Return the messages of this author, or of no author, that came since and resemble ours.

    `is_merged` says that `ticket` is another one than that on which `seen` was noted.
    """
    from deskero_tui.domain.outbox.contents import NoteContent

    known = Counter(seen.messages)
    messages = list(_messages(ticket))
    # If every message seen at the claim is still there, the desk's own clock tells what is new.
    is_same = not is_merged and seen.is_whole and not known - _marks(messages)
    since = _since(content, seen)
    new_files = _new_files(ticket, seen)
    found = []
    for mark, is_note, author, text, sent_at, files in messages:
        if known[mark] > 0:
            known[mark] -= 1
            continue
        is_kind = is_note is isinstance(content, NoteContent)
        if not is_kind or author not in (None, content.author):
            continue
        is_newest = is_same and sent_at is not None and to_ms(sent_at) > seen.newest_ms
        if is_older(sent_at, since) and not is_newest:
            continue
        if resembles(content.text, text):
            names = [*map(_name, files), *new_files] if not is_note else new_files
            found.append(Arrival(text, _has_all(file_names, names)))
    return found


def _newest_ms(ticket: Ticket) -> int:
    dates = [
        ticket.inserted_at,
        *(reply.sent_at for reply in ticket.replies),
        *(note.inserted_at for note in ticket.notes),
    ]
    return max((to_ms(date) for date in dates if date is not None), default=0)


def _marks(messages: Sequence[_Message]) -> Counter[str]:
    return Counter(mark for mark, *_ in messages)


def count_since(content: ReplyContent | NoteContent, since_ms: int, ticket: Ticket) -> int:
    """Count the messages like ours, of this author or of no author, since a moment.

    `since_ms` is in epoch milliseconds; messages without a date count.
    """
    from deskero_tui.domain.outbox.contents import NoteContent

    since = _since(content, Seen(at_ms=since_ms))
    return sum(
        is_note is isinstance(content, NoteContent)
        and author in (None, content.author)
        and not is_older(sent_at, since)
        and resembles(content.text, text)
        for _, is_note, author, text, sent_at, _ in _messages(ticket)
    )


def resembles_ticket(new: NewTicket, ticket: Ticket) -> bool:
    """Tell whether `ticket` could be what the desk has made of `new`."""
    if ticket.customer is None or ticket.customer.id != new.customer:
        return False
    if not resembles(new.subject, ticket.subject):
        return False
    bodies = [ticket.description, *(reply.text for reply in ticket.replies[:1])]
    return any(resembles(new.description, body) for body in bodies)


def has_files(file_names: Sequence[str], ticket: Ticket) -> bool:
    """Tell whether a ticket has files of these names, each as often."""
    return _has_all(file_names, [_name(file) for file in _files(ticket)])


def resembles(ours: str, theirs: str) -> bool:
    """Tell whether `theirs` contains our text, or could be what a desk has made of it.

    Neither text need be plain; tags and entities are resolved in both. Empty texts resemble
    nothing.
    """
    from deskero_tui.domain.text.html import comparable

    our_text, their_text = _plain(ours), _plain(theirs)
    if not our_text or not their_text:
        return False
    our_signs, their_signs = comparable(ours), comparable(theirs)
    if our_signs == their_signs or (len(our_signs) >= _LONG and our_signs in their_signs):
        return True
    if our_text == their_text or _is_masked(our_text, their_text):
        return True
    our_words, their_words = _words(our_text), _words(their_text)
    if not our_words or not their_words:
        return False
    if len(our_words) <= _FEW_WORDS:
        count = len(our_words)
        return our_words in (their_words[:count], their_words[-count:])
    common = _common(our_words, their_words)
    is_short = len(our_words) <= _SHORT_WORDS
    if common >= (len(our_words) - 1 if is_short else _ENOUGH * len(our_words)):
        return True
    is_cut = len(their_words) >= _LEAST_WORDS_OF_A_CUT_TEXT and our_words[0] == their_words[0]
    return is_cut and common >= _NEARLY_ALL * len(their_words)


def is_changed_form(ours: str, theirs: str) -> bool:
    """Tell whether `theirs` is our text as a desk may store it: nearer than `resembles`.

    Case, accents, quotes, dashes and spaces may differ, letters be replaced one by one, and a long
    text be cut.
    """
    our_text, their_text = _plain(ours), _plain(theirs)
    if our_text == their_text or _is_masked(our_text, their_text):
        return True
    our_words, their_words = _words(our_text), _words(their_text)
    if not our_words or not their_words:
        return False
    if our_words == their_words:
        return True
    is_cut = len(their_words) >= _LEAST_WORDS_OF_A_CUT_TEXT
    return is_cut and our_words[: len(their_words) - 1] == their_words[:-1]


def _plain(text: str) -> str:
    """Resolve tags and entities, and fold what desks change: case, accents, quotes, spaces."""
    plain = unescape(_TAG.sub(" ", text))
    plain = _TAG.sub(" ", plain) if "<" in text or "&lt;" in text else plain
    letters = unicodedata.normalize("NFKD", plain.casefold())
    kept = (sign for sign in letters if not unicodedata.combining(sign))
    return " ".join("".join(kept).split())


def _words(plain: str) -> list[str]:
    return _WORD.findall(plain)[:_MOST_WORDS]


def _common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Return how many of our words stand in their text, in our order and near each other.

    A part of their text that is twice as long as ours is looked at at a time: in a long text the
    words of a short one stand by chance.
    """
    step = len(ours)
    starts = range(0, max(len(theirs) - step, 1), step)
    return max(_common_in_order(ours, theirs[start : start + 2 * step]) for start in starts)


def _common_in_order(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Return the length of the longest common subsequence of two lists of words.

    The bit-parallel method of Hyyrö (2004): a bit for each of our words, a step for each word of
    the other text.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(ours):
        places[word] = places.get(word, 0) | 1 << place
    every = (1 << len(ours)) - 1
    left = every
    for word in theirs:
        matched = left & places.get(word, 0)
        left = ((left + matched) | (left - matched)) & every
    return len(ours) - left.bit_count()


def _is_masked(ours: str, theirs: str) -> bool:
    """Tell whether `theirs` is `ours` with some letters replaced one by one."""
    return (
        len(ours) == len(theirs)
        and any(sign in _PLACEHOLDERS for sign in theirs)
        and all(
            one == other or other in _PLACEHOLDERS for one, other in zip(ours, theirs, strict=True)
        )
    )


def _since(content: ReplyContent | NoteContent, seen: Seen) -> Seen:
    """Return from when on a message could be ours: a note has the date of its writing."""
    from deskero_tui.domain.outbox.contents import NoteContent

    if isinstance(content, NoteContent):
        return Seen(at_ms=min(seen.at_ms, to_ms(content.written_at)))
    return seen


def is_older(sent_at: datetime | None, seen: Seen) -> bool:
    """Tell whether a message was there before, although the desk did not show it then, or shows
    another date or author of it now.
    """
    return sent_at is not None and to_ms(sent_at) < seen.at_ms - _CLOCKS_DIFFER_MS


_Message = tuple[str, bool, "AgentId | None", str, "datetime | None", "Sequence[Attachment]"]


def _messages(ticket: Ticket) -> Iterator[_Message]:
    """Yield mark, whether it is a note, author, text, moment and files of replies and notes.

    Replies of customers have no part in this.
    """
    for reply in ticket.replies:
        if reply.from_customer is None:
            author = reply.from_agent.id if reply.from_agent else None
            mark = f"reply {author or ''} {_ms(reply.sent_at)}"
            yield mark, False, author, reply.text, reply.sent_at, reply.attachments
    for note in ticket.notes:
        mark = f"note {note.id or f'{note.author or str()} {_ms(note.inserted_at)}'}"
        yield mark, True, note.author, note.text, note.inserted_at, ()


def _ms(moment: datetime | None) -> str:
    return "" if moment is None else str(to_ms(moment))


def _files(ticket: Ticket) -> list[Attachment]:
    return [*ticket.attachments, *(file for reply in ticket.replies for file in reply.attachments)]


def _file_mark(file: Attachment) -> str:
    return f"{file.id or ''} {_name(file)}"


def _new_files(ticket: Ticket, seen: Seen) -> list[str]:
    known = Counter(seen.files)
    names = []
    for file in ticket.attachments:
        mark = _file_mark(file)
        if known[mark] > 0:
            known[mark] -= 1
        else:
            names.append(_name(file))
    return names


def _name(file: Attachment) -> str:
    return file.file_name


def _has_all(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether each of our files is there; a desk may change signs of a name."""
    left = Counter(map(_folded_name, theirs))
    for name in map(_folded_name, ours):
        if left[name] <= 0:
            return False
        left[name] -= 1
    return True


def _folded_name(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in letters if sign.isalnum() or sign == ".")
