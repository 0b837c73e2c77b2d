"""Opening a ticket, from the first field to sent, on a host of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from deskero_tui.domain.errors import DeskeroError, Refused
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, cell_width
from deskero_tui.tui.compose.draft_state import NewTicketDraft
from deskero_tui.tui.compose.new_ticket import NewTicketForm
from tests.support.modal_host import NORMAL, SMALL, ModalHost, picture, shown, type_text

TYPES = [Choice("t1", SafeText("Question")), Choice("t2", SafeText("Complaint"))]
AGENTS = [Choice("a1", SafeText("Anna Marchetti")), Choice("a2", SafeText("Bert Lund"))]
TOM = Choice("c1", SafeText("Tom Arden"), SafeText("tom@example.com"))
FULL = NewTicketDraft(subject="Parcel", description="It is late.", customer=TOM)


class Post:
    """Takes what is sent, as it was then; fails with `error` if set."""

    def __init__(self, error: DeskeroError | None = None) -> None:
        self.sent: list[NewTicketDraft] = []
        self.error = error

    async def send(self, draft: NewTicketDraft) -> None:
        self.sent.append(replace(draft))
        if self.error is not None:
            raise self.error


async def find(typed: str) -> Sequence[Choice]:
    return [TOM] if typed.casefold() in TOM.label.casefold() else []


def form(draft: NewTicketDraft, post: Post | None = None) -> ModalHost[bool]:
    return ModalHost(
        lambda: NewTicketForm(
            draft,
            find_customers=find,
            types=TYPES,
            agents=AGENTS,
            send=(post or Post()).send,
            is_kept=lambda: True,
            most_upload_bytes=1_000_000,
            file_root=None,
        )
    )


async def test_a_ticket_is_filled_in_by_keys_alone_and_sent() -> None:
    draft, post = NewTicketDraft(), Post()
    app = form(draft, post)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await type_text(pilot, "tom")
        await pilot.press("enter", "tab", "enter", "down", "enter", "tab", "enter", "tab", "enter")
        await type_text(pilot, "bert")
        await pilot.press("enter", "tab")
        await type_text(pilot, "Parcel\nIt is late.")
        await pilot.press("ctrl+s")
        strip = " ".join(shown(app).replace("│", " ").split())
        for words in (
            "PUBLIC: the customer",
            "Customer Tom Arden <tom@example.com>",
            "Type Complaint",
            "Priority yes",
            "Assignee Bert Lund",
        ):
            assert words in strip
        await pilot.press("y")
        await pilot.pause()
        assert app.answers == [True]
    assert post.sent == [
        NewTicketDraft(
            subject="Parcel",
            description="It is late.",
            customer=TOM,
            type="t2",
            assignee="a2",
            is_priority=True,
        )
    ]


async def test_the_type_is_the_first_unless_another_is_chosen() -> None:
    draft, post = replace(FULL), Post()
    app = form(draft, post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "y")
        await pilot.pause()
        assert [sent.type for sent in post.sent] == ["t1"]


async def test_a_new_customer_is_given_by_name_and_address() -> None:
    draft, post = NewTicketDraft(subject="Parcel", description="Late"), Post()
    app = form(draft, post)
    async with app.run_test() as pilot:
        await pilot.press("tab")
        await type_text(pilot, "Eve Rossi\neve@example.com")
        await pilot.press("ctrl+s")
        assert "Eve Rossi <eve@example.com>, new" in shown(app)
        await pilot.press("y")
        await pilot.pause()
        sent = post.sent[0]
        assert (sent.customer, sent.new_customer_name, sent.new_customer_email) == (
            None,
            "Eve Rossi",
            "eve@example.com",
        )


def without(**changes: object) -> Callable[[], NewTicketDraft]:
    return lambda: replace(FULL, **changes)  # type: ignore[arg-type]  # the cases know the fields


@pytest.mark.parametrize(
    ("make", "field_id", "sentence"),
    [
        (without(customer=None), "customer", "Customer: search for one, or fill in a new one."),
        (
            without(customer=None, new_customer_email="eve@example.com"),
            "name",
            "New customer: the name is missing.",
        ),
        (
            without(customer=None, new_customer_name="Eve", new_customer_email="eve"),
            "email",
            "New customer: this is no e-mail address.",
        ),
        (without(subject=" "), "subject", "Subject: there is none."),
        (without(description="\n"), "description", "Description: there is none."),
    ],
)
async def test_what_is_missing_is_named_and_gets_the_cursor(
    make: Callable[[], NewTicketDraft], field_id: str, sentence: str
) -> None:
    post = Post()
    app = form(make(), post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s")
        assert sentence in shown(app)
        assert app.focused is not None
        assert app.focused.id == field_id
        await pilot.press("y")
        assert post.sent == []


async def test_leaving_keeps_every_word() -> None:
    draft = NewTicketDraft()
    app = form(draft)
    async with app.run_test() as pilot:
        await pilot.press("tab")
        await type_text(pilot, "Eve\nx@y")
        await pilot.press("tab", "tab", "tab", "tab")
        await type_text(pilot, "Par\ncel")
        await pilot.press("escape")
        assert app.answers == [False]
        app.reopen()
        await pilot.pause()
        for words in ("Eve", "x@y", "Par", "cel"):
            assert words in shown(app)
    assert (draft.subject, draft.description) == ("Par", "cel")


async def test_a_refused_ticket_stays_with_the_reason() -> None:
    draft, post = replace(FULL), Post(Refused("The desk refused the ticket.", status=400))
    app = form(draft, post)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "y")
        await pilot.pause()
        assert "The desk refused the ticket." in shown(app)
        assert app.answers == []
        await pilot.press("e", "shift+tab")
        await type_text(pilot, "!")
        assert draft.description == "It is late.!"


async def test_there_is_no_status_to_set() -> None:
    app = form(replace(FULL))
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "s")
        assert "There is no status to set with this." in shown(app)


async def test_the_form_lives_through_resizes() -> None:
    app = form(NewTicketDraft())
    async with app.run_test(size=NORMAL) as pilot:
        for width, height in [(120, 36), (20, 6), (300, 80), SMALL]:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert all(cell_width(line) <= width for line in picture(app))
        await pilot.press(*["tab"] * 7)
        await type_text(pilot, "described")
        assert "described" in shown(app)


@pytest.mark.parametrize("keys", [[], ["ctrl+s"]], ids=["form", "review"])
@pytest.mark.parametrize("size", [NORMAL, SMALL], ids=["80x24", "40x12"])
def test_picture_of_a_new_ticket(keys: list[str], size: tuple[int, int], snap_compare: Any) -> None:
    assert snap_compare(form(replace(FULL)), press=keys, terminal_size=size)
