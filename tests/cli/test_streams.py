"""Standard streams that are closed, broken, full or in another encoding, for every command."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.streams import PIPE_CLOSED
from tests.support.pty_console import CONSOLE
from tests.support.running_desk import RunningDesk

COMMANDS = (
    *("ticket list --view all", "ticket list --view all --csv", "ticket show 1", "keys --json"),
    *("doctor", "completion bash", "--help"),
)
"""One for each way of printing."""
TEXTS = {
    "UTF-8": "caff\u00e8 fermo\r\n".encode(),
    "a byte order mark": "\ufeffhello\n\ufeffagain".encode(),
    "Latin-1": b"caf\xe9\n",
    "UTF-16": "ciao".encode("utf-16"),
    "UTF-16 without a mark": "ciao".encode("utf-16-le"),
    "UTF-32": "ciao".encode("utf-32"),
    "NUL": b"a\0b\n",
    "nothing": b"",
}


@pytest.fixture
def environment(account: RunningDesk, home: Path) -> dict[str, str]:
    """The environment of a process that works on the running desk."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("DESKERO_")}
    return {**kept, "PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}


def ran(
    environment: dict[str, str], shell_line: str, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash in which `$0` and the rest of its words are the program."""
    return subprocess.run(
        ["bash", "-c", shell_line, *CONSOLE],
        env=environment,
        input=stdin,
        capture_output=True,
        timeout=60,
    )


def assert_quiet(done: subprocess.CompletedProcess[bytes]) -> None:
    """Check that there is at most a sentence, and never a traceback."""
    said = done.stderr.decode()
    assert "Traceback" not in said
    assert "Exception" not in said
    assert len(said.splitlines()) <= 1


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_leaves_ends_the_program_silently(
    environment: dict[str, str], command: str, unbuffered: str
) -> None:
    line = f'"$0" "$@" {command} | head -c 5 >/dev/null; exit ${{PIPESTATUS[0]}}'
    done = ran({**environment, "PYTHONUNBUFFERED": unbuffered}, line)
    is_trouble_of_doctor = command.startswith("doctor") and done.returncode == Exit.FAILED
    assert done.returncode in (Exit.DONE, PIPE_CLOSED) or is_trouble_of_doctor
    assert done.stderr == b""


@pytest.mark.parametrize("command", ["--version", "outbox", "view list --json"])
def test_a_reader_that_is_gone_before_is_no_error(
    environment: dict[str, str], command: str
) -> None:
    done = ran(environment, f'"$0" "$@" {command} | true; exit ${{PIPESTATUS[0]}}')
    assert done.returncode in (Exit.DONE, Exit.FAILED, PIPE_CLOSED)
    assert done.stderr == b""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_device_is_one_sentence(environment: dict[str, str], command: str) -> None:
    done = ran(environment, f'"$0" "$@" {command} >/dev/full')
    assert done.returncode == Exit.FAILED
    assert done.stderr == b"deskero-tui: Cannot write the output: No space left on device.\n"


CLOSED = ("<&-", ">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full")
SOME = ("ticket show 1", "doctor", "")


@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize("command", SOME)
def test_closed_streams_are_no_error(
    environment: dict[str, str], command: str, closed: str
) -> None:
    done = ran(environment, f'"$0" "$@" {command} {closed}')
    expected = (Exit.DONE, Exit.FAILED) if command else (Exit.WRONG_USAGE,)
    assert done.returncode in expected
    assert_quiet(done)


def test_a_command_that_asks_says_that_nothing_was_given(environment: dict[str, str]) -> None:
    for command in ("login", "ticket reply 1 -", "ticket delete 1"):
        done = ran(environment, f'"$0" "$@" {command} <&-')
        assert done.returncode in (Exit.WRONG_USAGE, Exit.DONE)
        assert_quiet(done)


@pytest.mark.parametrize("name", TEXTS)
def test_only_text_in_utf8_is_taken_from_standard_input(
    environment: dict[str, str], name: str
) -> None:
    done = ran(environment, '"$0" "$@" ticket reply 1 -', TEXTS[name])
    is_text = name in ("UTF-8", "a byte order mark")
    assert done.returncode == (Exit.DONE if is_text else Exit.WRONG_USAGE)
    assert_quiet(done)


def test_no_mark_reaches_the_customer(environment: dict[str, str]) -> None:
    assert (
        ran(environment, '"$0" "$@" ticket reply 3 -', TEXTS["a byte order mark"]).returncode == 0
    )
    shown = ran(environment, '"$0" "$@" ticket show 3 --json').stdout
    assert b"again" in shown
    assert b"ufeff" not in shown


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "tr_TR.UTF-8"},
        {"LC_ALL": "no_SUCH.locale"},
        {"LC_ALL": "en_US.ISO-8859-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "utf-16"},
    ],
    ids=str,
)
def test_every_locale_will_do(environment: dict[str, str], locale: dict[str, str]) -> None:
    # bash itself warns of a locale that it does not have.
    program = f'env {" ".join(f"{name}={value}" for name, value in locale.items())} "$0" "$@"'
    text = "caff\u00e8 \u20ac".encode()
    for command in ("ticket note 4 -", "ticket list --view all", "ticket show 4"):
        done = ran(environment, f"{program} {command}", text)
        assert (done.returncode, done.stderr) == (0, b"")
    shown = ran(environment, '"$0" "$@" ticket show 4 --json').stdout
    assert b"caff\\u00e8 \\u20ac" in shown


@pytest.mark.parametrize(
    "command",
    [
        *("ticket reply 1 $'caf\\xe9'", "ticket show $'\\xff'", "ticket list $'caf\\xe9'"),
        *("ticket set 1 --tag $'\\xe9'", "view count $'\\xe9'", "--agent $'\\xe9' ticket list"),
        *("ticket reply 1 x --file $'\\xe9'", "keys --place $'\\xe9'"),
    ],
)
def test_arguments_that_are_no_text_are_wrong_usage(
    environment: dict[str, str], command: str
) -> None:
    done = ran(environment, f'"$0" "$@" {command}')
    assert done.returncode == Exit.WRONG_USAGE
    assert b"Traceback" not in done.stderr
    assert done.stderr


@pytest.mark.parametrize("command", ["ticket list", "serve --port 0", "login", "keys", "drafts"])
def test_a_home_that_cannot_be_used_is_one_sentence(
    environment: dict[str, str], command: str
) -> None:
    for home in ("/dev/null", "/proc/none"):
        done = ran({**environment, "DESKERO_HOME": home}, f'"$0" "$@" {command}')
        assert_quiet(done)


def test_a_path_may_have_any_bytes(environment: dict[str, str], home: Path) -> None:
    folder = os.fsencode(home) + b"/caf\xe9"
    os.makedirs(folder)
    done = ran(environment, f'"$0" "$@" --home {home}/$\'caf\\xe9\' ticket list')
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("zone", ["", "America/New York", "CET-1CEST"])
def test_an_unknown_zone_is_said_once(environment: dict[str, str], zone: str) -> None:
    for command in ("ticket show 1", "macro list"):
        done = ran({**environment, "TZ": zone}, f'"$0" "$@" {command}')
        assert done.returncode == 0
        assert done.stderr.count(b"Unknown time zone") == (zone not in ("", "CET-1CEST"))
        assert_quiet(done)


def test_mistakes_of_the_config_are_said_once_and_listed_by_doctor(
    environment: dict[str, str], home: Path
) -> None:
    home.mkdir(exist_ok=True)
    config = home / "config.toml"
    config.write_text('[[views]]\nid = "late"\nquery = "age>2d"\nqery = "x"\n')
    for command in ("ticket list", "view list"):
        [line] = ran(environment, f'"$0" "$@" {command}').stderr.decode().splitlines()
        assert "qery is not known. Did you mean query?" in line
    config.write_text("refresh = 10\npage_limit = 0\n[kyes]\nx = 1\n")
    for command in ("ticket list", "view list", "keys"):
        said = ran(environment, f'"$0" "$@" {command}').stderr.decode().splitlines()
        assert said == [
            'deskero-tui: config.toml: Unknown setting "refresh". Did you mean refresh_s?',
            "deskero-tui: config.toml: page_limit must be between 1 and 1000. It is left out.",
            "deskero-tui: config.toml: Unknown section [kyes]. Did you mean [keys]?",
        ]
    doctor = ran(environment, '"$0" "$@" doctor')
    assert doctor.returncode == Exit.FAILED
    assert doctor.stdout.count(b"BAD settings") == 3
    assert doctor.stderr == b""
    assert ran(environment, '"$0" "$@" completion bash --known views').stderr == b""
