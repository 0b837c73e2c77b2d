"""Everything small that opens over the main screen, driven by keys on a host of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from textual import events
from textual.screen import Screen

from deskero_tui.domain.errors import Unreachable
from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, cell_width, safe_line
from deskero_tui.tui.commands.table import Place, commands_of
from deskero_tui.tui.dialogs.choice_list import ChoiceList
from deskero_tui.tui.dialogs.choose import Choose, ChooseMany, Search
from deskero_tui.tui.dialogs.confirm import Confirm
from deskero_tui.tui.dialogs.fact_lines import FactLines
from deskero_tui.tui.dialogs.help import BY_NAME, Help
from deskero_tui.tui.dialogs.matching import Closeness, Narrowing, closeness
from deskero_tui.tui.dialogs.palette import Palette
from deskero_tui.tui.dialogs.prompt import Prompt
from tests.support.modal_host import NORMAL, SMALL, ModalHost, picture, shown, type_text

LONGER_THAN_THE_TEST_S = 3600.0
HOSTILE = "[/nope][@click=app.exit()]x[/]\x1b]52;c;SEFD\x07\u202eevil\n2nd"


def choice(id: str, label: str, hint: str = "") -> Choice:
    return Choice(id, safe_line(label), safe_line(hint))


ANNA = choice("1", "Anna Marchetti", "anna@example.com")
BERT = choice("2", "Bert Lund", "bert.lund@example.com")
CHLOE = choice("3", "Chloé Dubois", "chloe@example.fr")
PEOPLE = (ANNA, BERT, CHLOE)
MANY = tuple(choice(str(number), f"Customer {number}") for number in range(5_000))


def assign(choices: Sequence[Choice] = PEOPLE, current: str | None = None) -> Choose:
    return Choose(SafeText("Assign to"), choices, current=current)


def tags(*chosen: str, may_add: bool = True) -> ChooseMany:
    known = [choice(tag, tag) for tag in ("late", "parcel", "refund", "vip")]
    return ChooseMany(SafeText("Tags"), known, chosen=chosen, may_add=may_add)


def asked(title: str = "Delete?") -> Confirm:
    return Confirm(SafeText(title), yes="Delete", no="Keep")


# -- narrowing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", [ANNA, BERT, CHLOE]),
        ("an", [ANNA]),
        ("AN mar", [ANNA]),
        ("mar an", [ANNA]),
        ("arch", []),
        ("chloe", [CHLOE]),
        ("CHLOÉ", [CHLOE]),
        ("lund@ex", [BERT]),
        ("bert.l", [BERT]),
        ("example", [ANNA, BERT, CHLOE]),
        ("fr", [CHLOE]),
        ("anna bert", []),
    ],
)
def test_every_typed_word_begins_a_word_of_the_choice(typed: str, found: list[Choice]) -> None:
    assert list(Narrowing(PEOPLE).narrowed(typed)) == found


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("", Closeness.LABEL_BEGINS),
        ("Ann", Closeness.LABEL_BEGINS),
        ("anna mar", Closeness.LABEL_BEGINS),
        ("mar ann", Closeness.IN_LABEL),
        ("anna example", Closeness.IN_HINT),
    ],
)
def test_a_choice_fits_best_by_the_beginning_of_its_label(typed: str, fits: Closeness) -> None:
    assert closeness(ANNA, typed) is fits


# -- Choose --------------------------------------------------------------------------------------


async def test_enter_picks_the_choice_under_the_cursor() -> None:
    app = ModalHost(assign)
    async with app.run_test() as pilot:
        await pilot.press("down", "ctrl+n", "ctrl+p", "enter")
        assert app.answers == [BERT]


async def test_the_cursor_begins_on_the_current_choice_and_the_choice_has_a_sign() -> None:
    app = ModalHost(lambda: assign(current="3"))
    async with app.run_test() as pilot:
        assert any(line.strip(" │").startswith(">* Chloé") for line in picture(app))
        await pilot.press("enter")
        assert app.answers == [CHLOE]


async def test_typing_narrows_and_puts_the_cursor_on_the_first_that_fits() -> None:
    app = ModalHost(lambda: assign(current="1"))
    async with app.run_test() as pilot:
        await type_text(pilot, "dub")
        assert "Anna" not in shown(app)
        await pilot.press("enter")
        assert app.answers == [CHLOE]


async def test_keys_that_come_at_once_count_in_their_order() -> None:
    app = ModalHost(assign)
    async with app.run_test() as pilot:
        the_list = app.screen.query_one(ChoiceList)
        for key, character in (("b", "b"), ("enter", "\r"), ("x", "x")):
            the_list.post_message(events.Key(key, character))
        await pilot.pause()
        assert app.answers == [BERT]


async def test_enter_on_nothing_picks_nothing() -> None:
    app = ModalHost(assign)
    async with app.run_test() as pilot:
        await type_text(pilot, "zz")
        await pilot.press("enter")
        assert app.answers == []
        assert "Nothing fits." in shown(app)
        await pilot.press("ctrl+u", "enter")
        assert app.answers == [ANNA]


async def test_backspace_and_word_deletion_widen_the_list_again() -> None:
    app = ModalHost(assign)
    async with app.run_test() as pilot:
        await type_text(pilot, "example bert")
        the_list = app.screen.query_one(ChoiceList)
        assert list(the_list.choices) == [BERT]
        await pilot.press("ctrl+w")
        assert list(the_list.choices) == list(PEOPLE)
        assert the_list.typed == "example "
        await pilot.press("backspace", "backspace")
        assert the_list.typed == "exampl"


async def test_pasted_text_narrows_and_never_picks() -> None:
    app = ModalHost(assign)
    async with app.run_test() as pilot:
        app.post_message(events.Paste("bert\nq"))
        await pilot.pause()
        assert app.answers == []
        assert app.screen.query_one(ChoiceList).typed == "bert q"


async def test_escape_leaves_a_picker_with_nothing() -> None:
    app = ModalHost(assign)
    async with app.run_test() as pilot:
        await pilot.press("down", "escape")
        assert app.answers == [None]


async def test_thousands_of_choices_scroll_with_the_cursor() -> None:
    app = ModalHost(lambda: assign(MANY))
    async with app.run_test(size=NORMAL) as pilot:
        await pilot.press("pagedown", "pagedown")
        the_list = app.screen.query_one(ChoiceList)
        page = the_list.size.height - 1
        assert the_list.under_cursor == MANY[2 * page]
        assert f"Customer {2 * page}" in shown(app)
        await pilot.press("end")
        assert "Customer 4999" in shown(app)
        assert "5000/5000" in shown(app)
        await pilot.press("home", "up")
        assert the_list.under_cursor == MANY[0]


async def test_what_strangers_wrote_is_shown_as_text() -> None:
    app = ModalHost(lambda: assign([choice("1", HOSTILE, HOSTILE)]))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "[/nope][@click" in shown(app)
        assert "\x1b" not in shown(app)
        assert "\u202e" not in shown(app)


# -- ChooseMany ----------------------------------------------------------------------------------


async def test_tags_keep_their_order_and_new_ones_follow() -> None:
    app = ModalHost(lambda: tags("vip", "late"))
    async with app.run_test() as pilot:
        await type_text(pilot, "ref")
        await pilot.press("enter")
        await type_text(pilot, "par")
        await pilot.press("enter", "ctrl+s")
        assert app.answers == [("vip", "late", "refund", "parcel")]


async def test_nothing_toggled_gives_the_same_tags() -> None:
    app = ModalHost(lambda: tags("vip", "late"))
    async with app.run_test() as pilot:
        await pilot.press("space", "space", "ctrl+s")
        assert app.answers == [("vip", "late")]


async def test_space_toggles_while_nothing_is_typed_and_is_text_after() -> None:
    app = ModalHost(tags)
    async with app.run_test() as pilot:
        await pilot.press("down", "space")
        assert app.screen.query_one(ChoiceList).marked == {"parcel"}
        assert app.screen.query_one(ChoiceList).under_cursor == choice("parcel", "parcel")
        await type_text(pilot, "on time")
        await pilot.press("enter", "ctrl+s")
        assert app.answers == [("parcel", "on time")]


async def test_a_tag_that_the_ticket_alone_has_can_be_taken_away() -> None:
    app = ModalHost(lambda: tags("odd", "vip"))
    async with app.run_test() as pilot:
        await type_text(pilot, "odd")
        await pilot.press("enter", "ctrl+s")
        assert app.answers == [("vip",)]


async def test_a_known_tag_is_not_offered_as_new() -> None:
    app = ModalHost(tags)
    async with app.run_test() as pilot:
        await type_text(pilot, "VIP")
        assert [found.id for found in app.screen.query_one(ChoiceList).choices] == ["vip"]
        await pilot.press("backspace")
        assert "VI (new)" in shown(app)


async def test_without_leave_to_add_nothing_is_added() -> None:
    app = ModalHost(lambda: tags("vip", may_add=False))
    async with app.run_test() as pilot:
        await type_text(pilot, "brandnew")
        await pilot.press("enter", "ctrl+s")
        assert app.answers == [("vip",)]


async def test_escape_leaves_the_tags_as_they_were() -> None:
    app = ModalHost(lambda: tags("vip"))
    async with app.run_test() as pilot:
        await pilot.press("enter", "escape")
        assert app.answers == [None]


# -- Search --------------------------------------------------------------------------------------


class Directory:
    """Answers a search when the test says so."""

    def __init__(self) -> None:
        self.questions: asyncio.Queue[str] = asyncio.Queue()
        self._answers: dict[str, asyncio.Future[Sequence[Choice]]] = {}

    async def find(self, typed: str) -> Sequence[Choice]:
        self.questions.put_nowait(typed)
        return await self._answers.setdefault(typed, asyncio.Future())

    async def question(self, typed: str) -> None:
        """Wait until the search asks for `typed`.

        A busy machine may take longer between two keys than the pause that starts a search, so
        shorter words may be asked for first.
        """
        while await self.questions.get() != typed:
            pass

    def tell(self, typed: str, found: Sequence[Choice]) -> None:
        answer = self._answers.setdefault(typed, asyncio.Future())
        # On a busy machine the search may have given this question up already.
        if not answer.cancelled():
            answer.set_result(found)


async def test_a_search_waits_for_a_pause_in_the_typing() -> None:
    directory = Directory()
    app = ModalHost(
        lambda: Search(SafeText("Customer"), find=directory.find, debounce_s=LONGER_THAN_THE_TEST_S)
    )
    async with app.run_test() as pilot:
        assert await directory.questions.get() == ""
        await type_text(pilot, "ch")
        assert directory.questions.empty()


async def test_a_search_shows_the_matches_for_the_typed_words() -> None:
    directory = Directory()
    app = ModalHost(lambda: Search(SafeText("Customer"), find=directory.find))
    async with app.run_test() as pilot:
        directory.tell("", [ANNA, BERT])
        await type_text(pilot, "ch")
        await directory.question("ch")
        assert "Searching ..." in shown(app)
        directory.tell("ch", [CHLOE])
        await pilot.pause()
        await pilot.press("enter")
        assert app.answers == [CHLOE]


async def test_who_begins_with_the_words_comes_before_who_holds_them() -> None:
    directory = Directory()
    custom, tom = choice("8", "Custom Bikes"), choice("9", "Tom Arden")
    app = ModalHost(lambda: Search(SafeText("Customer"), find=directory.find))
    async with app.run_test() as pilot:
        directory.tell("tom", [custom, tom])
        await type_text(pilot, "tom")
        await directory.question("tom")
        await pilot.pause()
        assert list(app.screen.query_one(ChoiceList).choices) == [tom, custom]


async def test_an_answer_that_comes_too_late_is_dropped() -> None:
    directory = Directory()
    app = ModalHost(lambda: Search(SafeText("Customer"), find=directory.find))
    async with app.run_test() as pilot:
        assert await directory.questions.get() == ""
        await type_text(pilot, "b")
        assert await directory.questions.get() == "b"
        await type_text(pilot, "e")
        directory.tell("b", [ANNA, BERT, CHLOE])
        await pilot.pause()
        assert list(app.screen.query_one(ChoiceList).choices) == []
        assert await directory.questions.get() == "be"
        directory.tell("be", [BERT])
        await pilot.pause()
        assert list(app.screen.query_one(ChoiceList).choices) == [BERT]


async def test_enter_before_the_answer_picks_nobody_whom_the_words_rule_out() -> None:
    directory = Directory()
    directory.tell("", [ANNA, BERT])
    app = ModalHost(lambda: Search(SafeText("Customer"), find=directory.find))
    async with app.run_test() as pilot:
        await type_text(pilot, "zoe")
        await pilot.press("enter")
        assert app.answers == []


async def test_a_search_that_fails_says_so_in_its_place() -> None:
    async def find(typed: str) -> Sequence[Choice]:
        raise Unreachable(
            "The desk is out of reach. Customers that are not known here cannot be looked up "
            "until it is back."
        )

    app = ModalHost(lambda: Search(SafeText("Customer"), find=find))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        assert "The desk is out of reach." in shown(app)
        assert "it is back." in " ".join(shown(app).replace("│", " ").split())
        await pilot.press("enter", "escape")
        assert app.answers == [None]


# -- Confirm and Prompt --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["y"], True),
        (["n"], False),
        (["escape"], False),
        (["enter"], False),
        (["right", "enter"], True),
        (["tab", "enter"], True),
        (["tab", "left", "enter"], False),
    ],
)
async def test_only_a_clear_yes_is_yes(keys: list[str], answer: bool) -> None:
    app = ModalHost(asked)
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        assert app.answers == [answer]


async def test_a_long_question_can_be_read_to_its_end_and_answered() -> None:
    app = ModalHost(lambda: asked("word " * 100 + "the end"))
    async with app.run_test(size=SMALL) as pilot:
        assert "y Delete" in shown(app)
        assert "the end" not in shown(app)
        await pilot.press(*["down"] * 20)
        assert "the end" in shown(app)
        assert "y Delete" in shown(app)
        await pilot.press("up", "y")
        assert app.answers == [True]


async def test_a_prompt_gives_what_was_typed() -> None:
    app = ModalHost(lambda: Prompt(SafeText("Search"), value="late"))
    async with app.run_test() as pilot:
        await type_text(pilot, " parcel")
        await pilot.press("enter")
        assert app.answers == ["late parcel"]


async def test_a_prompt_says_what_is_wrong_and_takes_it_back_with_the_next_key() -> None:
    app = ModalHost(
        lambda: Prompt(
            SafeText("File"), check=lambda typed: f"No {HOSTILE}" if len(typed) < 2 else None
        )
    )
    async with app.run_test() as pilot:
        await pilot.press("a", "enter")
        assert "No [/nope]" in shown(app)
        assert app.answers == []
        await pilot.press("b")
        assert "No [/nope]" not in shown(app)
        await pilot.press("enter")
        assert app.answers == ["ab"]


async def test_a_prompt_that_is_left_gives_nothing() -> None:
    app = ModalHost(lambda: Prompt(SafeText("Search"), value="late"))
    async with app.run_test() as pilot:
        await pilot.press("escape")
        assert app.answers == [None]


# -- Help and Palette ----------------------------------------------------------------------------


@pytest.mark.parametrize("place", list(Place))
async def test_the_help_has_every_command_of_its_place(place: Place) -> None:
    app = ModalHost(lambda: Help(place))
    async with app.run_test():
        facts = [(fact.name, fact.value) for fact in app.screen.query_one(FactLines).facts]
        for command in commands_of(place):
            assert (command.shown_keys or BY_NAME, command.help) in facts


@pytest.mark.parametrize("key", ["question_mark", "q", "escape"])
async def test_the_help_scrolls_and_is_left(key: str) -> None:
    app = ModalHost(lambda: Help(Place.LIST))
    async with app.run_test(size=SMALL) as pilot:
        assert "Next ticket" in shown(app)
        await pilot.press("G")
        assert "Next ticket" not in shown(app)
        await pilot.press("g", "j", "k", "ctrl+d", "ctrl+u")
        assert "Next ticket" in shown(app)
        await pilot.press(key)
        assert app.answers == [None]


async def test_the_palette_finds_a_command_by_name_or_by_what_it_does() -> None:
    app = ModalHost(lambda: Palette(Place.LIST))
    async with app.run_test() as pilot:
        await type_text(pilot, "somebody")
        await pilot.press("enter")
        app.reopen()
        await pilot.pause()
        await type_text(pilot, "solv")
        await pilot.press("enter")
        app.reopen()
        await pilot.pause()
        await pilot.press("escape")
        given = [command.id if command else None for command in app.answers]
        assert given == ["ticket.assign", "ticket.solve", None]


async def test_the_palette_has_what_begins_as_typed_before_what_only_speaks_of_it() -> None:
    app = ModalHost(lambda: Palette(Place.LIST))
    async with app.run_test() as pilot:
        await type_text(pilot, "ti")
        fitting = [choice.id for choice in app.screen.query_one(ChoiceList).choices]
        assert fitting[0] == "ticket.create", "New ticket, before Next ticket"
        assert fitting[1:3] == ["list.down", "list.up"]


# -- sizes ---------------------------------------------------------------------------------------

SHEETS: dict[str, Callable[[], Screen[Any]]] = {
    "choose": lambda: assign(MANY, current="7"),
    "tags": lambda: tags("vip"),
    "confirm": lambda: asked("Delete C-102/26 for everybody, for good?"),
    "prompt": lambda: Prompt(SafeText("Attach which file?"), placeholder="~/"),
    "help": lambda: Help(Place.LIST),
    "palette": lambda: Palette(Place.LIST),
}


@pytest.mark.parametrize("name", SHEETS)
async def test_a_sheet_keeps_its_frame_through_resizes(name: str) -> None:
    app = ModalHost(SHEETS[name])
    async with app.run_test(size=NORMAL) as pilot:
        for width, height in [(120, 36), SMALL, (20, 6), (300, 80), SMALL, NORMAL]:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            lines = picture(app)
            assert all(cell_width(line) <= width for line in lines)
            fills = width < 60 or height < 16
            assert lines[0].startswith("┌") is fills
            assert lines[-1].startswith("└") is fills


@pytest.mark.parametrize("name", SHEETS)
def test_picture_of_a_sheet(name: str, snap_compare: Any) -> None:
    keys = {"choose": ["down"], "tags": ["n", "e", "w"], "palette": ["t", "i"], "help": ["j"]}
    assert snap_compare(ModalHost(SHEETS[name]), press=keys.get(name, []), terminal_size=NORMAL)
