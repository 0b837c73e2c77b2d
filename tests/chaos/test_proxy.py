"""Every fault over real sockets, in front of a desk that counts what reached it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from tests.chaos.fault_proxy import NAMED, FaultProxy, Stage, Timing
from tests.chaos.faults import MIXED, Fault, Rule, decide
from tests.support.scripted_desk import ScriptedDesk, says

REPLY = "/ticket/reply/t1"
NOTE = "/ticket/addNote/t1"
LIST = "/ticket/list"
RECORDS = [{"id": f"t{number}"} for number in range(5)]
PATIENCE_S = 0.2
TIMING = Timing(late_at_most_s=0.1, late_beyond_s=0.4, shut_s=0.15, drip_s=0.1)


class Way:
    """A client, a proxy with one fault for everything, and the desk behind it."""

    def __init__(self, client: httpx.AsyncClient, proxy: FaultProxy, desk: ScriptedDesk) -> None:
        self.proxy = proxy
        self.desk = desk
        self._client = client
        self.names_author = False

    async def write(self, prefix: str = "") -> httpx.Response:
        return await self._client.put(
            self.proxy.base_url + prefix + REPLY,
            json={"text": "some words", **({"insertBy": "a1"} if self.names_author else {})},
            headers={"Idempotency-Key": "k"},
        )

    async def read(self) -> httpx.Response:
        return await self._client.get(self.proxy.base_url + LIST, params={"page": "1"})

    @property
    def arrived(self) -> int:
        """How many requests the desk has seen."""
        return len(self.desk.requests)


@asynccontextmanager
async def way_with(fault: Fault, *, probability: float = 1.0, seed: int = 0) -> AsyncIterator[Way]:
    desk = ScriptedDesk()
    desk.script(REPLY, says(200, {"id": "r1"}))
    envelope = {"totalRecords": 5, "recordsPerPage": 25, "nextQuery": None, "records": RECORDS}
    desk.script(LIST, says(200, {"ticket": envelope}))
    async with desk:
        mix = [Rule(fault=fault, probability=probability)]
        port = httpx.URL(desk.base_url).port
        assert port is not None
        async with (
            FaultProxy(port, seed=seed, mix=mix, timing=TIMING) as proxy,
            httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client,
        ):
            yield Way(client, proxy, desk)


async def test_without_a_fault_everything_passes_on_one_connection() -> None:
    async with way_with(Fault.NONE) as way:
        first, second = await way.write(), await way.read()
        assert first.json() == {"id": "r1"}
        assert second.json()["ticket"]["records"] == RECORDS
        (written, read) = way.desk.requests
        assert (written.method, written.json()) == ("PUT", {"text": "some words"})
        assert (read.path, read.query) == (LIST, {"page": "1"})
        assert first.extensions["network_stream"] is second.extensions["network_stream"]


async def test_client_is_known_by_the_name_in_its_address() -> None:
    async with way_with(Fault.NONE) as way:
        await way.write(f"{NAMED}7")
        await way.write()
        assert [exchange.by for exchange in way.proxy.exchanges] == ["7", ""]
        assert [request.path for request in way.desk.requests] == [REPLY, REPLY]


@pytest.mark.parametrize(("fault", "arrives"), [(Fault.CUT_BEFORE, False), (Fault.CUT_AFTER, True)])
async def test_cut_gives_no_answer_and_says_nothing_of_what_was_done(
    fault: Fault, arrives: bool
) -> None:
    async with way_with(fault) as way:
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await way.write()
        assert way.arrived == arrives
        assert way.proxy.exchanges[0].is_applied is arrives


@pytest.mark.parametrize(
    ("fault", "status", "arrives"),
    [
        (Fault.FAIL_BEFORE, 500, False),
        (Fault.FAIL_AFTER, 500, True),
        (Fault.THROTTLE, 429, False),
        (Fault.THROTTLE_WITH_WAIT, 429, False),
        (Fault.THROTTLE_AFTER, 429, True),
        (Fault.BUSY_AFTER, 503, True),
        (Fault.SIGN_OUT, 401, False),
        (Fault.SIGN_OUT_AFTER, 401, True),
        (Fault.TIME_OUT_AFTER, 408, True),
        (Fault.REDIRECT_AFTER, 302, True),
        (Fault.NOT_FOUND, 404, False),
        (Fault.NOT_FOUND_AFTER, 404, True),
        (Fault.HTML, 200, False),
    ],
)
async def test_made_up_answer_comes_with_or_without_the_write(
    fault: Fault, status: int, arrives: bool
) -> None:
    async with way_with(fault) as way:
        answered = await way.write()
        assert answered.status_code == status
        assert way.arrived == arrives
        says_when = {Fault.THROTTLE_WITH_WAIT, Fault.THROTTLE_AFTER, Fault.BUSY_AFTER}
        assert ("retry-after" in answered.headers) is (fault in says_when)
        is_page = answered.headers["content-type"] == "text/html"
        assert is_page is (fault in {Fault.HTML, Fault.NOT_FOUND, Fault.NOT_FOUND_AFTER})


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault.SIGNED, "some words<br><br>--<br>The Acme team"),
        (Fault.SPACED, "some\u00a0words"),
        (Fault.NO_AUTHOR, "some words"),
    ],
)
async def test_a_changed_body_reaches_the_desk_and_no_success_the_client(
    fault: Fault, text: str
) -> None:
    async with way_with(fault) as way:
        way.names_author = fault is Fault.NO_AUTHOR
        with suppress(httpx.TransportError):
            assert not (await way.write()).is_success
        [arrived] = way.desk.requests
        assert arrived.json() == {"text": text}


async def test_extensions_of_the_desk_can_be_hidden() -> None:
    async with way_with(Fault.NONE) as way:
        await way.write()
        way.proxy.shows_extensions = False
        await way.write()
        keys = [request.headers.get("idempotency-key") for request in way.desk.requests]
        assert keys == ["k", None]


@pytest.mark.parametrize(
    ("fault", "at_least_s"), [(Fault.LATE, 0.0), (Fault.LATE_BEYOND_GAP, TIMING.late_beyond_s)]
)
async def test_late_write_is_applied_after_the_client_has_given_up(
    fault: Fault, at_least_s: float
) -> None:
    async with way_with(fault) as way:
        with pytest.raises(httpx.ReadTimeout):
            await way.write()
        gave_up_s = time.monotonic()
        assert way.arrived == 0
        await way.proxy.rest()
        late_s = time.monotonic() - gave_up_s
        assert way.arrived == 1
        assert at_least_s <= late_s < max(at_least_s, TIMING.late_at_most_s) + PATIENCE_S


async def test_shut_door_refuses_connections_and_opens_again() -> None:
    async with way_with(Fault.SHUT) as way:
        assert (await way.write()).json() == {"id": "r1"}
        way.proxy.mix = ()
        with pytest.raises(httpx.ConnectError):
            await way.write()
        assert way.arrived == 1
        await asyncio.sleep(TIMING.shut_s)
        for _ in range(20):
            with suppress(httpx.ConnectError):
                await way.write()
                break
            await asyncio.sleep(0.05)
        assert way.arrived == 2


async def test_shut_door_closes_silent_connections_too() -> None:
    async with way_with(Fault.NONE) as way:
        await way.write()
        way.proxy.shut()
        await asyncio.sleep(0.05)  # the end has to travel to the client
        with pytest.raises(httpx.ConnectError):
            await way.write()
        await way.proxy.open()
        assert (await way.write()).status_code == 200


async def test_shut_door_ends_connections_that_were_busy() -> None:
    async with way_with(Fault.DRIP) as way:
        reading = asyncio.create_task(way.read())
        await asyncio.sleep(TIMING.drip_s / 4)
        way.proxy.shut()
        assert (await reading).status_code == 200
        await asyncio.sleep(0.05)
        with pytest.raises(httpx.ConnectError):
            await way.write()


async def test_truncated_answer_is_whole_http_around_broken_json() -> None:
    async with way_with(Fault.TRUNCATE) as way:
        answered = await way.write()
        assert (answered.status_code, way.arrived) == (200, 1)
        assert 0 < len(answered.content) < len(json.dumps({"id": "r1"}))
        with pytest.raises(json.JSONDecodeError):
            answered.json()


async def test_dripping_answer_is_slow_and_whole() -> None:
    async with way_with(Fault.DRIP) as way:
        began_s = time.monotonic()
        answered = await way.read()
        assert time.monotonic() - began_s >= TIMING.drip_s / 2
        assert answered.json()["ticket"]["records"] == RECORDS


async def test_page_holds_a_record_twice() -> None:
    async with way_with(Fault.DUPLICATE_RECORD) as way:
        records = (await way.read()).json()["ticket"]["records"]
        ids = [record["id"] for record in records]
        assert len(ids) == len(RECORDS) + 1
        assert sorted(set(ids)) == [record["id"] for record in RECORDS]
        assert any(ids[place] == ids[place + 1] for place in range(len(RECORDS)))


async def test_page_slides_on_by_one_record() -> None:
    async with way_with(Fault.SHIFT_PAGE) as way:
        assert (await way.read()).json()["ticket"]["records"] == RECORDS[1:]


async def test_whoever_kills_a_client_over_a_write_can_wait_for_its_stages() -> None:
    async with way_with(Fault.CUT_AFTER) as way:
        arrived = asyncio.create_task(way.proxy.next_write(Stage.ARRIVED))
        applied = asyncio.create_task(way.proxy.next_write(Stage.APPLIED))
        await asyncio.sleep(0)
        with pytest.raises(httpx.TransportError):
            await way.write()
        assert await arrived is await applied
        assert (await applied).is_applied


async def test_same_seed_and_number_give_the_same_faults() -> None:
    async def faults_of(seed: int) -> list[Fault]:
        async with way_with(Fault.FAIL_BEFORE, probability=0.5, seed=seed) as way:
            for _ in range(30):
                await way.write()
            return [exchange.decision.fault for exchange in way.proxy.exchanges]

    assert await faults_of(1) == await faults_of(1)
    assert await faults_of(1) != await faults_of(2)


async def test_dead_desk_is_an_end_without_an_answer() -> None:
    async with way_with(Fault.NONE) as way:
        await way.desk.close()
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await way.write()
        assert not way.proxy.exchanges[0].is_applied


def test_mix_has_every_fault_and_spares_the_bearers() -> None:
    befallen = {
        decide(1, number, method, path, MIXED).fault
        for number in range(4_000)
        for method, path in (("PUT", REPLY), ("PUT", NOTE), ("GET", LIST), ("GET", "/ticket/t1"))
    }
    assert befallen == set(Fault)
    bearers = [decide(1, number, "GET", "/oauth/token", MIXED).fault for number in range(4_000)]
    assert bearers.count(Fault.NONE) > 0.9 * len(bearers)
    assert Fault.LATE not in bearers


def test_probabilities_of_one_request_leave_room_for_luck() -> None:
    for method, path in (("PUT", REPLY), ("GET", LIST), ("GET", "/oauth/token")):
        together = sum(rule.probability for rule in MIXED if rule.matches(method, path))
        assert together < 0.5
