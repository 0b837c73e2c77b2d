"""Choosing a link: where it leads is told in full, whatever it looks like."""

from __future__ import annotations

import pytest

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.links import Link, LinkList
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.dialogs.link_picker import LinkPicker
from tests.support.modal_host import NORMAL, SMALL, ModalHost, picture, shown

LONG = "https://bank.example@evil.example/" + "path/" * 30
ADDRESSES = (LONG, "https://bücher.example/")


@pytest.mark.parametrize("size", [(120, 36), NORMAL, SMALL])
@pytest.mark.parametrize("count", [1, 2, 4])
async def test_a_ticket_with_files_alone_shows_each_of_them(
    size: tuple[int, int], count: int
) -> None:
    names = [f"photo-{number}.jpg" for number in range(count)]
    files = [Choice(f"file {n}", SafeText(name)) for n, name in enumerate(names)]
    app = ModalHost(lambda: LinkPicker(SafeText("Links"), {}, files))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for name in names:
            assert name in shown(app)


def host() -> ModalHost[Choice | None]:
    found = LinkList()
    for address in ADDRESSES:
        found.label(address, "")
    links: dict[str, Link] = {f"link {n}": link for n, link in enumerate(found.all())}
    files = [Choice("file 0", SafeText("note.pdf  4 KB"))]
    return ModalHost(lambda: LinkPicker(SafeText("Links"), links, files))


async def test_the_real_host_comes_first_and_the_whole_address_stands_below() -> None:
    app = host()
    async with app.run_test(size=NORMAL) as pilot:
        await pilot.pause()
        lines = [line.strip(" │|") for line in picture(app)]
        assert any(line.startswith(">  evil.example ") for line in lines)
        assert "“bank.example” before the @ is a name to log in with" in shown(app)
        address = "".join(line.removeprefix("Address").strip() for line in lines)
        assert LONG in address
        await pilot.press("down")
        assert "Leads to  xn--bcher-kva.example" in shown(app)
        assert "bücher.example (letters" in shown(app)
        await pilot.press("down")
        assert "Leads to" not in shown(app)
        await pilot.press("enter")
    (chosen,) = app.answers
    assert chosen is not None
    assert chosen.id == "file 0"


async def test_on_a_small_screen_the_host_and_the_warning_are_still_there() -> None:
    app = host()
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        assert "Leads to  evil.example" in shown(app)
        assert "beware" in shown(app)
        await pilot.press("escape")
    assert app.answers == [None]
