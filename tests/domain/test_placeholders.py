"""Filling in: every value from its place, foreign text as data, what is missing left standing."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.macros.placeholders import (
    MOST_VALUE_CHARS,
    PLACEHOLDERS,
    Sources,
    fill,
    first_name,
    flaws_in,
    plain_value,
    questions,
    standing_in,
)
from deskero_tui.domain.records.ticket import Ticket
from tests.support.tickets import ticket

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 22, 9, 5, tzinfo=ROME)
PARCEL = ticket(
    7,
    status={"status": "onhold", "labels": {"en": "on hold", "it": "in attesa"}},
    customFields={"order": "A-7", "Depot": "Lyon"},
    openedBy={
        "id": "c1",
        "name": "Tom Arden",
        "email": "tom@example.test",
        "company": "Arden & Sons",
        "customFields": {"depot": "Turin", "tier": "gold"},
    },
)
SOURCES = Sources(ticket=PARCEL, agent="Ines Marchetti", now=NOW)
EMPTY = Sources(
    ticket=Ticket.model_validate({"id": "t8"}),
    agent="",
    now=NOW,
)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("{{customer.name}}", "Tom Arden"),
        ("{{customer.first_name}}", "Tom"),
        ("{{customer.email}}", "tom@example.test"),
        ("{{customer.company}}", "Arden & Sons"),
        ("{{ticket.number}}", "7/2026"),
        ("{{ticket.subject}}", "Parcel 7"),
        ("{{ticket.status}}", "on hold"),
        ("{{ticket.opened}}", "23 November 2026"),
        ("{{agent.name}}", "Ines Marchetti"),
        ("{{agent.first_name}}", "Ines"),
        ("{{today}}", "22 November 2026"),
        ("{{now}}", "22 November 2026 09:05"),
        ("{{custom.order}}", "A-7"),
        ("{{custom.tier}}", "gold"),
        ("{{custom.Depot}}", "Lyon"),
        ("{{custom.depot}}", "Lyon"),
        ("{{ Customer.Name }}", "Tom Arden"),
        ("a {{today}} b {{today}} c", "a 22 November 2026 b 22 November 2026 c"),
        ("no placeholder, {one}, {{", "no placeholder, {one}, {{"),
    ],
)
def test_every_placeholder_is_read_from_its_place(text: str, becomes: str) -> None:
    assert fill(text, SOURCES) == (becomes, ())


def test_a_field_of_that_very_name_goes_before_one_that_differs_in_capitals() -> None:
    both = replace(SOURCES, ticket=ticket(9, customFields={"Order": "B-8", "order": "A-7"}))
    assert fill("{{custom.order}} {{custom.Order}} {{custom.ORDER}}", both)[0] == "A-7 B-8 B-8"


@pytest.mark.parametrize(
    ("lang", "day", "status"),
    [
        ("it", "22 novembre 2026", "in attesa"),
        ("es", "22 de noviembre de 2026", "on hold"),
        ("fr", "22 novembre 2026", "on hold"),
        ("xx", "22 November 2026", "on hold"),
    ],
)
def test_days_and_statuses_are_in_the_language_of_the_desk(
    lang: str, day: str, status: str
) -> None:
    sources = replace(SOURCES, lang=lang)
    assert fill("{{today}}, {{ticket.status}}", sources) == (f"{day}, {status}", ())


def test_a_day_is_that_of_the_zone_of_the_agent() -> None:
    late = ticket(9, insertDate=datetime(2026, 11, 21, 23, 30, tzinfo=UTC).timestamp() * 1_000)
    assert fill("{{ticket.opened}}", replace(SOURCES, ticket=late))[0] == "22 November 2026"


@pytest.mark.parametrize(
    "name", [one.name for one in PLACEHOLDERS if one.name not in ("today", "now")]
)
def test_what_has_no_value_stands_as_it_is_written(name: str) -> None:
    written = f"{{{{ {name} }}}}"
    assert fill(f"Dear {written}, {written}", EMPTY) == (f"Dear {written}, {written}", (written,))


def test_missing_fields_and_unasked_questions_stand_in_their_order() -> None:
    text = "{{ask: Which day?}} {{custom.none}} {{nonsense}}"
    assert fill(text, SOURCES) == (text, ("{{ask: Which day?}}", "{{custom.none}}", "{{nonsense}}"))


def test_a_question_is_asked_once_and_answered_wherever_it_stands() -> None:
    text = "{{ask: Which day?}} {{ ask:  Which  day? }} {{ask: Where?}}"
    assert questions(text) == ("Which day?", "Where?")
    answered = replace(SOURCES, answers={"Which day?": "Monday", "Where?": " "})
    assert fill(text, answered) == ("Monday Monday {{ask: Where?}}", ("{{ask: Where?}}",))


def test_a_value_that_looks_like_a_placeholder_stays_data() -> None:
    sly = ticket(1, openedBy={"id": "c", "name": "{{agent.name}}"}, subject="{{customer.name}}")
    filled, missing = fill("{{customer.name}} {{ticket.subject}}", replace(SOURCES, ticket=sly))
    assert (filled, missing) == ("{{agent.name}} {{customer.name}}", ())


def test_values_cannot_be_put_together_to_a_placeholder() -> None:
    sly = ticket(1, openedBy={"id": "c", "name": "{{agent"}, subject=".name}}")
    filled, _ = fill("{{customer.name}}{{ticket.subject}}", replace(SOURCES, ticket=sly))
    assert filled == "{{agent.name}}"


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("Tom\x1b]52;c;SEFD\x07", "Tom ]52;c;SEFD"),
        ("a\r\nb\tc\u2028d", "a b c d"),
        ("\u202eevil\u2066", "evil"),
        ("\u0000 \n ", ""),
        ("Zoë 👩‍💻 👍🏽", "Zoë 👩‍💻 👍🏽"),
        ("x" * 2_000, "x" * MOST_VALUE_CHARS),
        ("\ud800a", "a"),
    ],
)
def test_values_lose_their_controls_and_nothing_else(value: str, plain: str) -> None:
    assert plain_value(value) == plain


@pytest.mark.parametrize(
    ("name", "called"),
    [("Tom Arden", "Tom"), ("Arden, Tom B.", "Tom"), ("Tom", "Tom"), ("Tom,", "Tom"), (" ", "")],
)
def test_people_are_called_by_their_first_name(name: str, called: str) -> None:
    assert first_name(name) == called


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("{{customer.name}} {{custom.x y}} {{ask: Which?}}", []),
        ("ok\n{{custmer.name}}", [(2, "Did you mean {{customer.name}}?")]),
        ("{{zzzz}}", [(1, "{{zzzz}} is not a placeholder.")]),
        ("{{}}", [(1, "{{}} is not a placeholder.")]),
        ("{{ask: }}", [(1, "A question is missing")]),
        ("{{custom.}}", [(1, "The name of a custom field is missing")]),
        ("{{customer.name}\n}}", [(1, "not closed")]),
    ],
)
def test_a_wrong_placeholder_is_named_with_its_line(
    text: str, flaws: list[tuple[int, str]]
) -> None:
    found = list(flaws_in(text))
    assert [line for line, _ in found] == [line for line, _ in flaws]
    assert all(says in said for (_, said), (_, says) in zip(found, flaws, strict=True))


def test_what_stands_is_found_with_its_place_but_not_in_quotes() -> None:
    text = "Dear {{customer.name}},\n> {{theirs}}\n{not.ours} {{ask: Which day?}} {{ 1 }}"
    assert [(one.text, one.line, one.column) for one in standing_in(text)] == [
        ("{{customer.name}}", 1, 5),
        ("{{ask: Which day?}}", 3, 11),
    ]


anything = st.text(st.characters(exclude_categories=()), max_size=40)
bits = st.sampled_from(
    ["{{", "}}", "{", "}", "customer.name", "ask:", "custom.", "x", " ", "\n", "{{agent.name}}"]
)
texts = st.lists(bits | anything, max_size=12).map("".join)


@given(texts, texts, texts)
def test_filling_never_raises_and_never_expands_twice(text: str, name: str, answer: str) -> None:
    sly = ticket(1, openedBy={"id": "c", "name": name}, customFields={"x": name})
    sources = replace(SOURCES, ticket=sly, agent="SECRET", answers={"x": answer})
    filled, missing = fill(text, sources)
    assert all(one in text for one in missing)
    assert filled.count("SECRET") <= text.casefold().count("agent.") + name.count("SECRET")
    list(flaws_in(text))
    list(standing_in(filled))


@given(anything)
def test_no_control_character_gets_through(value: str) -> None:
    plain = plain_value(value)
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in plain)
    assert plain_value(plain) == plain
