"""Deskero's odd values as pydantic types: each takes every form seen on the wire (API sheet §3.6,
§5.9, §5.10) and writes the one form we send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError
from pydantic.alias_generators import to_camel

from deskero_tui.domain.errors import BadAnswer
from deskero_tui.domain.time.epoch import known_moment, to_ms

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?", re.ASCII)


def _read_moment(value: Any) -> Any:
    match value:
        case None | "":
            return None
        case bool():
            raise ValueError("a truth value is no moment")
        case datetime():
            return value
        case int() | float():
            return known_moment(value)
        case str() if _NUMBER.fullmatch(value.strip()):
            return known_moment(float(value))  # int() refuses texts of over 4,300 digits
        case _:
            raise ValueError("expected milliseconds since 1970")


def _write_moment(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


OptionalMoment = Annotated[
    datetime | None, BeforeValidator(_read_moment), PlainSerializer(_write_moment)
]
"""A moment, aware and in UTC. On the wire an integer of epoch milliseconds, or the same as text.

Numbers that are no real date (`epoch.known_moment`) count as missing.
"""


def _read_flag(value: Any) -> Any:
    match value:
        case None | "":
            return False
        case str() if value.strip().lower() in {"1", "true", "yes"}:
            return True
        case str() if value.strip().lower() in {"0", "false", "no"}:
            return False
        case _:
            return value


Flag = Annotated[bool, BeforeValidator(_read_flag)]
"""A truth value, given as such, as 0 or 1, or as text; null and missing count as false."""

IntFlag = Annotated[bool, BeforeValidator(_read_flag), PlainSerializer(int)]
"""As `Flag`, written as 0 or 1 (`priority`)."""


def _read_text(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return value
        case int() | float():
            return str(value)
        case _:
            return value


Text = Annotated[str, BeforeValidator(_read_text)]
"""Text as it came, not cleaned for the screen; null counts as empty, a number as its digits."""


def _read_id(value: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(value.get("$oid"), str):
        value = value["$oid"]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value == "":
        raise ValueError("an id must not be empty")
    return value


WireId = BeforeValidator(_read_id)
"""For `Annotated[TicketId, WireId]`: an opaque text, not empty; a number is taken as text."""


def _read_optional_id(value: Any) -> Any:
    return None if value in ("", None) else _read_id(value)


OptionalWireId = BeforeValidator(_read_optional_id)
"""As `WireId`, null and empty text standing for "nobody"."""


def _read_items(value: Any) -> Any:
    """Null as an empty list, and nulls inside a list left out."""
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return tuple(item for item in value if item is not None)
    return value


Items = BeforeValidator(_read_items)
"""For `Annotated[tuple[X, ...], Items]`: a list that may also be null or hold nulls."""


def _tag_of(item: Any) -> str | None:
    match item:
        case None | "":
            return None
        case str():
            return item
        case bool():
            raise ValueError("a truth value is no tag")
        case int():
            return str(item)
        case {"tag": str(text)} | {"value": str(text)} | {"name": str(text)} | {"text": str(text)}:
            return text
        case Mapping() if len(item) == 1:
            return str(next(iter(item)))
        case _:
            raise ValueError("expected a tag as text or as an object with one member")


def _read_tags(value: Any) -> Any:
    match value:
        case None | "":
            return ()
        case str():
            items: Sequence[Any] = value.split(",")
        case list() | tuple():
            items = value
        case _:
            raise ValueError("expected a list of tags")
    tags = (_tag_of(item.strip() if isinstance(item, str) else item) for item in items)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


Tags = Annotated[tuple[str, ...], BeforeValidator(_read_tags)]
"""Tags in their order, without repeats. Read from texts or objects (API sheet §5.9)."""


def _read_custom_fields(value: Any) -> Any:
    match value:
        case None | "":
            return {}
        case Mapping():
            members: list[Mapping[Any, Any]] = [value]
        case list() | tuple():
            members = [_custom_field_of(item) for item in value if item is not None]
        case _:
            raise ValueError("expected custom fields as an object or a list of objects")
    return {str(name): _text_of(value) for member in members for name, value in member.items()}


def _text_of(value: Any) -> str | None:
    """Spell the value of a custom field as text; anything but text and numbers as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _custom_field_of(item: Any) -> Mapping[Any, Any]:
    match item:
        case {"name": str(name), "value": text} if len(item) == 2:
            return {name: text}
        case Mapping():
            return item
        case _:
            raise ValueError("expected a custom field as an object")


CustomFields = Annotated[dict[str, str | None], BeforeValidator(_read_custom_fields)]
"""Name to value. Read from one object or a list of objects, written as one (API sheet §5.10)."""


def _read_labels(value: Any) -> Any:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {str(lang): text for lang, text in value.items() if isinstance(text, str) and text}
    return value


Labels = Annotated[dict[str, str], BeforeValidator(_read_labels)]
"""Language (`en`, `it`, `es`, `fr`) to name; any of them may be missing."""


class Record(BaseModel):
    """One thing a desk sends: frozen, unknown members kept; our names here, wire names in JSON."""

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        populate_by_name=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,  # an error may end up in a log; what customers write may not
    )

    @classmethod
    def of_text(cls, text: str) -> Mapping[str, object] | None:
        """Return the record that a desk means by a plain text in its place; `None` if none."""
        return None

    def wire_json(self) -> str:
        """The record as JSON with wire names and unknown members, empty members left out.

        Reading it back gives an equal record.
        """
        return self.model_dump_json(by_alias=True, exclude_defaults=True)


R = TypeVar("R", bound=Record)

_MOST_BROKEN_MEMBERS: Final = 50
_ID: Final = re.compile(r"[0-9a-f-]{8,}|\d+")


def read_record(kind: type[R], data: object) -> tuple[R, tuple[str, ...]]:
    """Reads `data` (decoded JSON) as a `kind`, leaving out members that cannot be read.

    A ticket with one odd date is still a ticket that somebody waits for, so a broken member is
    dropped and named in the second value (wire paths such as `replies.2.replyDate`, in the order
    found, empty when all was well). A plain text in place of a record is read as `of_text` says.
    What the record cannot do without (its id) must be sound.

    Raises:
        BadAnswer: `data` is no object, or a member without which there is no record is broken.
    """
    broken: list[str] = []
    while True:
        try:
            return kind.model_validate(data), tuple(broken)
        except ValidationError as error:
            texts = _plain_texts(error, data)
            for place in _places(error, data):
                data = _with(data, place, texts.get(place))
                if place not in texts:
                    broken.append(".".join(map(str, place)))
            if len(broken) > _MOST_BROKEN_MEMBERS:
                raise _unreadable(kind, error) from error


def _places(error: ValidationError, data: object) -> list[tuple[int | str, ...]]:
    """Where in `data` the broken members stand, last first so that list places stay true."""
    places = {
        place
        for found in error.errors(include_url=False, include_context=False, include_input=False)
        if (place := _known_part(found["loc"], data))
    }
    if not places:
        raise _unreadable(type(error), error) from error
    return sorted(places, key=lambda place: [str(step).rjust(12) for step in place], reverse=True)


def _known_part(loc: tuple[int | str, ...], data: object) -> tuple[int | str, ...]:
    """The longest part of `loc` that leads to something in `data`."""
    place: list[int | str] = []
    for step in loc:
        match data:
            case Mapping() if step in data:
                data = data[step]
            case list() | tuple() if isinstance(step, int):
                # `Items` counts without the nulls that it leaves out.
                sound = [at for at, item in enumerate(data) if item is not None]
                if step >= len(sound):
                    break
                step = sound[step]
                data = data[step]
            case _:
                break
        place.append(step)
    return tuple(place)


def _plain_texts(
    error: ValidationError, data: object
) -> dict[tuple[int | str, ...], Mapping[str, object]]:
    """Return what to put in place of plain texts that stand where records should be."""
    kinds = {kind.__name__: kind for kind in _kinds_of_record(Record)}
    meant = {}
    for found in error.errors(include_url=False):
        kind, text = kinds.get(found.get("ctx", {}).get("class_name", "")), found["input"]
        if found["type"] == "model_type" and kind is not None and isinstance(text, str):
            record = kind.of_text(text.strip()) if text.strip() else None
            if record is not None:
                meant[_known_part(found["loc"], data)] = record
    return meant


def _kinds_of_record(kind: type[Record]) -> Iterator[type[Record]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds_of_record(below)


def _with(data: Any, place: tuple[int | str, ...], record: Mapping[str, object] | None) -> object:
    """Return a copy of `data` with `record` at `place`; `None` removes what is there."""
    step, rest = place[0], place[1:]
    copy: Any = dict(data) if isinstance(data, Mapping) else list(data)
    if rest:
        copy[step] = _with(copy[step], rest, record)
    elif record is not None:
        copy[step] = record
    else:
        del copy[step]
    return copy


def looks_like_id(text: str) -> bool:
    """Tell whether a plain text is an id, such as `5277b520`, and no name for people."""
    return bool(_ID.fullmatch(text))


def _unreadable(kind: type[object], error: ValidationError) -> BadAnswer:
    return BadAnswer(
        "The desk sent a record that cannot be read.",
        detail=f"{error.title}: {error.error_count()} broken members ({kind.__name__})",
    )
