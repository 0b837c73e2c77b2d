from __future__ import annotations

import pytest

from bench.budgets import Budget, Verdict, judge
from bench.figures import Figure, Results, Where

SIZE = 1_000


def results_of(**sizes: float) -> Results:
    """Bytes to open, by program."""
    results = Results()
    for program, value in sizes.items():
        results.note(Figure.OPEN_SIZE, Where(program, SIZE), value)
    return results


@pytest.mark.parametrize(("ours", "verdict"), [(150, Verdict.MET), (151, Verdict.NOT_MET)])
def test_a_ratio_is_judged_against_the_peer_of_the_same_run(ours: int, verdict: Verdict) -> None:
    budget = Budget(figure=Figure.OPEN_SIZE, peer="mutt", limit=1.5)
    assert judge(budget, results_of(console=ours, mutt=100), SIZE).verdict is verdict


@pytest.mark.parametrize(("ours", "verdict"), [(99, Verdict.NOT_MET), (100, Verdict.MET)])
def test_a_floor_is_kept_from_above(ours: int, verdict: Verdict) -> None:
    budget = Budget(figure=Figure.OPEN_SIZE, limit=100, is_floor=True)
    assert judge(budget, results_of(console=ours), SIZE).verdict is verdict
    assert budget.words == "at least 100 B"


def test_nothing_at_all_is_a_budget_too() -> None:
    budget = Budget(figure=Figure.OPEN_SIZE, limit=0)
    assert budget.words == "none"
    assert judge(budget, results_of(console=0), SIZE).verdict is Verdict.MET
    assert judge(budget, results_of(console=1), SIZE).verdict is Verdict.NOT_MET


def test_without_the_peer_nothing_is_claimed() -> None:
    outcome = judge(
        Budget(figure=Figure.OPEN_SIZE, peer="mutt", limit=1.5), results_of(console=10), SIZE
    )
    assert outcome.verdict is Verdict.NOT_MEASURED
    assert outcome.ours is not None


def test_a_budget_of_its_own_size_is_looked_up_there() -> None:
    results = Results()
    results.note(Figure.LOADING, Where("console", 10_000), 1.1)
    budget = Budget(figure=Figure.LOADING, limit=1.3, items=10_000)
    assert judge(budget, results, SIZE).verdict is Verdict.MET
