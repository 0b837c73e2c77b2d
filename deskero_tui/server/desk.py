"""What every route needs, made once per running desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request

from deskero_tui.server.http.auth import Bearers
from deskero_tui.server.ids import epoch_ms
from deskero_tui.server.records.tickets.reads import Rendering
from deskero_tui.server.settings import DeskSettings
from deskero_tui.server.storage.engine import Database
from deskero_tui.server.storage.idempotency import StoredAnswers
from deskero_tui.server.storage.json_cache import WrittenTexts


@dataclass(frozen=True)
class Desk:
    """One running desk."""

    settings: DeskSettings
    database: Database
    bearers: Bearers
    now: Callable[[], datetime]
    texts: WrittenTexts = field(default_factory=WrittenTexts)
    answers: StoredAnswers = field(default_factory=StoredAnswers)

    def now_ms(self) -> int:
        """Epoch milliseconds by the desk's clock."""
        return epoch_ms(self.now())

    def base_url(self, request: Request) -> str:
        """What addresses in answers begin with, without a slash at the end."""
        public_url = self.settings.public_url
        return (str(request.base_url) if public_url is None else public_url).rstrip("/")

    def rendering(self, request: Request) -> Rendering:
        """How this request's records are written out."""
        return Rendering(self.base_url(request), self.settings.custom_fields_as_object, self.texts)


def desk_of(request: Request) -> Desk:
    """The desk that answers a request."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk
