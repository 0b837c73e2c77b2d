"""Ids in the vendor's shape, and the desk's clock."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The clock of a desk that is not told another one."""
    return datetime.now(UTC)


def epoch_ms(moment: datetime) -> int:
    """Epoch milliseconds, rounded down."""
    return int(moment.timestamp() * 1000)


def new_id(now_ms: int) -> str:
    """24 lower-case hex digits that begin with the second of their making (API sheet §1)."""
    return f"{now_ms // 1000:08x}{secrets.token_hex(8)}"
