"""A write as it leaves, and what a desk can do for writes besides the documented calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """One request that changes something on the desk, spelled out."""

    method: str
    path: str
    """Percent-encoded, below the address of the desk."""
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The extensions of one desk that the console uses."""

    desk_id: str = ""
    """The name that the desk has given itself; empty where it has none."""
    key_paths: frozenset[str] = frozenset()
    """Calls for which the desk honours an `Idempotency-Key`, such as `ticket/reply`: a request with
    a key it knows is answered again and not carried out again."""

    def honours_key(self, path: str) -> bool:
        """Tell whether a request to `path` can be repeated with its key."""
        call = "/".join(path.strip("/").split("/")[:2])
        return bool(self.desk_id) and call in self.key_paths


NO_CAPABILITIES: Final = Capabilities()
