from __future__ import annotations

from datetime import UTC, datetime, timedelta

from textual.app import ComposeResult

from deskero_tui.sync.events import Link, LinkState, PullMoved
from deskero_tui.tui.styles import style_paths
from deskero_tui.tui.widgets.status_line import COUNT_EVERY_S, StatusLine
from tests.support.rest import Resting

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Host(Resting[None]):
    """An app with nothing but the line, at a time that the test sets."""

    def __init__(self, *, is_calm: bool = False) -> None:
        super().__init__(css_path=[*style_paths()])
        self.is_calm = is_calm
        self.moment = BEGAN

    def compose(self) -> ComposeResult:
        yield StatusLine(now=lambda: self.moment, zone=UTC, is_calm=self.is_calm)

    @property
    def line(self) -> StatusLine:
        return self.query_one(StatusLine)

    @property
    def text(self) -> str:
        return self.line.render_line(0).text


def asked_to_wait(seconds: float) -> Link:
    return Link(LinkState.SLOW, BEGAN, retry_at=BEGAN + timedelta(seconds=seconds))


async def test_a_wait_that_the_desk_asked_for_is_counted_down() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.line.link = asked_to_wait(42.4)
        await pilot.pause()
        assert "the desk asks to wait 43 s" in app.text
        app.moment += timedelta(seconds=40)
        assert "the desk asks to wait 3 s" in app.text
        app.moment += timedelta(seconds=40)
        assert "the desk asks to wait 0 s" in app.text


async def test_what_is_said_gives_way_only_if_nothing_was_said_since() -> None:
    app = Host()
    async with app.run_test():
        app.line.say("Looking ...")
        app.line.say_instead("Looking ...", "3 shown")
        assert app.line.said == "3 shown"
        app.line.say_instead("Looking ...", "")
        assert app.line.said == "3 shown"


async def test_the_line_paints_by_itself_only_while_it_counts() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.line.link = asked_to_wait(42)
        await pilot.pause()
        assert app.line.is_counting
        app.line.link = Link(LinkState.ONLINE, BEGAN, refreshed_at=BEGAN)
        await pilot.pause()
        assert not app.line.is_counting
        assert "online, as of 09:00" in app.text
    assert COUNT_EVERY_S >= 1.0


async def test_signed_out_says_since_when_and_why() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.line.link = Link(LinkState.SIGNED_OUT, BEGAN, "The desk does not accept the API token.")
        await pilot.pause()
        assert "SIGNED OUT since 09:00: The desk does not accept the API token." in app.text


async def test_a_calm_line_names_moments_and_no_counts() -> None:
    app = Host(is_calm=True)
    async with app.run_test() as pilot:
        app.line.link = asked_to_wait(42)
        app.line.progress = PullMoved(100, 400)
        await pilot.pause()
        assert not app.line.is_counting
        assert "the desk asks to wait till 09:00:42" in app.text
        assert "reading all" in app.text
        before = app.line.progress
        app.line.progress = PullMoved(200, 400)
        assert app.line.progress == before


async def test_a_calm_line_stays_as_it_is_at_each_refresh_and_is_honest_offline() -> None:
    app = Host(is_calm=True)
    async with app.run_test() as pilot:
        app.line.link = Link(LinkState.ONLINE, BEGAN, refreshed_at=BEGAN)
        await pilot.pause()
        before = app.line.link
        app.line.link = Link(LinkState.ONLINE, BEGAN, refreshed_at=BEGAN + timedelta(minutes=2))
        assert app.line.link == before
        assert app.text.strip() == "0 tickets · online"
        app.line.link = Link(LinkState.OFFLINE, BEGAN, "No answer.", refreshed_at=BEGAN)
        await pilot.pause()
        assert "OFFLINE since 09:00, as of 09:00: No answer." in app.text


async def test_what_is_wrong_bears_a_sign_beside_its_colour() -> None:
    app = Host()
    async with app.run_test(size=(60, 3)) as pilot:
        app.line.say("It was not sent.", is_wrong=True)
        await pilot.pause()
        assert "! It was not sent." in app.text
        app.line.say("It was sent.")
        await pilot.pause()
        assert "!" not in app.text
