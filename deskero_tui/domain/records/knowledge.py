"""The knowledge base as a desk sends it (API sheet §5.13). Known in part; the rest is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from deskero_tui.domain.ids import KnowledgeAreaId, KnowledgeGroupId, KnowledgeItemId
from deskero_tui.domain.records.people import Agent, AgentGroup, Company, Customer
from deskero_tui.domain.records.ticket import Attachment
from deskero_tui.domain.records.wire_types import (
    Flag,
    Items,
    OptionalMoment,
    Record,
    Tags,
    Text,
    WireId,
)


class KnowledgeArea(Record):
    """A subject of the knowledge base; only id and name are known."""

    id: Annotated[KnowledgeAreaId, WireId]
    name: Text = Field("", alias="area")


class KnowledgeGroup(Record):
    """Subjects that belong together, and who may see them."""

    id: Annotated[KnowledgeGroupId, WireId]
    name: Text = Field("", alias="group")
    inserted_at: OptionalMoment = Field(None, alias="insertDate")
    visibility: Text = ""
    """`ALL`, or a word for a narrower circle that no source lists."""
    agent_groups: Annotated[tuple[AgentGroup, ...], Items] = ()
    companies: Annotated[tuple[Company, ...], Items] = Field((), alias="customerCompanies")
    areas: Annotated[tuple[KnowledgeArea, ...], Items] = Field((), alias="knowledgeAreas")


class KnowledgeItem(Record):
    """One article."""

    id: Annotated[KnowledgeItemId, WireId]
    title: Text = ""
    text: Text = ""
    inserted_at: OptionalMoment = Field(None, alias="insertDate")
    views: int = 0
    author: Agent | None = Field(None, alias="insertBy")
    is_approved: Flag = Field(False, alias="approved")
    is_featured: Flag = Field(False, alias="featured")
    contributor: Customer | None = Field(None, alias="contributeBy")
    area: KnowledgeArea | None = None
    tags: Tags = ()
    attachments: Annotated[tuple[Attachment, ...], Items] = Field((), alias="attachedDocuments")
    votes_number: int = 0
    votes_sum: float = 0
    score: float = 0
    """The sum of the votes by their number."""
    visibility: Text = ""
    agent_groups: Annotated[tuple[AgentGroup, ...], Items] = ()
    companies: Annotated[tuple[Company, ...], Items] = Field((), alias="customerCompanies")
