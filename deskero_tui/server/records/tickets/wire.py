"""Bodies of the ticket calls (API sheet §4.1, §5.1 to §5.3)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from deskero_tui.server.records.wire import (
    CustomFields,
    Flag01,
    Moment,
    Ref,
    Tags,
    Upload,
    WireModel,
)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


Words = Annotated[str, AfterValidator(_not_blank)]


class StatusRef(BaseModel):
    """A status by its machine name."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: str


class SourceRef(BaseModel):
    """A source by its machine name."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    source: str


class ChannelIds(WireModel):
    """Where a message came from; all optional."""

    tweetId: str | None = None
    tweetType: str | None = None
    facebookId: str | None = None
    facebookType: str | None = None
    linkedinId: str | None = None
    linkedinType: str | None = None
    googlePlusId: str | None = None
    googlePlusType: str | None = None
    youtubeId: str | None = None
    youtubeType: str | None = None
    messageUniqueId: str | None = None


class ReplyBody(ChannelIds):
    """A reply by one customer or one agent."""

    text: Words
    replyDate: Moment | None = None
    replyFromCustomer: Ref | None = None
    replyToCustomer: Ref | None = None
    replyFromOperator: Ref | None = None
    replyToOperator: Ref | None = None
    attachedDocuments: list[Upload] | None = None

    @model_validator(mode="after")
    def _has_one_author(self) -> ReplyBody:
        if (self.replyFromCustomer is None) == (self.replyFromOperator is None):
            raise ValueError("one of replyFromOperator and replyFromCustomer is needed")
        return self


class NoteBody(WireModel):
    """A note with its reminder; people are plain agent ids."""

    id: str | None = None
    note: Words
    insertBy: str
    assignedTo: str | None = None
    date: Moment | None = None
    remindMe: Moment | None = None


class TicketPatch(ChannelIds):
    """A partial ticket: absent members keep their value, null clears (API sheet §7)."""

    subject: Words | None = None
    description: str | None = None
    priority: Flag01 | None = None
    assignedTo: Ref | None = None
    cc: list[Ref] | None = None
    openedBy: Ref | None = None
    replies: list[ReplyBody] | None = None
    tags: Tags | None = None
    attachedDocuments: list[Upload] | None = None
    status: StatusRef | None = None
    type: Ref | None = None
    area: Ref | None = None
    group: Ref | None = None
    memo: str | None = None
    source: SourceRef | None = None
    customFields: CustomFields | None = None
    ticketNotes: list[NoteBody] | None = None
    customPortalId: str | None = None

    # What the desk keeps itself; taken so that a record can be sent back whole.
    id: Any = None
    number: Any = None
    insertDate: Any = None
    managedDate: Any = None
    closedDate: Any = None
    numberOfReplies: Any = None
    toReply: Any = None
    toReplyCustomer: Any = None


class NewTicket(TicketPatch):
    """A ticket to create."""

    subject: Words
    description: str
    openedBy: Ref
    type: Ref
