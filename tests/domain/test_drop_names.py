"""Names of files in a drop folder stay in it; names of agents' folders never meet."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.drop_names import flaw_of_drop_name, folder_name_of


@pytest.mark.parametrize(
    "name",
    [
        *("a", "invoice 12.pdf", "Rechnung-März.pdf", "a.tar.gz", "a@b,c;d&e.txt", "x (1).txt"),
        *("$(id)", "`id`", "$HOME", "a b'c"),
    ],
)
def test_a_plain_name_will_do(name: str) -> None:
    assert flaw_of_drop_name(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "~/.ssh/authorized_keys",
        "~",
        "~root",
        "-f",
        "-rf x",
        ".profile",
        ".part-1234",
        "a\x00b",
        "a\nb",
        "a\x1b]0;x\x07",
        "a\u202etxt.exe",
        "a\u2044b",
        " a",
        "a ",
        "a.",
        "a..b",
        "x" * 121,
    ],
)
def test_a_name_that_leads_elsewhere_or_deceives_is_refused_in_a_sentence(name: str) -> None:
    flaw = flaw_of_drop_name(name)
    assert flaw is not None
    assert flaw.endswith(".")


@given(st.text(max_size=30))
def test_no_name_that_will_do_can_leave_its_folder(name: str) -> None:
    if flaw_of_drop_name(name) is None:
        assert "/" not in name
        assert not name.startswith((".", "-", "~"))
        assert name.isprintable()


@pytest.mark.parametrize("space", ["\u00a0", "\u1680", "\u2003", "\u202f", "\u3000"])
def test_spaces_that_look_alike_are_not_taken(space: str) -> None:
    flaw = flaw_of_drop_name(f"last{space}invoice.pdf")
    assert flaw == "That name cannot be used. Call it last invoice.pdf."


def test_the_folder_of_an_agent_is_one_plain_component() -> None:
    for who in ("Ines Marchetti", "ines@mail.example", "../../etc", "", "茶碗", "a" * 300):
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}", folder_name_of(who))


def test_one_agent_has_one_folder_however_the_capitals_are() -> None:
    assert folder_name_of(" Ines  marchetti ") == folder_name_of("INES Marchetti")


@pytest.mark.parametrize(
    ("one", "other"), [("a.b", "a-b"), ("Zoë", "Zo"), ("x" * 50, "x" * 51), ("茶", "碗")]
)
def test_two_agents_never_share_a_folder(one: str, other: str) -> None:
    assert folder_name_of(one) != folder_name_of(other)
