"""Which certificate authorities the connections to a desk trust."""

from __future__ import annotations

import os
import re
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deskero_tui.domain.errors import BadConfig
from deskero_tui.domain.text.safe_text import safe_line

_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep their authorities; a Python that was built elsewhere does not know it."""
_HASHED_NAME: Final = re.compile(r"[0-9a-f]{8}\.\d+")
"""A certificate in a folder that OpenSSL can look up."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Where trusted authorities come from: environment or system, and a file of the settings.

    `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the file and the folder of the system, as they do
    for OpenSSL. The file of the settings is trusted in addition.
    """

    ca_file: Path | None = None
    cert_file: str = ""
    cert_folders: str = ""
    """Folders with hashed names, separated as in `PATH`."""

    @classmethod
    def of(cls, ca_file: Path | None, environment: Mapping[str, str]) -> Trust:
        """Return the trust that the setting `ca_file` and the environment ask for."""
        return cls(
            ca_file, environment.get("SSL_CERT_FILE", ""), environment.get("SSL_CERT_DIR", "")
        )

    @property
    def source(self) -> str:
        """Describe the sources in a few words, for `doctor`."""
        named = [
            f"{name} {value}"
            for name, value in (
                ("SSL_CERT_FILE", self.cert_file),
                ("SSL_CERT_DIR", self.cert_folders),
            )
            if value
        ]
        parts = named or ["the system's trust store"]
        return " and ".join(parts + ([f"ca_file {self.ca_file}"] if self.ca_file else []))

    def context(self) -> ssl.SSLContext:
        """Build the context of all TLS connections. Blocks for some 30 ms.

        Raises:
            BadConfig: A file that was named has no certificates, or cannot be read.
        """
        context = _empty_context(is_own_choice=bool(self.cert_file or self.cert_folders))
        # A company's authority may lack extensions that a strict check asks for, and a file may
        # hold an intermediate authority only. Other programs accept both.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        if self.cert_file:
            _add_file(context, "SSL_CERT_FILE", Path(self.cert_file))
        for folder in filter(None, self.cert_folders.split(os.pathsep)):
            _add_folder(context, folder)
        if not (self.cert_file and self.cert_folders):
            _add_system(context, with_file=not self.cert_file, with_folder=not self.cert_folders)
        if self.ca_file is not None:
            _add_file(context, "ca_file", self.ca_file)
        return context


def _empty_context(*, is_own_choice: bool) -> ssl.SSLContext:
    """Return a verifying context; on macOS the system itself answers for its keychain."""
    if sys.platform == "darwin" and not is_own_choice:
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _add_system(context: ssl.SSLContext, *, with_file: bool, with_folder: bool) -> None:
    if sys.platform == "darwin" and with_file and with_folder:
        return
    known = ssl.get_default_verify_paths()
    has_folder = with_folder and _holds_certificates(known.openssl_capath)
    if has_folder:
        context.load_verify_locations(capath=known.openssl_capath)
    if not with_file:
        return
    for bundle in (known.openssl_cafile, *_BUNDLES):
        if os.path.isfile(bundle):
            context.load_verify_locations(cafile=bundle)
            return
    if not has_folder:
        import certifi

        context.load_verify_locations(cafile=certifi.where())


def _holds_certificates(folder: str) -> bool:
    try:
        return any(map(_HASHED_NAME.fullmatch, os.listdir(folder)))
    except OSError:
        return False


def _add_folder(context: ssl.SSLContext, folder: str) -> None:
    if not os.path.isdir(folder):
        raise BadConfig(f"SSL_CERT_DIR names {safe_line(folder)}, which is not a folder.")
    context.load_verify_locations(capath=folder)


def _add_file(context: ssl.SSLContext, name: str, path: Path) -> None:
    """Trust the certificates of a file, in PEM or DER."""
    shown = safe_line(str(path), max_chars=200)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadConfig(f"{name} {shown} cannot be read: {error.strerror}.") from error
    try:
        is_text = b"-----BEGIN" in content
        # Comments between the certificates may be in any encoding.
        text = content.decode("ascii", errors="ignore")
        context.load_verify_locations(cadata=text if is_text else content)
    except (ssl.SSLError, ValueError) as error:
        raise BadConfig(f"{name} {shown} holds no certificate in PEM or DER form.") from error
