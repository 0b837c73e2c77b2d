"""Who may call: the API token buys a bearer, the bearer and the client id open every other call.

A bearer carries its own expiry and is signed with the API token. Nothing is stored, so a bearer
survives a restart of the desk, and changing the API token ends all of them at once.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request

from deskero_tui.server.errors import ApiError
from deskero_tui.server.settings import DeskSettings


class Bearers:
    """Issues and checks the bearers of one desk. Used from the event loop only."""

    def __init__(self, settings: DeskSettings, now: Callable[[], datetime]) -> None:
        self._client_id = settings.client_id
        self._basic = settings.api_token
        self._key = hashlib.sha256(b"desk bearer\0" + settings.api_token.encode()).digest()
        self._life_ms = settings.bearer_life_s * 1000
        self._now = now
        self.token_hash = hashlib.sha256(b"desk token\0" + settings.api_token.encode()).hexdigest()
        """Names the API token without giving it away: SHA-256 in hex."""
        self._current = ""
        self._current_ends_ms = 0

    def issue(self, authorization: str) -> dict[str, str | int]:
        """Answer the token call; `authorization` is the header, `""` when absent.

        The same bearer is handed out until it lapses; `expires_in` is what is left of it in
        seconds, rounded down (API sheet §2.2).

        Raises:
            ApiError: 401 for anything but the API token of this desk.
        """
        if not _same(_credential(authorization, "basic"), self._basic):
            raise ApiError(401, "invalid_client", "Wrong or missing API token")
        now_ms = self._now_ms()
        if self._current_ends_ms - now_ms < 1000:
            self._current_ends_ms = now_ms + self._life_ms
            self._current = self._signed(self._current_ends_ms)
        return {
            "access_token": self._current,
            "token_type": "bearer",
            "expires_in": (self._current_ends_ms - now_ms) // 1000,
            "scope": "trust write read",
        }

    def check(self, authorization: str, client_id: str) -> None:
        """Let a call pass, or raise.

        Raises:
            ApiError: 401 for a missing, forged or expired bearer, 403 for another client id.
        """
        bearer = _credential(authorization, "bearer")
        if not bearer:
            raise ApiError(401, "unauthorized", "A bearer is needed")
        ends = bearer.partition("-")[0]
        ends_ms = int(ends, 16) if len(ends) <= 16 and _is_hex(ends) else 0
        if not _same(bearer, self._signed(ends_ms)):
            raise ApiError(401, "invalid_token", "Unknown access token")
        if ends_ms <= self._now_ms():
            raise ApiError(401, "invalid_token", "Access token expired")
        if not _same(client_id, self._client_id):
            raise ApiError(
                403, "access_denied", "The clientId header is missing or not this desk's"
            )

    def _signed(self, ends_ms: int) -> str:
        ends = f"{ends_ms:x}"
        return f"{ends}-{hmac.new(self._key, ends.encode(), 'sha256').hexdigest()}"

    def _now_ms(self) -> int:
        return int(self._now().timestamp() * 1000)


async def require_bearer(request: Request) -> None:
    """Check both headers of a call; a dependency of every route but the token's."""
    headers = request.headers
    bearers: Bearers = request.app.state.desk.bearers
    bearers.check(headers.get("authorization", ""), headers.get("clientid", ""))


def _credential(authorization: str, scheme: str) -> str:
    """The part after the scheme word, which any case may spell; `""` for another scheme."""
    word, _, credential = authorization.strip().partition(" ")
    return credential.strip() if word.lower() == scheme else ""


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _is_hex(text: str) -> bool:
    return bool(text) and all(letter in "0123456789abcdef" for letter in text)
