"""Columns of an agent's own, from the config to the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.config import Places, read_settings
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.list_view.column_config import (
    BadColumn,
    chosen_columns,
    columns_of,
    read_column,
)
from deskero_tui.tui.list_view.columns import COLUMNS, MORE_COLUMNS, SPACE_CELLS, Column, laid_out
from tests.support.console import address_of, console_on
from tests.support.rows import row
from tests.support.running_desk import RunningDesk

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ALL = (*COLUMNS, *MORE_COLUMNS)


def ids(columns: tuple[Column, ...]) -> list[str]:
    return [column.id for column in columns]


def test_a_view_has_its_own_columns_else_those_of_all_else_those_of_the_table() -> None:
    choice, mistakes = chosen_columns(
        {"default": ["number", "subject"], "mine": ["subject:40"]},
        [{"id": "late", "columns": ["company", "reminder"]}, {"id": "plain"}],
    )
    assert mistakes == ()
    assert ids(columns_of(choice, "mine")) == ["subject"]
    assert columns_of(choice, "mine")[0].width_cells == 40
    assert ids(columns_of(choice, "late")) == ["company", "reminder"]
    assert ids(columns_of(choice, "plain")) == ["number", "subject"]
    assert columns_of({}, "mine") is COLUMNS


@pytest.mark.parametrize(
    ("table", "says", "left"),
    [
        ({"mine": ["numbr", "subject"]}, "there is no column numbr. Did you mean number?", 1),
        ({"mine": ["xyz"]}, "there is no column xyz. Known are signs, number,", 0),
        ({"mine": ["subject:0"]}, "the width of subject must be a number from 1 to 200", 0),
        ({"mine": ["subject:"]}, "the width of subject must be", 0),
        ({"mine": ["subject:٣"]}, "the width of subject must be", 0),
        ({"mine": ["tags", "tags:4"]}, "tags is there twice; the first is shown", 1),
        ({"mine": "number"}, "columns must be a list of texts", 0),
        ({"mine": [7]}, "columns must be a list of texts", 0),
        ({"mien": ["tags"]}, "there is no view of that name. Did you mean mine?", 0),
    ],
)
def test_a_mistake_is_said_and_what_is_right_is_shown(
    table: dict[str, object], says: str, left: int
) -> None:
    choice, mistakes = chosen_columns(table, [])
    assert [says in str(mistake) for mistake in mistakes] == [True]
    assert sum(map(len, choice.values())) == left


@pytest.mark.parametrize("said", ["", ":", "subject:999", "subject:-1", "\x1b[31m"])
def test_what_is_no_column_is_refused_in_clean_words(said: str) -> None:
    with pytest.raises(BadColumn) as caught:
        read_column(said)
    assert "\x1b" not in str(caught.value)


@given(
    st.lists(st.sampled_from(ALL), min_size=1, unique=True).map(tuple),
    st.integers(min_value=1, max_value=300),
)
def test_chosen_columns_never_need_more_than_there_is(
    columns: tuple[Column, ...], width: int
) -> None:
    laid = laid_out(width, columns)
    used = sum(cells for _, cells in laid) + SPACE_CELLS * (len(laid) - 1)
    assert laid
    assert used <= width
    if COLUMNS[-1] in columns:
        assert COLUMNS[-1] in [column for column, _ in laid]


def test_the_last_give_way_first() -> None:
    wanted = tuple(map(read_column, ("number", "subject", "company", "tags")))
    assert [column.id for column, _ in laid_out(40, wanted)] == ["number", "subject", "company"]


def test_every_column_has_an_id_of_its_own_and_clean_cells() -> None:
    assert len(set(ids(ALL))) == len(ALL)
    full = replace(row(1), tags=SafeText("vip, late"), company=SafeText("Nettle"))
    cells = {column.id: column.cell(full, NOW) for column in ALL}
    assert (cells["tags"], cells["company"], cells["type"]) == ("vip, late", "Nettle", "")


async def test_each_view_of_the_console_shows_its_own(tmp_path: Path) -> None:
    choice, _ = chosen_columns({"all": ["opened", "subject"]}, [])
    with RunningDesk(tmp_path / "desk", demo_tickets=5) as running:
        async with console_on(address_of(running), tmp_path, columns=choice) as console:
            assert "Status" in console.picture[1]
            await console.press("9")
            assert console.picture[1].split()[:2] == ["Opened", "Subject"]
            await console.press("1")
            assert "Status" in console.picture[1]


def test_config_has_columns(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[columns]\ndefault = ["number"]\n')
    settings = read_settings(Places.of({"DESKERO_HOME": str(tmp_path)}), {}, {})
    assert settings.columns == {"default": ["number"]}
