"""What a far end can send has no say in a restricted login."""

from __future__ import annotations

import pytest

from deskero_tui.cli.clean_environment import PATH, clean_environment, too_early

OWN = {"HOME": "/home/desk", "USER": "desk", "LOGNAME": "desk", "PATH": PATH}

DROPPED = (
    "TEXTUAL",
    "TEXTUAL_DRIVER",
    "TEXTUAL_LOG",
    "TEXTUAL_DEBUG",
    "TEXTUAL_PRESS",
    "PYTHONPATH",
    "PYTHONINSPECT",
    "PYTHONSTARTUP",
    "HTTP_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NETRC",
    "SSLKEYLOGFILE",
    "COLUMNS",
    "LINES",
    "UNICODE_VERSION",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "BROWSER",
    "LESS",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "BASH_ENV",
    "ENV",
    "IFS",
    "DESKERO_AGENT",
    "DESKERO_HOME",
    "DESKERO_URL",
    "DESKERO_API_TOKEN",
    "DESKERO_CLIENT_ID",
    "DESKERO_ALLOW_HTTP",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "TMPDIR",
    "TZ",
    "TZDIR",
    "TMUX",
    "SSH_ORIGINAL_COMMAND",
    "SSH_AUTH_SOCK",
    "SSH_USER_AUTH",
    "TERMINFO",
    "TERMCAP",
    "MAIL",
)


def cleaned(given: dict[str, str]) -> dict[str, str]:
    """What is kept of `given` beside what the system says."""
    kept = clean_environment(given, user="desk", home="/home/desk")
    assert {name: kept.pop(name) for name in OWN} == OWN
    return kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TERM", "xterm-256color"),
        ("TERM", "screen.xterm+256"),
        ("COLORTERM", "truecolor"),
        ("NO_COLOR", ""),
        ("LANG", "de_AT.UTF-8@euro"),
        ("LC_ALL", "C.UTF-8"),
        ("ESCDELAY", "300"),
        ("SSH_CONNECTION", "fe80::1%eth0 50022 127.0.0.1 22"),
        ("SSH_TTY", "/dev/pts/3"),
    ],
)
def test_what_the_terminal_is_like_is_kept(name: str, value: str) -> None:
    assert cleaned({name: value}) == {name: value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TERM", "../../etc/passwd;id"),
        ("TERM", "xterm\n"),
        ("TERM", "x" * 33),
        ("COLORTERM", "$(id)"),
        ("LANG", "../../tmp/locale"),
        ("LC_ALL", "a/b"),
        ("ESCDELAY", "-1"),
        ("SSH_TTY", "/etc/passwd"),
        *((name, "1") for name in DROPPED),
    ],
)
def test_everything_else_is_dropped(name: str, value: str) -> None:
    assert cleaned({name: value}) == {}


@pytest.mark.parametrize("name", ["HOME", "USER", "LOGNAME", "PATH"])
def test_who_and_where_we_are_is_the_systems_word(name: str) -> None:
    assert cleaned({name: "/tmp/mine"}) == {}


def test_what_acts_before_our_first_line_is_known_by_name() -> None:
    given = dict.fromkeys(
        ["PYTHONINSPECT", "LD_PRELOAD", "OPENSSL_CONF", "SSL_CERT_FILE", "TERM", "MY_PYTHON"], "1"
    )
    assert too_early(given) == ["LD_PRELOAD", "OPENSSL_CONF", "PYTHONINSPECT", "SSL_CERT_FILE"]
