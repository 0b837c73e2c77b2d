"""Links and files of a ticket to choose from; where a link leads is told before it is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from typing_extensions import override

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.links import Link
from deskero_tui.domain.text.safe_text import SafeText
from deskero_tui.tui.dialogs.choice_list import ChoiceList
from deskero_tui.tui.dialogs.fact_lines import Fact, FactLines, Look
from deskero_tui.tui.dialogs.matching import Narrowing
from deskero_tui.tui.dialogs.sheet import Sheet, framed


class LinkPicker(Sheet[Choice | None]):
    """One of some links and files; answers `None` when it was left.

    The list begins each link with its host. Below it stands all of the one under the cursor.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "Leave")]

    def __init__(
        self, title: SafeText, links: Mapping[str, Link], files: Sequence[Choice] = ()
    ) -> None:
        """`links` by the id that choosing them answers; `files` come after them."""
        super().__init__()
        self._frame_title = title
        self._links = links
        offered = [Choice(id, link.host, link.url) for id, link in links.items()]
        self._list = ChoiceList(Narrowing([*offered, *files]).narrowed)
        self._about = FactLines(id="about-link")

    @override
    def compose(self) -> ComposeResult:
        with framed(self._frame_title, "Enter choose  Esc back"):
            yield self._list
            yield self._about

    def on_mount(self) -> None:
        self._show(self._list.under_cursor)

    @on(ChoiceList.CursorMoved)
    def _cursor_moved(self, event: ChoiceList.CursorMoved) -> None:
        self._show(event.choice)

    @on(ChoiceList.Picked)
    def _picked(self, event: ChoiceList.Picked) -> None:
        self.dismiss(event.choice)

    def action_leave(self) -> None:
        self.dismiss(None)

    def _show(self, choice: Choice | None) -> None:
        link = self._links.get(choice.id) if choice else None
        self._about.display = link is not None
        if link is not None:
            self._about.show(tuple(_facts(link)))


def _facts(link: Link) -> Iterator[Fact]:
    yield Fact(SafeText("Leads to"), link.host)
    if link.host_in_letters:
        drawn = SafeText(f"{link.host_in_letters} (letters of other scripts may look like ours)")
        yield Fact(SafeText("drawn as"), drawn, Look.WARNING)
    if link.user:
        before = SafeText(f"“{link.user}” before the @ is a name to log in with, not the host")
        yield Fact(SafeText("beware"), before, Look.WARNING)
    yield Fact(SafeText("Address"), link.url)
