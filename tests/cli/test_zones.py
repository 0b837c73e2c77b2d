"""The agent's zone, beside the C library of this machine over a year."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from deskero_tui.cli.zones import agent_zone, named_zone

BEGIN_S = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
MOMENTS = range(BEGIN_S, BEGIN_S + 366 * 86_400, 1800)
"""Every half hour of a year, with both changes of every rule."""
_ASK = f"""
import json, time
moments = range({MOMENTS.start}, {MOMENTS.stop}, {MOMENTS.step})
print(json.dumps([time.localtime(at).tm_gmtoff for at in moments]))
"""


@cache
def offsets_of_c(name: str) -> list[int]:
    """Return what the C library makes of a value of `TZ`, in seconds east of UTC."""
    ran = subprocess.run(
        [sys.executable, "-c", _ASK], env={"TZ": name}, capture_output=True, text=True, check=True
    )
    offsets: list[int] = json.loads(ran.stdout)
    return offsets


def different(name: str) -> list[str]:
    """Return the moments at which our zone is not the one of the C library."""
    zone = named_zone(name.removeprefix(":"))
    ours = (datetime.fromtimestamp(at, UTC).astimezone(zone) for at in MOMENTS)
    return [
        moment.isoformat()
        for moment, offset_s in zip(ours, offsets_of_c(name), strict=True)
        if moment.utcoffset() != timedelta(seconds=offset_s)
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("", "UTC", "UTC0", "GMT0", "UTC+0", "Europe/Rome", ":Europe/Rome", "EST5EDT", "EST"),
        *("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST-2,M3.5.0/02:00:00,M10.5.0/03:00:00"),
        *("EST5EDT4,M3.2.0,M11.1.0", "GMT+3", "GMT-3", "<+03>-3", "<-03>3", "IST-5:30"),
        *("NZST-12NZDT,M9.5.0,M4.1.0/3", "AEST-10AEDT,M10.1.0,M4.1.0/3", "<+0545>-5:45"),
        *("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "IST-2IDT,M3.4.4/26,M10.5.0", "ABC3:20:30"),
        *("EST5EDT,J60,J300", ":CET-1CEST,M3.5.0,M10.5.0/3", "Australia/Lord_Howe"),
        *("America/St_Johns", "Pacific/Apia", "/usr/share/zoneinfo/Europe/Rome"),
    ],
)
def test_the_zone_is_the_one_of_the_c_library(name: str) -> None:
    if name.startswith("/") and not Path(name).exists():
        pytest.skip("this machine has no zone files")
    assert different(name) == []


def test_a_summer_time_without_a_rule_has_the_usual_one() -> None:
    """The C library is some hours off on the two days where `posixrules` is another zone's file."""
    assert len({moment[:10] for moment in different("CET-1CEST")}) <= 2


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("America/New York", "America/New_York"),
        ('"Europe/Berlin"', "Europe/Berlin"),
        ("'Europe/Berlin'", "Europe/Berlin"),
        ("=america/chicago", "America/Chicago"),
        ("Europe/Rom", "Europe/Rome"),
        *((name, "") for name in ("/etc/passwd", "/no/such", "/dev/null", "/dev/tty", "/etc")),
        *((name, "") for name in ("../../etc/passwd", "CET-25", "XXX24", "12", "\udce9", "é")),
        *((name, "") for name in ("EST5EDT4,...", "CET-1CEST,M13.1.0,M10.5.0", "x" * 5000)),
    ],
)
def test_an_unknown_zone_is_utc_and_named_in_one_sentence(name: str, near: str) -> None:
    zone, mistake = agent_zone("", {"TZ": name})
    assert zone is UTC
    assert str(mistake).startswith("TZ: Unknown time zone ")
    assert str(mistake).endswith("UTC is used.")
    assert (f"Did you mean {near}?" in str(mistake)) == bool(near)
    assert "\n" not in str(mistake)


def test_the_setting_goes_before_tz_and_takes_the_same_names() -> None:
    zone, mistake = agent_zone("CET-1CEST,M3.5.0,M10.5.0/3", {"TZ": "America/New_York"})
    assert (str(zone), mistake) == ("CET-1CEST,M3.5.0,M10.5.0/3", None)


def test_an_unknown_setting_leaves_the_zone_of_the_machine() -> None:
    zone, mistake = agent_zone("Europe/Rom", {"TZ": "Europe/Paris"})
    assert str(zone) == "Europe/Paris"
    assert "Did you mean Europe/Rome?" in str(mistake)


def test_a_pipe_in_place_of_a_zone_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert agent_zone("", {"TZ": str(tmp_path / "pipe")})[1] is not None


def test_without_tz_the_machine_decides() -> None:
    zone, mistake = agent_zone("", {})
    assert mistake is None
    assert datetime(2026, 1, 1, tzinfo=zone).utcoffset() is not None
