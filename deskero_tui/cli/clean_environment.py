"""What of an environment may reach a restricted login. Pure.

Over SSH the far end chooses TERM, and whatever `AcceptEnv` lets through. So nothing is taken but
what is named here and looks as it should: a list of what is dropped would always lack something.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

SOUND_TERM: Final = re.compile(r"[A-Za-z0-9.+-]{1,32}")
"""What a terminal may call itself: over SSH its far end chooses, and file names are made of it."""
_LOCALE: Final = re.compile(r"[A-Za-z0-9_.@-]{1,40}")
_ADDRESSES: Final = re.compile(r"[0-9A-Za-z:.% -]{1,120}")
_KEPT: Final[Mapping[str, re.Pattern[str]]] = {
    "TERM": SOUND_TERM,
    "COLORTERM": re.compile(r"truecolor|24bit"),
    "NO_COLOR": re.compile(r"[0-9A-Za-z]{0,8}"),
    "ESCDELAY": re.compile(r"[0-9]{1,4}"),
    "LANG": _LOCALE,
    **{f"LC_{part}": _LOCALE for part in ("ALL", "CTYPE", "COLLATE", "MESSAGES", "TIME")},
    "SSH_CONNECTION": _ADDRESSES,
    "SSH_TTY": re.compile(r"/dev/[a-z0-9/]{1,40}"),
}
"""By name what a value must be to be kept."""
_TOO_EARLY: Final = re.compile(
    r"PYTHON|LD_|DYLD_|GCONV_PATH$|GLIBC_TUNABLES$|MALLOC_|OPENSSL_|SSL_CERT_"
)
PATH: Final = "/usr/local/bin:/usr/bin:/bin"


def clean_environment(given: Mapping[str, str], *, user: str, home: str) -> dict[str, str]:
    """What is left of `given`; `user` and `home` are those of the system's list of users."""
    kept = {
        name: given[name]
        for name, sound in _KEPT.items()
        if name in given and sound.fullmatch(given[name])
    }
    return {**kept, "HOME": home, "USER": user, "LOGNAME": user, "PATH": PATH}


def too_early(given: Mapping[str, str]) -> list[str]:
    """The names of variables that may have acted on Python, the loader or OpenSSL already.

    Dropping them undoes nothing: the program has to be started anew without them.
    """
    return sorted(name for name in given if _TOO_EARLY.match(name))
