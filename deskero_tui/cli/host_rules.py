"""Judges what a host has set up: sshd's word for the account, its keys, and who owns what. Pure."""

from __future__ import annotations

import re
import shlex
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Final

from deskero_tui.cli.host_plan import KEY_TYPES

SAFE_VARIABLES: Final = ("LANG", "LC_*", "COLORTERM", "NO_COLOR")
"""What sshd may let through; the console drops the rest, a shell before it would not."""
FORWARDING: Final = (
    "allowtcpforwarding",
    "allowagentforwarding",
    "allowstreamlocalforwarding",
    "x11forwarding",
    "permittunnel",
)
_SHELLS: Final = frozenset({"sh", "dash"})
_GIVES_BACK: Final = frozenset(
    {"port-forwarding", "agent-forwarding", "x11-forwarding", "user-rc", "environment"}
)
"""Options of a key that take back what `restrict` has forbidden, or set variables."""
_OPTION: Final = re.compile(r'([A-Za-z0-9-]+)(?:="((?:[^"\\]|\\.)*)")?')
_SHELL_SIGNS: Final = frozenset(";|&$`<>(){}\n")
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH

Effective = Mapping[str, Sequence[str]]
"""What counts for the account: keywords in lower case, each with its values in their order."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_good: bool
    says: str

    def __str__(self) -> str:
        return f"{'ok ' if self.is_good else 'BAD'}  {self.what}: {self.says}"


# -- what counts for the account -------------------------------------------------------------------


def effective_of(printed: str) -> Effective:
    """Read what `sshd -T` prints, which names every keyword with the value in force."""
    found: dict[str, list[str]] = {}
    for line in printed.splitlines():
        keyword, _, value = line.partition(" ")
        found.setdefault(keyword.lower(), []).append(value.strip())
    return found


# -- judging ---------------------------------------------------------------------------------------


def judge_sshd(effective: Effective) -> Iterator[Finding]:
    """What sshd does for the account, one finding for each thing that matters."""

    def value(keyword: str) -> str:
        return " ".join(effective.get(keyword, ()))

    def finding(keyword: str, is_good: bool, wanted: str) -> Finding:
        found = value(keyword) or "nothing"
        return Finding("sshd", is_good, f"{keyword} {found}" + ("" if is_good else f"; {wanted}"))

    def must_be(keyword: str, wanted: str, why: str) -> Finding:
        return finding(keyword, value(keyword).lower() == wanted, f"say {wanted}: {why}")

    yield must_be("passwordauthentication", "no", "a password says not who the agent is")
    yield must_be("kbdinteractiveauthentication", "no", "a password says not who the agent is")
    if value("disableforwarding").lower() == "yes":
        yield finding("disableforwarding", True, "")
    else:
        for keyword in FORWARDING:
            yield must_be(
                keyword, "no", "or DisableForwarding yes; the host's network is not theirs"
            )
    yield must_be("permituserrc", "no", "a file in the home would run before the console")
    yield must_be("permituserenvironment", "no", "keys and files would set variables")
    yield must_be("permittty", "yes", "the console needs a terminal")
    yield must_be("forcecommand", "none", "it goes before each key's command, and who that is")
    yield must_be("authorizedkeyscommand", "none", "its keys cannot be looked over here")
    yield must_be("trustedusercakeys", "none", "a certificate says no command and opens a shell")
    yield must_be("authenticationmethods", "publickey", "another way in says no agent, either")
    interval = value("clientaliveinterval")
    is_alive = interval.isdecimal() and 0 < int(interval) <= 120
    yield finding("clientaliveinterval", is_alive, "say 15: a dead line is noticed by nothing else")
    files = value("authorizedkeysfile").split()
    is_outside = all(file.startswith("/") for file in files) and not any("%h" in f for f in files)
    yield finding("authorizedkeysfile", is_outside, "say a file that is root's, not in the home")
    loose = [name for name in value("acceptenv").split() if not _is_safe(name)]
    yield finding("acceptenv", not loose, f"take away {' '.join(loose)}")


def _is_safe(name: str) -> bool:
    """Whether a name of AcceptEnv, or pattern, stands for nothing but what may come through."""
    is_pattern = bool(set(name) & set("*?"))
    return name in SAFE_VARIABLES or (
        not is_pattern and any(fnmatchcase(name, safe) for safe in SAFE_VARIABLES)
    )


def judge_keys(text: str, *, wrapper: str) -> Iterator[Finding]:
    """Each key: is it kept to the console, and does it say who comes?"""
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        options, key = _parted(line.strip())
        what = f"key in line {number}"
        flaws = list(_flaws_of(options, wrapper=wrapper))
        if key in seen:
            flaws.append(f"it is that of line {seen[key]} again, and only the first counts")
        seen.setdefault(key, number)
        if flaws:
            yield Finding(what, False, "; ".join(flaws))
        else:
            yield Finding(what, True, f"kept to {options['command']}")
    if not seen:
        yield Finding("keys", False, "there is none: `host-setup --key FILE --agent WHO` makes one")


def _parted(line: str) -> tuple[dict[str, str], str]:
    """The options of a key, by name in lower case, and the key without its remark."""
    options: dict[str, str] = {}
    place = 0
    if not line.startswith(KEY_TYPES):
        while option := _OPTION.match(line, place):
            options[option[1].lower()] = (option[2] or "").replace('\\"', '"')
            place = option.end()
            if line[place : place + 1] != ",":
                break
            place += 1
    return options, " ".join(line[place:].split()[:2])


def _flaws_of(options: Mapping[str, str], *, wrapper: str) -> Iterator[str]:
    if "restrict" not in options:
        yield "it lacks `restrict`"
    if "pty" not in options:
        yield "it lacks `pty`, so there is no terminal"
    if given_back := sorted(_GIVES_BACK & options.keys()):
        yield f"take away {', '.join(given_back)}"
    command = options.get("command")
    if command is None:
        yield "it lacks `command=`, so it opens a shell"
    elif _SHELL_SIGNS & set(re.sub("'[^']*'", "", command)):
        yield "its command holds signs that a shell acts upon"
    elif not _names_agent(command, wrapper):
        yield "its command does not say who the agent is"


def _names_agent(command: str, wrapper: str) -> bool:
    try:
        words = shlex.split(command)
    except ValueError:
        return False
    if words[:1] == [wrapper]:
        return len(words) in (2, 3) and bool(words[1].strip())
    said = [word.removeprefix("--agent=") for word in words if word.startswith("--agent=")]
    said += [after for word, after in pairwise(words) if word == "--agent"]
    return "--restricted" in words and len(said) == 1 and bool(said[0].strip())


def judge_file(
    what: str,
    about: tuple[int, int] | None,
    *,
    above: Sequence[tuple[str, int, int]] = (),
    owner: int = 0,
) -> Finding:
    """A file that nobody but `owner` may change; `about` is its mode and the id of its owner.

    `above` are the folders it lies in, each with its path, mode and owner.
    """
    if about is None:
        return Finding(what, False, "it is not there")
    mode, uid = about
    flaws = [
        (uid != owner, f"it belongs to user {uid}, not {owner}"),
        (bool(mode & _OTHERS_WRITE), "others may write to it"),
    ]
    for folder, folder_mode, folder_uid in above:
        # In a sticky one (/tmp) nobody takes the place of what is not theirs.
        is_open = folder_mode & _OTHERS_WRITE and not folder_mode & stat.S_ISVTX
        is_loose = bool(is_open) or folder_uid not in (0, owner)
        flaws.append((is_loose, f"others may put another there, in {folder}"))
    said = [flaw for is_so, flaw in flaws if is_so]
    return Finding(what, not said, "; ".join(said) or f"mode {stat.S_IMODE(mode):o}")


def judge_wrapper(text: str) -> Finding:
    """The script between sshd and the console."""
    wanted: Sequence[tuple[str, Callable[[str], bool]]] = (
        ("begin with #!/bin/sh", lambda t: t.startswith("#!/bin/sh\n")),
        ("start with a clean environment (env -i)", lambda t: "exec env -i " in t),
        ("say --restricted", lambda t: "--restricted" in t),
        ('take the agent from its first word (--agent="$1")', lambda t: '--agent="$1"' in t),
    )
    flaws = [flaw for flaw, holds in wanted if not holds(text)]
    if flaws:
        return Finding("wrapper", False, f"it does not {', nor does it '.join(flaws)}")
    return Finding("wrapper", True, "a clean environment, and the agent from the key")


def judge_shell(shell: str) -> Finding:
    """The account's shell, by which sshd starts a key's command."""
    if shell.rpartition("/")[2] in _SHELLS:
        return Finding("account", True, f"shell {shell}")
    return Finding(
        "account", False, f"shell {shell}; say /bin/sh: others read files first, or run nothing"
    )
