"""One view as it is worked through: what was done in it stays a moment, what was skipped goes last,
and what comes in meanwhile waits until it is asked for.

Pure: moments come in as seconds of a clock that never goes back.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from deskero_tui.domain.row import KEY_CODE
from deskero_tui.domain.text import SafeText

LINGER_S: Final = 5.0
"""How long a ticket that was done stays where it was."""
SKIP_S: Final = 2 * 3_600.0
"""How long a ticket that was skipped stays at the end."""
DONE: Final = SafeText("done")
SKIPPED: Final = SafeText("skip")


class WorkQueue:
    """What this console has done in one view. Kept in memory: a new start has the plain order."""

    def __init__(self, *, linger_s: float = LINGER_S) -> None:
        """With a `linger_s` of 0 nothing stays."""
        self._linger_s = linger_s
        self._touched: set[int] = set()
        """What something was done to, and that is still in the view."""
        self._lingers_until_s: dict[int, float] = {}
        self._skipped_until_s: dict[int, float] = {}
        self._known: set[int] | None = None
        """What the view held since it is worked through; `None` while it is only looked at."""
        self._waiting: frozenset[int] = frozenset()

    @property
    def waiting_count(self) -> int:
        """How many tickets have come in that are not shown yet."""
        return len(self._waiting)

    def admit(self) -> None:
        """Lets in what waits; the next thing that is done holds back what comes after it."""
        self._known = None
        self._waiting = frozenset()

    @property
    def fading(self) -> Mapping[int, SafeText]:
        """The keys of the tickets that are about to leave their places, each with the word why."""
        return {
            key: SKIPPED if key in self._skipped_until_s else DONE for key in self._lingers_until_s
        }

    def touch(self, key: int, shown: Iterable[int]) -> None:
        """Something was done to this ticket: should it leave the view, that is why.

        `shown` is what the list shows; from now on that is what is worked through.
        """
        self._touched.add(key)
        self._work_through(key, shown)

    def skip(self, key: int, shown: Iterable[int], *, now_s: float) -> None:
        """This ticket goes to the end for a while. `shown` as for `touch`."""
        self._skipped_until_s[key] = now_s + SKIP_S
        self._work_through(key, shown)
        self._linger(key, now_s)

    def forget_touched(self) -> None:
        """The agent looks at something else: nothing lingers, what was skipped stays so."""
        self._touched.clear()
        self._lingers_until_s.clear()
        self.admit()

    def arranged(self, order: array[int], shown: array[int], *, now_s: float) -> array[int]:
        """`order` as it is to be shown now, `shown` being what the list shows so far.

        Takes down what has left `order` since, and what has stayed long enough.
        """
        for until_s in (self._lingers_until_s, self._skipped_until_s):
            for key in [key for key, then_s in until_s.items() if then_s <= now_s]:
                del until_s[key]
        order = self._without_newcomers(order)
        if not (self._touched or self._lingers_until_s or self._skipped_until_s):
            return order
        there = set(order)
        for key in self._lingers_until_s.keys() & there - self._skipped_until_s.keys():
            del self._lingers_until_s[key]
        for key in self._touched - there:
            self._linger(key, now_s)
        self._touched &= there
        staying = self._lingers_until_s.keys() & set(shown)
        last = [key for key in order if key in self._skipped_until_s and key not in staying]
        moved = staying | set(last)
        kept = array(KEY_CODE, (key for key in order if key not in moved))
        return _with_staying(kept, shown, staying) + array(KEY_CODE, last)

    def next_change_s(self, *, now_s: float) -> float | None:
        """In how many seconds the arrangement changes by itself; `None` when it does not."""
        moments = (*self._lingers_until_s.values(), *self._skipped_until_s.values())
        return max(0.0, min(moments) - now_s) if moments else None

    def _work_through(self, key: int, shown: Iterable[int]) -> None:
        if self._known is None:
            self._known = set(shown)
        self._known.add(key)

    def _without_newcomers(self, order: array[int]) -> array[int]:
        """`order` without what came in since the view is worked through.

        When nothing else is left there is nothing that newcomers would disturb.
        """
        if self._known is None:
            return order
        known = self._known
        waiting = frozenset(key for key in order if key not in known)
        if len(waiting) == len(order):
            self.admit()
            return order
        self._waiting = waiting
        return array(KEY_CODE, (key for key in order if key in known)) if waiting else order

    def _linger(self, key: int, now_s: float) -> None:
        if self._linger_s:
            self._lingers_until_s.setdefault(key, now_s + self._linger_s)


def _with_staying(order: array[int], shown: array[int], staying: Collection[int]) -> array[int]:
    """`order` with each of `staying` behind what it stands behind in `shown`."""
    if not staying:
        return order
    places = {key: place for place, key in enumerate(order)}
    behind: dict[int, list[int]] = {}
    place = -1
    for key in shown:
        if key in staying:
            behind.setdefault(place, []).append(key)
        else:
            place = places.get(key, place)
    arranged = array(KEY_CODE, behind.get(-1, ()))
    for place, key in enumerate(order):
        arranged.append(key)
        arranged.extend(behind.get(place, ()))
    return arranged
