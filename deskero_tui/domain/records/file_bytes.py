"""Files inside a record: hex or base64 (API sheet §5.6), read back to bytes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from typing import Final

_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2})+")


def inline_bytes(blobs: Iterable[object], *, size_bytes: int) -> bytes | None:
    """Decode the first of `blobs` that is a file; `None` where none is.

    Some text is both hex and base64. The announced size decides then, if there is one; where no
    reading has that size the record does not hold the file.
    """
    readings = [content for blob in blobs if isinstance(blob, str) for content in _readings(blob)]
    if size_bytes > 0:
        return next((content for content in readings if len(content) == size_bytes), None)
    return readings[0] if readings else None


def _readings(blob: str) -> Iterator[bytes]:
    text = "".join(blob.split())
    if _HEX.fullmatch(text):
        yield bytes.fromhex(text)
    if text:
        try:
            yield base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except ValueError:
            return
