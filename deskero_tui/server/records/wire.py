"""What request bodies may hold: strict models with the wire's own names and a sentence per mistake.

Strict means that an unknown member is refused; a record that was read and is sent back whole is
taken all the same, with its read-only members ignored (API sheet §4.1).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from deskero_tui.server.errors import bad_request

EARLIEST_MS = -62_135_596_800_000
"""Year 1."""
LATEST_MS = 253_402_300_799_999
"""The end of year 9999; what lies outside no calendar of ours can show."""

Model = TypeVar("Model", bound="WireModel")


def _integer_only(value: object) -> object:
    if isinstance(value, bool | float):
        raise ValueError("must be an integer")
    return value


def _unhexed(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return binascii.unhexlify(value.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error):
        raise ValueError("is not hex") from None


def _unbase64ed(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except ValueError:
        raise ValueError("is not base64") from None


def _plain_tags(value: object) -> object:
    """Texts as they are, objects by their one key or the text inside; blanks go (§5.9)."""
    if value is None:
        return []
    if not isinstance(value, list):
        return value
    tags: dict[str, None] = {}
    for item in value:
        tag = _tag_of_object(item) if isinstance(item, dict) else item
        if isinstance(tag, str) and tag.strip():
            tags[tag.strip()] = None
        elif tag is not None and not isinstance(tag, str):
            raise ValueError("must hold texts")
    return list(tags)


def _tag_of_object(item: Mapping[str, object]) -> object:
    for member in ("tag", "value", "name", "text"):
        if isinstance(item.get(member), str):
            return item[member]
    return next(iter(item)) if len(item) == 1 else item


def _custom_field_texts(value: object) -> object:
    """One mapping of name to text out of an object, or a list of objects in order (§5.10)."""
    if value is None:
        return {}
    texts: dict[str, str | None] = {}
    for part in value if isinstance(value, list) else [value]:
        if not isinstance(part, dict):
            raise ValueError("must be an object, or a list of objects")
        if part.keys() == {"name", "value"}:
            part = {str(part["name"]): part["value"]}
        for name, text in part.items():
            if not name.strip():
                raise ValueError("has a field without a name")
            if isinstance(text, dict | list):
                raise ValueError(f"has no text for {name}")
            texts[name] = text if text is None else str(text)
    return texts


Moment = Annotated[int, Field(ge=EARLIEST_MS, le=LATEST_MS), BeforeValidator(_integer_only)]
"""Epoch milliseconds, as a number or its digits (§3.6)."""
Flag01 = Annotated[int, Field(ge=0, le=1)]
"""0 or 1; true and false are taken too (§5.1, `priority`)."""
Hex = Annotated[bytes, BeforeValidator(_unhexed)]
Base64 = Annotated[bytes, BeforeValidator(_unbase64ed)]
Tags = Annotated[list[str], BeforeValidator(_plain_tags)]
CustomFields = Annotated[dict[str, str | None], BeforeValidator(_custom_field_texts)]


class WireModel(BaseModel):
    """A body or a part of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self, *names: str) -> dict[str, Any]:
        """The members among `names` that the sender wrote, null included."""
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}

    def cannot_be_null(self, *names: str) -> None:
        """Raise for a member that is written as null although its record always has it."""
        for name in names:
            if name in self.model_fields_set and getattr(self, name) is None:
                raise bad_request(f"{name}: cannot be null")


class Ref(BaseModel):
    """Another record by its id; the rest of an embedded record is ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str


class Upload(WireModel):
    """A file in a ticket or reply; one that was read before has no content to send (§5.6)."""

    documentName: Annotated[str, Field(min_length=1, max_length=1024)]
    documentType: Annotated[str, Field(max_length=255)] | None = None
    documentBlob: Hex | None = None
    documentBase64: Base64 | None = None
    documentURL: str | None = None
    documentId: str | None = None
    documentDate: Any = None
    documentSize: Any = None
    attachedDate: Any = None

    @model_validator(mode="after")
    def _has_one_content(self) -> Upload:
        if self.documentBlob is not None and self.documentBase64 is not None:
            if self.documentBlob != self.documentBase64:
                raise ValueError("documentBlob and documentBase64 differ; send one")
        elif self.content is None and self.known_id is None:
            raise ValueError("documentBlob (hex) or documentBase64 is needed")
        return self

    @property
    def content(self) -> bytes | None:
        """The bytes sent; None when the record only names a file the desk already has."""
        return self.documentBlob if self.documentBlob is not None else self.documentBase64

    @property
    def known_id(self) -> str | None:
        """The id of a file read before: given, or the end of its address."""
        if self.documentId:
            return self.documentId
        return self.documentURL.rstrip("/").rpartition("/")[2] if self.documentURL else None


def parse(model: type[Model], body: object, *, strict_members: bool) -> Model:
    """Check a decoded body against a model.

    Raises:
        ApiError: 400, naming the first member that is wrong.
    """
    if not isinstance(body, dict):
        raise bad_request("The body must be a JSON object")
    try:
        return model.model_validate(body)
    except ValidationError as error:
        if not strict_members and _drop_unknown(body, error):
            return parse(model, body, strict_members=False)
        raise bad_request(_sentence(error)) from None


def _drop_unknown(body: dict[str, Any], error: ValidationError) -> bool:
    """Remove the members a model does not know; False when there were none."""
    unknown = [fault["loc"] for fault in error.errors() if fault["type"] == "extra_forbidden"]
    for *way, member in unknown:
        part: Any = body
        for step in way:
            part = part[step]
        del part[member]
    return bool(unknown)


def _sentence(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(step) for step in fault["loc"])
    match fault["type"]:
        case "extra_forbidden":
            return f"Unknown field: {field}"
        case "missing":
            return f"Missing field: {field}"
        case "value_error":
            return f"{field}: {fault['msg'].removeprefix('Value error, ')}"
        case _:
            return f"{field}: {fault['msg']}"
