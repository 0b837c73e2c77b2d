from __future__ import annotations

import asyncio
import json
import math

import pytest

from deskero_tui.api.answers import Answer, StaleBearer
from deskero_tui.api.auth import BearerKeeper, read_bearer
from deskero_tui.domain.errors import (
    BadAnswer,
    DeskeroError,
    Missing,
    NotAllowed,
    Refused,
    ServerFault,
    Throttled,
    Unclear,
    Unreachable,
)
from tests.support.still_clock import StillClock


def token_answer(**members: object) -> Answer:
    return Answer("GET", "/oauth/token", 200, {}, json.dumps(members).encode())


class Desk:
    """Gives out bearers, or an error, when told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: DeskeroError | None = None
        self.opens = asyncio.Event()
        self.opens.set()

    async def give(self) -> Answer:
        self.asked += 1
        await self.opens.wait()
        if self.error:
            raise self.error
        return token_answer(access_token=f"bearer-{self.asked}", expires_in=3600)


@pytest.mark.parametrize(
    ("expires_in", "renew_at_s"),
    [
        (3600, 3600 - 180),
        ("3600", 3600 - 180),
        (1_398_616, 1_398_616 * 0.95),
        (600, 540),
        (60, 30),
        (0, 0),
        (-5, 0),
        (None, math.inf),
        (True, math.inf),
        ("never", math.inf),
        (10**400, math.inf),
        ("nan", math.inf),
        ([], math.inf),
    ],
)
def test_a_bearer_is_renewed_before_it_lapses(expires_in: object, renew_at_s: float) -> None:
    bearer = read_bearer(token_answer(access_token="b", expires_in=expires_in), asked_at_s=100.0)
    assert bearer.renew_at_s == pytest.approx(100.0 + renew_at_s)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"access_token": ""}',
        b'{"access_token": 5}',
        b'{"access_token": "a\\r\\nX: y"}',
    ],
)
def test_an_answer_without_a_usable_bearer_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_bearer(Answer("GET", "/oauth/token", 200, {}, body), asked_at_s=0.0)


def test_the_bearer_is_not_in_the_repr() -> None:
    assert "0f6e1c2a" not in repr(read_bearer(token_answer(access_token="0f6e1c2a"), 0.0))


async def test_all_callers_share_one_request_and_then_its_bearer() -> None:
    desk, clock = Desk(), StillClock()
    keeper = BearerKeeper(desk.give, clock)
    assert not keeper.secrets
    bearers = await asyncio.gather(*(keeper.current() for _ in range(5)))
    assert {bearer.value for bearer in bearers} == {"bearer-1"}
    assert (await keeper.current()).value == "bearer-1"
    assert desk.asked == 1
    assert list(keeper.secrets) == ["bearer-1"]


async def test_all_callers_share_a_failure_and_the_next_caller_asks_again() -> None:
    desk = Desk()
    desk.error = Unreachable("x")
    keeper = BearerKeeper(desk.give, StillClock())
    outcomes = await asyncio.gather(*(keeper.current() for _ in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unreachable] * 5
    assert desk.asked == 1
    desk.error = None
    assert (await keeper.current()).value == "bearer-2"


async def test_a_bearer_near_its_end_is_renewed() -> None:
    desk, clock = Desk(), StillClock()
    keeper = BearerKeeper(desk.give, clock)
    await keeper.current()
    clock.pass_by(3600 - 181)
    assert (await keeper.current()).value == "bearer-1"
    clock.pass_by(2)
    assert (await keeper.current()).value == "bearer-2"


async def test_dropping_an_old_bearer_leaves_its_successor_alone() -> None:
    desk = Desk()
    keeper = BearerKeeper(desk.give, StillClock())
    first = await keeper.current()
    keeper.drop(first)
    second = await keeper.current()
    keeper.drop(first)
    assert await keeper.current() is second


async def test_a_cancelled_caller_takes_the_bearer_from_nobody() -> None:
    desk = Desk()
    desk.opens.clear()
    keeper = BearerKeeper(desk.give, StillClock())
    impatient = asyncio.create_task(keeper.current())
    patient = asyncio.create_task(keeper.current())
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    desk.opens.set()
    assert (await patient).value == "bearer-1"


async def test_closing_ends_the_request_under_way() -> None:
    desk = Desk()
    desk.opens.clear()
    keeper = BearerKeeper(desk.give, StillClock())
    caller = asyncio.create_task(keeper.current())
    await asyncio.sleep(0)
    await keeper.aclose()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await keeper.aclose()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (StaleBearer("x"), NotAllowed),
        (NotAllowed("x"), NotAllowed),
        (Refused("x", status=400), NotAllowed),
        (Refused("x", status=302), BadAnswer),
        (Missing("x"), BadAnswer),
        (Unclear("x"), Unreachable),
        (ServerFault("x"), Unreachable),
        (Throttled("x"), Throttled),
        (BadAnswer("x"), BadAnswer),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
async def test_no_failure_to_get_a_bearer_leaves_a_write_in_doubt(
    error: DeskeroError, kind: type[DeskeroError]
) -> None:
    desk = Desk()
    desk.error = error
    with pytest.raises(kind) as raised:
        await BearerKeeper(desk.give, StillClock()).current()
    assert type(raised.value) is kind
