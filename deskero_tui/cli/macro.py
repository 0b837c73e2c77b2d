"""`deskero-tui macro …`: canned answers and macros without a screen."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Final

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.fresh import unreadable_told
from deskero_tui.cli.outcomes import Outcome, each
from deskero_tui.cli.printing import print_json
from deskero_tui.cli.sending import find
from deskero_tui.cli.streams import say
from deskero_tui.cli.wiring import macros_of, open_desk, settings_of, tabs_of, workplace, zone_of
from deskero_tui.config import Settings
from deskero_tui.domain.errors import BadInput, Missing
from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.macros.library import (
    Filled,
    Library,
    Macro,
    MacroKind,
    Mistake,
    suggestion,
)
from deskero_tui.domain.macros.plan import Plan
from deskero_tui.domain.text.safe_text import SafeText, fit, safe_line, safe_whole
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.macro_run import MacroScene, queue_macro, scene_of

_NOUNS: Final = {MacroKind.REPLY: "reply", MacroKind.NOTE: "note", MacroKind.NONE: ""}


def run_macro(given: Namespace) -> int:
    """Runs one verb; what it answers is the exit code.

    Raises:
        DeskeroError: It could not be done.
    """
    match given.verb:
        case "list" | "check":
            places, settings = settings_of(given)
            library = macros_of(places, settings).library()
            if given.verb == "list":
                return _list(given, library)
            return _check(given, library, _taken_keys(library, settings))
        case "show" if given.ticket is None:
            places, settings = settings_of(given)
            _show(given, _named(macros_of(places, settings).library(), given.macro))
            return Exit.DONE
        case "show" | "run":
            with workplace(given) as at, open_desk(at, undo_s=0.0) as desk, unreadable_told(desk):
                macro = _named(macros_of(at.places, at.settings).library(), given.macro)
                return asyncio.run(_on_desk(given, desk, macro, zone_of(at.settings)))
        case unknown:
            raise AssertionError(unknown)


async def _on_desk(given: Namespace, desk: Desk, macro: Macro, zone: tzinfo) -> int:
    await desk.start(in_background=False)
    try:
        if given.verb == "show":
            return await _show_filled(given, desk, macro, zone)
        return await _run(given, desk, macro, zone)
    finally:
        await desk.close()


def _named(library: Library, name: str) -> Macro:
    """The macro of that id.

    Raises:
        Missing: There is none.
        BadInput: Its file has a mistake.
    """
    if macro := library.named(name):
        return macro
    for mistake in library.mistakes:
        if Path(mistake.place).stem == name:
            raise BadInput(f"This macro has a mistake: {mistake}")
    near = suggestion(name, list(library.macros))
    raise Missing(f"There is no macro {safe_line(name, max_chars=60)}.{near}")


# -- looking ---------------------------------------------------------------------------------------


def _list(given: Namespace, library: Library) -> int:
    if given.json:
        print_json([_macro_json(macro) for macro in library.macros.values()])
    else:
        for macro in library.macros.values():
            kind, key = fit(SafeText(macro.kind.value), 5), fit(safe_line(macro.key), 6)
            print(f"{fit(safe_line(macro.id), 20)}  {kind}  {key}  {macro.title}  ({macro.place})")
        for one in library.shadowed:
            print(f"{fit(safe_line(one.id), 20)}  not used: {one.by} goes before {one.place}")
    if library.mistakes:
        count = len(library.mistakes)
        noun = "mistake leaves" if count == 1 else "mistakes leave"
        say(f"{count} {noun} something out; `deskero-tui macro check` shows more")
    return Exit.DONE


def _check(given: Namespace, library: Library, taken_keys: Iterable[Mistake]) -> int:
    mistakes = [*library.mistakes, *taken_keys]
    if given.json:
        print_json(
            [{"file": one.place, "line": one.line, "mistake": one.sentence} for one in mistakes]
        )
    else:
        for mistake in mistakes:
            print(safe_line(str(mistake)))
        if not mistakes:
            print(f"No mistakes. Macros: {len(library.macros)}.")
    return Exit.FAILED if mistakes else Exit.DONE


def _taken_keys(library: Library, settings: Settings) -> Iterator[Mistake]:
    """Macros whose key never reaches them, because a command has it."""
    from deskero_tui.tui.commands.table import Place
    from deskero_tui.tui.keys.keymap import resolve

    keymap, _ = resolve(settings.keys, tabs_of(settings).keys)
    for macro in library.macros.values():
        commands = (keymap.command_at(place, macro.key) for place in (Place.LIST, Place.TICKET))
        command = next(filter(None, commands), None)
        if macro.key and command is not None:
            sentence = f"The key {macro.key} belongs to {command.title} ({command.id})."
            yield Mistake(macro.place, 0, sentence)


def _macro_json(macro: Macro) -> dict[str, object]:
    changes = macro.changes
    return {
        "id": macro.id,
        "title": macro.title,
        "kind": macro.kind.value,
        "key": macro.key,
        "file": macro.place,
        "status": changes.status,
        "priority": changes.is_priority,
        "addedTags": changes.added_tags,
        "removedTags": changes.removed_tags,
        "assign": changes.assign,
        "remind": changes.remind,
        "questions": macro.questions,
        "text": macro.text,
    }


def _show(given: Namespace, macro: Macro) -> None:
    if given.json:
        print_json(_macro_json(macro))
        return
    print(f"{macro.id}  {macro.kind.value}  {macro.title}  ({macro.place})")
    for name, value in macro.changes.facts():
        print(f"{name}: {safe_line(value)}")
    if macro.text:
        print(f"\n{safe_whole(macro.text)}")


async def _show_filled(given: Namespace, desk: Desk, macro: Macro, zone: tzinfo) -> int:
    """The macro as it would be for a ticket; failed when a value is missing."""
    scene = await scene_of(desk, await find(desk, given.ticket), zone=zone)
    made = scene.filled(macro, _answers(given, macro))
    plan = scene.plan(made.changes)
    if given.json:
        print_json({**_macro_json(macro), "text": made.text, "missing": made.missing})
    else:
        if plan.said:
            print(plan.in_words)
        print(safe_whole(made.text))
    if not made.missing:
        return Exit.DONE
    say(_lacks(made))
    return Exit.FAILED


# -- running ---------------------------------------------------------------------------------------


async def _run(given: Namespace, desk: Desk, macro: Macro, zone: tzinfo) -> int:
    """Does every ticket that can be done, and says for each how it went."""
    answers = _answers(given, macro)

    async def begin(ticket_id: TicketId, outcome: Outcome) -> None:
        scene = await scene_of(desk, ticket_id, zone=zone)
        outcome.name = scene.ticket.number
        await _begin(given, desk, macro, scene, answers, outcome)

    return await each(given, desk, given.tickets, begin)


async def _begin(
    given: Namespace,
    desk: Desk,
    macro: Macro,
    scene: MacroScene,
    answers: Mapping[str, str],
    outcome: Outcome,
) -> None:
    """Queues the macro for one ticket, unless a value is missing or this is a rehearsal.

    Raises:
        DeskeroError: It cannot be done.
    """
    made, plan = scene.filled(macro, answers), scene.plan(macro.changes)
    if made.missing:
        outcome.fail(Exit.FAILED, _lacks(made))
        return
    outcome.said = _in_words(macro, made, plan, is_done=not given.dry_run)
    if not given.dry_run:
        ticket_id = scene.ticket.id
        outcome.items = await queue_macro(desk.outbox, ticket_id, macro, made.text, plan)


def _in_words(macro: Macro, made: Filled, plan: Plan, *, is_done: bool) -> str:
    parts = []
    if noun := _NOUNS[macro.kind]:
        size = f" of {len(made.text)} characters"
        parts.append(f"{noun} sent" if is_done else noun + size)
    if plan.said:
        parts.append(plan.in_words)
    return ", ".join(parts)


def _lacks(made: Filled) -> str:
    one = "has no value" if len(made.missing) == 1 else "have no value"
    return safe_line(f"{', '.join(made.missing)} {one} here")


def _answers(given: Namespace, macro: Macro) -> dict[str, str]:
    """What was given for the questions of the macro.

    Raises:
        BadInput: It asks no such question.
    """
    answers: dict[str, str] = {}
    for said in given.answer:
        question, _, answer = said.partition("=")
        asked = " ".join(question.split())
        if asked not in macro.questions:
            near = suggestion(asked, macro.questions)
            raise BadInput(f"The macro does not ask {safe_line(asked, max_chars=100)}.{near}")
        answers[asked] = answer
    return answers
