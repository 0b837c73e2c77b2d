"""By how many tickets a desk's total differs from its list, as the last whole walk found it.

A desk may count tickets that it does not list, such as those of other groups. Tickets come and go
without changing that difference, so it calls for no other walk; another difference does.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import Final

from deskero_tui.store import lookups
from deskero_tui.store.database import Database

_MARK: Final = "total"
"""The difference as text, empty where there is none. A `?` is before it after a walk under which
pages shifted: one more walk tells."""
_UNSTEADY: Final = "unsteady"
"""The mark of a desk whose total differed by another number after each walk: it tells nothing."""


async def unexplained(database: Database, difference: int) -> int:
    """Return how much of `difference`, the desk's total less our count, is to be looked into.

    0 where no walk could change it.

    Raises:
        StoreBroken: The store cannot be read.
    """
    known = await database.read(lambda c: lookups.read_mark(c, _MARK)) or ""
    if difference == 0 or known == _UNSTEADY:
        return 0
    is_known = bool(known) and not known.startswith("?")
    return difference - int(known) if is_known else difference


async def note_difference(database: Database, difference: int, *, has_shifted: bool) -> None:
    """Note the difference after a whole walk, under which pages may have shifted.

    Raises:
        StoreBroken: The store cannot be written.
    """

    def note(connection: Connection) -> None:
        before = lookups.read_mark(connection, _MARK) or ""
        known = str(difference) if difference else ""
        if known and before and before.removeprefix("?") != known:
            known = _UNSTEADY
        elif known and has_shifted and not before:
            known = f"?{known}"
        lookups.write_mark(connection, _MARK, known)

    await database.write(note)
