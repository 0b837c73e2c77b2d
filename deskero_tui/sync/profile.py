"""What the rules need to know of the agent and of the desk they work with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deskero_tui.domain.errors import NotAllowed
from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.text.safe_text import safe_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The settings of one account that the rules obey."""

    agent: str = ""
    """Who am I: id, address or name, as the agent wrote it; empty when not said."""
    lang: str = "en"
    """`en`, `it`, `es` or `fr`: in which language statuses and the like are named."""
    reply_as_html: bool = True
    """Replies leave as HTML, which the vendor's service shows as such; else as plain text."""
    refresh_s: float = 30.0
    """Seconds between two looks at what is new."""
    page_limit: int = 100
    """Tickets asked for at once; a desk may give fewer (API sheet §3.3)."""
    most_upload_bytes: int = 20 * 1024 * 1024
    """The largest file that is read for sending."""
    file_root: Path | None = None
    """The one folder whose files may be sent, and into which files come back; `None`: any."""
    must_be_known: bool = False
    """Nothing at all is queued unless `agent` is one agent of the desk: for logins in which others
    say who somebody is."""
    undo_s: float = 8.0
    """How long a reply, a note, a new ticket or a deletion can be taken back before it leaves."""
    look_gaps_s: tuple[float, ...] = (30.0, 90.0, 480.0)
    """Seconds between the looks for a write that may have arrived; the first look is at once. After
    the last look the agent is asked."""
    drain_retry_s: float = 2.0
    """How often a program looks whether another one sends, or has left something unsent."""


def require_known(profile: Profile, me: AgentId | None) -> None:
    """Lets nobody write whom the desk does not know, where that is asked for.

    Raises:
        NotAllowed: `me` would have to be an agent of the desk and is not.
    """
    if profile.must_be_known and me is None:
        who = safe_line(profile.agent, max_chars=100)
        raise NotAllowed(
            f"The desk has no agent {who}, or has not answered yet: nothing can be written or "
            "changed. Ask whoever lets you in."
        )
