from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.api.answers import Answer
from deskero_tui.api.paging import Envelope, Page, find_envelope, read_page
from deskero_tui.domain.errors import BadAnswer, Refused
from deskero_tui.domain.records.ticket import Ticket
from tests.support.still_clock import StillClock

RECORDS = [{"id": "1"}]
WRAP = {
    "totalRecords": 26,
    "recordsPerPage": 25,
    "previousQuery": None,
    "nextQuery": "https://elsewhere.test/?page=2",
    "records": RECORDS,
}
FOUND = Envelope(RECORDS, total=26, size=25, has_next=True)
OTHER = {"records": [{"id": "2"}]}


def answer(body: object, status: int = 200) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("GET", "/ticket/list", status, {}, content)


async def page_of(body: object, status: int = 200, number: int = 1) -> Page[Ticket]:
    return await read_page(
        answer(body, status), Ticket, number=number, expected_key="type", clock=StillClock()
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"type": WRAP, "ticket": OTHER, "other": OTHER}, FOUND),
        ({"ticket": WRAP, "other": OTHER}, FOUND),
        ({"knowledge base": WRAP}, FOUND),
        ({"status": "ok", "page": WRAP, "more": {"a": 1}}, FOUND),
        (WRAP, FOUND),
        ({"type": RECORDS, "ticket": []}, Envelope(RECORDS)),
        ({"ticket": RECORDS}, Envelope(RECORDS)),
        ({"scenario": RECORDS}, Envelope(RECORDS)),
        (RECORDS, Envelope(RECORDS)),
        ([], Envelope([])),
        ({}, Envelope(())),
        ({"type": {"records": None}}, Envelope((), has_next=None)),
        ({"a": WRAP, "b": OTHER}, None),
        ({"a": [], "b": []}, None),
        ({"id": "1"}, None),
        ({"type": None}, None),
        ("text", None),
        (None, None),
        (7, None),
    ],
)
def test_the_envelope_is_found_by_its_shape(data: object, expected: Envelope | None) -> None:
    assert find_envelope(data, "type") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (26, 26),
        ("26", 26),
        (0, 0),
        (-1, None),
        (True, None),
        ("x", None),
        ("9" * 50, None),
        ({}, None),
    ],
)
def test_a_total_is_read_leniently(value: object, expected: int | None) -> None:
    envelope = find_envelope({"ticket": WRAP | {"totalRecords": value}}, "ticket")
    assert envelope is not None
    assert envelope.total == expected


@pytest.mark.parametrize(
    ("members", "number", "goes_on"),
    [
        ({"nextQuery": "https://elsewhere.test"}, 1, True),
        ({"nextQuery": None, "totalRecords": 99}, 1, False),
        ({"nextQuery": ""}, 1, False),
        ({}, 1, True),
        ({"records": []}, 1, False),
        ({"totalRecords": 2}, 1, True),
        ({"totalRecords": 2}, 2, False),
        ({"totalRecords": 26, "recordsPerPage": 25}, 1, True),
        ({"totalRecords": 26, "recordsPerPage": 25}, 2, False),
        ({"totalRecords": 26, "recordsPerPage": 0, "records": []}, 1, False),
    ],
)
async def test_whether_a_page_follows(
    members: dict[str, object], number: int, goes_on: bool
) -> None:
    page = await page_of({"ticket": {"records": RECORDS} | members}, number=number)
    assert page.has_next is goes_on


async def test_nothing_is_an_empty_page() -> None:
    assert await page_of(b"", status=204, number=3) == Page((), 3)
    assert await page_of(b"", status=200, number=3) == Page((), 3)
    assert await page_of({}) == Page((), 1)


async def test_a_record_that_cannot_be_read_is_counted_and_the_others_are_kept() -> None:
    records = [{"id": "1"}, {"subject": "secret words"}, "x", {"id": "4", "insertDate": "soon"}]
    page = await page_of({"ticket": {"records": records, "totalRecords": 4}})
    assert [ticket.id for ticket in page.records] == ["1", "4"]
    assert page.problems == (
        "Ticket 2 of page 1: unreadable",
        "Ticket 3 of page 1: unreadable",
        "Ticket 4 of page 1: insertDate",
    )
    assert (page.unreadable, page.received) == (2, 4)


async def test_a_message_where_a_list_should_be_is_a_refusal() -> None:
    with pytest.raises(Refused, match="No access"):
        await page_of({"data": "No access"})


@pytest.mark.parametrize("body", [b"<html></html>", b'{"ticket": {"rec', {"id": "1"}, 7])
async def test_what_is_no_list_is_a_bad_answer(body: object) -> None:
    with pytest.raises(BadAnswer):
        await page_of(body)


class RacingClock(StillClock):
    """A second passes whenever somebody looks."""

    def monotonic(self) -> float:
        self.pass_by(1.0)
        return super().monotonic()


async def test_the_event_loop_gets_its_turn_while_a_page_is_read() -> None:
    reading = asyncio.create_task(
        read_page(
            answer([{"id": str(n)} for n in range(50)]),
            Ticket,
            number=1,
            expected_key="ticket",
            clock=RacingClock(),
        )
    )
    turns = 0
    while not reading.done():
        turns += 1
        await asyncio.sleep(0)
    assert len((await reading).records) == 50
    assert turns >= 50


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["ticket", "type", "records", "totalRecords", "nextQuery", "id", "data"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_a_page_or_one_of_our_errors(body: object) -> None:
    try:
        page = asyncio.run(page_of(body))
    except (BadAnswer, Refused):
        return
    assert page.received == len(page.records) + len(
        [problem for problem in page.problems if problem.endswith("unreadable")]
    )
