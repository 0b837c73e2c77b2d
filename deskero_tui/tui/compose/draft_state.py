"""What an agent is writing: values that the screens fill, and their form in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.macros.library import Changes, Macro, MacroKind
from deskero_tui.domain.outbox.drafts import Draft as KeptDraft
from deskero_tui.domain.outbox.drafts import DraftKey, DraftKind
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_line

if TYPE_CHECKING:
    from deskero_tui.domain.outbox.merge import Baseline


THEN: Final = "then."
"""Begins the names of a draft's fields that hold what is done once it is sent."""
THEN_ABOUT: Final = THEN + "about"
REPLY_TO_SEVERAL: Final = DraftKey(None, DraftKind.REPLY)
"""The key of the draft of a reply to several tickets; there is one at a time."""
TICKETS: Final = "tickets"
"""The field of a draft that holds the ids of several tickets, with spaces between."""
_CHANGES: Final = ("status", "priority", "tags", "assign", "remind")


@dataclass(frozen=True, slots=True)
class ComposeWhat:
    """What is written, and to whom."""

    kind: DraftKind
    ticket_id: TicketId
    number: SafeText
    subject: SafeText
    to: SafeText
    """The customer's name and address for a reply; empty for a note."""


@dataclass(frozen=True, slots=True)
class Then:
    """What a macro does to a ticket after its text has been sent; nothing by default."""

    changes: Changes = field(default_factory=Changes)
    about: str = ""
    """The macro's title: what a reminder says."""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Then:
        """As it was kept in the fields of a draft."""
        if THEN_ABOUT not in fields:
            return cls()
        said = {name: fields.get(THEN + name, "") for name in _CHANGES}
        changes = Changes(
            status=said["status"],
            is_priority={"yes": True, "no": False}.get(said["priority"]),
            added_tags=tuple(tag[1:] for tag in said["tags"].split() if tag.startswith("+")),
            removed_tags=tuple(tag[1:] for tag in said["tags"].split() if tag.startswith("-")),
            assign=said["assign"],
            remind=said["remind"],
        )
        return cls(changes, fields[THEN_ABOUT])

    def kept(self) -> dict[str, str]:
        """As it is kept in the fields of a draft; empty when there is nothing to do."""
        if not self.changes.are_any:
            return {}
        said = {THEN + name: words for name, words in self.changes.facts()}
        return {THEN_ABOUT: self.about, **said}

    @property
    def in_words(self) -> SafeText:
        """All of it on one line, as it was written in the macro."""
        return safe_line(", ".join(f"{name} {words}" for name, words in self.changes.facts()))


@dataclass(slots=True)
class Draft:
    """A reply or a note as far as it is written. Changed with every key, on the event loop."""

    text: str = ""
    files: list[Path] = field(default_factory=list)
    status_after: str | None = None
    """The status to set once the reply is sent, by machine name; `None` leaves it."""
    remind: str = ""
    """The reminder of a note as it is typed."""
    remind_whom: str | None = None
    """Whose reminder it is, by agent id; `None` is the agent who writes."""
    then: Then = field(default_factory=Then)
    """What a macro does to the ticket once this is sent."""
    tickets: tuple[TicketId, ...] = ()
    """Where a reply to several goes; empty for what belongs to one ticket."""

    def add(self, macro: Macro, text: str, *, status_after: str | None) -> None:
        """Puts a macro's text behind what is written, and notes what it does besides.

        `text` is the macro's filled in, `status_after` the machine name of the status it sets. What
        the agent has typed for a reminder stays, and so does what another macro does.
        """
        begun = self.text.rstrip()
        self.text = f"{begun}\n\n{text}" if begun else text
        changes = macro.changes
        if macro.kind is MacroKind.NOTE:
            self.remind = self.remind or changes.remind
            changes = replace(changes, remind="")
        elif status_after is not None:
            self.status_after = status_after
            changes = replace(changes, status="")
        about = macro.title if changes.are_any else self.then.about
        self.then = Then(self.then.changes.followed_by(changes), about)

    @classmethod
    def of(cls, kept: KeptDraft) -> Draft:
        """As it was kept."""
        return cls(
            text=kept.text,
            files=list(kept.files),
            status_after=kept.status_after,
            remind=kept.remind,
            remind_whom=kept.remind_whom,
            then=Then.of(kept.fields),
            tickets=tuple(map(TicketId, kept.fields.get(TICKETS, "").split())),
        )

    def kept(self, baseline: Baseline | None) -> KeptDraft:
        """As it is kept, `baseline` being the ticket when writing began."""
        besides = self.then.kept()
        if self.tickets:
            besides[TICKETS] = " ".join(self.tickets)
        return KeptDraft(
            text=self.text,
            files=tuple(self.files),
            status_after=self.status_after,
            remind=self.remind,
            remind_whom=AgentId(self.remind_whom) if self.remind_whom else None,
            fields=besides if self.text.strip() else {},
            baseline=baseline,
        )


@dataclass(slots=True)
class NewTicketDraft:
    """A ticket as far as it is written. Changed with every key, on the event loop."""

    subject: str = ""
    description: str = ""
    customer: Choice | None = None
    new_customer_name: str = ""
    new_customer_email: str = ""
    type: str | None = None
    """By id; `None` until one is chosen."""
    assignee: str | None = None
    """By agent id; `None` is nobody."""
    is_priority: bool = False
    files: list[Path] = field(default_factory=list)

    @classmethod
    def of(cls, kept: KeptDraft) -> NewTicketDraft:
        """As it was kept."""
        said = kept.fields
        customer = None
        if customer_id := said.get("customer"):
            label = safe_line(said.get("customer_label", ""))
            customer = Choice(customer_id, label, safe_line(said.get("customer_hint", "")))
        return cls(
            subject=said.get("subject", ""),
            description=kept.text,
            customer=customer,
            new_customer_name=said.get("new_customer_name", ""),
            new_customer_email=said.get("new_customer_email", ""),
            type=said.get("type") or None,
            assignee=said.get("assignee") or None,
            is_priority=bool(said.get("is_priority")),
            files=list(kept.files),
        )

    def kept(self) -> KeptDraft:
        """As it is kept. What was only chosen from a list is no reason to keep a draft."""
        said = {
            "subject": self.subject,
            "new_customer_name": self.new_customer_name,
            "new_customer_email": self.new_customer_email,
        }
        if any(said.values()) or self.description or self.files:
            said["type"] = self.type or ""
            said["assignee"] = self.assignee or ""
            said["is_priority"] = "yes" if self.is_priority else ""
            if self.customer is not None:
                said["customer"] = self.customer.id
                said["customer_label"] = self.customer.label
                said["customer_hint"] = self.customer.hint
        return KeptDraft(text=self.description, files=tuple(self.files), fields=said)
