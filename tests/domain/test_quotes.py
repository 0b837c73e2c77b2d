"""`quotes`: what is quoted folds, what somebody wrote never does."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.text.earlier_text import EarlierText
from deskero_tui.domain.text.quotes import quoted, split_quotes
from deskero_tui.domain.text.safe_text import SafeText


def pieces(text: str) -> list[tuple[str, bool]]:
    return [(part.text, part.is_quote) for part in split_quotes(SafeText(text))]


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, 2 Nov 2026 at 10:00, Tom Arden <tom@example.com> wrote:",
        "On Mon, 2 Nov 2026 at 10:00, Tom Arden\n<tom@example.com> wrote:",
        "Il giorno lun 2 nov 2026 Tom Arden ha scritto:",
        "El lun, 2 nov 2026, Tom Arden escribió:",
        "Le lun. 2 nov. 2026 à 10:00, Tom Arden a écrit :",
    ],
)
def test_attribution_goes_with_the_quote_below_it(attribution: str) -> None:
    quote = f"{attribution}\n\n> one\n>\n\n> two\n"
    assert pieces(f"Hello\n\n{quote}\nBye") == [
        ("Hello\n\n", False),
        (quote, True),
        ("\nBye", False),
    ]


def test_words_like_an_attribution_stay_without_a_quote() -> None:
    text = "On Monday my boss wrote:\nsend it back"
    assert pieces(text) == [(text, False)]


@pytest.mark.parametrize(
    "head",
    [
        "-----Original Message-----",
        "-----Messaggio originale-----",
        "-----Mensaje original-----",
        "-----Message d'origine-----",
        "From: Tom\nSent: Monday\nTo: Us",
        "________________\nDa: Tom\nInviato: lunedì",
        "De: Tom\nEnviado el: lunes",
        "De : Tom\nEnvoyé : lundi",
    ],
)
def test_everything_below_an_original_message_is_quoted(head: str) -> None:
    quote = f"{head}\nold words\n-- \nTom"
    assert pieces(f"new words\n{quote}") == [("new words\n", False), (quote, True)]


@pytest.mark.parametrize(
    "title",
    [
        "New message from your web form:",
        "Please book the train:",
        "Hello,\n\nthis came in by the form :",
        "Neue Nachricht \u00fcber das Kontaktformular:",
    ],
)
@pytest.mark.parametrize(
    "labels",
    [
        ("From: Anna <anna@mail.example>", "Date: 2026-11-03 10:00", "To: Us", "Subject: Lamp"),
        ("Da: Anna", "Data: 3.11.2026 10:00", "A: Noi", "Oggetto: Lampada"),
        ("Von: Anna", "Gesendet: 3.11.2026 10:00", "An: Uns", "Betreff: Lampe"),
    ],
)
def test_a_form_below_the_line_that_introduces_it_stays(
    title: str, labels: tuple[str, ...]
) -> None:
    text = "\n".join((title, "", *labels, "", "What would it cost?"))
    assert pieces(text) == [(text, False)]


@pytest.mark.parametrize("title", ["Modulo contatti", "Web enquiry", "Hello,\nContact form 7"])
def test_a_form_below_its_name_stays(title: str) -> None:
    labels = ("Da: Anna <anna@mail.example>", "Data: 3.11.2026 10:00", "A: Noi", "Oggetto: Lampada")
    text = "\n".join((title, *labels, "", "Quanto costa?"))
    assert pieces(text) == [(text, False)]


@pytest.mark.parametrize(
    "answer",
    [
        "I answered between your lines.",
        "bitte unten lesen.",
        "I have put everything in purple.",
        "Ho scritto in rosso, grazie.",
        "Voir dans votre mail.",
        "Zie onderstaand.",
        "As respostas vão em vermelho.",
        "Le respondo a continuación.",
    ],
)
def test_a_first_message_that_points_at_answers_below_is_shown_whole(answer: str) -> None:
    text = f"{answer}\n\nFrom: Ines\nSent: Monday 10:00\nTo: Tom\n\nWhich?\nThe blue one."
    assert pieces(text) == [(text, False)]


def test_a_line_that_begins_with_from_alone_is_no_head() -> None:
    text = "From: the garden\nwith love"
    assert pieces(text) == [(text, False)]


def test_signature_stays_in_place() -> None:
    assert pieces("> old\nnew\n-- \nTom") == [("> old\n", True), ("new\n-- \nTom", False)]


def test_empty_text_has_no_parts() -> None:
    assert pieces("") == []


LINE = st.sampled_from(
    ["", "> a", ">> b", "word", "On 1 wrote:", "Tom wrote:", "From: x", "Sent: y", "-- ", "_____"]
)


@given(st.lists(LINE).map("\n".join))
def test_parts_joined_are_the_text_and_alternate(text: str) -> None:
    parts = split_quotes(SafeText(text))
    assert "".join(part.text for part in parts) == text
    kinds = [part.is_quote for part in parts]
    assert all(one != other for one, other in pairwise(kinds))
    assert all(part.text for part in parts)


PROSE = st.sampled_from(
    [
        *(
            "",
            "> a",
            "one two three four five six seven",
            "Yes",
            "Regards",
            "red green blue yellow",
        ),
        *("From: x", "Sent: y", "To: z", "Subject: b"),
        *("-----Original Message-----", "On 1.2.2026 Tom wrote:"),
    ]
)


@given(st.lists(PROSE).map("\n".join), st.lists(PROSE).map("\n".join), st.booleans())
def test_never_all_of_a_message_is_folded(text: str, before: str, is_forward: bool) -> None:
    earlier = EarlierText()
    earlier.add(before)
    parts = split_quotes(SafeText(text), earlier, is_forward=is_forward)
    assert "".join(part.text for part in parts) == text
    assert (
        not parts
        or any(not part.is_quote and part.text.strip() for part in parts)
        or (not text.strip())
    )


@given(st.lists(PROSE, min_size=1).map("\n".join))
def test_a_new_line_below_an_outlook_head_stays_wherever_it_is(before: str) -> None:
    head = "From: Ines\nSent: Monday\nTo: Tom\nSubject: Re: x"
    earlier = EarlierText()
    earlier.add(before + "\nwhich colour would you like to have then")
    for answer in ("Purple.", "42", "not at all, whatever you may think"):
        text = f"Hello Ines, see this\n\n{head}\n\n{before}\n{answer}\n{before}"
        parts = split_quotes(SafeText(text), earlier)
        visible = "".join(part.text for part in parts if not part.is_quote)
        assert answer in visible.split("\n")


@pytest.mark.parametrize("unit", ["> a\n", "\n", "On x wrote:\n", "From: a\n", "_____\n"])
def test_long_texts_are_split(unit: str) -> None:
    text = SafeText(unit * 16_000)
    assert "".join(part.text for part in split_quotes(text)) == text


def test_quoting_for_a_reply() -> None:
    assert quoted(
        "\nHello  \n\n> older\nBye\n\n", author="Tom\nArden", when="2 Nov 2026 10:00"
    ) == ("On 2 Nov 2026 10:00, Tom Arden wrote:\n> Hello\n>\n>> older\n> Bye\n")


def test_what_is_quoted_for_a_reply_is_read_as_a_quote() -> None:
    text = quoted("a\n\nb", author="Tom", when="today")
    assert pieces(f"{text}\nanswer") == [(text, True), ("\nanswer", False)]
