"""Which tickets a view or a search shows, as a small tree of pure values.

The store turns a `Query` into SQL; nothing here knows how. Built-in views are product surface:
their order gives the keys `1` to `9`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Final


def fold_name(name: str) -> str:
    """A machine name for comparing only: `On hold`, `on-hold` and `onhold` are the same status."""
    return "".join(letter for letter in name.casefold() if letter not in " _-")


class Trait(Enum):
    """Something a ticket is or has, without a value."""

    REPLY_DUE = "reply-due"
    WAITING = "waiting"
    PRIORITY = "priority"
    UNASSIGNED = "unassigned"
    MINE = "mine"
    UNREAD = "unread"
    ATTACHMENT = "attachment"
    NOTE = "note"
    REMINDER = "reminder"
    REMINDER_DUE = "reminder-due"
    SNOOZED = "snoozed"
    """Out of sight by a reminder of this agent's, until it is due or the customer writes."""
    DRAFT = "draft"
    PINNED = "pinned"


class NameField(Enum):
    """Something of a ticket that people know by a name."""

    ASSIGNED = "assigned"
    FROM = "from"
    COMPANY = "company"
    TYPE = "type"
    AREA = "area"
    GROUP = "group"
    SOURCE = "source"
    NUMBER = "number"


class MomentField(Enum):
    """A moment in the life of a ticket."""

    OPENED = "opened"
    CHANGED = "changed"
    CLOSED = "closed"
    REMINDER = "reminder"
    WAITING = "waiting"
    """Since when the customer waits, else the last change: what the list shows as age."""


@dataclass(frozen=True, slots=True)
class StatusIs:
    """The status has this machine name, compared folded (`fold_name`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """One of the tags is this one, whatever its case."""

    tag: str


@dataclass(frozen=True, slots=True)
class NameHas:
    """The name holds this text, whatever its case and accents; people also go by their address."""

    field: NameField
    text: str


@dataclass(frozen=True, slots=True)
class MomentIn:
    """The moment lies at `first` or later and before `before`; `None` is no bound. Both aware."""

    field: MomentField
    first: datetime | None
    before: datetime | None


@dataclass(frozen=True, slots=True)
class Marked:
    """The agent has marked it: its key in the store is one of these."""

    keys: frozenset[int]


@dataclass(frozen=True, slots=True)
class Words:
    """Every word begins some word of number, subject, bodies, notes, names, tags or addresses."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words stand beside each other in this order, each of them whole."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts hold; with no part every ticket does."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part holds at least; with no part no ticket does."""

    parts: tuple[Condition, ...]


Condition = (
    Trait | StatusIs | Tagged | NameHas | MomentIn | Marked | Words | Phrase | Not | AllOf | AnyOf
)  # fmt: skip


class Order(Enum):
    """How a list is sorted; ties go by the store's own number, so equal lists stay equal."""

    CHANGED = "changed"
    """Last changed first."""
    WAITING = "waiting"
    """Longest waiting for an answer first, those that wait for none last."""
    OPENED = "opened"
    """Newest first."""
    NUMBER = "number"
    """The greatest first: by year, then by number."""
    CUSTOMER = "customer"
    """By the name of the customer, those without one last."""
    ASSIGNEE = "assignee"
    """By the name of the agent, those that nobody has last."""
    STATUS = "status"
    """By the machine name of the status."""
    PRIORITY = "priority"
    """Those with priority first."""
    REMINDER = "reminder"
    """The earliest reminder first."""
    MATCH = "match"
    """Where searched words stand: in number, subject, tags or fields first, then in names, then in
    what was written; within each last changed first. Without such words as `CHANGED`."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to show and in which order."""

    condition: Condition = field(default_factory=AllOf)
    order: Order = Order.CHANGED
    is_reversed: bool = False
    """The order is turned round, ties included."""

    def narrowed(self, condition: Condition) -> Query:
        """This query, restricted to tickets that meet `condition` as well."""
        if condition == AllOf():
            return self
        return replace(self, condition=AllOf((self.condition, condition)))

    def searched(self, condition: Condition) -> Query:
        """As `narrowed`, the best match first when words are searched for."""
        order = Order.MATCH if searched_words(condition) else self.order
        return replace(self.narrowed(condition), order=order)


def searched_words(condition: Condition) -> tuple[Words | Phrase, ...]:
    """The words that every ticket shown holds, in the order they were written: neither those that
    are negated nor those of which another would do.
    """
    match condition:
        case Words() | Phrase():
            return (condition,)
        case AllOf(parts):
            return tuple(word for part in parts for word in searched_words(part))
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name and a place among the tabs."""

    id: str
    title: str
    query: Query
    """All of what it shows, but for its words."""
    words: str = ""
    """In the query language, for an agent's own view. They are read at each use
    (`domain/own_views.as_of`): `today` is another day tomorrow."""
    mistake: str = ""
    """Why its words cannot be read, as a sentence; such a view shows nothing."""


DONE: Final = AnyOf((StatusIs("solved"), StatusIs("closed")))
OPEN: Final = Not(DONE)

BUILT_IN_VIEWS: Final[tuple[View, ...]] = (
    View(
        "to-reply",
        "To reply",
        Query(AllOf((Trait.REPLY_DUE, Not(Trait.SNOOZED), OPEN)), Order.WAITING),
    ),
    View("mine", "Mine", Query(AllOf((Trait.MINE, OPEN)))),
    View("unassigned", "Unassigned", Query(AllOf((Trait.UNASSIGNED, OPEN)))),
    View("on-hold", "On hold", Query(StatusIs("onhold"))),
    View("reminders", "Reminders", Query(AllOf((Trait.REMINDER, OPEN)), Order.REMINDER)),
    View("priority", "Priority", Query(AllOf((Trait.PRIORITY, OPEN)))),
    View("all-open", "All open", Query(OPEN)),
    View("solved", "Solved", Query(StatusIs("solved"))),
    View("all", "All", Query()),
)
