"""Where the warm helper is found, whom it trusts, and what must be the same on both sides.

Standard library only, and little of it: this is imported before anything else of the program.
"""

from __future__ import annotations

import os
import resource
import socket
import stat
import struct
import sys
from collections.abc import Mapping

MOST_BYTES = 150_000
"""Of one message; what is larger (an enormous environment) starts a console as always."""
PATIENCE_S = 1.0
"""How long one side waits for the other before there is a console."""
YES = b"yes"
GO = b"go"
GO_ON = b"\0"
"""From the caller, in place of a signal: the shell has brought it back."""
STOP = b"stop"
"""From the console: the terminal is given back, the caller shall stop for it."""
CODE = b"code "
"""From the console, followed by the exit code in decimal digits: it has ended."""
_NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")


def is_possible() -> bool:
    """Whether this system has what a helper needs.

    Elsewhere peers and namespaces are asked for in other ways, and frameworks of macOS do not
    survive a fork.
    """
    return sys.platform == "linux"


def folder_of(environment: Mapping[str, str]) -> str:
    """The folder of the helper's socket: one for each user, or for each `DESKERO_HOME`."""
    if home := environment.get("DESKERO_HOME"):
        return os.path.join(os.path.abspath(os.path.expanduser(home)), "warm")
    if runtime := environment.get("XDG_RUNTIME_DIR"):
        return os.path.join(runtime, "deskero-tui")
    cache = environment.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(cache, "deskero-tui", "warm")


def socket_in(folder: str) -> str:
    """The path of the socket in that folder."""
    return os.path.join(folder, "socket")


def is_private(path: str, kind: int) -> bool:
    """Whether `path` is of that kind (`stat.S_IFDIR` …), ours, and closed to all others.

    False also when it is not there. A link counts as what it is, a link.
    """
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return (
        stat.S_IFMT(found.st_mode) == kind
        and found.st_uid == os.geteuid()
        and not stat.S_IMODE(found.st_mode) & 0o077
    )


def peer_of(connection: socket.socket) -> tuple[int, int]:
    """Process and user that have opened the other end, which the kernel says (unix(7))."""
    size = struct.calcsize("3i")
    peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    process, user, _ = struct.unpack("3i", peer)
    return process, user


def is_our_peer(connection: socket.socket) -> bool:
    """Whether the other end was opened by this user."""
    return peer_of(connection)[1] == os.geteuid()


def connected(folder: str) -> socket.socket | None:
    """A connection to the helper of that folder; `None` where there is none to be trusted.

    For one exchange it is waited `PATIENCE_S`; messages keep their borders.
    """
    path = socket_in(folder)
    if not (is_private(folder, stat.S_IFDIR) and is_private(path, stat.S_IFSOCK)):
        return None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.settimeout(PATIENCE_S)
    try:
        connection.connect(path)
        if is_our_peer(connection):
            return connection
    except OSError:
        pass
    connection.close()
    return None


def stamp() -> list[str]:
    """What a fork cannot take over from its caller, so it must be the same already.

    The program and its Python, rights, limits and namespaces of the process, and all that acted on
    Python before its first line.
    """
    limits = [name for name in sorted(dir(resource)) if name.startswith("RLIMIT_")]
    root = os.stat("/")
    return [
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
        sys.executable,
        sys.version,
        sys.getfilesystemencoding(),
        *(f"{stream.encoding}" for stream in (sys.stdin, sys.stdout, sys.stderr)),
        *(f"{name}={os.environ[name]}" for name in sorted(os.environ) if _acts_early(name)),
        f"{os.getresuid()} {os.getresgid()} {sorted(os.getgroups())}",
        f"{os.getpriority(os.PRIO_PROCESS, 0)} {sorted(os.sched_getaffinity(0))}",
        *(f"{name} {resource.getrlimit(getattr(resource, name))}" for name in limits),
        f"{root.st_dev} {root.st_ino}",
        *(os.readlink(f"/proc/self/ns/{name}") for name in _NAMESPACES),
    ]


def _acts_early(name: str) -> bool:
    return name.startswith(("PYTHON", "LD_", "MALLOC_", "GLIBC_TUNABLES"))


def code_stamp() -> int:
    """Another number when a file of the program, or which libraries there are, has changed."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    libraries = [path for path in sys.path if path.endswith("-packages") and os.path.isdir(path)]
    newest = max((os.stat(folder).st_mtime_ns for folder in libraries), default=0)
    total = 0
    for folder, _, names in os.walk(package):
        for name in names:
            if name.endswith((".py", ".tcss")):
                found = os.stat(os.path.join(folder, name))
                total += found.st_size
                newest = max(newest, found.st_mtime_ns)
    return hash((newest, total))
