"""A scripted desk and a client that talks to it, with a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from deskero_tui.api.client import ClientOptions, DeskAddress, DeskeroClient
from tests.support.scripted_desk import ScriptedDesk
from tests.support.still_clock import StillClock

QUICK = ClientOptions(connect_s=2.0, read_s=0.3, whole_s=2.0)


def address_of(desk: ScriptedDesk) -> DeskAddress:
    return DeskAddress(base_url=desk.base_url, client_id="client-1", api_token="dG9rZW4=")


@pytest.fixture
async def desk() -> AsyncIterator[ScriptedDesk]:
    async with ScriptedDesk() as desk:
        yield desk


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def client(desk: ScriptedDesk, clock: StillClock) -> AsyncIterator[DeskeroClient]:
    async with DeskeroClient(address_of(desk), options=QUICK, clock=clock) as client:
        yield client
