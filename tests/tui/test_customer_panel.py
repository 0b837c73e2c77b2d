"""The panel of whoever asks, by itself: sizes, hostile names, news from the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskero_tui.domain.errors import Unreachable
from deskero_tui.domain.ids import CustomerId, TicketId
from deskero_tui.domain.records.customer_card import CustomerCard, card_of
from deskero_tui.domain.records.people import Customer
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.time.epoch import from_ms
from deskero_tui.store import ingest, listing
from deskero_tui.store.database import Database
from deskero_tui.tui.dialogs.choice_list import ChoiceList
from deskero_tui.tui.dialogs.customer_panel import CustomerPanel
from deskero_tui.tui.dialogs.fact_lines import FactLines
from tests.support.modal_host import NORMAL, SMALL, ModalHost, picture, shown, type_text
from tests.support.tickets import MONDAY_MS, ticket

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOSTILE = "[red]\x1b[31m\x1b]0;own\x07\u202e/[/nope] 株"
TOM = Customer(
    id=CustomerId("c1"),
    name="Tom Arden",
    email="tom@example.test",
    phone_number="+44 1904 496 0000",
    company="Arden Ltd",
    address="1 Mill Lane",
    postal_number="YO1 7HH",
    city="York",
    country_code="GB",
    custom_fields={"Client Id": "NC-1000", "Empty": None},
)


@pytest.fixture
def rows(tmp_path: Path) -> tuple[TicketRow, ...]:
    """Three tickets, as the list has them."""
    database = Database(tmp_path / "store.sqlite")
    made = [ticket(1), ticket(2, subject=HOSTILE), ticket(3, subject="")]
    database.write_now(lambda c: ingest.save_tickets(c, made, read_ms=1))
    read = database.read_now(lambda c: listing.rows_of(c, [1, 2, 3], label_of_status=safe_line))
    database.close()
    return tuple(read)


def card(customer: Customer, rows: tuple[TicketRow, ...], *, is_whole: bool = True) -> CustomerCard:
    return card_of(customer, as_of=from_ms(MONDAY_MS), is_whole=is_whole, tickets=rows)


def panel(
    first: CustomerCard, read_afresh: Callable[[], Awaitable[CustomerCard]] | None = None
) -> ModalHost[TicketId | None]:
    async def same() -> CustomerCard:
        return first

    return ModalHost(lambda: CustomerPanel(first, read_afresh=read_afresh or same, now=lambda: NOW))


@pytest.mark.parametrize("size", [NORMAL, SMALL])
async def test_contact_tickets_and_age_of_all_that_fit_any_size(
    size: tuple[int, int], rows: tuple[TicketRow, ...]
) -> None:
    app = panel(card(TOM, rows))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = shown(app)
        assert "Tom Arden" in text
        assert "tom@example.test" in text
        assert "1/2026" in text
        assert "3/2026" in text
        assert "as of Mon 00:00" in text
        assert all(len(line) <= size[0] for line in picture(app))


async def test_fields_that_are_empty_are_left_out(rows: tuple[TicketRow, ...]) -> None:
    names = [str(fact.name) for fact in card(TOM, rows).facts]
    assert names == ["E-mail", "Phone", "Company", "Address", "Client Id"]
    values = {str(fact.name): fact.value for fact in card(TOM, rows).facts}
    assert values["Address"] == "1 Mill Lane, YO1 7HH York, GB"


@pytest.mark.parametrize("size", [NORMAL, SMALL])
async def test_what_strangers_wrote_moves_nothing_and_styles_nothing(
    size: tuple[int, int], rows: tuple[TicketRow, ...]
) -> None:
    hostile = Customer(
        id=CustomerId("c1"), name=HOSTILE, email=HOSTILE, custom_fields={HOSTILE: HOSTILE}
    )
    app = panel(card(hostile, rows))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = shown(app)
        assert "[red]" in text
        assert not any(sign in text for sign in "\x1b\x07\u202e")


async def test_enter_answers_the_ticket_and_typing_narrows(rows: tuple[TicketRow, ...]) -> None:
    app = panel(card(TOM, rows))
    async with app.run_test() as pilot:
        await type_text(pilot, "3/2026")
        await pilot.press("enter")
        assert app.answers == ["t3"]


async def test_escape_answers_nothing_from_either_part(rows: tuple[TicketRow, ...]) -> None:
    app = panel(card(TOM, rows))
    async with app.run_test() as pilot:
        await pilot.press("tab")
        assert isinstance(app.screen.focused, FactLines)
        await pilot.press("tab")
        assert isinstance(app.screen.focused, ChoiceList)
        await pilot.press("tab", "escape")
        assert app.answers == [None]


async def test_without_other_tickets_it_says_so_and_enter_does_nothing() -> None:
    app = panel(card(TOM, ()))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert "No other ticket." in shown(app)
        assert app.answers == []


async def test_news_from_the_desk_come_in_and_the_cursor_stays_on_its_ticket(
    rows: tuple[TicketRow, ...],
) -> None:
    has_come = asyncio.Event()

    async def later() -> CustomerCard:
        await has_come.wait()
        moved = TOM.model_copy(update={"city": "Leeds"})
        return card(moved, (rows[2], *rows[:2]))

    app = panel(card(TOM, rows[:2], is_whole=False), later)
    async with app.run_test() as pilot:
        await pilot.press("down")
        assert "from a ticket · looking at the desk ..." in shown(app)
        has_come.set()
        await pilot.pause()
        await pilot.pause()
        text = shown(app)
        assert "Leeds" in text
        assert "3/2026" in text
        assert "looking at" not in text
        await pilot.press("enter")
        assert app.answers == ["t2"]


async def test_a_desk_out_of_reach_is_named_and_what_is_known_stays(
    rows: tuple[TicketRow, ...],
) -> None:
    async def never() -> CustomerCard:
        raise Unreachable("The desk cannot be reached.")

    app = panel(card(TOM, rows, is_whole=False), never)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.pause()
        assert "from a ticket · The desk cannot be reached." in shown(app)
        assert "tom@example.test" in shown(app)
