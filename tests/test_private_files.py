"""Files and folders for their owner only, whatever the umask, and never through a link."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deskero_tui.cli.sample_macros import write_samples
from deskero_tui.cli.wiring import log_kept_in
from deskero_tui.config import write_settings
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.private_files import (
    create_private,
    create_private_temporary,
    make_private_folder,
    open_private,
    private_temporary_folder,
    write_private,
)
from deskero_tui.server.local.files import FileLock, LocalFolder, LocalPlan
from deskero_tui.store.database import Database
from deskero_tui.sync.delivery.lock import DrainLock
from deskero_tui.sync.drop_folder import DropFolder
from deskero_tui.tui.compose.rescue import Rescue
from deskero_tui.tui.terminal.editor import lent

UMASKS = (0o000, 0o022, 0o077, 0o777)
PLAN = LocalPlan(
    client_id="c", api_token="t", socket_path="s", demo_tickets=0, first_agent="", throw_away=False
)


@pytest.fixture(params=UMASKS, ids=lambda mask: f"umask {mask:03o}")
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes_below(folder: Path) -> dict[str, set[int]]:
    """Return the modes of everything below a folder, of folders and of files."""
    found: dict[str, set[int]] = {"folders": set(), "files": set()}
    for path in folder.rglob("*"):
        kind = "folders" if path.is_dir() else "files"
        found[kind].add(stat.S_IMODE(path.lstat().st_mode))
    return found


def log(folder: Path) -> None:
    with log_kept_in(folder / "log"):
        logging.getLogger("deskero_tui.test").warning("one")
    assert (folder / "log").read_text("utf-8").endswith("one\n")


def rescue(folder: Path) -> None:
    key = DraftKey(None, DraftKind.REPLY)
    rescued = Rescue([folder])
    rescued.keep(key, Draft(text="one"))
    assert rescued.keep(key, Draft(text="two")).read_text("utf-8") == "two"


def drop(folder: Path) -> None:
    from io import BytesIO

    with DropFolder(folder).receiving("a.txt", BytesIO(b"one"), replaces=False):
        pass
    assert (folder / "a.txt").read_bytes() == b"one"


def store(folder: Path) -> None:
    database = Database(folder / "store.sqlite")
    lock = DrainLock(folder / "store.sqlite")
    assert lock.try_take()
    lock.release()
    database.close()


def local_desk(folder: Path) -> None:
    place = LocalFolder(folder)
    place.make()
    PLAN.write(place)
    FileLock(place.users_lock).close()
    assert LocalPlan.read(place) == PLAN


MAKERS: dict[str, Callable[[Path], object]] = {
    "folder": make_private_folder,
    "write": lambda folder: write_private(folder / "one", "text"),
    "settings": lambda folder: write_settings(folder / "config.toml", {"agent": "a"}),
    "log": log,
    "rescue": rescue,
    "drop folder": drop,
    "store": store,
    "local desk": local_desk,
    "samples": write_samples,
}


@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize("name", MAKERS)
def test_everything_is_private_whatever_the_umask(tmp_path: Path, name: str) -> None:
    MAKERS[name](tmp_path / "a" / "b")
    found = modes_below(tmp_path)
    assert found["folders"] == {0o700}
    assert found["files"] <= {0o600}


@pytest.mark.usefixtures("_umask")
def test_temporary_files_and_folders_are_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with lent("text", name="draft.txt"):
        handle, path = create_private_temporary(tmp_path, prefix="x", suffix="y")
        os.close(handle)
        assert path.is_file()
        private_temporary_folder("z")
        assert modes_below(tmp_path) == {"folders": {0o700}, "files": {0o600}}


def test_folders_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path / "one")
    make_private_folder(tmp_path / "one")
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize("is_dangling", [True, False])
def test_no_link_is_followed(tmp_path: Path, is_dangling: bool) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    if not is_dangling:
        target.write_text("kept")
    link.symlink_to(target)
    with pytest.raises(OSError, match="symbolic"):
        open_private(link, os.O_WRONLY | os.O_APPEND)
    with pytest.raises(FileExistsError):
        create_private(link)
    with log_kept_in(link):
        logging.getLogger("deskero_tui.test").warning("one")
    assert target.exists() is not is_dangling
    assert is_dangling or target.read_text() == "kept"


def test_a_log_that_is_turned_over_does_not_follow_a_link(tmp_path: Path) -> None:
    path, target = tmp_path / "log", tmp_path / "target"
    with log_kept_in(path):
        [handler] = logging.getLogger("deskero_tui").handlers[-1:]
        path.unlink()
        path.symlink_to(target)
        with pytest.raises(OSError, match="symbolic"):
            handler._open()  # type: ignore[attr-defined]  # what turning over calls
    assert not target.exists()


def test_replacing_a_file_replaces_a_link_and_not_what_it_names(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("kept")
    link.symlink_to(target)
    write_private(link, "new")
    assert target.read_text() == "kept"
    assert (link.read_text(), link.is_symlink()) == ("new", False)


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_private(tmp_path / "folder", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
