"""Deskero's odd values as pydantic types: each takes every form seen on the wire (API sheet §3.6,
§5.9, §5.10) and writes the one form we send.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError
from pydantic.alias_generators import to_camel

from deskero_tui.domain.epoch import known_moment, to_ms
from deskero_tui.domain.errors import BadAnswer

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
    return {
        str(name): None if text is None else str(text)
        for member in members
        for name, text in member.items()
    }


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

    def wire_json(self) -> str:
        """The record as JSON with wire names and unknown members, empty members left out.

        Reading it back gives an equal record.
        """
        return self.model_dump_json(by_alias=True, exclude_defaults=True)


R = TypeVar("R", bound=Record)

_MOST_BROKEN_MEMBERS: Final = 50


def read_record(kind: type[R], data: object) -> tuple[R, tuple[str, ...]]:
    """Reads `data` (decoded JSON) as a `kind`, leaving out members that cannot be read.

    A ticket with one odd date is still a ticket that somebody waits for, so a broken member is
    dropped and named in the second value (wire paths such as `replies.2.replyDate`, in the order
    found, empty when all was well). What the record cannot do without (its id) must be sound.

    Raises:
        BadAnswer: `data` is no object, or a member without which there is no record is broken.
    """
    broken: list[str] = []
    while True:
        try:
            return kind.model_validate(data), tuple(broken)
        except ValidationError as error:
            for place in _places(error, data):
                data = _without(data, place)
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


def _without(data: Any, place: tuple[int | str, ...]) -> object:
    """A copy of `data` that lacks the member at `place`."""
    step, rest = place[0], place[1:]
    if isinstance(data, Mapping):
        copy = dict(data)
        if rest:
            copy[str(step)] = _without(copy[str(step)], rest)
        else:
            del copy[str(step)]
        return copy
    items = list(data)
    if rest:
        items[int(step)] = _without(items[int(step)], rest)
    else:
        del items[int(step)]
    return items


def _unreadable(kind: type[object], error: ValidationError) -> BadAnswer:
    return BadAnswer(
        "The desk sent a record that cannot be read.",
        detail=f"{error.title}: {error.error_count()} broken members ({kind.__name__})",
    )
