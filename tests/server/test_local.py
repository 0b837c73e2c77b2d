"""The local desk: started by the first console, joined by others, gone with the last."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.local import LocalDesk, open_local_desk

PATIENCE_S = 15
CONSOLE = """
import sys
from pathlib import Path
from deskero_tui.server.local import open_local_desk
desk = open_local_desk(Path(sys.argv[1]), demo_tickets=3, throw_away=sys.argv[2] == "away")
print(desk.api_token, flush=True)
sys.stdin.read()
"""


class Console:
    """A process that uses a local desk until it is killed or told to end."""

    def __init__(self, folder: Path, *, throw_away: bool = False) -> None:
        word = "away" if throw_away else "keep"
        self._process = subprocess.Popen(
            [sys.executable, "-c", CONSOLE, str(folder), word],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def api_token(self) -> str:
        """Waits until the desk answers this console."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        self._process.kill()
        with self._process:
            self._process.wait(PATIENCE_S)


def wait_until_gone(pid: int) -> None:
    """A desk has no parent to be waited for by; its end is seen from outside."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if not _is_running(pid):
            return
        time.sleep(0.02)
    raise AssertionError(f"desk {pid} still runs")


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def pid_in(folder: Path) -> int:
    return int((folder / "desk.pid").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose desk, if it still runs after the test, is ended and said to have been left."""
    place = tmp_path / "desk"
    yield place
    if (place / "desk.pid").exists() and _is_running(pid_in(place)):
        wait_until_gone(pid_in(place))


def status_of(desk: LocalDesk) -> int:
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(desk.socket_path))) as http:
        answer = http.get(
            f"{desk.base_url}/oauth/token?grant_type=client_credentials",
            headers={"Authorization": f"Basic {desk.api_token}"},
        )
    return answer.status_code


def test_desk_answers_its_console_and_ends_after_release(folder: Path) -> None:
    desk = open_local_desk(folder, demo_tickets=3)
    pid = pid_in(folder)
    assert status_of(desk) == 200
    assert desk.api_token not in repr(desk)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("desk.sock", "desk.json", "desk.db", "desk.log"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    command = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    assert desk.api_token.encode() not in command
    desk.release()
    desk.release()
    wait_until_gone(pid)
    assert not (folder / "desk.sock").exists()
    assert (folder / "desk.db").exists()


def test_second_console_joins_and_keeps_the_desk(folder: Path) -> None:
    first = open_local_desk(folder, demo_tickets=3)
    pid = pid_in(folder)
    second = open_local_desk(folder)
    assert (second.api_token, pid_in(folder)) == (first.api_token, pid)
    first.release()
    time.sleep(1.5)
    assert status_of(second) == 200, "the desk looks for users about once a second"
    second.release()
    wait_until_gone(pid)


def test_credentials_and_data_outlive_the_desk(folder: Path) -> None:
    first = open_local_desk(folder, demo_tickets=3)
    pid = pid_in(folder)
    first.release()
    wait_until_gone(pid)
    second = open_local_desk(folder)
    assert second.api_token == first.api_token
    assert pid_in(folder) != pid
    second.release()
    wait_until_gone(pid_in(folder))


def test_console_that_comes_while_the_desk_ends_gets_one(folder: Path) -> None:
    for _ in range(3):
        desk = open_local_desk(folder)
        pid = pid_in(folder)
        desk.release()
        # About when the desk notices: before, while or after it ends.
        time.sleep(0.95)
        desk = open_local_desk(folder)
        assert status_of(desk) == 200
        desk.release()
        wait_until_gone(pid)
    if (folder / "desk.pid").exists():
        wait_until_gone(pid_in(folder))


def test_consoles_started_together_share_one_desk(folder: Path) -> None:
    consoles = [Console(folder), Console(folder)]
    tokens = {console.api_token() for console in consoles}
    pid = pid_in(folder)
    assert len(tokens) == 1
    for console in consoles:
        console.kill()
    wait_until_gone(pid)


def test_killed_console_leaves_neither_desk_nor_throw_away_folder(folder: Path) -> None:
    console = Console(folder, throw_away=True)
    assert console.api_token()
    pid = pid_in(folder)
    console.kill()
    wait_until_gone(pid)
    assert not folder.exists()


def test_killed_desk_is_replaced(folder: Path) -> None:
    first = open_local_desk(folder)
    pid = pid_in(folder)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    second = open_local_desk(folder)
    assert status_of(second) == 200
    first.release()
    second.release()
    wait_until_gone(pid_in(folder))


def test_long_folder_names_get_a_short_socket(tmp_path: Path) -> None:
    place = tmp_path / ("x" * 100)
    desk = open_local_desk(place)
    pid = pid_in(place)
    assert status_of(desk) == 200
    assert len(os.fsencode(desk.socket_path)) <= 100
    desk.release()
    wait_until_gone(pid)
    assert not desk.socket_path.parent.exists()


def test_desk_that_cannot_start_says_why(folder: Path) -> None:
    folder.mkdir()
    (folder / "desk.db").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(DeskStartError, match="did not start: The database cannot be opened"):
        open_local_desk(folder)
    with pytest.raises(DeskStartError, match="cannot be started"):
        open_local_desk(folder, python="/nowhere/python")


def test_console_side_is_light_to_import() -> None:
    code = (
        "import sys; import deskero_tui.server.local, deskero_tui.server.settings; "
        "heavy = {'fastapi', 'sqlalchemy', 'uvicorn', 'pydantic', 'asyncio'}; "
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
