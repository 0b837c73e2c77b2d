"""The names that senders gave their files, decoded from the forms of mail headers."""

from __future__ import annotations

import re
from typing import Final

_ENCODED_WORD: Final = re.compile(r"=\?[^?\s]+\?[bqBQ]\?[^?]*\?=")
"""RFC 2047: `=?UTF-8?B?…?=`."""
_PARAMETER: Final = re.compile(
    r"""(?i)(?:^|;)\s*(?:filename\s*=|(?:file)?name\*(?:\d{1,3}\*?)?\s*=|name\s*=\s*")"""
)
"""RFC 2231 and 6266: a header in place of a name, such as `filename*=UTF-8''…`."""
_EXTENDED: Final = re.compile(r"([A-Za-z][\w.:-]*)'[\w-]*'((?:[^%']|%[0-9A-Fa-f]{2})*)")
"""The value of such a parameter alone."""
_MOST_CHARS: Final = 4_000
"""Longer names are no names, and decoding would take its time."""


def decoded_file_name(name: str) -> str:
    """Decode a name that came as RFC 2047, 2231 or 5987 has it; any other stays as it is.

    The result is a stranger's text still: `safe_file_name` makes a name to write to of it.
    """
    if len(name) > _MOST_CHARS:
        return name
    if _PARAMETER.search(name):
        name = _parameter_value(name) or name
    elif (extended := _EXTENDED.fullmatch(name)) and "%" in name:
        name = _percent_decoded(extended[2], extended[1]) or name
    return _words_decoded(name) if _ENCODED_WORD.search(name) else name


def _parameter_value(header: str) -> str:
    """Return the file name in a `Content-Disposition` or in its parameters; empty without one."""
    from email.message import Message
    from email.utils import collapse_rfc2231_value

    line = " ".join(header.split())
    first, _, rest = line.partition(";")
    message = Message()
    message["Content-Disposition"] = line if "=" not in first and rest else f"attachment; {line}"
    found = message.get_params([], header="Content-Disposition")
    named = [value for name, value in found if name in ("filename", "name") and value]
    # RFC 6266: the extended form goes before the plain one, which is there for old programs.
    for value in sorted(named, key=lambda value: isinstance(value, str)):
        try:
            return collapse_rfc2231_value(value).strip()
        except (LookupError, ValueError):
            continue
    return ""


def _percent_decoded(text: str, charset: str) -> str:
    from urllib.parse import unquote_to_bytes

    try:
        return unquote_to_bytes(text).decode(charset)
    except (LookupError, ValueError):
        return ""


def _words_decoded(name: str) -> str:
    """Decode the encoded words; a name with one that cannot be decoded stays as it is."""
    from binascii import Error
    from email.errors import HeaderParseError
    from email.header import decode_header

    line = " ".join(name.strip('"').split())
    try:
        parts = decode_header(line)
        decoded = "".join(
            part if isinstance(part, str) else part.decode(charset or "ascii")
            for part, charset in parts
        )
    except (HeaderParseError, Error, LookupError, ValueError):
        return name
    return decoded or name
