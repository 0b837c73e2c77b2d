"""The facts about one item of the outbox, as the sheet shows them that asks about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from deskero_tui.domain.outbox.unsent import NewFact, Unsent, message_in_words
from deskero_tui.domain.text.quotes import Part
from deskero_tui.domain.text.safe_text import SafeText, safe_line, safe_whole
from deskero_tui.domain.text.shortening import Left, shortened
from deskero_tui.domain.time.moments import short_date
from deskero_tui.tui.dialogs.fact_lines import Fact, Look, heading

MOST_NEW_LINES: Final = 20
"""Maximum length of one new message, in lines; the ticket has the rest."""
MOST_NEW_CHARS: Final = 2_000
MOST_OWN_LINES: Final = 12
"""Maximum length of the agent's own text, in lines; its draft has the rest."""
MOST_OWN_CHARS: Final = 2_000

NEW_SINCE: Final = SafeText("New since you began to write")
YOUR_TEXT: Final = SafeText("Your text")


def title_of(one: Unsent) -> SafeText:
    """Return the title of the sheet: `Reply 7/2026: on hold`."""
    return safe_line(f"{one.name[:1].upper()}{one.name[1:]}: {one.state}")


def facts_of(one: Unsent, now: datetime) -> list[Fact]:
    """Return what an agent needs to decide about an item; `now` is in the agent's zone.

    The ticket comes first, then why it is not sent, what is new, and the agent's own text.
    """
    return [*_head(one), *_what_is_new(one, now), *_own_text(one)]


def facts_of_all(group: Sequence[Unsent]) -> list[Fact]:
    """Return what items of one cause have in common, and a line for each."""
    facts = []
    if group[0].item.reason:
        facts.append(Fact(SafeText("Why"), safe_line(group[0].item.reason), Look.WARNING))
    for one in group:
        clash = f" ({one.why})" if one.clashes else ""
        facts.append(Fact(one.name, safe_line(f"{one.what}{clash}")))
    return facts


def leaving_facts(
    going: Sequence[Unsent], staying: Sequence[Unsent], *, wait_s: float
) -> list[Fact]:
    """Return what is sent on leaving and, apart from it, what stays in the outbox and why.

    `wait_s` is how long an unreachable desk is waited for, in seconds; 0 for one that answers.
    """
    facts = []
    if wait_s:
        offline = f"Offline: what is not sent within {wait_s:.0f} s is sent at the next start"
        facts.append(heading(SafeText(offline), Look.WARNING))
    if staying or wait_s:
        facts.append(heading(SafeText(f"To send ({len(going)})")))
    facts += [Fact(one.name, one.what) for one in going]
    if staying:
        facts.append(heading(SafeText(f"Stays in the outbox ({len(staying)})")))
    for one in staying:
        why = f"{one.state}: {one.why}" if one.why else one.state
        facts.append(Fact(one.name, safe_line(why), Look.WARNING))
    return facts


def _head(one: Unsent) -> Iterator[Fact]:
    if one.item.ticket_id is not None:
        yield Fact(SafeText("Ticket"), safe_line(f"{one.number} {one.subject}".rstrip()))
    if one.customer:
        yield Fact(SafeText("Customer"), one.customer)
    if not one.text:
        yield Fact(SafeText(one.kind.capitalize()), one.what)
    if one.item.reason:
        yield Fact(SafeText("Why"), safe_line(one.item.reason), Look.WARNING)
    if one.behind:
        yield Fact(SafeText("Waits behind"), one.behind, Look.WARNING)
    for clash in one.clashes:
        yield Fact(safe_line(clash.field.capitalize()), clash.in_words, Look.WARNING)


def _what_is_new(one: Unsent, now: datetime) -> Iterator[Fact]:
    if one.news:
        yield heading(SafeText(f"{NEW_SINCE} ({len(one.news)})"))
    for fact in one.news:
        yield Fact(_when(fact, now), fact.text, Look.WARNING)
        if fact.message is not None:
            yield Fact(
                SafeText(""),
                message_in_words(
                    fact.message, most_lines=MOST_NEW_LINES, most_chars=MOST_NEW_CHARS
                ),
            )


def _when(fact: NewFact, now: datetime) -> SafeText:
    if fact.at is None:
        return SafeText("")
    return SafeText(short_date(fact.at.astimezone(now.tzinfo), now))


def _own_text(one: Unsent) -> Iterator[Fact]:
    if not one.text.strip():
        return
    yield heading(YOUR_TEXT)
    parts = [Part(safe_whole(one.text.strip()), is_quote=False)]
    [shown] = shortened(
        parts, folds_quotes=False, most_lines=MOST_OWN_LINES, most_chars=MOST_OWN_CHARS
    )
    yield Fact(SafeText(""), SafeText(shown.text.rstrip("\n")))
    if shown.left:
        yield Fact(SafeText(""), _left(shown.left))


def _left(left: Left) -> SafeText:
    return SafeText(f"[{left.in_words()}]")
