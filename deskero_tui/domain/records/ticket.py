"""A ticket with all that hangs on it, as a desk sends it (API sheet §5.1 to §5.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field
from typing_extensions import override

from deskero_tui.domain.ids import (
    AgentId,
    AreaId,
    DocumentId,
    GroupId,
    NoteId,
    TicketId,
    TypeId,
)
from deskero_tui.domain.records.people import Agent, Customer
from deskero_tui.domain.records.wire_types import (
    CustomFields,
    Flag,
    IntFlag,
    Items,
    Labels,
    OptionalMoment,
    OptionalWireId,
    Record,
    Tags,
    Text,
    WireId,
    looks_like_id,
)


class Status(Record):
    """Where a ticket stands. The set is open: a desk may have states of its own."""

    name: str = Field(alias="status", min_length=1)
    labels: Labels = Field(default_factory=dict)

    @classmethod
    @override
    def of_text(cls, text: str) -> Mapping[str, object]:
        """Read a plain text as the machine name."""
        return {"status": text}


class Source(Record):
    """The channel a ticket came through (`web`, `email`, `chat`, …). The set is open."""

    name: str = Field(alias="source", min_length=1)
    labels: Labels = Field(default_factory=dict)

    @classmethod
    @override
    def of_text(cls, text: str) -> Mapping[str, object]:
        """Read a plain text as the machine name."""
        return {"source": text}


class TicketType(Record):
    """What kind of ticket it is (`incident`, `request`, …)."""

    id: Annotated[TypeId, WireId]
    name: Text = Field("", alias="type")
    labels: Labels = Field(default_factory=dict)

    @classmethod
    @override
    def of_text(cls, text: str) -> Mapping[str, object]:
        """Read a plain text as id or name."""
        return {"id": text, "type": "" if looks_like_id(text) else text}


class TicketArea(Record):
    """The subject a ticket is about (`billing`, …)."""

    id: Annotated[AreaId, WireId]
    name: Text = Field("", alias="area")
    labels: Labels = Field(default_factory=dict)

    @classmethod
    @override
    def of_text(cls, text: str) -> Mapping[str, object]:
        """Read a plain text as id or name."""
        return {"id": text, "area": "" if looks_like_id(text) else text}


class TicketGroup(Record):
    """The department a ticket lies with (`marketing`, …)."""

    id: Annotated[GroupId, WireId]
    name: Text = Field("", alias="group")
    labels: Labels = Field(default_factory=dict)

    @classmethod
    @override
    def of_text(cls, text: str) -> Mapping[str, object]:
        """Read a plain text as id or name."""
        return {"id": text, "group": "" if looks_like_id(text) else text}


class Attachment(Record):
    """A file that hangs on a ticket or a reply."""

    name: Text = Field("", alias="documentName")
    """As the sender wrote it: never a path to write to; see `file_name`."""
    media_type: Text = Field("", alias="documentType")
    size_bytes: int = Field(0, alias="documentSize")
    attached_at: OptionalMoment = Field(None, alias="attachedDate")
    url: Text = Field("", alias="documentURL")
    given_id: Annotated[DocumentId | None, OptionalWireId] = Field(None, alias="documentId")

    @classmethod
    @override
    def of_text(cls, text: str) -> Mapping[str, object]:
        """Read a plain text as the address."""
        return {"documentURL": text}

    @property
    def file_name(self) -> str:
        """The name with the encodings of mail headers undone; a stranger's text still."""
        from deskero_tui.domain.records.file_names import decoded_file_name

        return decoded_file_name(self.name)

    @property
    def inline_content(self) -> bytes | None:
        """The file itself where the record holds it; `None` where only its address came."""
        from deskero_tui.domain.records.file_bytes import inline_bytes

        members = self.model_extra or {}
        blobs = [members.get(name) for name in ("documentBlob", "documentBase64")]
        return inline_bytes(blobs, size_bytes=self.size_bytes)

    @property
    def id(self) -> DocumentId | None:
        """The id given, or else the last part of the address (API sheet §5.6)."""
        if self.given_id:
            return self.given_id
        last_part = self.url.partition("?")[0].rstrip("/").rpartition("/")[2]
        return DocumentId(last_part) if last_part else None


class ChannelIds(Record):
    """Under which ids a message is known in the channel it came through; empty when in none."""

    tweet_id: Text = ""
    tweet_type: Text = ""
    facebook_id: Text = ""
    facebook_type: Text = ""
    linkedin_id: Text = ""
    linkedin_type: Text = ""
    google_plus_id: Text = ""
    google_plus_type: Text = ""
    youtube_id: Text = ""
    youtube_type: Text = ""
    message_unique_id: Text = ""


class Reply(ChannelIds):
    """One public message, by a customer or an agent. Read back it has no id (API sheet §5.2)."""

    text: Text = ""
    """HTML or plain text."""
    sent_at: OptionalMoment = Field(None, alias="replyDate")
    from_customer: Customer | None = Field(None, alias="replyFromCustomer")
    to_customer: Customer | None = Field(None, alias="replyToCustomer")
    from_agent: Agent | None = Field(None, alias="replyFromOperator")
    to_agent: Agent | None = Field(None, alias="replyToOperator")
    attachments: Annotated[tuple[Attachment, ...], Items] = Field((), alias="attachedDocuments")

    @classmethod
    @override
    def of_text(cls, text: str) -> Mapping[str, object]:
        """Read a plain text as the message."""
        return {"text": text}


class Note(Record):
    """One internal remark, with or without a reminder."""

    id: Annotated[NoteId | None, OptionalWireId] = None
    text: Text = Field("", alias="note")
    author: Annotated[AgentId | None, OptionalWireId] = Field(None, alias="insertBy")
    assignee: Annotated[AgentId | None, OptionalWireId] = Field(None, alias="assignedTo")
    author_name: Text = Field("", alias="insertByName")
    assignee_name: Text = Field("", alias="assignedToName")
    inserted_at: OptionalMoment = Field(None, alias="date")
    remind_at: OptionalMoment = Field(None, alias="remindMe")

    @classmethod
    @override
    def of_text(cls, text: str) -> Mapping[str, object]:
        """Read a plain text as the remark."""
        return {"note": text}


class Ticket(ChannelIds):
    """One request of a customer and everything said about it."""

    id: Annotated[TicketId, WireId]
    number: Text = ""
    """What people call it, `counter/year`; neither a date nor a number."""
    subject: Text = ""
    description: Text = ""
    """The first message; HTML where the ticket came by mail."""
    inserted_at: OptionalMoment = Field(None, alias="insertDate")
    managed_at: OptionalMoment = Field(None, alias="managedDate")
    """The last edit, reply or change of status."""
    closed_at: OptionalMoment = Field(None, alias="closedDate")
    is_priority: IntFlag = Field(False, alias="priority")
    assignee: Agent | None = Field(None, alias="assignedTo")
    cc: Annotated[tuple[Agent, ...], Items] = ()
    customer: Customer | None = Field(None, alias="openedBy")
    number_of_replies: int | None = None
    replies: Annotated[tuple[Reply, ...], Items] = ()
    """Oldest first."""
    tags: Tags = ()
    attachments: Annotated[tuple[Attachment, ...], Items] = Field((), alias="attachedDocuments")
    status: Status | None = None
    type: TicketType | None = None
    area: TicketArea | None = None
    group: TicketGroup | None = None
    memo: Text = ""
    source: Source | None = None
    custom_fields: CustomFields = Field(default_factory=dict)
    notes: Annotated[tuple[Note, ...], Items] = Field((), alias="ticketNotes")
    custom_portal_id: Text = ""
    awaits_agent: Flag = Field(False, alias="toReply")
    """An agent owes a reply."""
    awaits_customer: Flag = Field(False, alias="toReplyCustomer")
    """The customer owes a reply."""
