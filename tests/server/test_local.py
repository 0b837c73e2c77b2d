"""The local desk: started by the first console, joined by others, gone with the last."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx
import pytest

from deskero_tui.server.errors import DeskStartError
from deskero_tui.server.local.desk import LocalAccess, LocalDesk
from deskero_tui.server.local.files import FileLock

PATIENCE_S = 15
CONSOLE = """
import sys
from pathlib import Path
from deskero_tui.server.local.desk import LocalDesk
desk = LocalDesk(Path(sys.argv[1]), demo_tickets=3, throw_away=sys.argv[2] == "away")
print(desk.opened().api_token, flush=True)
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


def until_there(file: Path) -> bool:
    end = time.monotonic() + PATIENCE_S
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.005)
    return file.exists()


def desks_of(folder: Path) -> list[int]:
    """The processes that are, or want to be, the desk of a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(process.name)
        if os.fsencode(folder) in command and b"--folder" in command and _is_running(pid):
            found.append(pid)
    return found


@contextmanager
def start_held(folder: Path) -> Iterator[None]:
    """As by another console that starts the desk just now, and is slow."""
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / "start.lock")
    assert lock.try_take(shared=False)
    yield
    lock.close()


def status_of(access: LocalAccess) -> int:
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(access.socket_path))) as http:
        answer = http.get(
            f"{LocalDesk.base_url}/oauth/token?grant_type=client_credentials",
            headers={"Authorization": f"Basic {access.api_token}"},
        )
    return answer.status_code


def test_desk_answers_its_console_and_ends_after_release(folder: Path) -> None:
    desk = LocalDesk(folder, demo_tickets=3)
    access = desk.opened()
    pid = pid_in(folder)
    assert status_of(access) == 200
    assert access.api_token not in repr(access)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("desk.sock", "desk.json", "desk.db", "desk.log"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    command = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    assert access.api_token.encode() not in command
    desk.release()
    desk.release()
    wait_until_gone(pid)
    assert not (folder / "desk.sock").exists()
    assert (folder / "desk.db").exists()


def test_second_console_joins_and_keeps_the_desk(folder: Path) -> None:
    first = LocalDesk(folder, demo_tickets=3)
    access = first.opened()
    pid = pid_in(folder)
    second = LocalDesk(folder)
    assert (second.opened(), pid_in(folder)) == (access, pid)
    first.release()
    time.sleep(1.5)
    assert status_of(access) == 200, "the desk looks for users about once a second"
    second.release()
    wait_until_gone(pid)


def test_credentials_and_data_outlive_the_desk(folder: Path) -> None:
    first = LocalDesk(folder, demo_tickets=3)
    access = first.opened()
    pid = pid_in(folder)
    first.release()
    wait_until_gone(pid)
    second = LocalDesk(folder)
    assert second.opened() == access
    assert pid_in(folder) != pid
    second.release()
    wait_until_gone(pid_in(folder))


def test_console_that_comes_while_the_desk_ends_gets_one(folder: Path) -> None:
    for _ in range(3):
        desk = LocalDesk(folder)
        desk.opened()
        pid = pid_in(folder)
        desk.release()
        # About when the desk notices: before, while or after it ends.
        time.sleep(0.95)
        desk = LocalDesk(folder)
        assert status_of(desk.opened()) == 200
        desk.release()
        wait_until_gone(pid)
    if (folder / "desk.pid").exists():
        wait_until_gone(pid_in(folder))


def test_making_it_waits_for_nobody(folder: Path) -> None:
    with start_held(folder):
        began_s = time.monotonic()
        desk = LocalDesk(folder)
        assert desk.client_id == "local"
        with pytest.raises(DeskStartError, match=r"did not answer within 0.1 seconds"):
            desk.opened(wait_s=0.1)
        assert time.monotonic() - began_s < 1
        assert not (folder / "desk.json").exists()
    assert status_of(desk.opened()) == 200
    pid = pid_in(folder)
    desk.release()
    wait_until_gone(pid)


@pytest.mark.parametrize("is_held", [False, True], ids=["starting", "waiting"])
def test_console_that_is_left_waits_no_longer_and_leaves_no_desk(
    folder: Path, is_held: bool
) -> None:
    with start_held(folder) if is_held else nullcontext():
        desk = LocalDesk(folder, demo_tickets=20_000)
        said: list[str] = []

        def wait() -> None:
            with pytest.raises(DeskStartError) as caught:
                desk.opened()
            said.append(str(caught.value))

        waiting = threading.Thread(target=wait)
        waiting.start()
        assert is_held or until_there(folder / "desk.db")
        began_s = time.monotonic()
        desk.give_up()
        waiting.join(PATIENCE_S)
        desk.release()
        assert time.monotonic() - began_s < 1
    assert said == ["The console was left before the desk answered."]
    assert desks_of(folder) == []


def test_desk_that_nobody_has_waited_for_is_gone_with_its_console(folder: Path) -> None:
    LocalDesk(folder, demo_tickets=20_000, throw_away=True).release()
    assert desks_of(folder) == []
    assert not folder.exists()


def test_console_that_waited_for_the_desk_of_one_that_left_gets_its_own(folder: Path) -> None:
    leaving, staying = LocalDesk(folder, demo_tickets=20_000), LocalDesk(folder, demo_tickets=3)
    with ThreadPoolExecutor(1) as threads:
        opened = threads.submit(staying.opened)
        leaving.release()
        assert status_of(opened.result(PATIENCE_S)) == 200
    pid = pid_in(folder)
    assert desks_of(folder) == [pid]
    staying.release()
    wait_until_gone(pid)


def test_desk_of_a_console_that_was_killed_while_it_started_is_joined(folder: Path) -> None:
    console = Console(folder)
    assert until_there(folder / "desk.json")
    console.kill()
    # Whatever it has come to: there is never a second one beside it.
    desk = LocalDesk(folder)
    assert status_of(desk.opened()) == 200
    pid = pid_in(folder)
    assert desks_of(folder) == [pid]
    desk.release()
    wait_until_gone(pid)


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
    first = LocalDesk(folder)
    first.opened()
    pid = pid_in(folder)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    second = LocalDesk(folder)
    assert status_of(second.opened()) == 200
    first.release()
    second.release()
    wait_until_gone(pid_in(folder))


def test_long_folder_names_get_a_short_socket(tmp_path: Path) -> None:
    place = tmp_path / ("x" * 100)
    desk = LocalDesk(place)
    access = desk.opened()
    pid = pid_in(place)
    assert status_of(access) == 200
    assert len(os.fsencode(access.socket_path)) <= 100
    desk.release()
    wait_until_gone(pid)
    assert not access.socket_path.parent.exists()


def test_desk_that_cannot_start_says_why(folder: Path) -> None:
    folder.mkdir()
    (folder / "desk.db").write_bytes(b"this is a letter, not a database" * 100)
    for python, said in (
        (sys.executable, "did not start: The database cannot be opened"),
        ("/nowhere/python", "cannot be started"),
    ):
        desk = LocalDesk(folder, python=python)
        with pytest.raises(DeskStartError, match=said):
            desk.opened()
        desk.release()
    assert desks_of(folder) == []


def test_console_side_is_light_to_import() -> None:
    code = (
        "import sys; import deskero_tui.server.local.desk, deskero_tui.server.settings; "
        "heavy = {'fastapi', 'sqlalchemy', 'uvicorn', 'pydantic', 'asyncio'}; "
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
