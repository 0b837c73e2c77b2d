"""`deskero-tui serve`: the desk over HTTP."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import Final

from deskero_tui.cli.wiring import login_name
from deskero_tui.config import Places
from deskero_tui.domain.errors import BadConfig, Unreachable
from deskero_tui.private_files import make_private_folder, write_private
from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.settings import DeskSettings, new_api_token

CLIENT_ID: Final = "local"


def run_serve(given: Namespace) -> int:
    """Runs a desk until it is told to end.

    Raises:
        BadConfig: The token or the database cannot be kept.
        Unreachable: The desk cannot start.
    """
    from deskero_tui.server.run import serve

    places = Places.of(os.environ)
    client_id = given.client_id or os.environ.get("DESKERO_CLIENT_ID") or CLIENT_ID
    token = given.api_token or os.environ.get("DESKERO_API_TOKEN") or _kept_token(places, client_id)
    database = given.database
    if database is None:
        folder = places.data_folder / "served"
        try:
            make_private_folder(folder)
        except OSError as error:
            raise BadConfig(f"The folder {folder} cannot be created: {error.strerror}.") from error
        database = f"sqlite:///{folder / 'desk.sqlite'}"
    settings = DeskSettings(
        database_url=database,
        client_id=client_id,
        api_token=token,
        host=given.host,
        port=given.port,
        public_url=given.public_url,
        demo_tickets=given.demo,
        first_agent=os.environ.get("DESKERO_AGENT") or login_name(),
    )
    try:
        return serve(settings, announce=lambda url: print(f"Desk ready at {url}", flush=True))
    except DeskStartError as error:
        raise Unreachable(f"The desk could not be started: {error}") from error


def _kept_token(places: Places, client_id: str) -> str:
    """The token made at an earlier start, or a fresh one; says where it lies."""
    path = places.data_folder / "served" / f"token-{client_id}"
    try:
        if not path.exists():
            write_private(path, new_api_token(client_id) + "\n")
        token = path.read_text("utf-8").strip()
    except OSError as error:
        raise BadConfig(f"The API token cannot be kept in {path}: {error.strerror}.") from error
    print(f"Client id {client_id}; the API token lies in {path}", flush=True)
    return token
