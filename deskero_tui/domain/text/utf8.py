"""Texts that came from outside as bytes: UTF-8 with or without a byte order mark, or a reason."""

from __future__ import annotations

import codecs
from typing import Final

_MARK: Final = "\ufeff"
_WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


class NotText(ValueError):
    """Bytes that are no text in UTF-8. `str()` of it goes after a subject: "It …"."""

    def __init__(self, says: str, line: int = 0) -> None:
        """Keep the reason, and the line where it was found; 0 where there is none."""
        super().__init__(f"{says}.")
        self.line = line

    def about(self, what: str) -> str:
        """Return a sentence about what was read, and one about what to do."""
        where = f" (line {self.line})" if self.line else ""
        return f"{what}{where} {self} Convert it to UTF-8."


def decode_text(content: bytes) -> str:
    """Return the text without byte order marks.

    Raises:
        NotText: It has another encoding, or a NUL character.
    """
    if content.startswith(_WIDE_MARKS):
        raise NotText("is UTF-16")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotText("is not UTF-8", content.count(b"\n", 0, error.start) + 1) from error
    if "\0" in text:
        raise NotText("holds a NUL character", text.count("\n", 0, text.index("\0")) + 1)
    # Files that were joined have further ones inside.
    return text.replace(_MARK, "")


def is_utf8(text: str) -> bool:
    """Tell whether a text can leave as UTF-8; Python keeps undecodable bytes as surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
