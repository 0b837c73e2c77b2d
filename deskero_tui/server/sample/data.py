"""Fills an empty desk with a believable small company.

The same number of tickets and the same anchor give the same records and ids, letter for letter.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from deskero_tui.server.ids import epoch_ms
from deskero_tui.server.records.fixed_lists import CLOSED
from deskero_tui.server.sample import people
from deskero_tui.server.sample.files import pdf, png
from deskero_tui.server.sample.specials import SPECIALS, Attached
from deskero_tui.server.sample.texts import ITEMS, NOTES, REMINDERS, STORIES, Story
from deskero_tui.server.storage import tables

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
SPAN_DAYS = 120
NEWEST_AGE_MS = 4 * MINUTE_MS
SEED = 7177
PNG = ("carton.png", "image/png", png(170, 60, 50))
PDF = ("invoice.pdf", "application/pdf", pdf("Invoice, Nettle & Clay"))

Row = dict[str, Any]


def fill_when_empty(connection: Connection, tickets: int, anchor: datetime) -> None:
    """Write the sample, unless the database holds any agent or ticket.

    `anchor` is aware: no moment but a reminder lies after it.
    """
    for table in (tables.agents, tables.tickets):
        if connection.scalar(select(func.count()).select_from(table)):
            return
    sample = Sample(tickets, epoch_ms(anchor))
    for table in tables.metadata.sorted_tables:
        if rows := sample.rows.get(table.name):
            connection.execute(insert(table), rows)


def sample_id(kind: str, number: int) -> str:
    """The id of the numbered sample record of a kind; numbers start at 0."""
    return hashlib.blake2b(f"{kind} {number}".encode(), digest_size=12).hexdigest()


@dataclass
class _Draft:
    """One ticket while it is put together."""

    number: int
    story: Story
    files: Sequence[Attached]
    customer: int
    created_ms: int
    status: str
    turns: int
    """How many turns of the story have happened, the description included."""
    turn_ms: list[int] = field(default_factory=list)


class Sample:
    """All rows of one sample, by table name."""

    def __init__(self, tickets: int, anchor_ms: int) -> None:
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self._anchor_ms = anchor_ms
        self._chance = random.Random(SEED)
        self._languages: list[str] = []
        self._names: list[str] = []
        self._counters: dict[int, int] = defaultdict(int)
        self._made: dict[str, int] = defaultdict(int)
        self._add_company()
        self._add_customers(len(people.CUSTOMERS) + min(tickets // 8, 400))
        for draft in self._drafts(tickets):
            self._add_ticket(draft)
        self.rows["ticket_counters"] = [
            {"year": year, "last": last} for year, last in self._counters.items()
        ]

    def _add(self, table: Table, **values: Any) -> None:
        self.rows[table.name].append(values)

    def _next_id(self, kind: str) -> str:
        self._made[kind] += 1
        return sample_id(kind, self._made[kind] - 1)

    def _add_company(self) -> None:
        for number, (name, mailbox, city) in enumerate(people.AGENTS):
            self._add(
                tables.agents,
                id=sample_id("agent", number),
                name=name,
                email=f"{mailbox}@nettle-clay.example",
                phoneNumber=f"+39 02 5550 {100 + number}",
                city=city,
                signature=f"<p>{name}<br>Nettle &amp; Clay</p>",
                account=self._account(f"{mailbox}@nettle-clay.example"),
            )
        for number, (name, description, members) in enumerate(people.AGENT_GROUPS):
            group_id = sample_id("agent group", number)
            self._add(tables.agent_groups, id=group_id, name=name, description=description)
            for agent in members:
                self._add(
                    tables.agent_group_members,
                    groupId=group_id,
                    agentId=sample_id("agent", agent),
                )
        for table, member, named in (
            (tables.ticket_types, "type", people.TYPES),
            (tables.ticket_areas, "area", people.AREAS),
            (tables.ticket_groups, "group", people.GROUPS),
        ):
            for number, (name, en, it, es, fr) in enumerate(named):
                labels = {"en": en, "it": it, "es": es, "fr": fr}
                values = {"id": sample_id(member, number), member: name, "labels": labels}
                self._add(table, **values)
        for number, (company, city, country) in enumerate(people.COMPANIES):
            self._add(
                tables.companies,
                id=sample_id("company", number),
                company=company,
                vatNumber=f"{country}{10_000_019 * (number + 3)}",
                email=f"office{number}@company.example",
                invoicingEmail=f"invoices{number}@company.example",
                city=city,
                state=country,
                insertDate=self._anchor_ms - (400 + 30 * number) * DAY_MS,
            )

    def _add_customers(self, count: int) -> None:
        for number in range(count):
            if number < len(people.CUSTOMERS):
                name, language, city, country = people.CUSTOMERS[number]
            else:
                name, language, city, country = self._further_customer()
            self._languages.append(language)
            self._names.append(name)
            email = f"customer{number}@mail.example"
            in_company = number % 3 == 0
            self._add(
                tables.customers,
                id=sample_id("customer", number),
                name=name,
                email=email,
                phoneNumber=f"+44 1632 960{number % 1000:03}",
                city=city,
                state=country,
                registrationChannel="web",
                topClient=number % 9 == 0,
                company=people.COMPANIES[number // 3 % len(people.COMPANIES)][0]
                if in_company
                else None,
                language=language,
                memo="Pays by invoice" if in_company else None,
                account=self._account(email),
                customFields={"Client Id": f"NC-{number + 1000}"},
            )

    def _further_customer(self) -> tuple[str, str, str, str]:
        pick = self._chance.choice
        language = pick(("en", "it", "es", "fr"))
        city, country = pick(people.CITIES[language])
        name = f"{pick(people.FIRST_NAMES[language])} {pick(people.LAST_NAMES[language])}"
        return name, language, city, country

    def _account(self, username: str) -> Row:
        return {
            "id": self._next_id("account"),
            "username": username,
            "enabled": True,
            "insertDate": self._anchor_ms - 500 * DAY_MS,
            "blockedDate": None,
            "lastPasswordChange": None,
        }

    def _drafts(self, count: int) -> list[_Draft]:
        """Tickets from the oldest to the newest, so that their numbers grow with time."""
        drafts = []
        for place in reversed(range(count)):
            # Denser towards now; a little disorder keeps the distances uneven.
            share = ((place + self._chance.random() * 0.9) / count) ** 1.4
            age_ms = NEWEST_AGE_MS + int(share * (SPAN_DAYS * DAY_MS - NEWEST_AGE_MS))
            files: Sequence[Attached]
            # The newest few dozen are by turns one of note and one of every day.
            special, is_special = divmod(place, 2)
            if is_special and special < len(SPECIALS):
                story, files = SPECIALS[special].story, SPECIALS[special].files
                status, turns = "opened", len(story.turns)
            else:
                story, files = self._chance.choice(STORIES), self._some_files()
                status, turns = self._course(story, age_ms)
            drafts.append(
                _Draft(
                    number=count - 1 - place,
                    story=story,
                    files=files,
                    customer=self._customer_for(story),
                    created_ms=self._anchor_ms - age_ms,
                    status=status,
                    turns=turns,
                )
            )
        return drafts

    def _some_files(self) -> Sequence[Attached]:
        draw = self._chance.random()
        return (PNG,) if draw < 0.08 else (PDF,) if draw < 0.14 else ()

    def _course(self, story: Story, age_ms: int) -> tuple[str, int]:
        """Status and number of turns: old tickets are mostly done, with an answer at the end."""
        is_over = self._chance.random() < min(0.9, age_ms / (20 * DAY_MS))
        answered_turns = len(story.turns) - len(story.turns) % 2
        if is_over:
            return self._chance.choice(("solved", CLOSED, CLOSED)), answered_turns
        turns = self._chance.randint(1, len(story.turns))
        is_waiting = turns % 2 == 0 and self._chance.random() < 0.5
        return ("onhold" if is_waiting else "opened"), turns

    def _customer_for(self, story: Story) -> int:
        """Someone who speaks the language of the story."""
        while True:
            number = int(self._chance.random() ** 2 * len(self._names))
            if self._languages[number] == story.language:
                return number

    def _add_ticket(self, draft: _Draft) -> None:
        chance, anchor_ms = self._chance, self._anchor_ms
        ticket_id = sample_id("ticket", draft.number)
        customer_id = sample_id("customer", draft.customer)
        agent = chance.randrange(len(people.AGENTS))
        is_unassigned = draft.turns == 1 and chance.random() < 0.6
        agent_id = None if is_unassigned else sample_id("agent", agent)
        words = {
            "order": f"A-{1000 + draft.number}",
            "item": chance.choice(ITEMS[draft.story.language]),
            "customer": self._names[draft.customer],
        }
        moments = self._moments(draft)
        closed_ms = None
        if draft.status == CLOSED:
            closed_ms = min(moments[-1] + chance.randint(1, 48) * HOUR_MS, anchor_ms)
        note_ms = self._add_notes(ticket_id, agent, moments[-1])
        year = datetime.fromtimestamp(draft.created_ms / 1000, UTC).year
        self._counters[year] += 1
        by_customer = draft.turns % 2 == 1
        self._add(
            tables.tickets,
            id=ticket_id,
            year=year,
            counter=self._counters[year],
            subject=_filled(draft.story.subject, words),
            description=_filled(draft.story.turns[0], words),
            insertDate=draft.created_ms,
            managedDate=max(moments[-1], closed_ms or 0, note_ms),
            closedDate=closed_ms,
            priority=int(chance.random() < 0.12),
            assignedTo=agent_id,
            openedBy=customer_id,
            numberOfReplies=draft.turns - 1,
            status=draft.status,
            type=sample_id("type", chance.choice((0, 0, 0, 1, 1, 2, 3))),
            area=sample_id("area", [name for name, *_ in people.AREAS].index(draft.story.area)),
            group=sample_id("group", chance.randrange(len(people.GROUPS)))
            if chance.random() < 0.7
            else None,
            memo="Handled with care" if chance.random() < 0.05 else None,
            source=chance.choice(("web", "web", "email", "email", "chat", "facebook", "twitter")),
            toReply=by_customer,
            toReplyCustomer=not by_customer,
        )
        self._add_files(ticket_id, None, draft.files, draft.created_ms)
        for turn in range(1, draft.turns):
            self._add_reply(
                ticket_id,
                turn,
                _filled(draft.story.turns[turn], words),
                moments[turn],
                customer_id,
                sample_id("agent", agent),
            )
        self._add_labels(ticket_id, draft.story.tags, words["order"])

    def _moments(self, draft: _Draft) -> list[int]:
        """When each turn was written: uneven gaps, growing, none after the anchor."""
        gaps = [0.0, *(self._chance.uniform(0.2, 20) for _ in range(draft.turns - 1))]
        wanted_ms = sum(gaps) * HOUR_MS
        room_ms = (self._anchor_ms - draft.created_ms) * 0.9
        scale = min(1.0, room_ms / wanted_ms) * HOUR_MS if wanted_ms else 0.0
        moments, gone = [], 0.0
        for gap in gaps:
            gone += gap
            moments.append(draft.created_ms + int(gone * scale))
        return moments

    def _add_reply(
        self, ticket_id: str, turn: int, text: str, date_ms: int, customer_id: str, agent_id: str
    ) -> None:
        by_agent = turn % 2 == 1
        reply_id = self._next_id("reply")
        self._add(
            tables.replies,
            id=reply_id,
            ticketId=ticket_id,
            text=text,
            replyDate=date_ms,
            replyFromCustomer=None if by_agent else customer_id,
            replyToCustomer=customer_id if by_agent else None,
            replyFromOperator=agent_id if by_agent else None,
            replyToOperator=None if by_agent else agent_id,
            channelIds=None,
        )
        if "hoto" in text and not by_agent:
            self._add_files(ticket_id, reply_id, (PNG,), date_ms)

    def _add_notes(self, ticket_id: str, agent: int, last_ms: int) -> int:
        """A note on some tickets, a reminder on some of those; answers the latest note's moment."""
        chance = self._chance
        latest_ms = 0
        for _ in range(chance.choice((0, 0, 0, 0, 1, 1, 2))):
            latest_ms = min(last_ms + chance.randint(1, 300) * MINUTE_MS, self._anchor_ms)
            reminds = chance.random() < 0.4
            reader = chance.choice((agent, 0))
            self._add(
                tables.notes,
                id=self._next_id("note"),
                ticketId=ticket_id,
                note=chance.choice(REMINDERS if reminds else NOTES),
                insertBy=sample_id("agent", agent),
                assignedTo=sample_id("agent", reader),
                date=latest_ms,
                remindMe=self._anchor_ms + chance.randint(-96, 120) * HOUR_MS if reminds else None,
            )
        return latest_ms

    def _add_files(
        self, ticket_id: str, reply_id: str | None, files: Sequence[Attached], date_ms: int
    ) -> None:
        for name, mime_type, content in files:
            document_id = self._next_id("document")
            self._add(
                tables.documents,
                id=document_id,
                ticketId=ticket_id,
                replyId=reply_id,
                documentName=name,
                documentType=mime_type,
                documentSize=len(content),
                attachedDate=date_ms,
            )
            self._add(tables.document_contents, documentId=document_id, content=content)

    def _add_labels(self, ticket_id: str, tags: Sequence[str], order: str) -> None:
        chance = self._chance
        extra = ("vip",) if chance.random() < 0.08 and "vip" not in tags else ()
        for tag in (*tags, *extra):
            self._add(tables.ticket_tags, ticketId=ticket_id, tag=tag)
        if chance.random() < 0.8:
            fields = [("Order No", order)]
            if chance.random() < 0.3:
                fields.append(("Carrier", chance.choice(("Swift", "Postal", "Mule & Sons"))))
            for name, value in fields:
                self._add(tables.ticket_custom_fields, ticketId=ticket_id, name=name, value=value)
        if chance.random() < 0.15:
            in_copy = sample_id("agent", chance.randrange(len(people.AGENTS)))
            self._add(tables.ticket_cc, ticketId=ticket_id, agentId=in_copy)


def _filled(text: str, words: dict[str, str]) -> str:
    """Put the words of a ticket into a text; other braces stay."""
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text
