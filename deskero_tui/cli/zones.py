"""The agent's time zone: the setting, else `TZ` as the C library reads it, else the machine's."""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from deskero_tui.domain.mistake import Mistake
from deskero_tui.domain.text.safe_text import safe_line

_NAME: Final = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_TIME: Final = r"[+-]?\d{1,3}(?::[0-5]?\d(?::[0-5]?\d)?)?"
_DATE: Final = rf"(?:J\d{{1,3}}|M\d{{1,2}}\.[1-5]\.[0-6])(?:/{_TIME})?"
_POSIX: Final = re.compile(
    rf"{_NAME}{_TIME}(?P<summer>{_NAME}(?:{_TIME})?(?P<rule>,{_DATE},{_DATE})?)?"
)
"""`TZ` with rules instead of a name (POSIX 8.3). Days counted from 0 are left out: `zoneinfo` of
Python 3.11 is a day off there."""
_USUAL_RULE: Final = ",M3.2.0,M11.1.0"
"""What the GNU C library takes where a summer time has no rule."""
_MOST_BYTES: Final = 1_000_000
_NO_ZONE: Final = (ZoneInfoNotFoundError, ValueError, OSError)


def agent_zone(setting: str, environment: Mapping[str, str]) -> tuple[tzinfo, Mistake | None]:
    """Return the zone to show times in, and what is wrong with the setting or with `TZ`."""
    if setting:
        try:
            return named_zone(setting), None
        except ValueError:
            zone, _ = agent_zone("", environment)
            says = f"{_unknown(setting)} The zone of this machine is used."
            return zone, Mistake("config.toml: timezone", says)
    said = environment.get("TZ")
    if said is None:
        return _machine_zone(), None
    try:
        return named_zone(said.removeprefix(":")), None
    except ValueError:
        return UTC, Mistake("TZ", f"{_unknown(said)} UTC is used.")


def named_zone(name: str) -> tzinfo:
    """Return the zone that the C library would use for a value of `TZ`.

    Raises:
        ValueError: It would use UTC because it does not know the name.
    """
    if not name:
        return UTC
    try:
        zone = _zone_in_file(name) if name.startswith("/") else ZoneInfo(name)
    except _NO_ZONE:
        zone = _zone_of_rules(name)
    # An offset of a day or more is found out only now.
    for month in (1, 7):
        datetime(2026, month, 1, tzinfo=zone).utcoffset()
    return zone


def _zone_in_file(path: str) -> ZoneInfo:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError(path)
        return ZoneInfo.from_file(io.BytesIO(file.read(_MOST_BYTES)), key=path)


def _zone_of_rules(rules: str) -> ZoneInfo:
    """Return the zone of rules such as `CET-1CEST,M3.5.0,M10.5.0/3`.

    The rules stand in the last line of every zone file (RFC 8536), so a file of nothing else is
    read.
    """
    found = _POSIX.fullmatch(rules)
    if found is None:
        raise ValueError(rules)
    whole = rules + _USUAL_RULE if found["summer"] and not found["rule"] else rules
    block = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4) + bytes(6) + b"UTC\0"
    return ZoneInfo.from_file(io.BytesIO(block * 2 + f"\n{whole}\n".encode("ascii")), key=rules)


def _machine_zone() -> tzinfo:
    import tzlocal

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tzlocal.get_localzone()
    except _NO_ZONE:
        # Its name and its data do not agree: the data is what the C library reads.
        try:
            return _zone_in_file("/etc/localtime")
        except _NO_ZONE:
            return UTC


def _unknown(name: str) -> str:
    near = get_close_matches(name.strip("\"':= ").replace(" ", "_"), available_timezones(), n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"Unknown time zone {safe_line(name, max_chars=60)!r}.{hint}"
