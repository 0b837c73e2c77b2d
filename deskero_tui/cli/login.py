"""`deskero-tui login`: asks for an account, proves it, keeps it."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.streams import line_of_stdin
from deskero_tui.cli.wiring import Account, client_opener, log_kept_in, settings_of
from deskero_tui.config import VENDOR_URL, Places, Settings, write_settings
from deskero_tui.credentials import Token, find_token
from deskero_tui.domain.errors import BadConfig
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.private_files import write_private

if TYPE_CHECKING:
    from deskero_tui.domain.records.people import Agent


def run_login(given: Namespace) -> int:
    """Asks, tries, keeps. Nothing is written unless the desk accepted it.

    Raises:
        DeskeroError: The desk is out of reach, or does not accept the token.
    """
    places, settings = settings_of(given)
    url = given.url or _asked("Address of the desk", settings.url or VENDOR_URL)
    client_id = given.client_id or _asked("Client id", settings.client_id)
    kept = find_token(os.environ, settings.token_command, places.token_file)
    token = _token(kept)
    account = Account(url=url, client_id=client_id, token=token, token_source="login")
    with log_kept_in(places.log_file):
        agents = asyncio.run(_proven(account, settings))
    print("The desk accepts the token.")
    agent = _who_am_i(agents, given.agent or settings.agent)
    _keep(places, account, agent, kept)
    print(f"Kept in {places.config_file}. `deskero-tui` opens the console.")
    return Exit.DONE


def _token(kept: Token | None) -> str:
    """The API token: from where it is kept, unless another one is typed."""
    if kept is not None and kept.source != "file":
        print(f"The API token comes from the {kept.source}.")
        return kept.value
    hint = " (Enter keeps the one there is)" if kept else ""
    if not sys.stdin.isatty():
        typed = line_of_stdin().strip()
    else:
        typed = getpass.getpass(f"API token{hint}: ").strip()
    if typed:
        return typed
    if kept is None:
        raise BadConfig("No API token was given.")
    return kept.value


def _asked(question: str, default: str) -> str:
    """An answer from the terminal, or a line of standard input."""
    hint = f" [{default}]" if default else ""
    print(f"{question}{hint}: ", end="", flush=True)
    answer = line_of_stdin()
    if not answer and not default:
        raise BadConfig(f"{question}: nothing was given.")
    return answer.strip() or default


async def _proven(account: Account, settings: Settings) -> list[Agent]:
    """Makes a real call with the account; the agents there are."""
    async with client_opener(account, settings)() as client:
        await client.verify()
        return await client.agents()


def _who_am_i(agents: Sequence[Agent], said: str) -> str:
    """The id of the agent who logs in; empty when the desk does not tell its agents."""
    if not agents:
        print("The desk does not list its agents; set DESKERO_AGENT to your agent id.")
        return said
    for place, agent in enumerate(agents, start=1):
        name = safe_line(agent.name or agent.id, max_chars=60)
        print(f"{place:3} {name}  {safe_line(agent.email, max_chars=60)}")
    while True:
        answer = _asked("Who are you (number, name or address)", said).strip()
        found = _named(agents, answer)
        if len(found) == 1:
            return found[0].id
        print(
            "That is several of them." if found else "That is none of them.", "Once more, please."
        )
        if not sys.stdin.isatty():
            raise BadConfig("Which agent you are could not be understood.")


def _named(agents: Sequence[Agent], answer: str) -> list[Agent]:
    if answer.isdecimal() and 1 <= int(answer) <= len(agents):
        return [agents[int(answer) - 1]]
    wanted = answer.casefold()
    return [
        agent
        for agent in agents
        if agent.id == answer or wanted in (agent.name.casefold(), agent.email.casefold())
    ]


def _keep(places: Places, account: Account, agent: str, kept: Token | None) -> None:
    write_settings(
        places.config_file, {"url": account.url, "client_id": account.client_id, "agent": agent}
    )
    if kept is None or kept.source == "file":
        try:
            write_private(places.token_file, account.token + "\n")
        except OSError as error:
            raise BadConfig(
                f"The token cannot be kept in {places.token_file}: {error.strerror}."
            ) from error
