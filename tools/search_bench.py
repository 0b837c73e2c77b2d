"""How long searching and filtering take: builds stores of made-up tickets, prints median and p95.

    .venv/bin/python tools/search_bench.py [--tickets 1000 10000 100000] [--folder FOLDER]

A store is built through the same intake that the console uses, always with the same tickets, and
is used again where `FOLDER` has it already. Measured is what a keystroke of the filter line costs:
the first window of the order and its rows, and how many tickets the query shows. `cpu` is the
median of processor time: what it costs, however busy the machine is.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.query.parser import read_query
from deskero_tui.domain.query.query import Query, searched_words
from deskero_tui.domain.records.terms import Person, PersonKind
from deskero_tui.domain.records.ticket import Ticket
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.time.epoch import to_ms
from deskero_tui.store import ingest, listing, lookups
from deskero_tui.store.conditions import Viewer
from deskero_tui.store.database import Database
from deskero_tui.sync.refresh.lookups import learn_from_tickets

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WINDOW: Final = 100
"""How many rows the first picture after a keystroke needs."""
PAGE: Final = 1_000
AGENTS: Final = 20
SAME_SUBJECT: Final = "Where is my parcel?"
FIRST_NAMES: Final = ("Tom", "Maëlle", "Bruno", "Marta", "Ines", "Owen", "Zoë", "Jörg", "Ana", "Li")
QUERIES: Final[tuple[tuple[str, str], ...]] = (
    ("nothing typed", ""),
    ("rare word", "word1234"),
    ("common word", "late"),
    ("prefix of 2", "la"),
    ("prefix of 3", "par"),
    ("two words", "late parcel"),
    ("phrase", '"late parcel"'),
    ("from", 'from:"Tom Arden12"'),
    ("from, common", "from:tom"),
    ("status, assigned", "status:opened assigned:ines"),
    ("age and word", "age>2d late"),
    ("is, not tag", "is:reply-due -tag:vip"),
)


def main() -> None:
    """Measures every query on every store."""
    given = _arguments()
    with tempfile.TemporaryDirectory() as fresh:
        folder = Path(given.folder or fresh)
        for count in given.tickets:
            _measure(folder / f"{count}.sqlite", count, given.runs, subject=None)
        most = max(given.tickets)
        _measure(folder / f"{most}-same.sqlite", most, given.runs, subject=SAME_SUBJECT)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--tickets", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--runs", type=int, default=30, help="of each query (%(default)s)")
    parser.add_argument("--folder", help="where stores are kept for the next time")
    return parser.parse_args()


def _measure(path: Path, count: int, runs: int, *, subject: str | None) -> None:
    is_new = not path.exists()
    database = Database(path)
    try:
        if is_new:
            begun = time.perf_counter()
            _build(database, count, subject)
            _say(f"built {path.name} in {time.perf_counter() - begun:.0f} s")
        _say(f"\n{count} tickets{', all subjects equal' if subject else ''}: milliseconds")
        _say(f"  {'query':<18} {'median':>7} {'p95':>7} {'cpu':>7} {'shown':>7}")
        for name, words in QUERIES:
            _print_times(database, name, words, runs)
    finally:
        database.close()


def _print_times(database: Database, name: str, words: str, runs: int) -> None:
    times, costs, shown = [], [], 0
    for _ in range(runs):
        begun, begun_cpu = time.perf_counter(), time.process_time()
        shown = _keystroke(database, words)
        times.append((time.perf_counter() - begun) * 1_000)
        costs.append((time.process_time() - begun_cpu) * 1_000)
    figures = (statistics.median(times), statistics.quantiles(times, n=20)[-1])
    columns = " ".join(f"{figure:7.1f}" for figure in (*figures, statistics.median(costs)))
    _say(f"  {name:<18} {columns} {shown:7}")


def _keystroke(database: Database, words: str) -> int:
    """What one more typed letter asks of the store; answers how many tickets are shown."""
    query = Query().searched(read_query(words, now=NOW))
    viewer = Viewer(AgentId("a1"), to_ms(NOW))
    order = database.read_now(lambda c: listing.order_of(c, query, viewer, limit=WINDOW))
    searched = searched_words(query.condition)
    database.read_now(
        lambda c: listing.rows_of(c, order, label_of_status=safe_line, searched=searched)
    )
    [count] = database.read_now(lambda c: listing.counts_of(c, [query.condition], viewer))
    return count


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# -- made-up tickets -----------------------------------------------------------------------------


def _build(database: Database, count: int, subject: str | None) -> None:
    page: list[Ticket] = []
    for number, wire in enumerate(_tickets(count, subject), start=1):
        page.append(Ticket.model_validate(wire))
        if len(page) == PAGE or number == count:
            database.write_now(partial(ingest.save_tickets, tickets=page, read_ms=1))
            database.write_now(partial(learn_from_tickets, tickets=page))
            page.clear()
    agents = [Person(agent["id"], agent["name"], "") for agent in map(_agent, range(AGENTS))]
    database.write_now(partial(lookups.add_people, kind=PersonKind.AGENT, people=agents))


def _tickets(count: int, subject: str | None) -> Iterator[dict[str, Any]]:
    dice = random.Random(8077)
    words = _vocabulary()
    for number in range(1, count + 1):
        changed_ms = to_ms(NOW) - (count - number) * 60_000
        is_open = dice.random() < 0.2
        yield {
            "id": f"t{number}",
            "number": f"{number}/2026",
            "subject": subject or _text(dice, words, 6),
            "description": f"<p>Hello,</p><p>{_text(dice, words, 40)}</p>",
            "insertDate": changed_ms - dice.randrange(30) * 86_400_000,
            "managedDate": changed_ms,
            "status": {"status": "opened" if is_open else "solved"},
            "toReply": is_open and dice.random() < 0.5,
            "openedBy": _customer(dice.randrange(max(1, count // 5))),
            "assignedTo": _agent(dice.randrange(AGENTS)),
            "tags": dice.sample(["vip", "late", "refund", "invoice"], dice.randrange(3)),
            "replies": [
                {"text": _text(dice, words, 30), "replyDate": changed_ms}
                for _ in range(dice.randrange(4))
            ],
        }


def _vocabulary() -> Sequence[str]:
    """Frequent words first, then ten thousand that are rare."""
    return ["late", "parcel", "latter", "parts", *(f"word{n}" for n in range(10_000))]


def _text(dice: random.Random, words: Sequence[str], count: int) -> str:
    """Words of which the first of the vocabulary come far more often than the last."""
    places = (int(len(words) * dice.random() ** 1.5) for _ in range(count))
    return " ".join(words[place] for place in places)


def _customer(place: int) -> dict[str, str]:
    first = FIRST_NAMES[place % len(FIRST_NAMES)]
    return {
        "id": f"c{place}",
        "name": f"{first} Arden{place}",
        "email": f"c{place}@mail.example",
        "company": f"Company {place % 500}",
    }


def _agent(place: int) -> dict[str, str]:
    names = ("Ines Marchetti", "Owen Pritchard")
    return {"id": f"a{place}", "name": names[place] if place < len(names) else f"Agent {place}"}


if __name__ == "__main__":
    main()
