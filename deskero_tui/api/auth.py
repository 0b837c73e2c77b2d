"""The bearer: asked for once for all callers, renewed before it lapses (API sheet §2.2)."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from deskero_tui.api.address import is_header_text
from deskero_tui.api.answers import BAD_ACCOUNT, BAD_TOKEN, NOT_A_DESK, Answer, decode, not_a_desk
from deskero_tui.domain.clock import Clock
from deskero_tui.domain.errors import (
    BadAnswer,
    BadConfig,
    DeskeroError,
    Missing,
    NoSuchCall,
    NotAllowed,
    Refused,
    ServerFault,
    Unclear,
    Unreachable,
)

LEAST_LIFE_S: Final = 60.0
LEAST_LIFE_PART: Final = 0.05


@dataclass(frozen=True, slots=True)
class Bearer:
    """What opens the desk for a while."""

    value: str = field(repr=False)
    renew_at_s: float
    """On the monotonic clock: from then on a new one is asked for. Infinite: only after a 401."""


class ApiToken:
    """The API token of an account; `deskero-tui login` may replace it while we run."""

    def __init__(self, value: str, reread: Callable[[], str | None] | None) -> None:
        """`reread` gives it as it is kept by now, `None` when it is not kept any more."""
        self._value = value
        self._reread = reread

    @property
    def value(self) -> str:
        """The one last used."""
        return self._value

    def newest(self) -> str:
        """The one to use from now on.

        Raises:
            BadConfig: There is one, and it cannot be read or used.
        """
        kept = self._reread() if self._reread is not None else None
        if kept and kept != self._value:
            if not is_header_text(kept):
                raise BadConfig("The API token that is kept holds characters that it cannot have.")
            self._value = kept
        return self._value

    @property
    def is_replaced(self) -> bool:
        """Whether `newest` has something new to say."""
        try:
            return self._reread is not None and self._reread() not in (None, self._value)
        except BadConfig:
            return True


class BearerKeeper:
    """Hands out the bearer of one account. All callers share one request for a new one, and its
    failure. One event loop; `aclose` ends a request that is still under way.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Answer]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._bearer: Bearer | None = None
        self._fetching: asyncio.Task[Bearer] | None = None

    async def current(self) -> Bearer:
        """A bearer with life left.

        Raises:
            NotAllowed: The desk does not accept the API token.
            Unreachable: The desk could not be asked, or failed. Whatever the bearer was wanted
                for has not left this machine, so this is never `Unclear` or `ServerFault`.
            Throttled, BadAnswer: Likewise nothing was done.
        """
        if self._bearer and self._clock.monotonic() < self._bearer.renew_at_s:
            return self._bearer
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._renew(), name="deskero-bearer")
            self._fetching.add_done_callback(self._forget)
        # A caller who is cancelled must not take the bearer away from the others.
        return await asyncio.shield(self._fetching)

    def drop(self, bearer: Bearer) -> None:
        """The desk did not accept `bearer`. Nothing happens if another has taken its place."""
        if self._bearer is bearer:
            self._bearer = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown: the bearer at hand; empty while there is none."""
        return (self._bearer.value,) if self._bearer else ()

    async def aclose(self) -> None:
        """Ends a request under way and waits until it has ended."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])

    def _forget(self, task: asyncio.Task[Bearer]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # Marks it as seen, for when every caller has been cancelled.

    async def _renew(self) -> Bearer:
        asked_at_s = self._clock.monotonic()
        try:
            answer = await self._fetch()
        except NotAllowed as error:
            # A page of a gateway says nothing about the token, so its sentence stays.
            words = BAD_TOKEN if error.user_message == BAD_ACCOUNT else error.user_message
            raise NotAllowed(words, detail=error.detail) from error
        except Refused as error:
            if error.status == 400:
                raise NotAllowed(BAD_TOKEN, detail=error.detail) from error
            words = error.user_message if 300 <= error.status < 400 else NOT_A_DESK
            no_desk = BadAnswer(words, detail=error.detail)
            no_desk.short_reason = error.short_reason
            raise no_desk from error
        except NoSuchCall as error:
            raise BadAnswer(error.user_message, detail=error.detail) from error
        except Missing as error:
            raise BadAnswer(NOT_A_DESK, detail=error.detail) from error
        except (Unclear, ServerFault) as error:
            raise _unasked(error) from error
        self._bearer = read_bearer(answer, asked_at_s)
        return self._bearer


def _unasked(error: DeskeroError) -> Unreachable:
    """Return the same trouble as one after which nothing was sent but a request for a bearer."""
    unasked = Unreachable(error.user_message, detail=error.detail)
    unasked.short_reason = error.short_reason
    return unasked


def read_bearer(answer: Answer, asked_at_s: float) -> Bearer:
    """Reads the answer to a request for a bearer that was made at `asked_at_s`.

    `expires_in` may be what is left of a token that the desk hands out again until it lapses. So
    the margin is never more than half of it: a last minute does not mean a request for each call.

    Raises:
        BadAnswer: There is no bearer in it, or one that cannot stand in a header.
    """
    match None if answer.is_empty else decode(answer):
        case {"access_token": str(value), **others} if is_header_text(value):
            life_s = _life_s(others.get("expires_in"))
        case _:
            raise BadAnswer(not_a_desk(answer), detail=answer.detail)
    margin_s = min(max(LEAST_LIFE_S, LEAST_LIFE_PART * life_s), life_s / 2)
    return Bearer(value, asked_at_s + life_s - margin_s if math.isfinite(life_s) else math.inf)


def _life_s(value: object) -> float:
    """Seconds; infinite when the desk does not say (then only a 401 tells)."""
    match value:
        case bool():
            return math.inf
        case int() | float() | str():
            try:
                life_s = float(value)
            except (ValueError, OverflowError):
                return math.inf
            return max(life_s, 0.0) if math.isfinite(life_s) else math.inf
        case _:
            return math.inf
