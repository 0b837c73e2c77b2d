"""Prints tickets for people and for programs. Everything is clean text: a terminal may read it."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Sequence
from datetime import datetime

from deskero_tui.domain.records.conversation import Conversation, Message
from deskero_tui.domain.records.row import TicketRow
from deskero_tui.domain.text.safe_text import SafeText, cut, fit
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.domain.time.moments import age
from deskero_tui.tui.list_view.columns import Column

MOST_CELLS = 200
FORMULA_SIGNS = "=+-@"
"""What a formula begins with in a spreadsheet (OWASP, "CSV Injection")."""


def print_json(value: object) -> None:
    """One JSON document. Everything beyond ASCII is escaped, so that no terminal obeys it."""
    print(json.dumps(value, indent=2, ensure_ascii=True))


def ticket_json(conversation: Conversation) -> dict[str, object]:
    """The whole record with the wire's names, and under `messages` what a reader sees of it.

    Empty members of the record are there, too. Nothing is cut but what `linesLeft` counts.
    """
    record = conversation.ticket.model_dump(mode="json", by_alias=True)
    return {**record, "messages": list(map(_message_json, conversation.messages))}


def _message_json(message: Message) -> dict[str, object]:
    return {
        "kind": message.kind.value,
        "author": message.author,
        "date": _ms(message.at),
        "parts": [{"text": part.text, "isQuote": part.is_quote} for part in message.parts],
        "linesLeft": message.lines_left,
    }


def row_json(row: TicketRow) -> dict[str, object]:
    """A list line for programs; moments in epoch milliseconds, as on the wire."""
    return {
        "id": row.id,
        "number": row.number,
        "subject": row.subject,
        "customer": row.customer,
        "company": row.company,
        "assignee": row.assignee,
        "assigneeId": row.assignee_id,
        "status": row.status,
        "priority": row.is_priority,
        "toReply": row.awaits_agent,
        "insertDate": _ms(row.inserted_at),
        "managedDate": _ms(row.managed_at),
        "waitingSince": _ms(row.waiting_since),
        "remindMe": _ms(row.remind_at),
        "numberOfReplies": row.reply_count,
        "notes": row.note_count,
        "hasAttachment": row.has_attachment,
    }


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


def print_columns(rows: Sequence[TicketRow], columns: Sequence[Column], now: datetime) -> None:
    """One line for each ticket with these columns, as wide as the list shows them.

    `now` is in the agent's zone. The column that takes what others leave is shown whole.
    """
    for row in rows:
        cells = ((column.cell(row, now), column.width_cells) for column in columns)
        print("  ".join(fit(text, width) if width else text for text, width in cells).rstrip())


def print_csv(rows: Sequence[TicketRow], columns: Sequence[Column], now: datetime) -> None:
    """The columns as CSV (RFC 4180, lines end in a line feed), headed by their ids.

    What a spreadsheet would take for a formula gets an apostrophe before it: customers write
    subjects. `now` is in the agent's zone.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(column.id for column in columns)
    for row in rows:
        writer.writerow(_no_formula(column.cell(row, now).strip()) for column in columns)


def _no_formula(cell: str) -> str:
    return f"'{cell}" if len(cell) > 1 and cell[0] in FORMULA_SIGNS else cell


def print_rows(rows: Sequence[TicketRow], now: datetime) -> None:
    """One line for each ticket: sign, number, status, age, assignee, customer, subject."""
    width = shutil.get_terminal_size((MOST_CELLS, 24)).columns if sys.stdout.isatty() else 0
    for row in rows:
        since = row.waiting_since or row.managed_at
        line = "  ".join(
            (
                "!" if row.is_priority else " ",
                fit(row.number, 10),
                fit(row.status_label, 10),
                fit(SafeText(age(since, now) if since else ""), 4),
                fit(row.assignee or SafeText("-"), 14),
                fit(row.customer, 18),
                row.subject,
            )
        )
        print(cut(SafeText(line), width) if width else line)
