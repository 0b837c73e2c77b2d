"""Pages, order and search of `/ticket/list` (API sheet §3.3 to §3.5), on the sample company."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.server.calling import Caller, Office


def everything(caller: Caller) -> list[dict[str, Any]]:
    return caller.found(limit=200)


def test_pages_follow_each_other_to_the_end(sample: Caller) -> None:
    seen: list[str] = []
    address: str | None = f"{sample.desk.base_url}/ticket/list?limit=50&sort=managedDate_ASC"
    pages = []
    while address:
        (page,) = sample.http.get(address).json().values()
        pages.append(page)
        seen += [record["id"] for record in page["records"]]
        address = page["nextQuery"]
    assert [len(page["records"]) for page in pages] == [50, 50, 20]
    assert all((page["totalRecords"], page["recordsPerPage"]) == (120, 50) for page in pages)
    assert len(set(seen)) == 120
    assert pages[0]["previousQuery"] is None
    assert parse_qs(urlsplit(pages[2]["previousQuery"]).query)["page"] == ["2"]


def test_neighbour_addresses_keep_filters_limit_and_sort(sample: Caller) -> None:
    answer = sample.get(
        "/ticket/list", text="parcel & co", tags="", limit=1, sort="insertDate_ASC", all=""
    )
    assert answer.status_code == 204
    (page,) = (
        sample.get("/ticket/list", text="é", limit=1, sort="number_ASC", toReply="").json().values()
    )
    parts = urlsplit(page["nextQuery"])
    assert f"{parts.scheme}://{parts.netloc}" == sample.desk.base_url
    assert parse_qs(parts.query, keep_blank_values=True) == {
        "text": ["é"],
        "limit": ["1"],
        "sort": ["number_ASC"],
        "toReply": [""],
        "page": ["2"],
    }


def test_first_page_has_the_default_size_and_order(sample: Caller) -> None:
    (page,) = sample.get("/ticket/list").json().values()
    moments = [record["insertDate"] for record in page["records"]]
    assert page["recordsPerPage"] == len(moments) == 25
    assert moments == sorted(moments, reverse=True)


def test_limit_is_capped(sample: Caller) -> None:
    (page,) = sample.get("/ticket/list", limit=5000).json().values()
    assert page["recordsPerPage"] == 200


@pytest.mark.parametrize("page", [6, 1000, 10**12 - 1])
def test_page_beyond_the_end_is_empty(sample: Caller, page: int) -> None:
    answer = sample.get("/ticket/list", page=page)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"page": "0"}, "page"),
        ({"page": "-1"}, "page"),
        ({"page": "two"}, "page"),
        ({"page": ""}, "page"),
        ({"page": "٣"}, "page"),
        ({"page": "9" * 400}, "page"),
        ({"limit": "0"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"sort": "insertDate"}, "sort"),
        ({"sort": "insertDate_UP"}, "sort"),
        ({"sort": "nope_ASC"}, "sort"),
        ({"subjct": "x"}, "subjct"),
        ({"openedBy.password": "x"}, "openedBy.password"),
        ({"insertDate": "yesterday"}, "insertDate"),
        ({"toReply": "maybe"}, "toReply"),
        ({"number": "7-2024"}, "number"),
        ({"customFields.value": "x"}, "customFields.value"),
        ({"text": "x" * 1001}, "text"),
    ],
)
def test_bad_parameter_is_named(sample: Caller, query: dict[str, str], named: str) -> None:
    answer = sample.get("/ticket/list", **query)
    assert answer.status_code == 400
    assert named in answer.json()["message"]


def test_too_many_parameters_are_refused(sample: Caller) -> None:
    answer = sample.http.get("/ticket/list?" + "&".join(["text=a"] * 61))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"status.status": "closed"}, lambda t: t["status"]["status"] == "closed"),
        ({"status": "solved"}, lambda t: t["status"]["status"] == "solved"),
        ({"source.source": "email"}, lambda t: t["source"]["source"] == "email"),
        ({"type": "incident"}, lambda t: t["type"]["type"] == "incident"),
        ({"area.area": "returns"}, lambda t: t["area"]["area"] == "returns"),
        ({"priority": ""}, lambda t: t["priority"] == 1),
        ({"priority": "0"}, lambda t: t["priority"] == 0),
        ({"toReply": "true"}, lambda t: t["toReply"]),
        ({"toReplyCustomer": "false"}, lambda t: not t["toReplyCustomer"]),
        ({"pending": ""}, lambda t: t["status"]["status"] in ("opened", "onhold")),
        ({"topClients": ""}, lambda t: t["openedBy"]["topClient"]),
        ({"all": ""}, lambda t: True),
        ({"archived": "true", "currentAgent": "x"}, lambda t: True),
        ({"assignedTo._id": ""}, lambda t: t["assignedTo"] is None),
        (
            {"assignedTo.name": "ines"},
            lambda t: t["assignedTo"] and t["assignedTo"]["name"] == "Ines Marchetti",
        ),
        ({"openedBy.name": "ELODIE"}, lambda t: "Élodie" in t["openedBy"]["name"]),
        ({"cc.name": "zofia"}, lambda t: any("Zofia" in agent["name"] for agent in t["cc"])),
        ({"tags": "vip,"}, lambda t: "vip" in t["tags"]),
        ({"tags": "Delivery,VIP"}, lambda t: {"vip", "delivery"} <= set(t["tags"])),
        ({"subject": "INVOICE"}, lambda t: "invoice" in t["subject"].lower()),
        ({"subject": "100%_"}, lambda t: "100%_" in t["subject"]),
        (
            {"ticketNotes.note": "call"},
            lambda t: any("call" in n["note"].lower() for n in t["ticketNotes"]),
        ),
        (
            {"customFields.name": "carrier", "customFields.value": "mule"},
            lambda t: {"Carrier": "Mule & Sons"} in t["customFields"],
        ),
        (
            {"customFields.name": "Carrier"},
            lambda t: any("Carrier" in field for field in t["customFields"]),
        ),
        (
            {"status.status": "opened", "toReply": "", "priority": ""},
            lambda t: t["status"]["status"] == "opened" and t["toReply"] and t["priority"],
        ),
    ],
)
def test_search_finds_all_that_fit_and_nothing_else(
    sample: Caller, query: dict[str, str], holds: Any
) -> None:
    wanted = {ticket["id"] for ticket in everything(sample) if holds(ticket)}
    assert {ticket["id"] for ticket in sample.found(limit=200, **query)} == wanted


def test_samples_make_the_searches_worth_asking(sample: Caller) -> None:
    tickets = everything(sample)
    for query in ({"priority": ""}, {"tags": "vip"}, {"assignedTo._id": ""}, {"topClients": ""}):
        assert 0 < len(sample.found(limit=200, **query)) < len(tickets)


def test_text_looks_into_every_part(office: Office, caller: Caller) -> None:
    ticket_id = office.new_ticket(
        subject="Aubergine", attachedDocuments=[{"documentName": "Fig.txt", "documentBlob": "00"}]
    )
    office.new_ticket(subject="Other", memo="Déjà vu")
    office.reply(ticket_id, "Citron pressé")
    caller.done("PUT", f"/ticket/addNote/{ticket_id}", {"note": "Dill", "insertBy": office.agent})
    number = caller.ticket(ticket_id)["number"]
    for text in ("aubergine", "PRESSE", "dill", "fig", number):
        assert [found["id"] for found in caller.found(text=text)] == [ticket_id], text
    assert len(caller.found(text="tom arden")) == 2
    assert len(caller.found(text="deja")) == 1
    assert len(caller.found(text=" ")) == 2
    assert caller.found(text="%") == []


def test_dotted_ids_find_their_tickets(office: Office, caller: Caller) -> None:
    other = caller.done("POST", "/customer/insert", {"name": "Priya", "company": "Arden Ltd"})
    company = caller.done("POST", "/company/insert", {"company": "Arden Ltd"})
    mine = office.new_ticket(cc=[{"id": office.agent}])
    hers = office.new_ticket(openedBy={"id": other}, assignedTo={"id": office.agent})
    for query, wanted in (
        ({"openedBy._id": other}, [hers]),
        ({"openedBy.id": office.customer}, [mine]),
        ({"assignedTo._id": office.agent}, [hers]),
        ({"cc._id": office.agent}, [mine]),
        ({"type._id": office.type}, [hers, mine]),
        ({"openedBy.company._id": company}, [hers]),
        ({"id": mine}, [mine]),
        ({"openedBy._id": "nobody"}, []),
    ):
        assert [found["id"] for found in caller.found(**query)] == wanted, query


@pytest.mark.parametrize("field", ["insertDate", "managedDate", "subject", "numberOfReplies"])
def test_sort_goes_both_ways(sample: Caller, field: str) -> None:
    ascending = sample.found(limit=200, sort=f"{field}_ASC")
    descending = sample.found(limit=200, sort=f"{field}_DESC")
    assert [record["id"] for record in descending] == [
        record["id"] for record in reversed(ascending)
    ]
    values = [record[field] for record in ascending]
    assert values == sorted(values)


def test_numbers_sort_as_numbers(sample: Caller) -> None:
    numbers = [record["number"] for record in sample.found(limit=200, sort="number_ASC")]
    counters = [tuple(map(int, reversed(number.split("/")))) for number in numbers]
    assert counters == sorted(counters)


def test_changed_customer_shows_in_tickets_at_once(office: Office, caller: Caller) -> None:
    ticket_id = office.new_ticket()
    assert caller.ticket(ticket_id)["openedBy"]["name"] == "Tom Arden"
    caller.done("PUT", f"/customer/update/{office.customer}", {"name": "Thomas Arden"})
    assert caller.ticket(ticket_id)["openedBy"]["name"] == "Thomas Arden"
