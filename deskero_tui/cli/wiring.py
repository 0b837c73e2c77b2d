"""Builds the parts of a front end from settings: places, account, store, desk."""

from __future__ import annotations

import getpass
import hashlib
import logging
import logging.handlers
import os
import shutil
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deskero_tui.cli.streams import say_mistakes
from deskero_tui.cli.zones import agent_zone
from deskero_tui.config import VENDOR_URL, Places, Settings, read_settings
from deskero_tui.credentials import find_token, token_in_file
from deskero_tui.domain.allowances import ANYTHING, Allowances, restricted_to
from deskero_tui.domain.clock import SYSTEM_CLOCK
from deskero_tui.domain.drop_names import folder_name_of
from deskero_tui.domain.errors import BadConfig, Unreachable
from deskero_tui.domain.query.own_views import Tabs, arranged
from deskero_tui.private_files import (
    make_private_folder,
    open_private,
    private_temporary_folder,
)
from deskero_tui.store.database import Database
from deskero_tui.sync.desk import Desk
from deskero_tui.sync.profile import Profile

if TYPE_CHECKING:
    from deskero_tui.api.client import DeskeroClient
    from deskero_tui.api.proxies import ProxyRules
    from deskero_tui.api.trust import Trust
    from deskero_tui.macro_files import MacroFiles
    from deskero_tui.server.local.desk import LocalDesk

DEMO_AGENT = "Ines Marchetti"
"""Who the agent is on the demo desk."""
ACCOUNT_FLAGS: Final = ("url", "client_id", "agent", "lang")
LOOK_FLAGS: Final = ("slow", "screen_reader", "theme", "colors", "glyphs")
"""Flags that are settings, of the same names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One desk and what opens it."""

    url: str
    client_id: str
    token: str = field(repr=False)
    """Empty for a desk of our own: see `opened`."""
    token_source: str
    socket_path: Path | None = None
    own_desk: LocalDesk | None = None
    reread_token: Callable[[], str | None] | None = None
    """Gives the API token as it is kept by now; `None` where it cannot be replaced while we run."""

    @property
    def store_name(self) -> str:
        """A short name for its store: the same account has the same one."""
        return store_name_of(self.url, self.client_id)

    def opened(self) -> Account:
        """This account with all that it takes to call the desk; waits until one of our own answers.

        Raises:
            Unreachable: It could not be started.
        """
        if self.own_desk is None:
            return self
        from deskero_tui.server.errors import DeskStartError

        try:
            access = self.own_desk.opened()
        except DeskStartError as error:
            raise Unreachable(f"The local desk could not be started: {error}") from error
        return replace(self, token=access.api_token, socket_path=access.socket_path, own_desk=None)

    def wake(self) -> None:
        """Sees to it that a desk of our own answers again that has been killed; waits for that.

        Raises:
            Unreachable: It could not be started.
        """
        self.opened()

    def give_up(self) -> None:
        """Has `opened` and `wake` fail at once where they still wait."""
        if self.own_desk is not None:
            self.own_desk.give_up()


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a front end is built from."""

    places: Places
    settings: Settings
    account: Account
    allowances: Allowances = ANYTHING


def store_name_of(url: str, client_id: str) -> str:
    """What the store of an account is called; its token has no part in it."""
    spelled = f"{url.rstrip('/')}\n{client_id}"
    return hashlib.sha256(spelled.encode()).hexdigest()[:16]


def places_of(given: Namespace) -> Places:
    """Where the files of a command lie; in a restricted login those of its agent."""
    places = Places.of(os.environ)
    return places.of_agent(folder_name_of(given.agent)) if _is_restricted(given) else places


def allowances_of(given: Namespace, places: Places) -> Allowances:
    """What the login of a command may do on this machine."""
    return restricted_to(drop_folder_of(given, places)) if _is_restricted(given) else ANYTHING


def drop_folder_of(given: Namespace, places: Places) -> Path:
    """The files that a restricted login has; `places` are its agent's own."""
    named = given.drop_folder
    return places.drop_folder if named is None else Path(named).absolute()


def _is_restricted(given: Namespace) -> bool:
    return getattr(given, "restricted", False)


def settings_of(given: Namespace, *, is_told: bool = True) -> tuple[Places, Settings]:
    """Return the settings in force for a command, and print what is wrong if `is_told`.

    Raises:
        BadConfig: The config file cannot be read, or a flag is wrong.
    """
    places = places_of(given)
    flags = _flags(given, (*ACCOUNT_FLAGS, *LOOK_FLAGS))
    settings = _with_zone(read_settings(places, os.environ, flags))
    if is_told:
        say_mistakes(settings.mistakes)
    return places, settings


def _with_zone(settings: Settings) -> Settings:
    """Add what is wrong with the time zone to the mistakes."""
    _, mistake = agent_zone(settings.timezone, os.environ)
    return (
        settings if mistake is None else replace(settings, mistakes=(*settings.mistakes, mistake))
    )


def _flags(given: Namespace, names: Sequence[str]) -> dict[str, object]:
    return {name: getattr(given, name, None) for name in names}


@contextmanager
def workplace(given: Namespace) -> Iterator[Workplace]:
    """The account that a command works with; a local desk runs at least until the end of this.

    The console does not wait for a local desk to answer here, everything else does.

    Raises:
        DeskeroError: It cannot be had.
    """
    with ExitStack() as stack:
        if getattr(given, "demo", False):
            yield _demo(given, stack)
            return
        is_console = getattr(given, "command", None) is None
        places, settings = settings_of(given, is_told=not is_console)
        stack.enter_context(log_kept_in(places.log_file))
        allowances = allowances_of(given, places)
        account = configured_account(places, settings)
        if account is None and allowances is not ANYTHING:
            raise BadConfig("No desk is configured for this login. Ask whoever lets you in.")
        if account is None:
            account = _local_account(
                places.local_desk_folder, stack, first_agent=settings.agent or login_name()
            )
            if not is_console:
                account = account.opened()
        yield Workplace(places, settings, account, allowances)


def configured_account(places: Places, settings: Settings) -> Account | None:
    """The account of the settings; `None` when none is configured.

    Raises:
        BadConfig: A part of it is there and another missing.
    """
    token = find_token(os.environ, settings.token_command, places.token_file)
    if token is None and not settings.url and not settings.client_id:
        return None
    if token is None:
        raise BadConfig("There is no API token for this desk. Run `deskero-tui login`.")
    client_id = settings.client_id
    if not client_id:
        raise BadConfig("The client id is missing. Run `deskero-tui login`.")
    return Account(
        url=settings.url or VENDOR_URL,
        client_id=client_id,
        token=token.value,
        token_source=token.source,
        reread_token=_file_reader(places.token_file) if token.source == "file" else None,
    )


def _file_reader(path: Path) -> Callable[[], str | None]:
    def read() -> str | None:
        token = token_in_file(path)
        return None if token is None else token.value

    return read


def _demo(given: Namespace, stack: ExitStack) -> Workplace:
    """A desk, a store and a home that are gone when the last console leaves."""
    from deskero_tui.cli.sample_macros import write_samples

    folder = private_temporary_folder("deskero-demo-")
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    flags = _flags(given, ("lang", *LOOK_FLAGS)) | {"agent": given.agent or DEMO_AGENT}
    settings = _with_zone(read_settings(Places(folder, folder, folder), {}, flags))
    account = _local_account(folder / "desk", stack, demo_tickets=given.tickets, throw_away=True)
    console = folder / "console"
    places = Places(console, console, console)
    write_samples(places.macro_folder)
    stack.enter_context(log_kept_in(places.log_file))
    return Workplace(places, settings, account)


def _local_account(
    folder: Path,
    stack: ExitStack,
    *,
    demo_tickets: int = 0,
    first_agent: str = "",
    throw_away: bool = False,
) -> Account:
    """A desk of our own, as far as that goes without waiting."""
    from deskero_tui.server.local.desk import LocalDesk

    desk = LocalDesk(
        folder, demo_tickets=demo_tickets, first_agent=first_agent, throw_away=throw_away
    )
    stack.callback(desk.release)
    return Account(
        url=desk.base_url,
        client_id=desk.client_id,
        token="",
        token_source="local desk",
        own_desk=desk,
    )


def login_name() -> str:
    """What the machine calls whoever runs this; `agent` when it does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "agent"


@contextmanager
def open_desk(at: Workplace, *, undo_s: float | None = None) -> Iterator[Desk]:
    """The desk of an account on its store, not yet started; the store is closed at the end.

    `undo_s` is how long what is sent can be taken back; `None` leaves the usual time.

    Raises:
        StoreBroken: The store cannot be used.
    """
    database = Database(at.places.store_file(at.account.store_name))
    profile = profile_of(at.settings, at.allowances)
    try:
        yield Desk(
            database,
            open_client=client_opener(at.account, at.settings),
            wake_desk=at.account.wake if at.account.own_desk else None,
            stop_opening=at.account.give_up,
            profile=profile if undo_s is None else replace(profile, undo_s=undo_s),
        )
    finally:
        database.close()


def profile_of(settings: Settings, allowances: Allowances = ANYTHING) -> Profile:
    """What the rules need to know of the settings, and of what the login may do."""
    return Profile(
        agent=settings.agent,
        lang=settings.lang,
        reply_as_html=settings.reply_format == "html",
        refresh_s=settings.refresh_s,
        page_limit=settings.page_limit,
        file_root=allowances.file_root,
        must_be_known=not allowances.may_be_unknown,
    )


def client_opener(account: Account, settings: Settings) -> Callable[[], DeskeroClient]:
    """What makes a client once the desk can be called; HTTP is imported only when it is called."""

    def open_client() -> DeskeroClient:
        from deskero_tui.api.address import (
            ClientOptions,
            CustomFieldsSpelling,
            DeskAddress,
            FileSpelling,
        )
        from deskero_tui.api.client import DeskeroClient

        known = account.opened()
        trust, proxies = network_of(settings)
        return DeskeroClient(
            DeskAddress(
                base_url=known.url,
                client_id=known.client_id,
                api_token=known.token,
                socket_path=str(known.socket_path) if known.socket_path else None,
            ),
            options=ClientOptions(
                allow_http=settings.allow_http,
                file_spelling=(
                    FileSpelling.HEX if settings.file_encoding == "hex" else FileSpelling.BASE64
                ),
                custom_fields_spelling=CustomFieldsSpelling(settings.custom_fields),
                file_hosts=frozenset(settings.file_hosts),
                trust=trust,
                proxies=proxies,
            ),
            reread_token=known.reread_token,
        )

    return open_client


def network_of(settings: Settings) -> tuple[Trust, ProxyRules]:
    """Return the trusted authorities and the proxies of the settings and the environment.

    A restricted login has none of these variables: its environment was cleaned at the start.
    """
    from deskero_tui.api.proxies import ProxyRules
    from deskero_tui.api.trust import Trust

    ca_file = Path(settings.ca_file) if settings.ca_file else None
    return Trust.of(ca_file, os.environ), ProxyRules(settings.proxy, dict(os.environ))


def macros_of(places: Places, settings: Settings) -> MacroFiles:
    """The macros of the agent and of the team; nothing is read yet."""
    from deskero_tui.macro_files import MacroFiles

    zone = zone_of(settings)
    return MacroFiles(
        places.macro_folder,
        [places.config_folder / os.path.expanduser(folder) for folder in settings.macro_folders],
        now=lambda: SYSTEM_CLOCK.now().astimezone(zone),
        lang=settings.lang,
    )


def zone_of(settings: Settings) -> tzinfo:
    """Return the agent's time zone."""
    zone, _ = agent_zone(settings.timezone, os.environ)
    return zone


def tabs_of(settings: Settings) -> Tabs:
    """The views that an agent works with."""
    now = SYSTEM_CLOCK.now().astimezone(zone_of(settings))
    return arranged(settings.views, settings.hidden_views, now=now)


@contextmanager
def log_kept_in(path: Path) -> Iterator[None]:
    """Sends the log to a private file, and nowhere else, for as long as this lasts.

    Where that cannot be written nobody hears it. Logging is afterwards as it was.
    """
    handler: logging.Handler
    try:
        make_private_folder(path.parent)
        handler = _LogFile(
            path, maxBytes=1_000_000, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    ours = logging.getLogger("deskero_tui")
    level, propagates = ours.level, ours.propagate
    ours.setLevel(logging.INFO)
    ours.propagate = False
    ours.addHandler(handler)
    try:
        yield
    finally:
        ours.removeHandler(handler)
        with suppress(OSError):
            handler.close()
        ours.setLevel(level)
        ours.propagate = propagates


class _LogFile(logging.handlers.RotatingFileHandler):
    """A log for its owner only. What cannot be written, as on a full disk, is dropped silently."""

    def _open(self) -> TextIOWrapper:
        handle = open_private(self.baseFilename, os.O_WRONLY | os.O_APPEND)
        return os.fdopen(handle, "a", encoding=self.encoding, errors=self.errors)

    def handleError(self, record: logging.LogRecord) -> None:
        """Lets the line go."""
