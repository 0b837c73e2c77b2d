"""What was promised to the agent, what others did meanwhile, and what the desk has in the end.

Words are told apart by tokens in them. Moments are those of `time.monotonic` in the driver.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Final

from tests.chaos.fault_proxy import Exchange

_MOST_FILE_BYTES: Final = 20_000
_TOKEN: Final = re.compile(r"chaos\d*[a-z]\d+e")


def file_content(name: str) -> bytes:
    """The bytes of the file that is attached under a name."""
    chance = Random(name)
    return chance.randbytes(chance.randint(1, _MOST_FILE_BYTES))


def tokens_in(text: str) -> list[str]:
    """Every token in a text, in order."""
    return _TOKEN.findall(text)


class Kind(Enum):
    """What was promised."""

    REPLY = "reply"
    NOTE = "note"
    MEMO = "memo"
    SUBJECT = "subject"
    TICKET = "new ticket"
    DELETION = "deletion"
    BULK = "bulk change"
    """One ticket of a bulk change."""

    @property
    def is_message(self) -> bool:
        """Whether it is a text on a ticket that is there already."""
        return self in (Kind.REPLY, Kind.NOTE)

    @property
    def field(self) -> str | None:
        """The field that a change sets; `None` for everything else."""
        match self:
            case Kind.MEMO | Kind.BULK:
                return "memo"
            case Kind.SUBJECT:
                return "subject"
            case _:
                return None

    @property
    def has_undo_window(self) -> bool:
        """Whether the agent can take it back for a while; changes of fields leave at once."""
        return self.field is None


class Withdrawal(Enum):
    """Whether the agent has taken a promise back."""

    NO = "no"
    PERHAPS = "perhaps"
    """The program was killed over it."""
    YES = "yes"


@dataclass(slots=True)
class Promise:
    """One write that was asked for."""

    token: str
    """The same for several of one ticket, where the same words are meant twice, and for all tickets
    of a bulk change."""
    kind: Kind
    ticket_id: str
    """Empty for a new ticket."""
    status_after: str | None = None
    """What a reply sets the status to; its item is the next after that of the reply."""
    file: str = ""
    """The name of the file that is attached; empty for none. No other write has it."""
    said: str = ""
    """What it was confirmed with."""
    is_confirmed: bool = False
    """Whether the agent was told that it is kept; else a program was killed over it, or said no."""
    item_id: int | None = None
    """`None` while it is not known which item this is."""
    confirmed_s: float = 0.0
    withdrawal: Withdrawal = Withdrawal.NO
    withdrawn_s: float = 0.0
    """When a program had said that it is taken back; nothing leaves after that."""
    sent_anyway_s: float | None = None
    """When the agent last said: send it all the same."""
    was_held: bool = False
    was_unsure: bool = False
    """Whether the agent was asked because nobody could tell."""
    was_refused: bool = False
    sent_again: int = 0
    """How often the agent said "send it again" of an unconfirmed message that was not there."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a colleague did to a ticket, past the proxy."""

    token: str
    kind: Kind
    ticket_id: str
    done_s: float


@dataclass(frozen=True, slots=True)
class Item:
    """What the outbox says of a write in the end."""

    id: int
    state: str
    needs_agent: bool
    base: str
    """What the field was; empty for messages."""


@dataclass(frozen=True, slots=True)
class DeskFile:
    """A file of ours as the desk has it in the end."""

    id: str
    name: str
    beside: Sequence[str]
    """The tokens of the reply to which it is attached; none when it is attached to the ticket."""


@dataclass(frozen=True, slots=True)
class DeskTicket:
    """A ticket as the desk has it in the end."""

    id: str
    number: str
    replies: Sequence[str]
    """The tokens in them, in the desk's order; without those that have none."""
    notes: Sequence[str]
    memo: str
    """The token in it; empty when there is none."""
    subject: str
    status: str
    customer_id: str
    type_id: str
    files: Sequence[DeskFile] = ()

    def tokens(self, kind: Kind) -> Sequence[str]:
        """The tokens of one kind of message."""
        return self.replies if kind is Kind.REPLY else self.notes

    def value(self, field: str) -> str:
        """The token in a field."""
        return {"memo": self.memo, "subject": self.subject}[field]


@dataclass(slots=True)
class Record:
    """One run, whole."""

    promises: list[Promise] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    items: dict[int, Item] = field(default_factory=dict)
    tickets_before: frozenset[str] = frozenset()
    """The ids of all tickets when the run began."""
    tickets: dict[str, DeskTicket] = field(default_factory=dict)
    file_contents: dict[str, bytes] = field(default_factory=dict)
    """The bytes of the files on the tickets, by the id of the file."""
    exchanges: list[Exchange] = field(default_factory=list)
    drafts_promised: set[str] = field(default_factory=set)
    drafts_kept: set[str] = field(default_factory=set)
    kills: dict[str, int] = field(default_factory=dict)
    """How often each way of killing was used."""
    drain_s: float = 0.0
    """From the end of the faults to an empty queue."""
    back_s: float = 0.0
    """From the desk's return after an outage to an empty queue."""
    back_count: int = 0
    """How many writes waited for it."""
    took_s: float = 0.0
