"""Earlier searches, gone through by Up and Down."""

from __future__ import annotations

from deskero_tui.domain.query.search_history import MOST_SEARCHES, Searches


def test_each_is_kept_once_where_it_was_used_last_and_the_oldest_go() -> None:
    searches = Searches(map(str, range(MOST_SEARCHES)))
    searches.add("0")
    searches.add("new")
    searches.add("")
    assert searches.kept == (*map(str, range(2, MOST_SEARCHES)), "0", "new")


def test_behind_the_last_comes_what_was_being_written() -> None:
    searches = Searches(["old", "new"])
    assert searches.earlier("begun") == "new"
    assert searches.earlier("new") == "old"
    assert searches.earlier("old") is None
    assert (searches.later(), searches.later(), searches.later()) == ("new", "begun", "begun")
    assert not searches.is_back


def test_the_line_begins_behind_the_last_each_time() -> None:
    searches = Searches(["old"])
    assert searches.earlier("") == "old"
    searches.begin()
    assert searches.earlier("") == "old"
