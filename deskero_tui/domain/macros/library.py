"""Canned answers and macros: what one is, what it becomes for a ticket, and all of them together.

Pure values; `macro_text` reads one from a file's text, `macro_plan` looks up the names it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, Final, NewType

from deskero_tui.domain.text.safe_text import safe_line

if TYPE_CHECKING:
    from deskero_tui.domain.macros.placeholders import Sources

MacroId = NewType("MacroId", str)
"""The file's name without its ending."""
MOST_TEXT_CHARS: Final = 64_000
"""Of one text, with all that it includes."""
MOST_DEPTH: Final = 20
"""How deep one macro may include another."""


class MacroKind(Enum):
    """What the text of a macro becomes."""

    REPLY = "reply"
    NOTE = "note"
    NONE = "none"
    """It has no text: it changes fields, or reminds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a macro does to a ticket beside its text, as it was typed; nothing by default."""

    status: str = ""
    """A machine name or a label."""
    is_priority: bool | None = None
    """`None` leaves it."""
    added_tags: tuple[str, ...] = ()
    removed_tags: tuple[str, ...] = ()
    assign: str = ""
    """`me`, `nobody`, or an agent's name, address or id."""
    remind: str = ""
    """A time as `moments` reads it, counted from when the macro is used."""

    @property
    def are_any(self) -> bool:
        """Whether anything is to be done."""
        return self != Changes()

    def followed_by(self, later: Changes) -> Changes:
        """Both in one: where they speak of the same, the later one counts."""
        added = [tag for tag in self.added_tags if tag not in later.removed_tags]
        removed = [tag for tag in self.removed_tags if tag not in later.added_tags]
        return Changes(
            status=later.status or self.status,
            is_priority=self.is_priority if later.is_priority is None else later.is_priority,
            added_tags=tuple(dict.fromkeys([*added, *later.added_tags])),
            removed_tags=tuple(dict.fromkeys([*removed, *later.removed_tags])),
            assign=later.assign or self.assign,
            remind=later.remind or self.remind,
        )

    def facts(self) -> Iterator[tuple[str, str]]:
        """Each of it by the name of its header, and how it is written there."""
        if self.status:
            yield "status", self.status
        if self.is_priority is not None:
            yield "priority", "yes" if self.is_priority else "no"
        tags = [*(f"+{tag}" for tag in self.added_tags), *(f"-{tag}" for tag in self.removed_tags)]
        if tags:
            yield "tags", " ".join(tags)
        if self.assign:
            yield "assign", self.assign
        if self.remind:
            yield "remind", self.remind


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """One canned answer or macro, its text whole: what it includes stands in it."""

    id: MacroId
    title: str
    kind: MacroKind
    text: str = field(default="", repr=False)
    changes: Changes = Changes()
    key: str = ""
    """The key that runs it, as Textual names keys; empty when none does."""
    place: str = ""
    """The file it was read from, as people are told."""

    @property
    def questions(self) -> tuple[str, ...]:
        """What the agent is asked before it is used."""
        from deskero_tui.domain.macros.placeholders import questions

        return questions(self.text)


@dataclass(frozen=True, slots=True)
class Filled:
    """A macro made for one ticket."""

    text: str = field(repr=False)
    missing: tuple[str, ...]
    """The placeholders that have no value, with their braces; they still stand in the text."""
    changes: Changes


def filled(macro: Macro, sources: Sources) -> Filled:
    """The macro for one ticket. What was filled in is never read as a placeholder. Never raises."""
    from deskero_tui.domain.macros.placeholders import fill

    text, missing = fill(macro.text, sources)
    return Filled(text, missing, macro.changes)


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a file, or a folder, is left out."""

    place: str
    """The file or folder, as people are told."""
    line: int
    """1-based; 0 when it is about the whole."""
    sentence: str

    def __str__(self) -> str:
        where = f"{self.place}:{self.line}" if self.line else self.place
        return f"{where}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class MacroFile:
    """What one file says, its includes not looked up yet."""

    macro: Macro
    includes: tuple[MacroId, ...] = ()
    """Whose texts stand before its own, in this order."""
    include_line: int = 0
    key_line: int = 0


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that cannot be used. Its id is taken all the same: no other of it stands in."""

    id: MacroId
    mistakes: tuple[Mistake, ...]
    """At least one."""


@dataclass(frozen=True, slots=True)
class Shadowed:
    """A macro that is not used, because one of the same id goes before it."""

    id: MacroId
    place: str
    by: str
    """The file that goes before it."""


@dataclass(frozen=True, slots=True)
class Library:
    """All macros there are, by id, and what is wrong with the files of the others."""

    macros: Mapping[MacroId, Macro]
    """In the order of their titles."""
    shadowed: tuple[Shadowed, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    def named(self, macro_id: str) -> Macro | None:
        """The macro of that id."""
        return self.macros.get(MacroId(macro_id))

    def with_key(self, key: str) -> Macro | None:
        """The macro that this key runs."""
        return next((macro for macro in self.macros.values() if macro.key == key), None)

    def with_text(self, *, for_customers: bool) -> list[Macro]:
        """Those that have a text; of what only agents may read none, with `for_customers`."""
        kinds = {MacroKind.REPLY} if for_customers else {MacroKind.REPLY, MacroKind.NOTE}
        return [macro for macro in self.macros.values() if macro.kind in kinds]


def library_of(
    files: Sequence[MacroFile | BrokenFile], *, mistakes: Sequence[Mistake] = ()
) -> Library:
    """Puts together what was read; the first of an id goes before all others of it.

    A file that includes a missing one, includes itself by any detour, or has a key that another
    has already, is a mistake of its own. So is one that does nothing. `mistakes` are those that
    belong to no file that was read.
    """
    first_of: dict[MacroId, MacroFile | BrokenFile] = {}
    shadowed = []
    for file in files:
        first = first_of.setdefault(_id_of(file), file)
        if isinstance(file, MacroFile) and isinstance(first, MacroFile) and first is not file:
            shadowed.append(Shadowed(file.macro.id, file.macro.place, first.macro.place))
    chosen = {id: file for id, file in first_of.items() if isinstance(file, MacroFile)}
    broken = [file for file in files if isinstance(file, BrokenFile)]
    found = [*mistakes, *(one for file in broken for one in file.mistakes)]
    texts = _Texts(chosen)
    whole: list[Macro] = []
    keys: dict[str, MacroId] = {}
    for file in chosen.values():
        flaw = _flaw(file, texts, keys)
        if flaw is not None:
            found.append(flaw)
            continue
        macro = _with_includes(file, texts)
        whole.append(macro)
        if macro.key:
            keys[macro.key] = macro.id
    whole.sort(key=lambda macro: (macro.title.casefold(), macro.id))
    found.sort(key=lambda mistake: (mistake.place, mistake.line))
    return Library({macro.id: macro for macro in whole}, tuple(shadowed), tuple(found))


def _id_of(file: MacroFile | BrokenFile) -> MacroId:
    return file.macro.id if isinstance(file, MacroFile) else file.id


def suggestion(word: str, known: Sequence[str]) -> str:
    """` Did you mean …?` for the known word that is nearest; empty when none is near."""
    near = get_close_matches(word, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


class _Texts:
    """The texts of macros with what they include; asked for only once their includes are sound."""

    def __init__(self, files: Mapping[MacroId, MacroFile]) -> None:
        self._files = files
        self._sizes: dict[MacroId, int] = {}
        self._texts: dict[MacroId, str] = {}

    def flaw(self, macro_id: MacroId) -> str:
        """What is wrong with the includes of a macro, by any detour; empty when nothing is."""
        is_public = self._files[macro_id].macro.kind is not MacroKind.NOTE
        for path in self._paths(macro_id):
            *behind, last = path
            if last in behind:
                return f"It includes itself: {' > '.join(path[path.index(last) :])}."
            if last not in self._files:
                near = suggestion(last, list(self._files))
                name = safe_line(last, max_chars=60)
                return f"There is no macro {name} to include, or it has a mistake of its own.{near}"
            if is_public and self._files[last].macro.kind is MacroKind.NOTE:
                return f"It is for the customer and includes {last}, which only agents may read."
            if len(path) > MOST_DEPTH:
                return f"It includes others more than {MOST_DEPTH} deep."
        if self._size(macro_id) > MOST_TEXT_CHARS:
            return f"With what it includes it has more than {MOST_TEXT_CHARS} characters."
        return ""

    def text(self, macro_id: MacroId) -> str:
        """The text of a macro behind those it includes, a blank line between them."""
        if macro_id not in self._texts:
            file = self._files[macro_id]
            parts = [*map(self.text, file.includes), file.macro.text]
            self._texts[macro_id] = "\n\n".join(part for part in parts if part.strip())
        return self._texts[macro_id]

    def _size(self, macro_id: MacroId) -> int:
        """How long a text will be at most: it may be too long to be made."""
        if macro_id not in self._sizes:
            file = self._files[macro_id]
            parts = [*map(self._size, file.includes), len(file.macro.text)]
            self._sizes[macro_id] = sum(parts) + 2 * len(file.includes)
        return self._sizes[macro_id]

    def _paths(self, macro_id: MacroId) -> Iterator[tuple[MacroId, ...]]:
        """The ways through the includes, each file gone through once, in the order of `text`."""
        waiting: list[tuple[MacroId, ...]] = [(macro_id,)]
        walked: set[MacroId] = set()
        while waiting:
            path = waiting.pop()
            yield path
            last = path[-1]
            if last not in walked and last in self._files:
                walked.add(last)
                waiting += [(*path, one) for one in reversed(self._files[last].includes)]


def _flaw(file: MacroFile, texts: _Texts, keys: Mapping[str, MacroId]) -> Mistake | None:
    macro = file.macro
    if sentence := texts.flaw(macro.id):
        return Mistake(macro.place, file.include_line, sentence)
    if other := keys.get(macro.key):
        return Mistake(macro.place, file.key_line, f"The key {macro.key} runs {other} already.")
    whole = _with_includes(file, texts)
    if whole.kind is MacroKind.NONE and not whole.changes.are_any:
        return Mistake(macro.place, 0, "It has neither a text nor anything to change.")
    if whole.kind is not MacroKind.NONE and not whole.text:
        return Mistake(macro.place, 0, f"It is a {whole.kind.value} without a text.")
    return None


def _with_includes(file: MacroFile, texts: _Texts) -> Macro:
    """The macro with its whole text; a text of which nothing else is said is a reply."""
    text, kind = texts.text(file.macro.id), file.macro.kind
    if text and kind is MacroKind.NONE:
        kind = MacroKind.REPLY
    return replace(file.macro, text=text, kind=kind)
