"""Links are opened at home alone, by a program that gets them as one argument."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from deskero_tui.tui.terminal.opener import (
    NO_DESKTOP,
    NOT_ALLOWED,
    NOT_HERE,
    NOT_WANTED,
    Opener,
)

DESKTOP = {"DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("environment", "is_wanted", "may_run", "platform", "opener"),
    [
        (DESKTOP, True, True, "linux", Opener("xdg-open")),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True, True, "linux", Opener("xdg-open")),
        ({}, True, True, "darwin", Opener("open")),
        ({}, True, True, "linux", Opener(why_not=NO_DESKTOP)),
        (DESKTOP, False, True, "linux", Opener(why_not=NOT_WANTED)),
        (DESKTOP, True, False, "linux", Opener(why_not=NOT_ALLOWED)),
        (DESKTOP | {"SSH_TTY": "/dev/pts/1"}, True, True, "linux", Opener(why_not=NOT_HERE)),
        (DESKTOP | {"SSH_CONNECTION": "a 1 b 2"}, True, True, "darwin", Opener(why_not=NOT_HERE)),
    ],
)
def test_it_is_there_only_at_home_for_those_who_want_it(
    environment: Mapping[str, str],
    is_wanted: bool,
    may_run: bool,
    platform: str,
    opener: Opener,
) -> None:
    made = Opener.of(environment, is_wanted=is_wanted, may_run_programs=may_run, platform=platform)
    assert made == opener


@pytest.fixture
def program(tmp_path: Path) -> str:
    """Writes its arguments to a file, one on each line; fails for an address with `fail`."""
    script = tmp_path / "opens"
    script.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/got\ncase "$1" in *fail*) exit 3;; esac\n',
        "utf-8",
    )
    script.chmod(0o700)
    return str(script)


async def test_the_address_is_one_argument_whatever_a_shell_would_make_of_it(
    program: str, tmp_path: Path
) -> None:
    url = "https://a.example/?x=$(id)&y=`id`;z='\"|"
    assert await Opener(program).open(url) == f"Handed to {program}: {url}"
    assert (tmp_path / "got").read_text("utf-8").splitlines() == [url]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "--help", "https://a\nb", "HTTPS://x y"]
)
async def test_nothing_else_is_opened(program: str, tmp_path: Path, url: str) -> None:
    assert await Opener(program).open(url) == "Only web and mail addresses are opened."
    assert not (tmp_path / "got").exists()


async def test_it_says_what_went_wrong(program: str, tmp_path: Path) -> None:
    assert await Opener(program).open("https://fail.example/") == f"{program} has failed (3)."
    missing = str(tmp_path / "missing")
    said = await Opener(missing).open("https://a.example/")
    assert said == f"{missing} cannot be run: No such file or directory."


async def test_a_program_that_runs_on_is_not_waited_for(tmp_path: Path) -> None:
    script = tmp_path / "browser"
    script.write_text("#!/bin/sh\nexec sleep 3\n", "utf-8")
    script.chmod(0o700)
    begun = time.monotonic()
    assert (await Opener(str(script)).open("https://a.example/")).startswith("Handed to ")
    assert time.monotonic() - begun < 2.9
