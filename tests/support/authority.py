"""A certificate authority of a test, and servers with certificates of every kind."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


class Authority:
    """A private authority whose certificate lies in a file."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self.file = folder / "authority.pem"
        self._ca.cert_pem.write_to_path(str(self.file))

    @property
    def pem(self) -> bytes:
        return self._ca.cert_pem.bytes()

    def server(self, *names: str, expired: bool = False, early: bool = False) -> ssl.SSLContext:
        """Return the context of a server whose certificate holds `names`."""
        now = datetime.now(UTC)
        begins = now + timedelta(days=2) if early else now - timedelta(days=9)
        ends = now - timedelta(days=2) if expired else now + timedelta(days=9)
        certificate = self._ca.issue_cert(*names, not_before=begins, not_after=ends)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context
