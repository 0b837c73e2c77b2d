from __future__ import annotations

import json
import math
import traceback
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from deskero_tui.domain.errors import BadAnswer
from deskero_tui.domain.records.people import Agent, AgentGroup, Company, Customer
from deskero_tui.domain.records.ticket import (
    Attachment,
    Note,
    Reply,
    Source,
    Status,
    Ticket,
    TicketArea,
    TicketGroup,
    TicketType,
)
from deskero_tui.domain.records.wire_types import (
    CustomFields,
    Flag,
    IntFlag,
    Labels,
    OptionalMoment,
    Record,
    Tags,
    Text,
    read_record,
)
from deskero_tui.domain.time.epoch import EARLIEST_KNOWN_MS, LATEST_KNOWN_MS, from_ms, to_ms

KINDS: list[type[Record]] = [
    Agent, AgentGroup, Attachment, Company, Customer, Note, Reply, Source, Status, Ticket,
    TicketArea, TicketGroup, TicketType,
]  # fmt: skip


class Sample(BaseModel):
    """One member of each odd kind."""

    moment: OptionalMoment = None
    flag: Flag = False
    int_flag: IntFlag = False
    text: Text = ""
    tags: Tags = ()
    custom_fields: CustomFields = {}
    labels: Labels = {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1383580226312, datetime(2013, 11, 4, 15, 50, 26, 312000, tzinfo=UTC)),
        ("1383580226312", datetime(2013, 11, 4, 15, 50, 26, 312000, tzinfo=UTC)),
        (" 1383580226312.0 ", datetime(2013, 11, 4, 15, 50, 26, 312000, tzinfo=UTC)),
        (1383580226312.0, datetime(2013, 11, 4, 15, 50, 26, 312000, tzinfo=UTC)),
        (None, None),
        ("", None),
    ],
)
def test_a_moment_is_epoch_milliseconds_as_a_number_or_as_text(
    value: object, expected: datetime | None
) -> None:
    assert Sample.model_validate({"moment": value}).moment == expected


@pytest.mark.parametrize(
    "value",
    [
        True,
        "soon",
        "2024-01-01",
        [],
        {},
        "--5",
        "5e9",
        "٥" * 13,
    ],
)
def test_what_is_no_moment_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"moment": value})


@pytest.mark.parametrize(
    "value",
    [
        -62_135_596_800_000,  # year 1
        253_402_300_799_999,  # year 9999
        1_383_580_226,  # seconds
        1_383_580_226_312_000,  # microseconds
        0,
        -1,
        EARLIEST_KNOWN_MS - 1,
        LATEST_KNOWN_MS,
        8_640_000_000_000_000,  # the last date of JavaScript
        10**400,
        -(10**30),
        math.nan,
        math.inf,
        -math.inf,
    ],
)
def test_a_number_that_is_no_real_date_is_unknown(value: float) -> None:
    for sent in (value, str(value)) if isinstance(value, int) else (value,):
        assert Sample.model_validate({"moment": sent}).moment is None


@given(st.integers(EARLIEST_KNOWN_MS, LATEST_KNOWN_MS - 1))
def test_a_real_date_is_read_to_the_millisecond(epoch_ms: int) -> None:
    for sent in (epoch_ms, str(epoch_ms), float(epoch_ms)):
        moment = Sample.model_validate({"moment": sent}).moment
        assert moment is not None
        assert to_ms(moment) == epoch_ms
        # Every local time around the globe exists.
        assert moment.astimezone(timezone(timedelta(hours=14))) == moment
        assert moment.astimezone(timezone(timedelta(hours=-12))) == moment


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_comes_back_to_the_millisecond(moment: datetime) -> None:
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert from_ms(to_ms(whole)) == whole
    assert Sample(moment=whole).model_dump(mode="json")["moment"] == to_ms(whole)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), (1, True), ("1", True), ("TRUE", True), ("yes", True), (False, False),
     (0, False), ("0", False), ("false", False), (" No ", False), (None, False), ("", False)],
)  # fmt: skip
def test_a_flag_is_read_from_all_its_spellings(value: object, expected: bool) -> None:
    sample = Sample.model_validate({"flag": value, "int_flag": value})
    assert (sample.flag, sample.int_flag) == (expected, expected)
    assert sample.model_dump(mode="json")["int_flag"] == int(expected)


@pytest.mark.parametrize(
    ("value", "expected"), [("words", "words"), (None, ""), (7, "7"), (1.5, "1.5"), ("", "")]
)
def test_text_may_be_null_or_a_number(value: object, expected: str) -> None:
    assert Sample.model_validate({"text": value}).text == expected


@pytest.mark.parametrize("value", [True, [], {}])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"text": value})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["delivery", "vip"], ("delivery", "vip")),
        ([{"delivery": None}, {"tag": "vip"}, "vip", None], ("delivery", "vip")),
        ([{"value": "a"}, {"name": "b"}, {"text": "c"}, 7], ("a", "b", "c", "7")),
        ([{"tag": "a", "id": "1"}, "", "  "], ("a",)),
        ("a, b,,a,", ("a", "b")),
        (None, ()),
        ("", ()),
        ([], ()),
    ],
)
def test_tags_are_read_from_texts_and_objects(value: object, expected: tuple[str, ...]) -> None:
    assert Sample.model_validate({"tags": value}).tags == expected


@pytest.mark.parametrize("value", [7, {"a": 1}, [True], [[]], [{"a": 1, "b": 2}], [{}]])
def test_what_is_no_tag_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"tags": value})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Order No": "A-1009"}, {"Order No": "A-1009"}),
        ([{"Order No": "A-1009"}], {"Order No": "A-1009"}),
        ([{"A": "1", "B": 2}, None, {"A": None}], {"A": None, "B": "2"}),
        ([{"name": "A", "value": "1"}], {"A": "1"}),
        ([{"name": "Tom", "value": "1", "x": "y"}], {"name": "Tom", "value": "1", "x": "y"}),
        (None, {}),
        ("", {}),
        ([], {}),
    ],
)
def test_custom_fields_are_read_from_an_object_or_a_list(
    value: object, expected: dict[str, str | None]
) -> None:
    assert Sample.model_validate({"custom_fields": value}).custom_fields == expected


@pytest.mark.parametrize("value", [7, "text", ["text"], [7]])
def test_what_are_no_custom_fields_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"custom_fields": value})


@pytest.mark.parametrize(
    ("value", "expected"),
    [({"en": "web", "it": None, "es": 7, "fr": ""}, {"en": "web"}), (None, {}), ({}, {})],
)
def test_labels_leave_out_what_is_no_text(value: object, expected: dict[str, str]) -> None:
    assert Sample.model_validate({"labels": value}).labels == expected


def test_what_are_no_labels_is_refused() -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"labels": ["en"]})


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ({"id": "1"}, ()),
        ({"id": 1}, ()),
        ({"id": "1", "insertDate": "soon"}, ("insertDate",)),
        ({"id": "1", "assignedTo": {"name": "no id"}}, ("assignedTo",)),
        ({"id": "1", "assignedTo": {"id": "a", "name": []}}, ("assignedTo.name",)),
        ({"id": "1", "cc": [{"id": "a"}, 7, {"id": "b"}, {}]}, ("cc.3", "cc.1")),
        ({"id": "1", "replies": "none"}, ("replies",)),
        ({"id": "1", "replies": [{"text": "a"}, {"replyDate": "x"}]}, ("replies.1.replyDate",)),
        ({"id": "1", "tags": 7, "priority": []}, ("tags", "priority")),
        ({"id": "1", "status": {}}, ("status",)),
        ({"id": "1", "status": {"status": ""}}, ("status.status", "status")),
    ],
)
def test_a_broken_member_is_left_out_and_named(value: object, broken: tuple[str, ...]) -> None:
    ticket, found = read_record(Ticket, value)
    assert ticket.id == "1"
    assert sorted(found) == sorted(broken)


def test_what_is_sound_beside_a_broken_member_is_kept() -> None:
    agents = [{"id": "a"}, 7, {"id": "b"}, {}, {"id": "c"}]
    ticket, _ = read_record(Ticket, {"id": "1", "subject": "Late", "cc": agents})
    assert ticket.subject == "Late"
    assert [agent.id for agent in ticket.cc] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("member", "text", "read"),
    [
        ("status", "opened", {"status": "opened"}),
        ("status", " on hold ", {"status": "on hold"}),
        ("source", "email", {"source": "email"}),
        ("type", "incident", {"id": "incident", "type": "incident"}),
        ("type", "64e000000000000000000001", {"id": "64e000000000000000000001"}),
        ("area", "billing", {"id": "billing", "area": "billing"}),
        ("group", "7", {"id": "7"}),
        ("assignedTo", "64a000000000000000000001", {"id": "64a000000000000000000001"}),
        ("assignedTo", "Ada Agent", {"id": "Ada Agent", "name": "Ada Agent"}),
        ("openedBy", "c@mail.example", {"id": "c@mail.example", "email": "c@mail.example"}),
        ("replies", ["Hello"], [{"text": "Hello"}]),
        ("ticketNotes", ["Ask the carrier"], [{"note": "Ask the carrier"}]),
        ("attachedDocuments", ["/document/1"], [{"documentURL": "/document/1"}]),
        ("cc", [{"id": "a"}, "Ada"], [{"id": "a"}, {"id": "Ada", "name": "Ada"}]),
    ],
)
def test_a_plain_text_in_place_of_a_record_is_read_as_one(
    member: str, text: object, read: object
) -> None:
    ticket, broken = read_record(Ticket, {"id": "1", member: text})
    assert broken == ()
    assert json.loads(ticket.wire_json()) == {"id": "1", member: read}


@pytest.mark.parametrize("member", ["status", "type", "assignedTo", "openedBy", "source"])
def test_an_empty_text_in_place_of_a_record_is_none(member: str) -> None:
    ticket, broken = read_record(Ticket, {"id": "1", "subject": "s", member: " "})
    assert broken == (member,)
    assert json.loads(ticket.wire_json()) == {"id": "1", "subject": "s"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"z": 1}, '{"z": 1}'),
        (["a", None, True], '["a", null, true]'),
        (True, "true"),
        (1.5, "1.5"),
        (7, "7"),
        ({"ä": "ö"}, '{"ä": "ö"}'),
    ],
)
def test_a_custom_field_is_never_shown_as_a_value_of_python(value: object, text: str) -> None:
    ticket, _ = read_record(Ticket, {"id": "1", "customFields": [{"a": value}, None]})
    assert ticket.custom_fields == {"a": text}


def test_an_id_of_a_database_is_read() -> None:
    assert read_record(Ticket, {"id": {"$oid": "64b0"}})[0].id == "64b0"


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, {"id": ""}, {"id": None}, {"id": [1]}])
def test_without_an_id_there_is_no_ticket(value: object) -> None:
    with pytest.raises(BadAnswer):
        read_record(Ticket, value)


def test_a_record_broken_all_over_is_given_up() -> None:
    replies = [{"text": [], "replyDate": "x"} for _ in range(40)]
    with pytest.raises(BadAnswer):
        read_record(Ticket, {"id": "1", "replies": replies})


def test_the_data_given_is_not_changed() -> None:
    data = {"id": "1", "cc": [{"id": "a"}, "x"], "insertDate": "soon"}
    before = json.dumps(data)
    read_record(Ticket, data)
    assert json.dumps(data) == before


def test_unknown_members_are_kept_on_the_way_back() -> None:
    data = {"id": "1", "someFutureMember": {"a": [1]}, "workedTimeHours": 1}
    assert json.loads(read_record(Ticket, data)[0].wire_json()) == data


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["", "1383580226312", "true", "64b000000000000000000001"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "name", "text", "status", "replies", "replyDate", "documentURL", "account",
                 "replyFromCustomer", "labels", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@cache
def members_of(kind: type[Record]) -> list[str]:
    """Every wire name of `kind`."""
    return list(kind.model_json_schema(by_alias=True)["properties"])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_any_json_in_any_member_is_a_record_or_a_bad_answer(
    kind: type[Record], data: st.DataObject
) -> None:
    names = members_of(kind)
    wire = data.draw(st.dictionaries(st.sampled_from(names), json_values, max_size=6))
    wire |= {"id": "1", "status": "opened", "source": "web"}
    whole = json.loads(json.dumps(wire))
    try:
        record, broken = read_record(kind, whole)
    except BadAnswer:
        return
    assert isinstance(record, kind)
    assert {place.partition(".")[0] for place in broken} <= set(wire)
    if _is_sound(kind, whole):
        assert broken == ()


def _is_sound(kind: type[Record], wire: object) -> bool:
    try:
        kind.model_validate(wire)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_what_was_read_comes_back_equal(kind: type[Record], data: st.DataObject) -> None:
    names = members_of(kind)
    wire = data.draw(st.dictionaries(st.sampled_from(names), json_values, max_size=6))
    wire |= {"id": "1", "status": "opened", "source": "web"}
    try:
        record, _ = read_record(kind, json.loads(json.dumps(wire)))
    except BadAnswer:
        return
    again, broken = read_record(kind, json.loads(record.wire_json()))
    assert broken == ()
    assert again == record


def test_a_null_in_a_list_does_not_cost_its_sound_neighbour() -> None:
    replies = [None, {"text": "good"}, {"text": "bad", "replyDate": "x"}]
    ticket, broken = read_record(Ticket, {"id": "t1", "replies": replies})
    assert [reply.text for reply in ticket.replies] == ["good", "bad"]
    assert broken == ("replies.2.replyDate",)


def test_what_a_customer_wrote_stands_in_no_error() -> None:
    secret = "-".join(["my", "secret"])  # the traceback quotes this source, too
    with pytest.raises(BadAnswer) as caught:
        read_record(Ticket, {"id": [secret], "subject": secret})
    assert secret not in "".join(traceback.format_exception(caught.value))
