"""One view as it is worked through: what was done in it stays a moment, what was skipped goes last,
and what comes in meanwhile waits until it is asked for.

Pure: moments come in as seconds of a clock that never goes back.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping
from itertools import compress, count, filterfalse
from typing import Final

from deskero_tui.domain.records.row import KEY_CODE
from deskero_tui.domain.text.safe_text import SafeText

LINGER_S: Final = 5.0
"""How long a ticket that was done stays where it was."""
SKIP_S: Final = 2 * 3_600.0
"""How long a ticket that was skipped stays at the end."""
FEW: Final = 8
"""So many keys are looked for one after the other, which is quicker than to look at each of a long
order. Whatever goes through one in Python takes longer than a key may."""
DONE: Final = SafeText("done")
SKIPPED: Final = SafeText("skip")


class WorkQueue:
    """What this console has done in one view. Kept in memory: a new start has the plain order."""

    def __init__(self, *, linger_s: float = LINGER_S) -> None:
        """With a `linger_s` of 0 nothing stays."""
        self._linger_s = linger_s
        self._touched: set[int] = set()
        """What something was done to, and that is still in the view."""
        self._worked: set[int] = set()
        """What something was done to since the view was entered, in the view or not."""
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
        self._worked.add(key)
        self._work_through(key, shown)

    def has_worked(self, key: int) -> bool:
        """Tell whether this console did something to a ticket since the view was entered."""
        return key in self._worked

    def skip(self, key: int, shown: Iterable[int], *, now_s: float) -> None:
        """This ticket goes to the end for a while. `shown` as for `touch`."""
        self._skipped_until_s[key] = now_s + SKIP_S
        self._work_through(key, shown)
        self._linger(key, now_s)

    def forget_touched(self) -> None:
        """The agent looks at something else: nothing lingers, what was skipped stays so."""
        self._touched.clear()
        self._worked.clear()
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
        there = {*self._touched, *self._lingers_until_s}.intersection(order)
        for key in self._lingers_until_s.keys() & there - self._skipped_until_s.keys():
            del self._lingers_until_s[key]
        for key in self._touched - there:
            self._linger(key, now_s)
        self._touched &= there
        staying = _places({*self._lingers_until_s}, shown)
        last = _places(self._skipped_until_s.keys() - staying.keys(), order)
        kept = _without({*staying, *last}, order)
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
        waiting = frozenset() if known.issuperset(order) else frozenset(order) - known
        if len(waiting) == len(order):
            self.admit()
            return order
        self._waiting = waiting
        return _without(waiting, order) if waiting else order

    def _linger(self, key: int, now_s: float) -> None:
        if self._linger_s:
            self._lingers_until_s.setdefault(key, now_s + self._linger_s)


def _places(keys: Collection[int], order: array[int]) -> dict[int, int]:
    """Where those of `keys` stand that `order` has, from the top."""
    if len(keys) > FEW:
        wanted = frozenset(keys)
        places = compress(count(), map(wanted.__contains__, order))
        return {order[place]: place for place in places}
    found = {key: order.index(key) for key in frozenset(keys).intersection(order)}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _without(keys: Collection[int], order: array[int]) -> array[int]:
    """`order` but for `keys`."""
    if len(keys) > FEW:
        return array(KEY_CODE, filterfalse(frozenset(keys).__contains__, order))
    left = array(KEY_CODE, order)
    for place in reversed(_places(keys, order).values()):
        del left[place]
    return left


def _with_staying(order: array[int], shown: array[int], staying: Mapping[int, int]) -> array[int]:
    """`order`, which has none of them, with each of `staying` behind what it stands behind in
    `shown`, where these are its places, from the top.
    """
    if not staying:
        return order
    there = frozenset(order)
    behind: dict[int | None, list[int]] = {}
    """What comes behind a key of `order`; behind `None` what comes first."""
    run: list[int] = []
    for key, place in staying.items():
        before = place - 1
        while before >= 0 and shown[before] not in there and shown[before] not in staying:
            before -= 1
        if before < 0 or shown[before] in there:
            run = behind.setdefault(shown[before] if before >= 0 else None, [])
        run.append(key)
    places = _places([key for key in behind if key is not None], order)
    arranged = array(KEY_CODE, order)
    for key, place in reversed(places.items()):
        arranged[place + 1 : place + 1] = array(KEY_CODE, behind[key])
    return array(KEY_CODE, behind.get(None, ())) + arranged
