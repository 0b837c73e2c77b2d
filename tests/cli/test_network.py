"""Private authorities and proxies, as commands meet them: from the environment and the settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.exits import Exit
from tests.support.authority import Authority
from tests.support.http_proxy import HttpProxy
from tests.support.on_a_thread import on_a_thread
from tests.support.running_desk import RunningDesk
from tests.support.scripted_desk import ScriptedDesk, says

HOST = "desk.internal.example"


def findings(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What `doctor` says, by what it is about."""
    main(["doctor", "--json"])
    return {one["what"]: one["says"] for one in json.loads(capsys.readouterr().out)}


@pytest.fixture
def proxy(account: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpProxy]:
    """A proxy that alone knows the way to the desk."""
    port = int(account.base_url.rpartition(":")[2])
    monkeypatch.setenv("DESKERO_URL", f"http://{HOST}")
    monkeypatch.setenv("DESKERO_ALLOW_HTTP", "1")
    with on_a_thread(HttpProxy({HOST: port}, login=("ann", "se:cret"))) as proxy:
        yield proxy


def test_a_proxy_of_the_environment_is_used_and_told_without_its_password(
    home: Path,
    proxy: HttpProxy,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("http_proxy", f"http://ann:se%3Acret@localhost:{proxy.port}")
    assert main(["ticket", "list", "--limit", "1"]) == Exit.DONE
    assert proxy.asked
    capsys.readouterr()
    told = findings(capsys)
    assert told["proxy"] == f"http://localhost:{proxy.port} with a user name, from http_proxy"
    assert told["desk"] == "in reach, and it accepts the token"
    monkeypatch.setenv("http_proxy", f"http://ann:other-secret@localhost:{proxy.port}")
    told = findings(capsys)
    assert "asks for a valid user name and password (407)" in told["desk"]
    everything = json.dumps(told) + (home / "deskero-tui.log").read_text()
    assert "se:cret" not in everything
    assert "secret" not in everything


def test_the_settings_go_before_the_environment(
    home: Path,
    proxy: HttpProxy,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    named = f"http://ann:se%3Acret@localhost:{proxy.port}"
    home.mkdir()
    (home / "config.toml").write_text(f'proxy = "{named}"\n')
    assert findings(capsys)["desk"] == "in reach, and it accepts the token"
    (home / "config.toml").write_text('proxy = "none"\n')
    asked = len(proxy.asked)
    told = findings(capsys)
    assert told["proxy"] == "none is used for this desk"
    assert f"name not found: {HOST}" in told["desk"]
    assert len(proxy.asked) == asked


def test_a_file_of_authorities_beside_the_settings_is_trusted(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    authority = Authority(home)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("DESKERO_CLIENT_ID", "DESKERO_API_TOKEN"):
        monkeypatch.setenv(name, "eDp5")
    with on_a_thread(ScriptedDesk(tls=authority.server("127.0.0.1"))) as desk:
        desk.script("/ticket/list", says(204))
        monkeypatch.setenv("DESKERO_URL", desk.base_url)
        assert "its authority is unknown" in findings(capsys)["desk"]
        (home / "config.toml").write_text('ca_file = "authority.pem"\n')
        told = findings(capsys)
        assert told["authorities"].endswith(f"ca_file {authority.file}")
        assert told["desk"] == "in reach, and it accepts the token"
        (home / "config.toml").write_text('ca_file = "other.pem"\n')
        assert "other.pem cannot be read" in findings(capsys)["authorities"]
        (home / "config.toml").unlink()
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        told = findings(capsys)
        assert told["authorities"] == f"SSL_CERT_FILE {authority.file}"
        assert told["desk"] == "in reach, and it accepts the token"


def test_doctor_does_not_repeat_a_password_in_the_address_of_the_desk(
    home: Path,
    account: RunningDesk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DESKERO_URL", "https://ann:se@cret@desk.example/api")
    assert "cret" not in json.dumps(findings(capsys))
