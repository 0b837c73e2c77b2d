"""One host for all logins here: a real sshd, and a key for each of a few agents."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.support.pty_console import PtyConsole
from tests.support.running_desk import RunningDesk
from tests.support.ssh_host import SshHost, lacking

NEEDS: Final = [
    pytest.mark.skipif(bool(lacking()), reason=f"OpenSSH is not whole here: no {lacking()}"),
    pytest.mark.skipif("CI" in os.environ, reason="a real sshd is not for a shared machine"),
]
"""The marks of every test here."""
SAMPLES: Final = 30
LONG_AGO: Final = datetime(2026, 1, 1, tzinfo=UTC)
INES: Final = "Ines Marchetti"
OWEN: Final = "by-hand Owen Pritchard"
"""His key starts the program without the wrapper."""
NOBODY: Final = "Nobody Known"


@pytest.fixture(scope="package")
def host() -> Iterator[SshHost]:
    with (
        tempfile.TemporaryDirectory(prefix="ssh-") as folder,
        RunningDesk(Path(folder), demo_tickets=SAMPLES, demo_anchor=LONG_AGO) as desk,
        SshHost(Path(folder), desk, (INES, OWEN, NOBODY)) as running,
    ):
        yield running


@pytest.fixture(scope="package")
def front_desk(host: SshHost) -> SshHost:
    """The same host, for those who come with a terminal."""
    if not host.gives_terminals():
        pytest.skip("this sshd is not root's, and can hand out no terminals on this machine")
    return host


def wait_for_list(console: PtyConsole, *, quiet_s: float = 0.3) -> None:
    """Waits until the tickets of the desk are there, shows all, and waits until they have come."""
    console.wait_for(" · online", "Quit")
    console.press("9")
    console.wait_for(f"{SAMPLES} tickets · online")
    console.wait_until_quiet(quiet_s)
