"""What a desk is told before it starts. Standard library only, so that reading it costs nothing."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class DeskSettings:
    """One desk: where it keeps its data, where it listens, who may use it."""

    database_url: str
    """SQLAlchemy URL, `sqlite:///relative.db` or `sqlite:////absolute.db`."""
    client_id: str
    """What every call must name in its `clientId` header."""
    api_token: str = field(repr=False)
    """The Basic credential as handed out: base64 of `client_id:secret` (API sheet §2.1)."""
    host: str = "127.0.0.1"
    port: int = 8077
    """0 takes any free port; `announce` of `run.serve` tells which."""
    socket_path: Path | None = None
    """A Unix socket, mode 0600, in place of host and port."""
    public_url: str | None = None
    """The base of addresses in answers; without it, the `Host` of each request."""
    page_size: int = 25
    max_page_size: int = 200
    """`limit` in a query is capped to this."""
    bearer_life_s: int = 3600
    max_body_bytes: int = 32 * MEBIBYTE
    documented_list_keys: bool = False
    """Wrap type, area and group lists in the documented `ticket`, not in their own name (§3.4)."""
    custom_fields_as_object: bool = False
    """Answer a ticket's custom fields as one object instead of the documented list (§5.10)."""
    strict_members: bool = True
    """Refuse bodies with unknown members; False drops such members."""
    first_agent: str = ""
    """The name of the agent that a desk without any is given, with the usual ticket types; empty:
    a desk stays as empty as it is."""
    demo_tickets: int = 0
    """How many sample tickets an empty database is filled with."""
    demo_anchor: datetime | None = None
    """Aware; the moment the sample dates are relative to. None: when the desk starts."""

    def __post_init__(self) -> None:
        if self.demo_anchor is not None and self.demo_anchor.tzinfo is None:
            raise ValueError("demo_anchor needs a time zone")
        if not 1 <= self.page_size <= self.max_page_size:
            raise ValueError("page_size must lie between 1 and max_page_size")


def new_api_token(client_id: str) -> str:
    """Make a token in the vendor's shape: base64 of `client_id:uuid`, with a random uuid."""
    return base64.b64encode(f"{client_id}:{uuid.uuid4()}".encode()).decode("ascii")
