"""Login and doctor, with a real desk and a real home folder."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.exits import Exit
from tests.support.running_desk import RunningDesk


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_login_proves_the_account_and_keeps_the_token_apart(
    home: Path,
    running: RunningDesk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    type_in(monkeypatch, running.base_url, running.client_id, running.api_token, "Amal Nasser")
    assert main(["login"]) == Exit.DONE
    config, token = home / "config.toml", home / "token"
    assert running.api_token not in config.read_text()
    assert token.read_text().strip() == running.api_token
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert running.api_token not in "".join(capsys.readouterr())
    assert main(["ticket", "list", "--limit", "1"]) == Exit.DONE
    assert main(["doctor", "--json"]) == Exit.DONE
    out = capsys.readouterr().out
    findings = {f["what"]: f for f in json.loads(out[out.index("[\n") :])}
    assert findings["desk"]["is_well"]
    assert "token from file" in findings["account"]["says"]
    assert findings["store"]["says"].count("30 tickets") == 1


def test_login_with_a_wrong_token_keeps_nothing(
    home: Path, running: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, running.base_url, running.client_id, "d3Jvbmc6b25l", "1")
    assert main(["login"]) == Exit.NOT_ALLOWED
    assert not (home / "config.toml").exists()
    assert not (home / "token").exists()


def test_login_at_a_host_that_is_no_desk_says_so(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "http://127.0.0.1:9", "x", "eDp5", "1")
    assert main(["login"]) == Exit.OUT_OF_REACH
    assert capsys.readouterr().err.startswith("deskero-tui: ")


def test_doctor_names_what_is_wrong_and_leaves_with_its_code(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESKERO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("DESKERO_CLIENT_ID", "x")
    monkeypatch.setenv("DESKERO_API_TOKEN", "eDp5")
    assert main(["doctor"]) == Exit.OUT_OF_REACH
    assert "BAD desk" in capsys.readouterr().out


def test_doctor_finds_a_damaged_store(
    home: Path, account: RunningDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ticket", "list"]) == Exit.DONE
    [store] = (home / "accounts").glob("*.sqlite")
    store.write_bytes(b"not a database at all" * 500)
    for rest in (home / "accounts").glob("*.sqlite-*"):
        rest.unlink()
    assert main(["doctor"]) == Exit.FAILED
    assert "damaged" in capsys.readouterr().out
