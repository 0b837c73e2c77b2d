"""What may stand between double braces in a macro, and what it becomes for one ticket. Pure.

Values come from customers and colleagues, so they are data: filling is one pass, nothing that was
filled in is looked at again, and no control character gets through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.text.safe_text import safe_line

if TYPE_CHECKING:
    from deskero_tui.domain.records.ticket import Ticket

MOST_VALUE_CHARS: Final = 1_000
CUSTOM: Final = "custom."
"""Before the name of a custom field of the ticket, or else of its customer."""
ASK: Final = "ask:"
"""Before a question that the agent answers when the macro is used."""

STANDING: Final = re.compile(r"\{\{\s*[^\W\d][^{}\n]*\}\}")
"""What looks like a placeholder, known or not: such a text must not reach a customer."""
_BRACES: Final = re.compile(r"\{\{([^{}\n]*)\}\}")
_JOINERS: Final = "\u200c\u200d"
"""Format characters that spell words in some scripts; all others are dropped."""

_MONTHS: Final = {
    "en": "January February March April May June July August September October November December",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
    " dicembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What one filling is made from."""

    ticket: Ticket
    agent: str
    """The name of the agent who writes; empty when it is not known who that is."""
    now: datetime
    """Aware, in the agent's zone."""
    lang: str = "en"
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Question to answer, as far as they were asked."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One row of the table."""

    name: str
    about: str
    """What it stands for, for people."""
    value: Callable[[Sources], str]
    """The value as it came; empty when there is none."""


def long_date(moment: datetime, lang: str) -> str:
    """The day in full, as a letter has it: `22 November 2026`, `22 de noviembre de 2026`."""
    known = lang if lang in _MONTHS else "en"
    month = _MONTHS[known].split()[moment.month - 1]
    of = " de " if known == "es" else " "
    return f"{moment.day}{of}{month}{of}{moment.year}"


def first_name(name: str) -> str:
    """What somebody is called: the first word, or the one behind the comma of `Arden, Tom`."""
    last, comma, first = name.partition(",")
    words = first.split() if comma and first.strip() else last.split()
    return words[0] if words else ""


def _customer_name(sources: Sources) -> str:
    customer = sources.ticket.customer
    return customer.name if customer else ""


def _customer_email(sources: Sources) -> str:
    customer = sources.ticket.customer
    return customer.email if customer else ""


def _customer_company(sources: Sources) -> str:
    customer = sources.ticket.customer
    return customer.company if customer else ""


def _status(sources: Sources) -> str:
    status = sources.ticket.status
    if status is None:
        return ""
    return status.labels.get(sources.lang) or status.labels.get("en") or status.name


def _opened(sources: Sources) -> str:
    moment = sources.ticket.inserted_at
    if moment is None:
        return ""
    return long_date(moment.astimezone(sources.now.tzinfo), sources.lang)


PLACEHOLDERS: Final[tuple[Placeholder, ...]] = (
    Placeholder("customer.name", "the customer's name", _customer_name),
    Placeholder(
        "customer.first_name",
        "the first word of the customer's name",
        lambda sources: first_name(_customer_name(sources)),
    ),
    Placeholder("customer.email", "the customer's address", _customer_email),
    Placeholder("customer.company", "the customer's company", _customer_company),
    Placeholder("ticket.number", "the number of the ticket", lambda s: s.ticket.number),
    Placeholder("ticket.subject", "the subject of the ticket", lambda s: s.ticket.subject),
    Placeholder("ticket.status", "the status in your language", _status),
    Placeholder("ticket.opened", "the day the ticket was opened", _opened),
    Placeholder("agent.name", "your name", lambda s: s.agent),
    Placeholder("agent.first_name", "the first word of your name", lambda s: first_name(s.agent)),
    Placeholder("today", "the day of today in full", lambda s: long_date(s.now, s.lang)),
    Placeholder("now", "day and time", lambda s: f"{long_date(s.now, s.lang)} {s.now:%H:%M}"),
)
"""Every placeholder by name. `custom.NAME` and `ask: QUESTION` come on top."""

_BY_NAME: Final[Mapping[str, Placeholder]] = {one.name: one for one in PLACEHOLDERS}


@dataclass(frozen=True, slots=True)
class Standing:
    """A placeholder that stands in a text."""

    text: str
    """With its braces, as it is written."""
    line: int
    """1-based."""
    column: int
    """0-based, in characters."""


def fill(text: str, sources: Sources) -> tuple[str, tuple[str, ...]]:
    """The text with every value that there is, and the placeholders that have none.

    Those stay as they are written; each is named once, in the order they stand. Never raises.
    """
    missing: dict[str, None] = {}

    def value_of(found: re.Match[str]) -> str:
        value = _value(found[1].strip(), sources)
        if not value:
            missing[found[0]] = None
        return value or found[0]

    return _BRACES.sub(value_of, text), tuple(missing)


def questions(text: str) -> tuple[str, ...]:
    """What a text asks the agent, each once, in the order it stands."""
    said = (found[1].strip() for found in _BRACES.finditer(text))
    asked = (_question(name) for name in said)
    return tuple(dict.fromkeys(question for question in asked if question))


def is_question(written: str) -> bool:
    """Whether a placeholder, with its braces, asks the agent something."""
    found = _BRACES.fullmatch(written)
    return found is not None and bool(_question(found[1].strip()))


def flaw_of_placeholder(written: str) -> str:
    """What is wrong with what stands between the braces, as a sentence; empty when nothing is."""
    name = written.strip()
    if name.casefold().startswith(ASK):
        return "" if _question(name) else "A question is missing: {{ask: Which day?}}."
    if name.casefold().startswith(CUSTOM):
        named = name[len(CUSTOM) :].strip()
        return "" if named else "The name of a custom field is missing: {{custom.NAME}}."
    if name.casefold() in _BY_NAME:
        return ""
    near = get_close_matches(name.casefold(), [*_BY_NAME, CUSTOM + "NAME", ASK], n=1)
    hint = f" Did you mean {{{{{near[0]}}}}}?" if near else ""
    return f"{{{{{safe_line(written, max_chars=60)}}}}} is not a placeholder.{hint}"


def flaws_in(text: str) -> Iterator[tuple[int, str]]:
    """What is wrong with the placeholders of a text: line (1-based) and sentence."""
    for number, line in enumerate(text.split("\n"), 1):
        for found in _BRACES.finditer(line):
            if flaw := flaw_of_placeholder(found[1]):
                yield number, flaw
        if "{{" in _BRACES.sub("", line):
            yield number, "The braces {{ are not closed by }} on the same line."


def standing_in(text: str) -> Iterator[Standing]:
    """The placeholders that a text still has. Quoted lines do not count: others wrote those."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.lstrip().startswith(">"):
            for found in STANDING.finditer(line):
                yield Standing(found[0], number, found.start())


def plain_value(value: str) -> str:
    """A foreign value as one line that may be sent: no control, no direction override.

    Other than `safe_line` it leaves emoji and joined scripts alone: it is sent, not only shown.
    """
    kept = "".join(map(_kept, value[: MOST_VALUE_CHARS * 4]))
    return " ".join(kept.split())[:MOST_VALUE_CHARS].rstrip()


def _kept(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cs" | "Co" | "Cn":
            return ""
        case "Cf":
            return character if character in _JOINERS else ""
        case _:
            return character


def _question(name: str) -> str:
    """The question of `ask: …`, its spaces put in order; empty when it is none."""
    return " ".join(name[len(ASK) :].split()) if name.casefold().startswith(ASK) else ""


def _value(name: str, sources: Sources) -> str:
    folded = name.casefold()
    if folded.startswith(ASK):
        return plain_value(sources.answers.get(_question(name), ""))
    if folded.startswith(CUSTOM):
        return plain_value(_custom_value(name[len(CUSTOM) :].strip(), sources.ticket))
    known = _BY_NAME.get(folded)
    return plain_value(known.value(sources)) if known else ""


def _custom_value(name: str, ticket: Ticket) -> str:
    """A field of that very name, else one that differs in capitals only; the ticket's first."""
    customer = ticket.customer
    for fields in (ticket.custom_fields, customer.custom_fields if customer else {}):
        for is_it in (name.__eq__, lambda other: other.casefold() == name.casefold()):
            for other, value in fields.items():
                if is_it(other) and value:
                    return value
    return ""
