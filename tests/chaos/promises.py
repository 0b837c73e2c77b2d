"""What was promised to the agent, what others did meanwhile, and what the desk has in the end.

Words are told apart by tokens in them. Moments are those of `time.monotonic` in the driver.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from tests.chaos.fault_proxy import Exchange

_TOKEN: Final = re.compile(r"chaos\d*[a-z]\d+e")


def tokens_in(text: str) -> list[str]:
    """Every token in a text, in order."""
    return _TOKEN.findall(text)


class Kind(Enum):
    """What was promised."""

    REPLY = "reply"
    NOTE = "note"
    MEMO = "memo"
    SUBJECT = "subject"

    @property
    def is_message(self) -> bool:
        return self in (Kind.REPLY, Kind.NOTE)


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
    """The same for several of one ticket, where the same words are meant twice."""
    kind: Kind
    ticket_id: str
    status_after: str | None = None
    """What a reply sets the status to; its item is the next after that of the reply."""
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

    def tokens(self, kind: Kind) -> Sequence[str]:
        """The tokens of one kind of message."""
        return self.replies if kind is Kind.REPLY else self.notes

    def value(self, kind: Kind) -> str:
        """The token in a field."""
        return {Kind.MEMO: self.memo, Kind.SUBJECT: self.subject}[kind]


@dataclass(slots=True)
class Record:
    """One run, whole."""

    promises: list[Promise] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    items: dict[int, Item] = field(default_factory=dict)
    tickets: dict[str, DeskTicket] = field(default_factory=dict)
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
