"""Creating, changing, answering and deleting tickets (API sheet §4.1, §5.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.server.calling import Office

UNKNOWN_ID = "0" * 24
MOMENT_MS = 1_704_103_200_000


def hex_file(name: str = "hi.txt") -> dict[str, str]:
    return {"documentName": name, "documentType": "text/plain", "documentBlob": "6869"}


def test_new_ticket_has_the_documented_defaults(open_office: Office) -> None:
    ticket = open_office.caller.ticket(open_office.new_ticket())
    assert ticket["status"]["status"] == "opened"
    assert ticket["source"]["source"] == "web"
    assert (ticket["priority"], ticket["numberOfReplies"], ticket["closedDate"]) == (0, 0, None)
    assert (ticket["toReply"], ticket["toReplyCustomer"]) == (True, False)
    assert ticket["openedBy"]["name"] == "Tom Arden"
    assert ticket["insertDate"] == ticket["managedDate"]
    for member in ("cc", "replies", "tags", "attachedDocuments", "customFields", "ticketNotes"):
        assert ticket[member] == []


def test_numbers_count_up_within_the_year(open_office: Office) -> None:
    year = datetime.now(UTC).year
    numbers = [open_office.caller.ticket(open_office.new_ticket())["number"] for _ in range(3)]
    first = int(numbers[0].partition("/")[0])
    assert numbers == [f"{first + step}/{year}" for step in range(3)]


@pytest.mark.parametrize("member", ["subject", "description", "openedBy", "type"])
def test_create_names_a_missing_member(open_office: Office, member: str) -> None:
    body: dict[str, Any] = {
        "subject": "S",
        "description": "D",
        "openedBy": {"id": open_office.customer},
        "type": {"id": open_office.type},
    }
    del body[member]
    before = open_office.caller.found(limit=1)
    message = open_office.caller.refused("POST", "/ticket/insert", body)
    assert message == f"Missing field: {member}"
    assert open_office.caller.found(limit=1) == before


@pytest.mark.parametrize(
    ("member", "value", "named"),
    [
        ("assignedTo", {"id": UNKNOWN_ID}, "assignedTo.id"),
        ("openedBy", {"id": UNKNOWN_ID}, "openedBy.id"),
        ("type", {"id": UNKNOWN_ID}, "type.id"),
        ("area", {"id": UNKNOWN_ID}, "area.id"),
        ("group", {"id": UNKNOWN_ID}, "group.id"),
        ("cc", [{"id": UNKNOWN_ID}], "cc.id"),
        ("status", {"status": "nope"}, "status.status"),
        ("source", {"source": "nope"}, "source.source"),
        ("priority", 2, "priority"),
        ("subject", "  ", "subject"),
        ("subject", None, "subject"),
        ("openedBy", None, "openedBy"),
        ("status", None, "status"),
        ("tags", [1], "tags"),
        ("customFields", ["x"], "customFields"),
        ("attachedDocuments", [{"documentName": "x"}], "attachedDocuments.0"),
        ("attachedDocuments", [{"documentName": "x", "documentBlob": "6"}], "documentBlob"),
        ("attachedDocuments", [{"documentName": "x", "documentBlob": "zz"}], "documentBlob"),
        ("attachedDocuments", [{"documentName": "x", "documentBase64": "a"}], "documentBase64"),
        ("attachedDocuments", [{"documentName": "", "documentBlob": "00"}], "documentName"),
        ("replies", [{"text": "x"}], "replies.0"),
        ("subjct", "x", "Unknown field: subjct"),
    ],
)
def test_bad_member_is_named_and_nothing_changes(
    open_office: Office, member: str, value: object, named: str
) -> None:
    ticket_id = open_office.new_ticket(tags=["kept"])
    before = open_office.caller.ticket(ticket_id)
    message = open_office.caller.refused(
        "PUT", f"/ticket/update/{ticket_id}", {"memo": "half", "tags": ["lost"], member: value}
    )
    assert named in message
    assert open_office.caller.ticket(ticket_id) == before


def test_update_keeps_what_is_absent_and_clears_what_is_null(open_office: Office) -> None:
    ticket_id = open_office.new_ticket(memo="M", assignedTo={"id": open_office.agent}, tags=["a"])
    before = open_office.caller.ticket(ticket_id)
    open_office.caller.done(
        "PUT",
        f"/ticket/update/{ticket_id}",
        {"memo": None, "assignedTo": None, "tags": None, "priority": True},
    )
    after = open_office.caller.ticket(ticket_id)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"memo", "assignedTo", "tags", "priority", "managedDate"}
    assert (after["memo"], after["assignedTo"], after["tags"]) == (None, None, [])


def test_lists_of_values_are_replaced_and_files_added(open_office: Office) -> None:
    ticket_id = open_office.new_ticket(
        tags=["a", "b"], customFields={"X": "1"}, attachedDocuments=[hex_file("one")]
    )
    open_office.caller.done(
        "PUT",
        f"/ticket/update/{ticket_id}",
        {
            "tags": [{"c": None}, "c", None, {"tag": "d"}],
            "customFields": [{"Y": "2"}, {"name": "Z", "value": None}],
            "cc": [{"id": open_office.agent}, {"id": open_office.agent}],
            "attachedDocuments": [hex_file("two")],
        },
    )
    ticket = open_office.caller.ticket(ticket_id)
    assert ticket["tags"] == ["c", "d"]
    assert ticket["customFields"] == [{"Y": "2"}, {"Z": None}]
    assert [agent["id"] for agent in ticket["cc"]] == [open_office.agent]
    assert [file["documentName"] for file in ticket["attachedDocuments"]] == ["one", "two"]


def test_whole_record_can_be_sent_back_without_doubling_anything(open_office: Office) -> None:
    ticket_id = open_office.new_ticket(attachedDocuments=[hex_file()], customFields={"X": "1"})
    open_office.reply(ticket_id, attachedDocuments=[hex_file()])
    open_office.caller.done(
        "PUT", f"/ticket/addNote/{ticket_id}", {"note": "N", "insertBy": open_office.agent}
    )
    record = open_office.caller.ticket(ticket_id)
    open_office.caller.done("PUT", f"/ticket/update/{ticket_id}", record)
    again = open_office.caller.ticket(ticket_id)
    assert again["managedDate"] > record["managedDate"]
    assert again | {"managedDate": 0} == record | {"managedDate": 0}


def test_closing_and_reopening_keep_the_closed_date(open_office: Office) -> None:
    ticket_id = open_office.new_ticket()
    path = f"/ticket/update/{ticket_id}"
    open_office.caller.done("PUT", path, {"status": {"status": "closed"}})
    closed_ms = open_office.caller.ticket(ticket_id)["closedDate"]
    assert closed_ms is not None
    open_office.caller.done("PUT", path, {"status": {"status": "closed"}})
    assert open_office.caller.ticket(ticket_id)["closedDate"] == closed_ms
    open_office.caller.done("PUT", path, {"status": {"status": "solved"}})
    assert open_office.caller.ticket(ticket_id)["closedDate"] is None


def test_every_write_moves_the_managed_date(open_office: Office) -> None:
    ticket_id = open_office.new_ticket(attachedDocuments=[hex_file()])
    seen = [open_office.caller.ticket(ticket_id)["managedDate"]]
    document_id = open_office.caller.ticket(ticket_id)["attachedDocuments"][0]["documentURL"][-24:]
    note = {"note": "N", "insertBy": open_office.agent}
    reply = {"text": "T", "replyFromOperator": {"id": open_office.agent}}
    file = f"ticketId={ticket_id}&documentId={document_id}"
    for method, path, body in (
        ("PUT", f"/ticket/reply/{ticket_id}", reply),
        ("PUT", f"/ticket/addNote/{ticket_id}", note),
        ("PUT", f"/ticket/update/{ticket_id}", {}),
        ("DELETE", f"/ticket/attachedDocument/delete?{file}", None),
    ):
        open_office.caller.done(method, path, body)
        seen.append(open_office.caller.ticket(ticket_id)["managedDate"])
    assert seen == sorted(set(seen))


def test_replies_say_who_has_to_answer(open_office: Office) -> None:
    ticket_id = open_office.new_ticket(assignedTo={"id": open_office.agent})
    open_office.reply(ticket_id)
    ticket = open_office.caller.ticket(ticket_id)
    assert (ticket["toReply"], ticket["toReplyCustomer"]) == (False, True)
    assert ticket["replies"][0]["replyToCustomer"]["id"] == open_office.customer
    open_office.caller.done(
        "PUT",
        f"/ticket/reply/{ticket_id}",
        {"text": "Thanks", "replyFromCustomer": {"id": open_office.customer}},
    )
    ticket = open_office.caller.ticket(ticket_id)
    assert (ticket["toReply"], ticket["toReplyCustomer"]) == (True, False)
    assert ticket["replies"][1]["replyToOperator"]["id"] == open_office.agent
    assert ticket["numberOfReplies"] == len(ticket["replies"]) == 2
    assert "id" not in ticket["replies"][0]


def test_posted_reply_is_a_reply(open_office: Office) -> None:
    ticket_id = open_office.new_ticket()
    answer = open_office.caller.send(
        "POST",
        f"/ticket/postReply/{ticket_id}",
        {"text": "By app", "replyFromOperator": {"id": open_office.agent}},
    )
    assert answer.status_code == 200
    assert open_office.caller.ticket(ticket_id)["replies"][0]["text"] == "By app"


def test_imported_replies_are_read_oldest_first(open_office: Office) -> None:
    by_agent = {"replyFromOperator": {"id": open_office.agent}}
    ticket_id = open_office.new_ticket(
        replies=[
            {"text": "second", "replyDate": str(MOMENT_MS + 1000), **by_agent},
            {"text": "first", "replyDate": MOMENT_MS, **by_agent},
        ]
    )
    ticket = open_office.caller.ticket(ticket_id)
    assert [reply["text"] for reply in ticket["replies"]] == ["first", "second"]
    assert ticket["replies"][0]["replyDate"] == MOMENT_MS
    assert (ticket["numberOfReplies"], ticket["toReply"]) == (2, False)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"text": " \n"}, "text"),
        ({"text": None}, "text"),
        ({}, "text"),
        ({"text": "x", "replyFromOperator": None}, "replyFrom"),
        ({"text": "x", "replyFromOperator": {"id": UNKNOWN_ID}}, "replyFromOperator.id"),
        ({"text": "x", "replyFromOperator": "x"}, "replyFromOperator"),
        ({"text": "x", "replyDate": "soon"}, "replyDate"),
        ({"text": "x", "replyDate": 10**17}, "replyDate"),
        ({"text": "x", "replyToCustomer": {"id": UNKNOWN_ID}}, "replyToCustomer.id"),
        ({"text": "x", "attachedDocuments": [{"documentName": "f"}]}, "attachedDocuments.0"),
    ],
)
def test_bad_reply_names_its_mistake_and_leaves_no_trace(
    open_office: Office, body: dict[str, object], named: str
) -> None:
    ticket_id = open_office.new_ticket()
    before = open_office.caller.ticket(ticket_id)
    author = {"replyFromOperator": {"id": open_office.agent}}
    message = open_office.caller.refused("PUT", f"/ticket/reply/{ticket_id}", author | body)
    assert named in message
    assert open_office.caller.ticket(ticket_id) == before


def test_note_takes_plain_ids_and_a_reminder(open_office: Office) -> None:
    ticket_id = open_office.new_ticket()
    note_id = open_office.caller.done(
        "PUT",
        f"/ticket/addNote/{ticket_id}",
        {
            "note": "Ask",
            "insertBy": open_office.agent,
            "date": str(MOMENT_MS),
            "remindMe": MOMENT_MS,
        },
    )
    (note,) = open_office.caller.ticket(ticket_id)["ticketNotes"]
    assert note == {
        "id": note_id,
        "note": "Ask",
        "insertBy": open_office.agent,
        "assignedTo": open_office.agent,
        "date": MOMENT_MS,
        "remindMe": MOMENT_MS,
    }


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"note": ""}, "note"),
        ({"insertBy": UNKNOWN_ID}, "insertBy"),
        ({"insertBy": None}, "insertBy"),
        ({"assignedTo": UNKNOWN_ID}, "assignedTo"),
        ({"assignedTo": {"id": "x"}}, "assignedTo"),
        ({"remindMe": "x"}, "remindMe"),
    ],
)
def test_bad_note_names_its_mistake(
    open_office: Office, body: dict[str, object], named: str
) -> None:
    ticket_id = open_office.new_ticket()
    note = {"note": "N", "insertBy": open_office.agent}
    assert named in open_office.caller.refused("PUT", f"/ticket/addNote/{ticket_id}", note | body)
    assert open_office.caller.ticket(ticket_id)["ticketNotes"] == []


@pytest.mark.parametrize("path", ["update", "reply", "addNote", "delete"])
def test_writing_to_an_unknown_ticket_is_a_404(open_office: Office, path: str) -> None:
    body = {
        "update": {},
        "reply": {"text": "x", "replyFromOperator": {"id": open_office.agent}},
        "addNote": {"note": "x", "insertBy": open_office.agent},
        "delete": None,
    }[path]
    method = "DELETE" if path == "delete" else "PUT"
    open_office.caller.refused(method, f"/ticket/{path}/{UNKNOWN_ID}", body, 404)


def test_deleted_ticket_takes_its_files_along(open_office: Office) -> None:
    ticket_id = open_office.new_ticket(attachedDocuments=[hex_file()])
    open_office.reply(ticket_id, attachedDocuments=[hex_file()])
    address = open_office.caller.ticket(ticket_id)["attachedDocuments"][0]["documentURL"]
    assert open_office.caller.done("DELETE", f"/ticket/delete/{ticket_id}") == ticket_id
    assert open_office.caller.get(f"/ticket/{ticket_id}").status_code == 204
    assert open_office.caller.http.get(address).status_code == 204


def test_file_comes_back_as_it_was(open_office: Office) -> None:
    name = "../é\r\nX: y 茶.txt"
    ticket_id = open_office.new_ticket(
        attachedDocuments=[
            {"documentName": name, "documentType": "text/plain\r\nX: y", "documentBase64": "aGk="}
        ]
    )
    (file,) = open_office.caller.ticket(ticket_id)["attachedDocuments"]
    assert (file["documentName"], file["documentSize"], file["documentBlob"]) == (name, 2, None)
    answer = open_office.caller.http.get(file["documentURL"])
    assert (answer.status_code, answer.content) == (200, b"hi")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "X" not in answer.headers
    bare = open_office.caller.http.get(file["documentURL"], headers={"clientId": "other"})
    assert bare.status_code == 403


def test_one_file_can_be_deleted(open_office: Office) -> None:
    ticket_id = open_office.new_ticket(attachedDocuments=[hex_file("one"), hex_file("two")])
    files = open_office.caller.ticket(ticket_id)["attachedDocuments"]
    document_id = files[0]["documentURL"].rpartition("/")[2]
    path = f"/ticket/attachedDocument/delete?ticketId={ticket_id}&documentId={document_id}"
    assert open_office.caller.done("DELETE", path) == document_id
    assert [
        f["documentName"] for f in open_office.caller.ticket(ticket_id)["attachedDocuments"]
    ] == ["two"]
    open_office.caller.refused("DELETE", path, None, 404)
    assert "documentId" in open_office.caller.refused(
        "DELETE", f"/ticket/attachedDocument/delete?ticketId={ticket_id}", None
    )
