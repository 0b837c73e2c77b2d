"""What a login may do, and how it is told where its files lie."""

from __future__ import annotations

from pathlib import Path

from deskero_tui.domain.allowances import ANYTHING, restricted_to

DROP = Path("/srv/drop/ines")


def test_a_restricted_login_has_one_folder_and_starts_nothing() -> None:
    allowed = restricted_to(DROP)
    assert allowed.file_root == DROP
    assert not allowed.may_run_programs
    assert not allowed.may_pause


def test_at_home_everything_is_allowed() -> None:
    assert ANYTHING.file_root is None
    assert ANYTHING.may_run_programs
    assert ANYTHING.may_pause


def test_a_file_in_the_drop_folder_is_named_by_how_it_is_fetched() -> None:
    assert "`ssh … get a.txt`" in restricted_to(DROP).place_in_words(DROP / "a.txt")
    assert ANYTHING.place_in_words(DROP / "a.txt") == "in /srv/drop/ines/a.txt"
