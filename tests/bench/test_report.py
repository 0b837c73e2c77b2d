from __future__ import annotations

from bench.figures import Figure, Results, Where
from bench.report import Table, tables_of


def results() -> Results:
    known = Results()
    for number, (ours, theirs) in enumerate([(300, 250), (310, 250), (320, 250)]):
        known.note(Figure.INSIDE_SIZE, Where("console", 1_000), ours, round_number=number)
        known.note(Figure.INSIDE_SIZE, Where("mutt", 1_000), theirs, round_number=number)
    known.note(Figure.FIRST_ROW, Where("mutt", 10), 0.5)
    return known


def row(table: Table, name: str) -> tuple[str, ...]:
    return next(line for line in table.rows if line[0] == name)


def test_budgets_are_told_with_spread_ratio_and_verdict() -> None:
    budgets, *_ = tables_of(results(), [10, 1_000])
    assert row(budgets, "bytes per j, inside the window") == (
        "bytes per j, inside the window",
        "310 B (300 to 320 B)",
        "mutt 250 B",
        "1.24 x (1.20 to 1.28 x)",
        "at most 1 x mutt",
        "not met",
    )
    assert row(budgets, "bytes per j, inside the window (--slow)")[-1] == "not measured"


def test_every_size_has_a_table_of_all_that_was_measured_there() -> None:
    _, small, large = tables_of(results(), [1_000, 10])
    assert small.heading == ("Figure", "mutt")
    assert large.heading == ("Figure", "console", "mutt")
    assert large.rows == [("bytes per j, inside the window", "310 B", "250 B")]


def test_a_table_is_text_in_columns_or_markdown() -> None:
    table = Table("Title", ("A", "Bee"), [("long cell", "1")])
    assert table.as_text() == "Title\nA          Bee\nlong cell  1"
    assert table.as_markdown() == "Title\n\n| A | Bee |\n| --- | --- |\n| long cell | 1 |"
