"""The list of macros on a host of its own: what it shows, what it survives, how it looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from deskero_tui.domain.ids import AgentId
from deskero_tui.domain.macros.library import Changes, Macro, MacroId, MacroKind, Mistake
from deskero_tui.domain.macros.placeholders import Sources
from deskero_tui.domain.macros.plan import Lookups
from deskero_tui.domain.outbox.outgoing import TicketPatch
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, cell_width
from deskero_tui.sync.macro_run import MacroScene
from deskero_tui.tui.dialogs.fact_lines import FactLines
from deskero_tui.tui.dialogs.macro_picker import MacroPick, MacroPicker
from tests.support.modal_host import NORMAL, SMALL, ModalHost, picture, shown, type_text
from tests.support.tickets import ticket

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOSTILE = "[/nope][@click=app.exit()]x\x1b]52;c;SEFD\x07\u202e{{agent.name}}"


def macro(name: str, text: str = "", **given: Any) -> Macro:
    kind = given.pop("kind", MacroKind.REPLY if text else MacroKind.NONE)
    title = given.pop("title", name.title())
    return Macro(id=MacroId(name), title=title, kind=kind, text=text, **given)


MACROS = [
    macro("carrier", "Call them.", title="Call the carrier", kind=MacroKind.NOTE),
    macro(
        "refund",
        "Dear {{customer.first_name}},\n\nyour refund for {{ticket.number}} comes on "
        "{{ask: Which day?}}.\n\nIf not, quote {{custom.order}}.\n\n{{agent.name}}",
        title="Refund granted",
        changes=Changes(status="solved", added_tags=("refund",), assign="me"),
        key="F",
    ),
    macro("vip", changes=Changes(is_priority=True), title="To the front"),
]


def scene(customer: str = "Tom Arden") -> MacroScene:
    record = ticket(7, openedBy={"id": "c1", "name": customer})
    statuses = [Choice("solved", SafeText("Solved"))]
    return MacroScene(
        record,
        Sources(ticket=record, agent="Ines Marchetti", now=NOW),
        Lookups(statuses=statuses, agents=[], me=AgentId("a1"), now=NOW),
    )


def picker(**given: Any) -> MacroPicker:
    return MacroPicker(given.pop("macros", MACROS), given.pop("scene", scene()), **given)


def preview(app: ModalHost[MacroPick | None]) -> str:
    facts = app.screen.query_one("#preview", FactLines).facts
    return "\n".join(f"{fact.name} {fact.value}".strip() for fact in facts)


async def test_typing_narrows_and_the_preview_follows() -> None:
    app = ModalHost(picker)
    async with app.run_test(size=NORMAL) as pilot:
        await type_text(pilot, "front")
        await pilot.pause()
        assert preview(app).startswith("Text none: Enter makes the changes at once\nPriority yes")
        await type_text(pilot, "zzz")
        await pilot.pause()
        assert preview(app) == ""
        await pilot.press("enter", "tab", "enter")
        assert app.answers == []
        await pilot.press("escape")
        assert app.answers == [None]


async def test_what_is_chosen_is_answered_with_its_plan() -> None:
    app = ModalHost(picker)
    async with app.run_test(size=NORMAL) as pilot:
        await type_text(pilot, "front")
        await pilot.press("tab", "enter")
        await pilot.pause()
        [pick] = app.answers
        assert pick is not None
        assert (pick.macro.id, pick.text, pick.status) == ("vip", "", None)
        assert pick.plan.patch == TicketPatch(is_priority=True)


async def test_among_texts_nothing_is_changed() -> None:
    app = ModalHost(lambda: picker(macros=MACROS[:2], texts_only=True, current=MacroId("refund")))
    async with app.run_test(size=NORMAL) as pilot:
        await pilot.pause()
        assert "Status" not in preview(app)
        await pilot.press("enter")
        await type_text(pilot, "Monday")
        await pilot.press("enter")
        await pilot.pause()
        [pick] = app.answers
        assert pick is not None
        assert "comes on Monday." in pick.text
        assert "{{custom.order}}" in pick.text
        assert not pick.plan.patch.changed


async def test_hostile_names_and_texts_are_shown_as_text() -> None:
    hostile = macro("x", "Dear {{customer.name}}", title="[/nope][b]\u202ex")
    app = ModalHost(lambda: picker(macros=[hostile], scene=scene(HOSTILE)))
    async with app.run_test(size=NORMAL) as pilot:
        await pilot.pause()
        assert "[/nope][@click=app.exit()]x ]52;c;SEFD {{agent.name}}" in shown(app)
        assert "\x1b" not in shown(app)
        assert "Ines" not in shown(app)


async def test_the_first_mistake_is_said_and_how_to_see_the_others() -> None:
    mistakes = [Mistake("team/a.md", 3, "Wrong\x1b[31m."), Mistake("team/b.md", 0, "Too.")]
    app = ModalHost(lambda: picker(macros=[], mistakes=mistakes))
    async with app.run_test(size=NORMAL) as pilot:
        await pilot.press("down")
        assert "No file could be used." in shown(app)
        said = " ".join(shown(app).replace("│", " ").split())
        assert "Left out: team/a.md:3: Wrong" in said
        assert "(1 more: deskero-tui macro check)" in said
        assert "\x1b" not in shown(app)


async def test_the_preview_stands_beside_the_list_where_there_is_room() -> None:
    app = ModalHost(picker)
    async with app.run_test(size=NORMAL) as pilot:
        for width, height in [(120, 36), SMALL, (20, 6), (300, 80), NORMAL]:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            lines = picture(app)
            assert all(cell_width(line) <= width for line in lines)
            if width >= 100:
                assert any("type to narrow" in one and "INTERNAL" in one for one in lines)
            elif height >= 12:
                assert "INTERNAL" in shown(app)
                assert not any("type to narrow" in one and "INTERNAL" in one for one in lines)


async def test_a_thousand_macros_open_at_once_and_scroll() -> None:
    many = [replace(MACROS[0], id=MacroId(f"m{n}"), title=f"Macro {n}") for n in range(1_000)]
    app = ModalHost(lambda: picker(macros=many))
    async with app.run_test(size=NORMAL) as pilot:
        await pilot.press("end")
        await pilot.pause()
        assert "Macro 999" in shown(app)
        assert "INTERNAL" in shown(app)


@pytest.mark.parametrize("size", [NORMAL, (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture_of_the_list(size: tuple[int, int], snap_compare: Any) -> None:
    app = ModalHost(lambda: picker(mistakes=[Mistake("team/a.md", 3, "There is no header titel.")]))
    assert snap_compare(app, press=["down"], terminal_size=size)
