"""`DeskeroClient`: one short method for each call of the API that the console needs (API sheet §4).

Every method raises errors of the one tree (`domain/errors.py`) and nothing else on purpose. That of
a write has `may_be_done` where the desk may have carried it out all the same.
"""

from __future__ import annotations

import asyncio
import copy
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType, TracebackType
from typing import Final, Generic, Self, TypeVar
from urllib.parse import quote

import httpx

from deskero_tui.api import encode
from deskero_tui.api.address import (
    ClientOptions,
    CustomFieldsSpelling,
    DeskAddress,
    FileSpelling,
    checked_base_url,
)
from deskero_tui.api.answers import Answer, decode, not_a_desk, refusal_in, says_refusal, written_id
from deskero_tui.api.paging import Page, read_page
from deskero_tui.api.transport import Transport, open_http
from deskero_tui.api.walking import walk_pages
from deskero_tui.api.writes import no_id_given, read_capabilities
from deskero_tui.domain.clock import SYSTEM_CLOCK, Clock
from deskero_tui.domain.errors import (
    BadAnswer,
    BadInput,
    DeskeroError,
    Missing,
    NoSuchCall,
    NotAllowed,
    Refused,
    Replaced,
    Unclear,
)
from deskero_tui.domain.ids import AgentId, CustomerId, NoteId, ReplyId, TicketId
from deskero_tui.domain.outbox.outgoing import NewTicket, OutgoingNote, OutgoingReply, TicketPatch
from deskero_tui.domain.outbox.write_request import NO_CAPABILITIES, Capabilities, WriteRequest
from deskero_tui.domain.records.people import Agent, AgentGroup, Company, Customer
from deskero_tui.domain.records.ticket import (
    Attachment,
    Source,
    Status,
    Ticket,
    TicketArea,
    TicketGroup,
    TicketType,
)
from deskero_tui.domain.records.wire_types import Record, read_record
from deskero_tui.domain.text.safe_text import safe_line

__all__ = [
    "ClientOptions",
    "CustomFieldsSpelling",
    "DeskAddress",
    "DeskeroClient",
    "FileSpelling",
    "Page",
]

log = logging.getLogger("deskero_tui.api")

R = TypeVar("R", bound=Record)

CAPABILITIES_S: Final = 10.0
"""How long a desk may take to name its extensions; messages wait for it."""
ALL: Final[Mapping[str, str]] = MappingProxyType({})
"""No search: every record."""


@dataclass(frozen=True, slots=True)
class _List(Generic[R]):
    """One list call."""

    path: str
    key: str
    """Where the envelope most likely is; found by shape elsewhere, too (API sheet §3.4)."""
    kind: type[R]


_TICKETS: Final = _List("/ticket/list", "ticket", Ticket)
_AGENTS: Final = _List("/agent/list", "agent", Agent)
_CUSTOMERS: Final = _List("/customer/list", "customer", Customer)
_COMPANIES: Final = _List("/company/list", "company", Company)
_TYPES: Final = _List("/ticketType/list", "type", TicketType)
_AREAS: Final = _List("/ticketArea/list", "area", TicketArea)
_GROUPS: Final = _List("/ticketGroup/list", "group", TicketGroup)
_STATUSES: Final = _List("/ticketStatus/getAllForCombo", "status", Status)
_SOURCES: Final = _List("/ticketSource/getAllForCombo", "source", Source)
_AGENT_GROUPS: Final = _List("/agentGroup/list", "agentGroup", AgentGroup)

_BEYOND_THE_END: Final = frozenset({400, 416, 422})
"""What a desk may answer for a page that does not exist, besides 404."""
_UNKNOWN_CALL_STATUSES: Final = frozenset({400, 405})
"""What a desk may answer to a call it does not have, besides 404."""


class DeskeroClient:
    """One account at one desk, over one pool of connections. Use as an async context manager.

    One event loop. Calls may run at the same time; the transport lets a few through at once.
    """

    def __init__(
        self,
        address: DeskAddress,
        *,
        options: ClientOptions = ClientOptions(),  # noqa: B008 - frozen, so it may be shared
        clock: Clock = SYSTEM_CLOCK,
        transport: httpx.AsyncBaseTransport | None = None,
        reread_token: Callable[[], str | None] | None = None,
    ) -> None:
        """`transport` replaces the network, for tests.

        `reread_token` gives the API token as it is kept by now, `None` when none is; it is asked
        again and again once the desk has refused the one in `address`, so it must be quick.

        Raises:
            BadConfig: The address or the credentials cannot be used, or would not be safe.
        """
        checked_base_url(address, options)
        self._address = address
        self._options = options
        self._clock = clock
        self._given_transport = transport
        self._reread_token = reread_token
        self._open_transport: Transport | None = None
        self.problem_count = 0
        """Records so far that were skipped or have lost members because they could not be read."""

    async def __aenter__(self) -> Self:
        http = open_http(self._address, self._options, self._given_transport)
        self._open_transport = Transport(
            http, self._address, self._options, self._clock, self._reread_token
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._transport.aclose()
        self._open_transport = None

    def in_background(self) -> DeskeroClient:
        """The same account over the same connections, for what nobody waits for.

        Its requests give way to those of the client itself, and `Throttled` is raised at once: who
        asks in the background can wait by itself. Usable as long as the client is.
        """
        lane = copy.copy(self)
        lane._open_transport = self._transport.in_background()
        return lane

    def desk_now(self) -> datetime | None:
        """Return the time of the desk's clock; `None` while no answer has told it."""
        return self._transport.desk_clock.now()

    @property
    def has_new_token(self) -> bool:
        """Whether another API token lies ready than the one last used."""
        return self._transport.has_new_token

    async def verify(self) -> None:
        """Proves address and credentials with a bearer and one page of tickets.

        Raises:
            NotAllowed: The desk does not accept the API token or the client id.
            BadAnswer: Whatever answers there, it is no Deskero desk.
            DeskeroError: As for every call.
        """
        await self.list_tickets()

    # Tickets

    async def list_tickets(
        self,
        page: int = 1,
        *,
        limit: int | None = None,
        sort: str | None = None,
        fields: Mapping[str, str] = ALL,
    ) -> Page[Ticket]:
        """Reads one page, from 1, of the tickets that match all of `fields` (API sheet §3.5).

        `sort` is `<field>_ASC` or `<field>_DESC`; `limit` asks for a page size that the desk may
        ignore. An empty value in `fields` is sent as a flag. Beyond the end a page is empty.
        """
        if page < 1 or (limit is not None and limit < 1):
            raise BadInput("Pages are counted from 1 and hold at least one ticket.")
        return await self._page(_TICKETS, page, limit=limit, sort=sort, fields=fields)

    def walk_tickets(
        self,
        *,
        limit: int | None = None,
        sort: str | None = None,
        fields: Mapping[str, str] = ALL,
        first: int = 1,
    ) -> AsyncGenerator[Page[Ticket], None]:
        """Walks all pages from `first` on, each ticket once; see `walking.walk_pages`.

        Close it (`contextlib.aclosing`) when stopping early.
        """
        return self._walk(_TICKETS, limit=limit, sort=sort, fields=fields, first=first)

    async def ticket(self, ticket_id: TicketId) -> Ticket:
        """Read one ticket whole.

        Raises:
            Missing: There is no such ticket (API sheet §3.1: 204; 404 as well).
            Replaced: The desk answers with another ticket, into which it was merged.
        """
        return await self._detail(Ticket, "/ticket/", ticket_id)

    async def insert_ticket(self, ticket: NewTicket) -> TicketId:
        """Open a ticket.

        Raises:
            Unclear: Among other reasons, when the desk does not give its id.
        """
        return TicketId(await self._inserted(self.insert_request(ticket)))

    async def update_ticket(self, ticket_id: TicketId, patch: TicketPatch) -> None:
        """Change the members in `patch`; an empty one sends nothing."""
        if patch.changed:
            await self.send(self.update_request(ticket_id, patch))

    async def delete_ticket(self, ticket_id: TicketId) -> None:
        """Delete a ticket for good."""
        await self.send(self.delete_request(ticket_id))

    async def reply(self, ticket_id: TicketId, reply: OutgoingReply) -> ReplyId | None:
        """Send a message to the customer; `None` when the desk took it but gave no id."""
        reply_id = await self.send(self.reply_request(ticket_id, reply))
        return ReplyId(reply_id) if reply_id else None

    async def add_note(self, ticket_id: TicketId, note: OutgoingNote) -> NoteId | None:
        """Add an internal note; `None` when the desk took it but gave no id."""
        note_id = await self.send(self.note_request(ticket_id, note))
        return NoteId(note_id) if note_id else None

    # Writes in two steps: what leaves can be kept beforehand, and be repeated byte for byte

    def insert_request(self, ticket: NewTicket) -> WriteRequest:
        """Spell the request that opens a ticket."""
        wire = encode.new_ticket_wire(ticket, self._options)
        return WriteRequest("POST", "/ticket/insert", encode.json_bytes(wire))

    def update_request(self, ticket_id: TicketId, patch: TicketPatch) -> WriteRequest:
        """Spell the request that changes the members in `patch`."""
        wire = encode.patch_wire(patch, self._options)
        return WriteRequest("PUT", _path("/ticket/update/", ticket_id), encode.json_bytes(wire))

    def delete_request(self, ticket_id: TicketId) -> WriteRequest:
        """Spell the request that deletes a ticket."""
        return WriteRequest("DELETE", _path("/ticket/delete/", ticket_id))

    def reply_request(self, ticket_id: TicketId, reply: OutgoingReply) -> WriteRequest:
        """Spell the request that sends a message to the customer."""
        wire = encode.reply_wire(reply, self._options)
        return WriteRequest("PUT", _path("/ticket/reply/", ticket_id), encode.json_bytes(wire))

    def note_request(self, ticket_id: TicketId, note: OutgoingNote) -> WriteRequest:
        """Spell the request that adds an internal note."""
        wire = encode.json_bytes(encode.note_wire(note))
        return WriteRequest("PUT", _path("/ticket/addNote/", ticket_id), wire)

    async def send(self, request: WriteRequest, *, key: str | None = None) -> str | None:
        """Send a write once and return the id in its answer, `None` when there is none.

        Raises:
            Unclear: Among other reasons, when a record was to be made and the desk names none.
            DeskeroError: Its `may_be_done` tells whether the desk may have carried it out.
        """
        answer = await self._transport.send(
            request.method, request.path, content=request.content, key=key
        )
        try:
            record_id = written_id(answer, self._transport.secrets)
        except DeskeroError as error:
            error.has_left, error.may_be_done = True, not says_refusal(answer)
            raise
        if record_id is None and request.method == "POST":
            raise no_id_given(request)
        return record_id

    @property
    def token_mark(self) -> str:
        """A mark that differs for every API token and tells nothing of it."""
        return self._transport.token_mark

    async def capabilities(self) -> Capabilities:
        """Return what this desk can do besides the documented calls; nothing for most desks.

        Raises:
            DeskeroError: The desk could not be asked just now, so that nothing is known.
        """
        try:
            async with asyncio.timeout(CAPABILITIES_S):
                answer = await self._transport.send("GET", "/desk/capabilities", most_tries=1)
            return read_capabilities(decode(answer))
        except TimeoutError as error:
            raise Unclear("The desk did not answer in time.", detail="capabilities") from error
        except (Missing, NoSuchCall, Refused, NotAllowed, BadAnswer):
            return NO_CAPABILITIES

    @asynccontextmanager
    async def download(self, attachment: Attachment) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """Fetch a file piece by piece while the context is open; nothing is kept in memory.

        A file that the record itself holds needs no request.

        Raises:
            BadAnswer: It lies on a host that may not see the bearer; nothing was sent there.
                While reading: what came is not the file that was announced.
            Unclear: While reading: the connection broke off and the file is not complete.
            DeskeroError: As for every call, on entering.
        """
        content = attachment.inline_content
        if content is not None:
            yield _at_once(content)
            return
        async with self._transport.stream(attachment) as pieces:
            yield pieces

    # People

    async def agents(self) -> list[Agent]:
        """Reads all agents, in the order of the desk."""
        return await self._all(_AGENTS)

    async def agent(self, agent_id: AgentId) -> Agent:
        """Reads one agent; `Missing` when there is none of that id."""
        return await self._detail(Agent, "/agent/", agent_id)

    async def agent_groups(self) -> list[AgentGroup]:
        """Reads the teams of agents; empty at a desk without that call, which is a guess (§4.7)."""
        return await self._all_or_none(_AGENT_GROUPS)

    async def customers(self, fields: Mapping[str, str] = ALL) -> list[Customer]:
        """Reads all customers that match `fields` (`name`, `email`, `text`, …)."""
        return await self._all(_CUSTOMERS, fields)

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Reads one customer; `Missing` when there is none of that id."""
        return await self._detail(Customer, "/customer/", customer_id)

    async def insert_customer(self, name: str, email: str) -> CustomerId:
        """Adds a customer. Raises as `insert_ticket`."""
        wire = encode.customer_wire(name, email)
        return CustomerId(
            await self._inserted(WriteRequest("POST", "/customer/insert", encode.json_bytes(wire)))
        )

    async def companies(self) -> list[Company]:
        """Reads the companies of all customers; empty at a desk without that call (§4.4)."""
        return await self._all_or_none(_COMPANIES)

    # What a ticket can be

    async def ticket_types(self) -> list[TicketType]:
        """Reads the kinds of tickets; empty at a desk without that call, as are those below."""
        return await self._all_or_none(_TYPES)

    async def ticket_areas(self) -> list[TicketArea]:
        """Reads the subjects of tickets."""
        return await self._all_or_none(_AREAS)

    async def ticket_groups(self) -> list[TicketGroup]:
        """Reads the departments of tickets."""
        return await self._all_or_none(_GROUPS)

    async def statuses(self) -> list[Status]:
        """Reads the states a ticket can be in; the call is known from one client only (§4.6)."""
        return await self._menu(_STATUSES)

    async def sources(self) -> list[Source]:
        """Reads the channels tickets come through; as `statuses`."""
        return await self._menu(_SOURCES)

    # How the calls above are made

    @property
    def _transport(self) -> Transport:
        if self._open_transport is None:
            raise RuntimeError("DeskeroClient is used outside of its context")
        return self._open_transport

    async def _page(
        self,
        wanted: _List[R],
        number: int,
        *,
        limit: int | None = None,
        sort: str | None = None,
        fields: Mapping[str, str] = ALL,
    ) -> Page[R]:
        query = [("page", str(number)), *fields.items()]
        if limit is not None:
            query.append(("limit", str(limit)))
        if sort is not None:
            query.append(("sort", sort))
        try:
            answer = await self._transport.send("GET", wanted.path, query=query)
        except (Missing, NoSuchCall, Refused) as error:
            # Some desks refuse a page beyond the end. The first one is never beyond it.
            is_beyond = not isinstance(error, Refused) or error.status in _BEYOND_THE_END
            if number == 1 or not is_beyond:
                raise
            log.info("page %d is refused: %s", number, error.detail)
            return Page((), number, refusal=error)
        return await self._read_list(wanted, answer, number)

    async def _read_list(self, wanted: _List[R], answer: Answer, number: int) -> Page[R]:
        page = await read_page(
            answer, wanted.kind, number=number, expected_key=wanted.key, clock=self._clock
        )
        for problem in page.problems:
            self._note_problem(problem)
        return page

    def _walk(
        self,
        wanted: _List[R],
        *,
        limit: int | None = None,
        sort: str | None = None,
        fields: Mapping[str, str] = ALL,
        first: int = 1,
    ) -> AsyncGenerator[Page[R], None]:
        async def read(number: int) -> Page[R]:
            return await self._page(wanted, number, limit=limit, sort=sort, fields=fields)

        in_flight = self._options.pages_in_flight
        return walk_pages(read, attrgetter("id"), in_flight=in_flight, first=first)

    async def _all(self, wanted: _List[R], fields: Mapping[str, str] = ALL) -> list[R]:
        async with aclosing(self._walk(wanted, fields=fields)) as pages:
            return [record async for page in pages for record in page.records]

    async def _all_or_none(self, wanted: _List[R]) -> list[R]:
        try:
            return await self._all(wanted)
        except (Missing, NoSuchCall, Refused) as error:
            return _nothing(error)

    async def _menu(self, wanted: _List[R]) -> list[R]:
        """Reads a list that is never divided into pages."""
        try:
            answer = await self._transport.send("GET", wanted.path)
        except (Missing, NoSuchCall, Refused) as error:
            return _nothing(error)
        return list((await self._read_list(wanted, answer, 1)).records)

    async def _detail(self, kind: type[R], stem: str, record_id: str) -> R:
        answer = await self._transport.send("GET", _path(stem, record_id))
        if answer.is_empty:
            raise Missing("The desk does not have this, or has it no longer.", detail=answer.detail)
        data = decode(answer)
        try:
            record, broken = read_record(kind, data)
        except BadAnswer as error:
            raise refusal_in(data, answer) or BadAnswer(
                not_a_desk(answer), detail=answer.detail
            ) from error
        if broken:
            self._note_problem(f"{kind.__name__} {record_id}: {', '.join(broken)}")
        came = str(getattr(record, "id", record_id))
        if came != record_id:
            raise Replaced(
                "The desk answered with another record than the one that was asked for.",
                record=record,
                detail=f"{answer.detail}: came as {safe_line(came, max_chars=40)}",
            )
        return record

    async def _inserted(self, request: WriteRequest) -> str:
        record_id = await self.send(request)
        assert record_id is not None, "`send` raises for a record without an id"
        return record_id

    def _note_problem(self, problem: str) -> None:
        self.problem_count += 1
        log.info("cannot be read: %s", safe_line(problem))


async def _at_once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _nothing(error: Missing | NoSuchCall | Refused) -> list[R]:
    """No records, if `error` says that the desk does not have the call; else raises it."""
    if isinstance(error, Refused) and error.status not in _UNKNOWN_CALL_STATUSES:
        raise error
    log.info("this desk does not have the call: %s", error.detail)
    return []


def _path(stem: str, record_id: str) -> str:
    """The path of one record; its id is opaque, so it is spelled as one part of the path.

    Raises:
        Missing: The id would lead up the path instead of to a record.
    """
    if record_id in {"", ".", ".."}:
        raise Missing("There is nothing of that id.")
    return stem + quote(record_id, safe="")
