"""The log of a command: a private file, and nothing of it outlives the command."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from deskero_tui.cli.wiring import log_kept_in

LOG = logging.getLogger("deskero_tui.sync.desk")


def test_a_log_is_private_and_tells_nothing_elsewhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "state" / "deskero-tui.log"
    with log_kept_in(path):
        LOG.debug("a detail")
        LOG.info("the way is open")
        LOG.error("the way is shut")
    told = path.read_text("utf-8").splitlines()
    assert [line.split(" ", 2)[2] for line in told] == [
        "INFO deskero_tui.sync.desk the way is open",
        "ERROR deskero_tui.sync.desk the way is shut",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not caplog.records
    assert capsys.readouterr() == ("", "")


def test_logging_is_as_it_was_afterwards(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "deskero-tui.log"
    with log_kept_in(path):
        pass
    LOG.debug("somebody else's")
    assert [record.getMessage() for record in caplog.records] == ["somebody else's"]
    assert path.read_text("utf-8") == ""


def test_a_log_that_cannot_be_written_is_done_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").write_text("a file where the folder should be", "utf-8")
    with log_kept_in(tmp_path / "state" / "deskero-tui.log"):
        LOG.error("nobody hears it")
    assert capsys.readouterr() == ("", "")


def test_a_log_on_a_full_disk_does_not_tell_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device that is always full")
    path = tmp_path / "deskero-tui.log"
    path.symlink_to(full)
    with log_kept_in(path):
        LOG.error("no room")
    assert capsys.readouterr() == ("", "")
