"""A restricted login in a real terminal, started as a forced command would start it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deskero_tui.private_files import write_private
from tests.support.pty_console import CONSOLE, PATIENCE_S, PtyConsole, home_environment
from tests.support.running_desk import RunningDesk

RESTRICTED = (*CONSOLE, "--restricted")


@pytest.fixture
def hosted(home: Path, running: RunningDesk) -> Path:
    """The folder that a host has set up for the agents of the running desk."""
    folder = home / "hosted"
    config = f'url = "{running.base_url}"\nclient_id = "{running.client_id}"\n'
    write_private(folder / "config.toml", config)
    write_private(folder / "token", running.api_token)
    return folder


def test_nothing_of_the_far_ends_environment_counts(home: Path, hosted: Path) -> None:
    hostile = home_environment(
        home,
        DESKERO_AGENT="Bruno Conti",
        DESKERO_API_TOKEN="no-such-token",
        DESKERO_URL="http://127.0.0.1:9/",
        HTTP_PROXY="http://127.0.0.1:9/",
        TEXTUAL_DRIVER="no.such:Driver",
        TEXTUAL_LOG=str(home / "textual.log"),
        TEXTUAL_DEBUG="1",
        COLUMNS="20",
        LINES="5",
        PYTHONINSPECT="1",
        PYTHONWARNINGS="error",
        SSL_CERT_FILE="/nowhere",
    )
    arguments = ("--agent", "Ines Marchetti", "--home", str(hosted))
    with PtyConsole(*arguments, home=home, environment=hostile, program=RESTRICTED) as console:
        console.wait_for("tickets · online", "q Quit")
        console.press("q")
        assert console.wait_for_end() == 0
    assert b">>>" not in console.raw
    assert not (home / "textual.log").exists()
    assert not (home / "deskero").exists(), "the home that the environment asked for"
    [agents] = [path for path in hosted.iterdir() if path.is_dir()]
    [own] = agents.iterdir()
    assert own.name.startswith("ines-marchetti-")
    assert own.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in hosted.iterdir()) == ["agents", "config.toml", "token"]


def test_what_it_writes_is_closed_to_others_whatever_the_host_allows(
    home: Path, hosted: Path
) -> None:
    generous = ("sh", "-c", 'umask 000; exec "$@"', "sh", *RESTRICTED)
    arguments = ("--agent", "Ines Marchetti", "--home", str(hosted))
    with PtyConsole(*arguments, home=home, program=generous) as console:
        console.wait_for("tickets · online", "q Quit")
        console.press("q")
        assert console.wait_for_end() == 0
    written = [path for path in hosted.rglob("*") if path.stat().st_mode & 0o077]
    assert [path.relative_to(hosted) for path in written] == []


def test_without_an_account_it_opens_no_desk_of_its_own(home: Path) -> None:
    arguments = ("--agent", "Ines Marchetti", "--home", str(home / "empty"))
    with PtyConsole(*arguments, home=home, program=RESTRICTED) as console:
        assert console.wait_for_end() == 2
    assert "No desk is configured" in console.text


@pytest.mark.parametrize("term", ["../../etc/passwd;id", "", "dumb"])
def test_a_terminal_that_is_none_is_refused(home: Path, hosted: Path, term: str) -> None:
    environment = home_environment(home, TERM=term)
    arguments = ("--agent", "Ines Marchetti", "--home", str(hosted))
    with PtyConsole(*arguments, home=home, environment=environment, program=RESTRICTED) as console:
        assert console.wait_for_end() == 2
    assert "needs a terminal" in console.text


def test_without_a_terminal_it_says_how_to_get_one(home: Path, hosted: Path) -> None:
    ran = subprocess.run(
        [*RESTRICTED, "--agent", "Ines Marchetti", "--home", str(hosted)],
        env=home_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "ssh -t" in ran.stderr
