"""What can stand behind the words of the query language on this desk, for completion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.records.terms import TermKind
from deskero_tui.sync.desk import Desk

if TYPE_CHECKING:
    from deskero_tui.domain.query.completion import Begun

_TERMS: Final = {
    "status": TermKind.STATUS,
    "source": TermKind.SOURCE,
    "type": TermKind.TYPE,
    "area": TermKind.AREA,
    "group": TermKind.GROUP,
}
_GO_BY_ID: Final = frozenset({"status", "source"})
"""The query language knows these by their machine names, the others by what they are called."""


class FilterValues:
    """Reads each list once; make another one when lists may have changed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._read: dict[str, Sequence[Choice]] = {}

    async def of(self, begun: Begun) -> Sequence[Choice]:
        """What the word of `begun` can have as its value; nothing while there is no word yet.

        Raises:
            StoreBroken: The store cannot be read.
        """
        from deskero_tui.domain.query.completion import fixed_values

        if begun.name == "from":
            return [_as_called(choice) for choice in await self._desk.customers(begun.said)]
        if begun.name not in self._read:
            self._read[begun.name] = [*fixed_values(begun.name), *await self._list(begun.name)]
        return self._read[begun.name]

    async def _list(self, name: str) -> Sequence[Choice]:
        from deskero_tui.domain.query.completion import valued

        if name == "assigned":
            return [_as_called(choice) for choice in await self._desk.agents()]
        if name == "tag":
            return await self._desk.tags()
        if name == "company":
            return valued(await self._desk.companies())
        if name in _TERMS:
            terms = await self._desk.terms(_TERMS[name])
            return terms if name in _GO_BY_ID else [_as_called(term) for term in terms]
        return ()


def _as_called(choice: Choice) -> Choice:
    return Choice(choice.label, choice.label, choice.hint)
