"""What a tenant has defined for custom fields (API sheet §5.10, seen in a working client only)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from deskero_tui.domain.records.wire_types import Flag, Items, Labels, Record, Text


class CustomFieldDefinition(Record):
    """One field that tickets or customers may have."""

    name: str = Field(min_length=1)
    """The key of its value in a ticket."""
    kind: Text = Field("", alias="type")
    """`TEXT`, `COMBO` or `LINKED_COMBO`; the set is open."""
    labels: Labels = Field(default_factory=dict)
    values: Annotated[tuple[Text, ...], Items] = ()
    """What a combo offers, in its order."""
    linked_field: Text = ""
    """The field whose value decides what this one offers; empty when none."""
    linked_values: dict[str, Annotated[tuple[Text, ...], Items]] = Field(default_factory=dict)
    """Value of that field to what is offered then."""
    is_required: Flag = Field(False, alias="required")
