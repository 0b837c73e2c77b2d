"""What a file in a drop folder may be called, and what an agent's own folder is called. Pure.

A name is one component: it cannot lead out of its folder, hide, look like a flag or a home, or hold
what a terminal would act upon. Shells may read more in it (`$(id)`, `a;b`): ours never gets to see
it, and at the other end it has to be quoted.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from deskero_tui.domain.text.safe_text import safe_file_name

_FOLDER_CHARS: Final = 40
"""Of the readable part of a folder's name; a socket's path below it has room for little."""


def flaw_of_drop_name(name: str) -> str | None:
    """What is wrong with a name for a file in the drop folder, in a sentence; `None`: nothing."""
    if not name:
        return "A name is missing."
    if any(sign in name for sign in "/\\\0"):
        return "A name cannot lead to another folder: only the drop folder is open to you."
    if name.startswith((".", "~", "-")):
        return "A name cannot begin with a dot, a tilde or a dash."
    safe = safe_file_name(name)
    if safe != name:
        return f"That name cannot be used. Call it {safe}."
    return None


def folder_name_of(who: str) -> str:
    """What the folder of an agent is called who logs in as `who`, however that is spelled.

    Of ASCII letters, digits, dashes and underscores; two agents never share one, for a part of it
    is a digest of the whole. Capitals and spaces around make no difference, as for who an agent is.
    """
    said = " ".join(who.split()).casefold()
    readable = re.sub(r"[^a-z0-9]+", "-", said).strip("-")[:_FOLDER_CHARS]
    digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{readable or 'agent'}-{digest}"
