"""Reads what a desk says about its extensions, and names a success that is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deskero_tui.domain.errors import Unclear
from deskero_tui.domain.outbox.write_request import NO_CAPABILITIES, Capabilities, WriteRequest

_MOST_ID_CHARS: Final = 200
_MOST_PATHS: Final = 100
_LEAST_HOURS: Final = 48
"""The shortest time for which a desk must remember a key, so that the console relies on it."""


def read_capabilities(data: object) -> Capabilities:
    """Read the answer of `/desk/capabilities`; an odd one stands for no capability."""
    if not isinstance(data, Mapping):
        return NO_CAPABILITIES
    desk_id = data.get("desk_id")
    if not isinstance(desk_id, str) or not 0 < len(desk_id) <= _MOST_ID_CHARS:
        return NO_CAPABILITIES
    return Capabilities(desk_id, _key_paths(data.get("idempotency_key")))


def _key_paths(data: object) -> frozenset[str]:
    if not isinstance(data, Mapping):
        return frozenset()
    hours, paths = data.get("hours"), data.get("paths")
    if not isinstance(hours, int | float) or hours < _LEAST_HOURS or not isinstance(paths, list):
        return frozenset()
    return frozenset(path for path in paths[:_MOST_PATHS] if isinstance(path, str))


def no_id_given(request: WriteRequest) -> Unclear:
    """Return the error for a success that names no record although one was to be made."""
    error = Unclear(
        "The desk took this but gave no id. Look for it before trying again.",
        detail=f"{request.method} {request.path}: no id",
    )
    error.has_left = error.may_be_done = True
    return error
