"""What no text may hold that is told to a terminal, whatever road it took. Light to import.

Text is cleaned where it comes in (`domain/text/safe_text.py`); this stands behind it.
"""

from __future__ import annotations

import re
from typing import Final

_FORBIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def harmless(text: str) -> str:
    """`text` without control and bidi characters, and without surrogates."""
    return _FORBIDDEN.sub("", text) if _FORBIDDEN.search(text) else text
