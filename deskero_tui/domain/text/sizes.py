"""Sizes of files in words."""

from __future__ import annotations

from deskero_tui.domain.text.safe_text import SafeText


def size_in_words(size_bytes: int) -> SafeText:
    """A size as people say it: `7 KB`, `1.4 MB`; units of 1,000."""
    if size_bytes < 1_000:
        return SafeText(f"{size_bytes} bytes")
    if size_bytes < 1_000_000:
        return SafeText(f"{size_bytes / 1_000:.0f} KB")
    return SafeText(f"{size_bytes / 1_000_000:.1f} MB")
