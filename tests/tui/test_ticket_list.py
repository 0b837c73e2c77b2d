"""The list keeps its cursor on a ticket, paints only what is seen, and asks for nothing twice."""

from __future__ import annotations

import time
from array import array
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import on
from textual.app import ComposeResult
from textual.pilot import Pilot
from typing_extensions import override

from deskero_tui.domain.records.row import KEY_CODE, RowKey
from deskero_tui.domain.text.safe_text import SafeText, cell_width
from deskero_tui.domain.time.waiting import WaitLimits
from deskero_tui.tui.list_view.columns import COLUMNS, SPACE_CELLS, laid_out, signs
from deskero_tui.tui.widgets.ticket_list import MARGIN_ROWS, MOST_ROWS, TicketList
from tests.support.rest import Resting
from tests.support.rows import NOW, row

SIZE = (80, 24)


class RecordingList(TicketList):
    """The list, with a record of the lines that it was asked to paint again."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        super().__init__(now=now, wait_limits=WaitLimits())
        self.lines_asked: list[int] = []

    @override
    def refresh_line(self, y: int) -> None:
        self.lines_asked.append(y)
        super().refresh_line(y)


class ListHost(Resting[None]):
    """The list alone, its rows made up on request."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.wanted: list[tuple[int, ...]] = []
        self.gone: set[int] = set()
        self.moves: list[RowKey] = []

    def compose(self) -> ComposeResult:
        yield RecordingList(now=lambda: self.now)

    @on(TicketList.RowsWanted)
    def give(self, event: TicketList.RowsWanted) -> None:
        self.wanted.append(event.keys)
        rows = [row(key) for key in event.keys if key not in self.gone]
        event.control.take_rows(rows, asked=event.keys)

    @on(TicketList.CursorMoved)
    def note(self, event: TicketList.CursorMoved) -> None:
        self.moves.append(event.key)

    @property
    def shown(self) -> RecordingList:
        return self.query_one(RecordingList)


def order(keys: Iterable[int]) -> array[int]:
    return array(KEY_CODE, keys)


def text_of(ticket_list: TicketList) -> list[str]:
    """What is painted, line by line."""
    return [ticket_list.render_line(y).text for y in range(ticket_list.size.height)]


@pytest.fixture
async def pilot() -> AsyncIterator[Pilot[None]]:
    async with ListHost().run_test(size=SIZE) as running:
        host(running).shown.focus()
        yield running


def host(pilot: Pilot[None]) -> ListHost:
    assert isinstance(pilot.app, ListHost)
    return pilot.app


async def show(pilot: Pilot[None], keys: Iterable[int], *, from_top: bool = False) -> TicketList:
    ticket_list = host(pilot).shown
    ticket_list.show_order(order(keys), from_top=from_top)
    await pilot.pause()
    return ticket_list


async def test_of_a_hundred_thousand_tickets_only_the_window_is_asked_for(
    pilot: Pilot[None],
) -> None:
    await show(pilot, range(1, 100_001), from_top=True)
    asked = [key for keys in host(pilot).wanted for key in keys]
    assert len(asked) == len(set(asked)) <= SIZE[1] + 2 * MARGIN_ROWS


@pytest.mark.parametrize("gone", [0, 1])
async def test_another_order_of_a_hundred_thousand_tickets_holds_no_key_up(
    pilot: Pilot[None], gone: int
) -> None:
    ticket_list = await show(pilot, range(1, 100_001), from_top=True)
    for _ in range(20):
        ticket_list.action_list_down()
    took_s = []
    for _ in range(5):
        changed = order(key for key in ticket_list.order if key != ticket_list.cursor_key * gone)
        began_s = time.thread_time()
        ticket_list.show_order(changed)
        took_s.append(time.thread_time() - began_s)
        await pilot.pause()
    assert ticket_list.cursor_key == 21 + 5 * gone
    assert min(took_s) < 0.005


async def test_beside_another_pane_the_list_goes_on_by_half_a_window(pilot: Pilot[None]) -> None:
    ticket_list = await show(pilot, range(1, 101), from_top=True)
    ticket_list.scrolls_by_half = True
    count = ticket_list.visible_rows
    for _ in range(count):
        ticket_list.action_list_down()
    assert (ticket_list.cursor_index, ticket_list.scroll_offset.y) == (count, 1 + count // 2)
    for _ in range(count - count // 2):
        ticket_list.action_list_up()
    assert ticket_list.scroll_offset.y == ticket_list.cursor_index - count // 2
    ticket_list.action_list_last()
    assert ticket_list.scroll_offset.y == 100 - count, "no blank lines behind the last ticket"
    ticket_list.action_list_first()
    assert ticket_list.scroll_offset.y == 0


async def test_the_clock_repaints_the_lines_whose_age_changes_and_no_other(
    pilot: Pilot[None],
) -> None:
    await show(pilot, range(1, 101), from_top=True)
    ticket_list = host(pilot).shown
    ticket_list.lines_asked.clear()
    ticket_list.follow_clock()
    assert ticket_list.lines_asked == []
    before = text_of(ticket_list)
    host(pilot).now += timedelta(minutes=90)
    ticket_list.follow_clock()
    await pilot.pause()
    after = text_of(ticket_list)
    changed = [y for y, line in enumerate(before) if line != after[y]]
    assert changed
    assert sorted(ticket_list.lines_asked) == changed


async def test_of_moves_in_a_burst_only_the_last_is_told(pilot: Pilot[None]) -> None:
    ticket_list = await show(pilot, range(1, 101), from_top=True)
    host(pilot).moves.clear()
    for _ in range(50):
        ticket_list.action_list_down()
    await pilot.pause()
    assert host(pilot).moves[-1] == ticket_list.cursor_key == 51
    assert len(host(pilot).moves) < 5


async def test_walking_down_a_long_list_keeps_few_rows(pilot: Pilot[None]) -> None:
    ticket_list = await show(pilot, range(1, 5_001), from_top=True)
    for _ in range(12):
        for _ in range(10):
            ticket_list.action_list_page_down()
        await pilot.pause()
    assert ticket_list.cursor_key == 1 + 120 * ticket_list.visible_rows
    assert len(ticket_list._rows) <= MOST_ROWS + SIZE[1] + 2 * MARGIN_ROWS
    assert "..." not in "".join(text_of(ticket_list))


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("j", "j"), 3),
        (("down", "k"), 1),
        (("k",), 1),
        (("G",), 500),
        (("G", "j"), 500),
        (("G", "g"), 1),
        (("pagedown",), 24),
        (("ctrl+d", "ctrl+u"), 1),
    ],
)
async def test_keys_move_the_cursor(
    pilot: Pilot[None], keys: tuple[str, ...], expected: int
) -> None:
    ticket_list = await show(pilot, range(1, 501), from_top=True)
    await pilot.press(*keys)
    assert ticket_list.cursor_key == expected
    assert host(pilot).moves[-1] == expected
    assert any(f"{expected}/2026" in line for line in text_of(ticket_list))


async def test_the_cursor_stays_on_its_ticket_and_the_ticket_on_its_line(
    pilot: Pilot[None],
) -> None:
    ticket_list = await show(pilot, range(1, 201), from_top=True)
    await pilot.press("G", *["k"] * 5)
    key = ticket_list.cursor_key
    line = next(n for n, text in enumerate(text_of(ticket_list)) if f"{key}/2026" in text)
    await show(pilot, [*range(900, 1_000), *range(1, 201)])
    assert ticket_list.cursor_key == key
    assert f"{key}/2026" in text_of(ticket_list)[line]


async def test_when_its_ticket_goes_the_cursor_takes_the_next_one_of_the_old_order(
    pilot: Pilot[None],
) -> None:
    ticket_list = await show(pilot, [1, 2, 3, 4, 5], from_top=True)
    await pilot.press("j", "j")
    await show(pilot, [9, 5, 4, 1])
    assert ticket_list.cursor_key == 4
    await show(pilot, [9, 1])
    assert ticket_list.cursor_key == 1


async def test_an_empty_list_says_why_and_has_no_ticket(pilot: Pilot[None]) -> None:
    ticket_list = await show(pilot, [1, 2])
    ticket_list.empty_text = "Tickets could not be read"
    await show(pilot, [])
    assert (ticket_list.cursor_row, ticket_list.cursor_index) == (None, -1)
    assert "Tickets could not be read" in "".join(text_of(ticket_list))
    await pilot.press("j", "k", "G", "g")
    assert ticket_list.cursor_row is None
    await show(pilot, [7])
    assert ticket_list.cursor_key == 7


async def test_a_row_that_is_gone_is_not_asked_for_again_and_again(pilot: Pilot[None]) -> None:
    host(pilot).gone.add(2)
    ticket_list = await show(pilot, [1, 2, 3])
    count = len(host(pilot).wanted)
    await pilot.press("j", "k", "j")
    assert ticket_list.cursor_row is None
    assert len(host(pilot).wanted) - count <= 3


async def test_forgotten_rows_are_asked_for_anew_and_shown_until_they_come(
    pilot: Pilot[None],
) -> None:
    ticket_list = await show(pilot, [1, 2, 3])
    before = text_of(ticket_list)
    host(pilot).wanted.clear()
    ticket_list.forget_rows()
    assert text_of(ticket_list) == before
    await pilot.pause()
    assert host(pilot).wanted == [(1, 2, 3)]


async def test_shrinking_the_terminal_keeps_the_cursor_in_sight(pilot: Pilot[None]) -> None:
    ticket_list = await show(pilot, range(1, 101), from_top=True)
    await pilot.press(*["j"] * 20)
    for size in ((80, 8), (40, 12), (120, 36), (34, 4)):
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert ticket_list.cursor_key == 21
        assert any("Subject of 21" in line or "21/2" in line for line in text_of(ticket_list)), size


async def test_no_line_is_wider_than_the_list_with_wide_characters(pilot: Pilot[None]) -> None:
    ticket_list = await show(pilot, [1, 2])
    wide = row(1, subject=SafeText("漢" * 200), customer=SafeText("한국어" * 9))
    ticket_list.take_rows([wide, row(2)])
    for width in (80, 41, 120, 53):
        await pilot.resize_terminal(width, 10)
        await pilot.pause()
        assert {cell_width(line) for line in text_of(ticket_list)} == {ticket_list.size.width}


async def test_only_rows_that_changed_have_the_list_painted_again(pilot: Pilot[None]) -> None:
    ticket_list = await show(pilot, [1, 2], from_top=True)
    await pilot.pause()
    painted = ticket_list._repaint_required
    ticket_list.take_rows([row(1), row(2)])
    assert ticket_list._repaint_required is painted is False
    ticket_list.take_rows([row(1), row(2, subject=SafeText("Another"))])
    assert ticket_list._repaint_required
    await pilot.pause()
    assert "Another" in text_of(ticket_list)[2]


async def test_who_has_waited_long_has_a_sign_beside_the_age(pilot: Pilot[None]) -> None:
    waited = {1: 3, 2: 4, 3: 24, 4: 24 * 400}
    ticket_list = await show(pilot, waited, from_top=True)
    ticket_list.take_rows(
        row(key, waiting_since=NOW - timedelta(hours=hours)) for key, hours in waited.items()
    )
    ages = [" 3h  ", " 4h: ", " 1d! ", " 1y! "]
    lines = text_of(ticket_list)[1:5]
    assert all(age in line for age, line in zip(ages, lines, strict=True)), lines


async def test_a_ticket_that_waits_for_nobody_has_no_sign_however_old(pilot: Pilot[None]) -> None:
    ticket_list = await show(pilot, [1], from_top=True)
    ticket_list.take_rows([row(1, managed_at=NOW - timedelta(days=30))])
    assert " 4w  " in text_of(ticket_list)[1]


# -- columns ---------------------------------------------------------------------------------------


@given(st.integers(min_value=0, max_value=400))
def test_columns_never_need_more_than_there_is_once_there_is_a_little(width: int) -> None:
    columns = laid_out(width)
    used = sum(cells for _, cells in columns) + SPACE_CELLS * (len(columns) - 1)
    assert used == width or width < 20


def test_free_text_stands_last_so_that_it_can_shift_nothing() -> None:
    assert COLUMNS[-1].id == "subject"
    assert [column.width_cells for column in COLUMNS].count(0) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "    "),
        ({"is_priority": True, "is_unread": True, "has_attachment": True}, "!*@ "),
        ({"note_count": 2}, "   n"),
        ({"is_pinned": True, "has_attachment": True}, "  ^ "),
        ({"is_unread": True, "has_draft": True}, " d  "),
        ({"note_count": 2, "remind_at": datetime(2026, 12, 1, tzinfo=UTC)}, "   r"),
        ({"remind_at": datetime(2026, 11, 1, tzinfo=UTC)}, "   R"),
    ],
)
def test_every_sign_has_its_place(changes: dict[str, object], expected: str) -> None:
    assert signs(row(1, **changes), NOW) == expected
