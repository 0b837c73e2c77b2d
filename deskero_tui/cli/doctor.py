"""`deskero-tui doctor`: what is configured, and does it work."""

from __future__ import annotations

import asyncio
import json
import os
import re
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from deskero_tui.cli.exits import Exit, exit_of
from deskero_tui.cli.finding import Finding
from deskero_tui.cli.terminal_check import terminal_findings
from deskero_tui.cli.wiring import (
    Account,
    client_opener,
    configured_account,
    network_of,
    settings_of,
    tabs_of,
    zone_of,
)
from deskero_tui.config import Places, Settings
from deskero_tui.domain.errors import DeskeroError, StoreBroken
from deskero_tui.domain.mistake import Mistake
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.store.database import Database
from deskero_tui.store.listing import ticket_count
from deskero_tui.store.salvage import made_anew


def run_doctor(given: Namespace) -> int:
    """Looks at everything and says what it found; the exit code is that of the first trouble."""
    findings = list(_findings(given))
    if given.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            mark = "ok  " if finding.is_well else "BAD "
            print(f"{mark}{finding.what:12} {safe_line(finding.says, max_chars=300)}")
    return next((f.exit_code for f in findings if f.exit_code != Exit.DONE), Exit.DONE)


def _findings(given: Namespace) -> Iterator[Finding]:
    try:
        places, settings = settings_of(given, is_told=False)
        zone = zone_of(settings)
    except DeskeroError as error:
        yield _trouble("settings", error)
        return
    exists = "" if places.config_file.exists() else " (not there: defaults)"
    yield Finding("settings", True, f"{places.config_file}{exists}, time zone {zone}")
    for mistake in settings.mistakes:
        yield Finding("settings", False, str(mistake), Exit.FAILED)
    yield from _mistake_findings(settings)
    try:
        account = configured_account(places, settings)
    except DeskeroError as error:
        yield _trouble("account", error)
        account = None
    else:
        yield _account_finding(account, settings)
    if account is not None:
        yield from _network_findings(account, settings)
        yield _desk_finding(account, settings)
        if given.rebuild:
            yield _rebuilt(places, account)
        yield _store_finding(places, account)
    yield from terminal_findings(settings, os.environ)


def _mistake_findings(settings: Settings) -> Iterator[Finding]:
    """What of the agent's keys and views cannot be used; the console does without it."""
    from deskero_tui.tui.keys.keymap import resolve
    from deskero_tui.tui.list_view.column_config import chosen_columns

    tabs = tabs_of(settings)
    _, mistakes = resolve(settings.keys, tabs.keys)
    yield from _told("views", tabs.mistakes, f"{len(tabs.views)} tabs")
    choice, bad_columns = chosen_columns(settings.columns, settings.views)
    yield from _told("columns", bad_columns, f"of your own in {len(choice)} places")
    preset = settings.keys.get("preset", "console")
    yield from _told("keys", mistakes, f"preset {preset}")


def _told(what: str, mistakes: Sequence[Mistake], says: str) -> Iterator[Finding]:
    for mistake in mistakes:
        if mistake.is_warning:
            yield Finding(what, True, str(mistake))
        else:
            yield Finding(what, False, str(mistake), Exit.FAILED)
    if not mistakes:
        yield Finding(what, True, says)


def _trouble(what: str, error: DeskeroError) -> Finding:
    return Finding(what, False, error.user_message, exit_of(error))


def _account_finding(account: Account | None, settings: Settings) -> Finding:
    if account is None:
        return Finding("account", True, "none: the console opens a desk of your own")
    who = f"agent {settings.agent}" if settings.agent else "agent not said (DESKERO_AGENT)"
    return Finding(
        "account",
        True,
        f"{_without_credentials(account.url)}, client id {account.client_id}, {who}, "
        f"token from {account.token_source}",
    )


def _without_credentials(url: str) -> str:
    return re.sub(r"//[^/?#]*@", "//…@", url)


def _network_findings(account: Account, settings: Settings) -> Iterator[Finding]:
    """Report which proxy and which authorities are used. Credentials are never part of it."""
    import httpx

    try:
        url = httpx.URL(account.url)
    except httpx.InvalidURL:
        return
    trust, proxies = network_of(settings)
    try:
        proxy = proxies.proxy_of(url)
    except DeskeroError as error:
        yield _trouble("proxy", error)
        return
    if proxy is None:
        yield Finding("proxy", True, "none is used for this desk")
    else:
        name = " with a user name" if proxy.auth else ""
        yield Finding("proxy", True, f"{proxy}{name}, from {proxy.source}")
    if url.scheme == "https" or (proxy is not None and proxy.is_tls):
        try:
            trust.context()
        except DeskeroError as error:
            yield _trouble("authorities", error)
        else:
            yield Finding("authorities", True, trust.source)


def _desk_finding(account: Account, settings: Settings) -> Finding:
    async def verify() -> None:
        async with client_opener(account, settings)() as client:
            await client.verify()

    try:
        asyncio.run(verify())
    except DeskeroError as error:
        return _trouble("desk", error)
    return Finding("desk", True, "in reach, and it accepts the token")


def _store_finding(places: Places, account: Account) -> Finding:
    path = places.store_file(account.store_name)
    if not path.exists():
        return Finding("store", True, f"{path} (not there yet)")
    try:
        database = Database(path)
    except StoreBroken as error:
        return _trouble("store", error)
    try:
        verdict = database.read_now(lambda c: c.execute("PRAGMA quick_check").fetchone()[0])
        count = database.read_now(ticket_count)
    except StoreBroken as error:
        return _trouble("store", error)
    finally:
        database.close()
    if verdict != "ok":
        return Finding("store", False, f"{path} is damaged: {verdict}", Exit.FAILED)
    if database.is_read_only:
        return Finding("store", False, f"{path} is sound but cannot be written", Exit.FAILED)
    size_mb = path.stat().st_size / 1_000_000
    return Finding("store", True, f"{path}, sound, {count} tickets, {size_mb:.1f} MB")


def _rebuilt(places: Places, account: Account) -> Finding:
    """Makes the store anew. Nothing of the old one is deleted."""
    path = places.store_file(account.store_name)
    if not path.exists():
        return Finding("rebuild", True, "there is no store yet")
    try:
        salvaged = made_anew(path)
    except StoreBroken as error:
        return _trouble("rebuild", error)
    except OSError as error:
        return Finding("rebuild", False, f"{path}: {error.strerror}", Exit.FAILED)
    says = f"{salvaged.row_count} rows of drafts and outbox kept; old file {salvaged.old_file}"
    if salvaged.unreadable:
        says += f"; could not be read whole: {', '.join(salvaged.unreadable)}"
        return Finding("rebuild", False, says, Exit.UNSURE)
    return Finding("rebuild", True, says)
