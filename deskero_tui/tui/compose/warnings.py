"""What an agent may have forgotten in a text that is about to go. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deskero_tui.domain.macros.placeholders import STANDING, flaws_in, questions, standing_in
from deskero_tui.tui.dialogs.matching import fold

_ATTACHMENT: Final = re.compile(
    r"\b(?:attach(?:e[ds]|ing|ments?)?|allegat[oaie]|allego|alleghiamo|adjunt\w*"
    r"|ci-joints?|ci-jointes?|pieces? jointes?)\b"
)
_PLACEHOLDER: Final = re.compile(rf"{STANDING.pattern}|\{{[^\W\d][\w.-]*\}}")


def warnings_of(text: str, *, may_lack_files: bool, fills_in: bool = False) -> Iterator[str]:
    """Sentences for what looks wrong with a text: our own words, but for a placeholder in one.

    With `fills_in` those that can be filled in are right. Quoted lines do not count: what they say
    about attachments the customer said.
    """
    if not text.strip():
        yield "The text is empty."
    own = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
    if may_lack_files and _ATTACHMENT.search(fold(own)):
        yield "The text speaks of an attachment and none is there."
    if fills_in:
        own = STANDING.sub("", own)
    for placeholder in dict.fromkeys(found[0] for found in _PLACEHOLDER.finditer(own)):
        yield f"{placeholder} is not filled in."


def stop_of(text: str, *, fills_in: bool = False) -> str:
    """Why a text must not go yet, with the place; empty when it may.

    Only what stands in double braces stops it: single ones are in many a text that is meant so.
    With `fills_in` it stops only what cannot be filled in.
    """
    if fills_in:
        if asked := questions(text):
            return f"There is nobody to ask “{asked[0]}”: write the answer, or take it out."
        line, flaw = next(flaws_in(text), (0, ""))
        return f"Line {line}: {flaw}" if flaw else ""
    standing = next(standing_in(text), None)
    if standing is None:
        return ""
    return f"Line {standing.line} still has {standing.text}: fill it in or take it out first."
