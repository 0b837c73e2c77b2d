"""Writing on a host of its own: a draft in, what was sent out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from deskero_tui.domain.errors import DeskeroError
from deskero_tui.domain.ids import AgentId, TicketId
from deskero_tui.domain.macros.library import Macro, MacroId, MacroKind
from deskero_tui.domain.macros.placeholders import Sources
from deskero_tui.domain.macros.plan import Lookups
from deskero_tui.domain.outbox.drafts import DraftKind
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.sync.macro_run import MacroScene
from deskero_tui.tui.compose.draft_state import ComposeWhat, Draft
from deskero_tui.tui.compose.screen import Compose
from deskero_tui.tui.compose.writing_screen import Stage
from deskero_tui.tui.dialogs.macro_picker import MacroPicker
from tests.support.modal_host import ModalHost
from tests.support.tickets import ticket

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STATUSES = [Choice("opened", SafeText("opened")), Choice("solved", SafeText("solved"))]
AGENTS = [Choice("a1", SafeText("Anna Marchetti")), Choice("a2", SafeText("Bert Lund"))]


class Post:
    """Takes what is sent; holds it up while `gate` is closed, and fails with `error` if set."""

    def __init__(self, error: DeskeroError | None = None) -> None:
        self.sent: list[tuple[str, datetime | None, str | None]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error = error
        self.done = asyncio.Event()

    async def send(self, draft: Draft, remind_at: datetime | None) -> None:
        self.sent.append((draft.text, remind_at, draft.status_after))
        try:
            await self.gate.wait()
            if self.error is not None:
                raise self.error
        finally:
            self.done.set()


async def canned_answers() -> MacroPicker:
    """One text for any ticket, and one that asks."""
    texts = {"hours": "We are here from 9 to 5.", "day": "It comes on {{ask: Which day?}}."}
    macros = [
        Macro(id=MacroId(name), title=name.title(), kind=MacroKind.REPLY, text=text)
        for name, text in texts.items()
    ]
    record = ticket(102)
    scene = MacroScene(
        record,
        Sources(ticket=record, agent="Anna", now=NOW),
        Lookups(statuses=STATUSES, agents=AGENTS, me=AgentId("a1"), now=NOW),
    )
    return MacroPicker(macros, scene, texts_only=True)


def compose(
    draft: Draft,
    kind: DraftKind = DraftKind.REPLY,
    post: Post | None = None,
    *,
    subject: str = "Parcel is late",
    asks_reminder_first: bool = False,
) -> Compose:
    to = SafeText("Tom Arden <tom@example.com>" if kind is DraftKind.REPLY else "")
    return Compose(
        ComposeWhat(kind, TicketId("t1"), SafeText("102/26"), safe_line(subject), to),
        draft,
        send=(post or Post()).send,
        is_kept=lambda: True,
        statuses=STATUSES,
        agents=AGENTS,
        now=lambda: NOW,
        zone=ROME,
        lang="en",
        canned_answers=canned_answers,
        asks_reminder_first=asks_reminder_first,
        most_upload_bytes=1_000,
        file_root=None,
    )


def reply_app(draft: Draft, post: Post | None = None) -> ModalHost[bool]:
    return ModalHost(lambda: compose(draft, post=post))


def note_app(draft: Draft, post: Post | None = None, *, first: bool = False) -> ModalHost[bool]:
    return ModalHost(lambda: compose(draft, DraftKind.NOTE, post, asks_reminder_first=first))


def stage_of(app: ModalHost[bool]) -> Stage:
    screen = app.screen
    assert isinstance(screen, Compose)
    return screen.stage
