from __future__ import annotations

import ssl
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from deskero_tui.api.client import ClientOptions, DeskAddress, DeskeroClient
from deskero_tui.api.trust import Trust
from deskero_tui.domain.errors import BadConfig, Unreachable
from deskero_tui.domain.ids import TicketId
from tests.api.conftest import QUICK, address_of
from tests.support.authority import Authority
from tests.support.scripted_desk import ScriptedDesk, says
from tests.support.still_clock import StillClock

ID = TicketId("64b0")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def subject(desk: ScriptedDesk, options: ClientOptions) -> str:
    desk.script("/ticket/64b0", says(200, {"id": "64b0", "subject": "Late parcel"}))
    async with DeskeroClient(address_of(desk), options=options, clock=StillClock()) as client:
        return (await client.ticket(ID)).subject


@pytest.mark.parametrize("how", ["ca_file", "der", "SSL_CERT_FILE", "both"])
async def test_a_private_authority_is_trusted(
    how: str, authority: Authority, tmp_path: Path
) -> None:
    der = tmp_path / "authority.cer"
    der.write_bytes(ssl.PEM_cert_to_DER_cert(authority.pem.decode()))
    other = tmp_path / "other"
    other.mkdir()
    trust = {
        "ca_file": Trust(authority.file),
        "der": Trust(der),
        "SSL_CERT_FILE": Trust.of(None, {"SSL_CERT_FILE": str(authority.file)}),
        "both": Trust.of(authority.file, {"SSL_CERT_FILE": str(Authority(other).file)}),
    }[how]
    async with ScriptedDesk(tls=authority.server("127.0.0.1")) as desk:
        assert await subject(desk, replace(QUICK, trust=trust)) == "Late parcel"


async def test_a_file_may_hold_comments_and_several_authorities(
    authority: Authority, tmp_path: Path
) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes("# Büro\n".encode() + Authority(folder).pem + b"\r\n" + authority.pem)
    async with ScriptedDesk(tls=authority.server("127.0.0.1")) as desk:
        assert await subject(desk, replace(QUICK, trust=Trust(bundle))) == "Late parcel"


async def test_without_the_authority_nothing_leaves(authority: Authority) -> None:
    async with ScriptedDesk(tls=authority.server("127.0.0.1")) as desk:
        with pytest.raises(Unreachable, match="the certificate is not trusted"):
            await subject(desk, QUICK)
        assert desk.requests == []


@pytest.mark.parametrize("name", ["ca_file", "SSL_CERT_FILE"])
@pytest.mark.parametrize(
    "content", [b"", b"hello", b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"]
)
async def test_a_file_without_certificates_is_named(
    name: str, content: bytes, tmp_path: Path, authority: Authority
) -> None:
    file = tmp_path / "empty.pem"
    file.write_bytes(content)
    trust = Trust(file) if name == "ca_file" else Trust.of(None, {name: str(file)})
    async with ScriptedDesk(tls=authority.server("127.0.0.1")) as desk:
        with pytest.raises(BadConfig) as raised:
            await subject(desk, replace(QUICK, trust=trust))
    assert raised.value.user_message.startswith(f"{name} {file} holds no certificate")


async def test_a_file_that_cannot_be_read_is_named_and_read_again_later(
    tmp_path: Path, authority: Authority
) -> None:
    file = tmp_path / "later.pem"
    options = replace(QUICK, trust=Trust(file))
    async with ScriptedDesk(tls=authority.server("127.0.0.1")) as desk:
        desk.script("/ticket/64b0", says(200, {"id": "64b0"}))
        async with DeskeroClient(address_of(desk), options=options) as client:
            with pytest.raises(BadConfig, match=r"later\.pem cannot be read: No such file"):
                await client.ticket(ID)
            file.write_bytes(authority.pem)
            assert (await client.ticket(ID)).id == ID


def test_a_folder_that_is_none_is_named() -> None:
    with pytest.raises(BadConfig, match="/nowhere/at/all"):
        Trust.of(None, {"SSL_CERT_DIR": "/nowhere/at/all"}).context()


def test_empty_variables_count_as_unset() -> None:
    trust = Trust.of(None, {"SSL_CERT_FILE": "", "SSL_CERT_DIR": ""})
    assert trust == Trust()
    assert trust.source == "the system's trust store"
    assert trust.context().verify_mode is ssl.CERT_REQUIRED


async def test_authorities_are_read_once_on_a_thread_and_never_for_plain_http(
    authority: Authority,
) -> None:
    reads: list[int] = []

    class Noted(Trust):
        def context(self) -> ssl.SSLContext:
            reads.append(threading.get_ident())
            return Trust(authority.file).context()

    options = replace(QUICK, trust=Noted())
    async with ScriptedDesk() as plain:
        await subject(plain, options)
        assert reads == []
    async with ScriptedDesk(tls=authority.server("127.0.0.1")) as desk:
        await subject(desk, options)
    assert len(reads) == 1
    assert reads[0] != threading.get_ident()


async def test_a_certificate_is_checked_against_the_name(authority: Authority) -> None:
    trust = Trust(authority.file)
    async with ScriptedDesk(tls=authority.server("localhost")) as desk:
        with pytest.raises(Unreachable, match="for another address"):
            await subject(desk, replace(QUICK, trust=trust))
        desk.script("/ticket/64b0", says(200, {"id": "64b0"}))
        address = DeskAddress(
            base_url=f"https://localhost:{desk.port}", client_id="c", api_token="t"
        )
        async with DeskeroClient(address, options=replace(QUICK, trust=trust)) as client:
            await client.ticket(ID)
