"""Opening a ticket for a customer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea
from typing_extensions import override

from deskero_tui.domain.records.choice import Choice
from deskero_tui.domain.text.safe_text import SafeText, safe_line
from deskero_tui.tui.compose.draft_state import NewTicketDraft
from deskero_tui.tui.compose.writing_screen import Paper, Stage, WritingScreen
from deskero_tui.tui.dialogs.choose import Choose, Search
from deskero_tui.tui.dialogs.fact_lines import Fact, Look
from deskero_tui.tui.dialogs.fields import PickField, Row, TextField
from deskero_tui.tui.widgets.line_input import LineInput

NOBODY: Final = Choice("", SafeText("nobody"))
UNKNOWN_CUSTOMER: Final = SafeText("Enter: search; or fill in a new one below")
PRIORITY: Final = {False: SafeText("no"), True: SafeText("yes")}


class NewTicketForm(WritingScreen[bool]):
    """The fields of a new ticket; answers whether it was sent."""

    def __init__(
        self,
        draft: NewTicketDraft,
        *,
        find_customers: Callable[[str], Awaitable[Sequence[Choice]]],
        types: Sequence[Choice],
        agents: Sequence[Choice],
        send: Callable[[NewTicketDraft], Awaitable[None]],
        is_kept: Callable[[], bool],
        most_upload_bytes: int,
        file_root: Path | None,
    ) -> None:
        """`draft` is changed in place; without a type it gets the first of `types`.

        `find_customers` and `send` raise `DeskeroError`. `is_kept` says whether the draft lies
        anywhere.
        """
        super().__init__(
            when_unsent=False,
            is_kept=is_kept,
            most_upload_bytes=most_upload_bytes,
            file_root=file_root,
        )
        self._draft = draft
        self._find_customers = find_customers
        self._types = types
        self._agents = [NOBODY, *agents]
        self._send = send

    # -- composing -----------------------------------------------------------------------------

    @override
    def head(self) -> ComposeResult:
        yield Static("The customer will see subject and description.", classes="head quiet")

    @override
    def fields(self) -> ComposeResult:
        draft = self._draft
        yield Row("Customer", PickField(self._customer(), id="customer"))
        yield Row("New: name", LineInput(draft.new_customer_name, id="name"), id="name-row")
        yield Row("  address", LineInput(draft.new_customer_email, id="email"), id="email-row")
        yield Row("Type", PickField(_label(self._types, self._type()), id="type"))
        yield Row("Priority", PickField(PRIORITY[draft.is_priority], id="priority"))
        yield Row("Assignee", PickField(_label(self._agents, draft.assignee), id="assignee"))
        yield Row("Subject", LineInput(draft.subject, id="subject"))
        yield TextField(draft.description, id="description")

    def on_mount(self) -> None:
        paper = self.query_one(Paper)
        paper.add_class("-public")
        paper.border_title = Content("PUBLIC new ticket")
        self._show_customer()
        self.query_one("#customer").focus()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _field_changed(self) -> None:
        self.take_fields()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.focus_next()

    # -- picking -------------------------------------------------------------------------------

    @on(PickField.Opened, "#customer")
    def _pick_customer(self) -> None:
        search = Search(SafeText("Customer"), find=self._find_customers)
        self.app.push_screen(search, self._take_customer)

    def _take_customer(self, customer: Choice | None) -> None:
        if customer is not None:
            self._draft.customer = customer
            self._show_customer()

    @on(PickField.Opened, "#type")
    def _pick_type(self) -> None:
        picker = Choose(SafeText("Type"), self._types, current=self._type())
        self.app.push_screen(picker, self._take_type)

    def _take_type(self, kind: Choice | None) -> None:
        if kind is not None:
            self._draft.type = kind.id
            self.query_one("#type", PickField).value = kind.label

    @on(PickField.Opened, "#assignee")
    def _pick_assignee(self) -> None:
        current = self._draft.assignee or NOBODY.id
        picker = Choose(SafeText("Assign to"), self._agents, current=current)
        self.app.push_screen(picker, self._take_assignee)

    def _take_assignee(self, agent: Choice | None) -> None:
        if agent is not None:
            self._draft.assignee = agent.id or None
            self.query_one("#assignee", PickField).value = agent.label

    @on(PickField.Opened, "#priority")
    def _turn_priority(self) -> None:
        self._draft.is_priority = not self._draft.is_priority
        self.query_one("#priority", PickField).value = PRIORITY[self._draft.is_priority]

    def _show_customer(self) -> None:
        """A customer who is known needs neither name nor address."""
        self.query_one("#customer", PickField).value = self._customer()
        is_known = self._draft.customer is not None
        self.query_one("#name-row").display = not is_known
        self.query_one("#email-row").display = not is_known

    def _customer(self) -> SafeText:
        customer = self._draft.customer
        if customer is None:
            return UNKNOWN_CUSTOMER
        return SafeText(f"{customer.label} <{customer.hint}>" if customer.hint else customer.label)

    def _type(self) -> str | None:
        return self._draft.type or (self._types[0].id if self._types else None)

    # -- what will be sent ---------------------------------------------------------------------

    @override
    def take_fields(self) -> None:
        if self.stage is not Stage.WRITING:
            return
        draft = self._draft
        draft.new_customer_name = self.query_one("#name", LineInput).value
        draft.new_customer_email = self.query_one("#email", LineInput).value
        draft.subject = self.query_one("#subject", LineInput).value
        draft.description = self.text_field.text
        draft.type = self._type()

    @override
    def flawed_field(self) -> Widget | None:
        flaw = self._flaw()
        if flaw is None:
            return None
        field_id, sentence = flaw
        self.say(sentence)
        return self.query_one(field_id)

    def _flaw(self) -> tuple[str, str] | None:
        """The first field that is wrong, and why."""
        draft = self._draft
        name, email = draft.new_customer_name.strip(), draft.new_customer_email.strip()
        if draft.customer is None and not name and not email:
            return "#customer", "Customer: search for one, or fill in a new one."
        if draft.customer is None and not name:
            return "#name", "New customer: the name is missing."
        if draft.customer is None and not _looks_like_address(email):
            return "#email", "New customer: this is no e-mail address."
        if not draft.subject.strip():
            return "#subject", "Subject: there is none."
        if not draft.description.strip():
            return "#description", "Description: there is none."
        return None

    @override
    def facts(self) -> Iterator[Fact]:
        draft = self._draft
        yield Fact(SafeText("Read by"), SafeText("PUBLIC: the customer"), Look.PUBLIC)
        if draft.customer is None:
            name, email = safe_line(draft.new_customer_name), safe_line(draft.new_customer_email)
            yield Fact(SafeText("Customer"), SafeText(f"{name} <{email}>, new"))
        else:
            yield Fact(SafeText("Customer"), self._customer())
        yield Fact(SafeText("Subject"), safe_line(draft.subject))
        yield Fact(SafeText("Type"), _label(self._types, draft.type))
        yield Fact(SafeText("Priority"), PRIORITY[draft.is_priority])
        yield Fact(SafeText("Assignee"), _label(self._agents, draft.assignee))

    @property
    @override
    def text_field(self) -> TextField:
        return self.query_one("#description", TextField)

    @property
    @override
    def own_text(self) -> str:
        return self._draft.description

    @property
    @override
    def files(self) -> list[Path]:
        return self._draft.files

    @override
    def action_review_edit(self) -> None:
        """Back to the fields; a customer who was added by a first try is known by now."""
        super().action_review_edit()
        self._show_customer()

    @override
    async def send(self) -> bool:
        await self._send(self._draft)
        return True


def _label(choices: Sequence[Choice], chosen: str | None) -> SafeText:
    """What the choice with this id is called; that of the id "" when none is chosen."""
    wanted = chosen or ""
    found = next((choice.label for choice in choices if choice.id == wanted), None)
    return found if found is not None else safe_line(wanted)


def _looks_like_address(email: str) -> bool:
    name, at, domain = email.partition("@")
    return bool(name and at and domain) and " " not in email and "@" not in domain
