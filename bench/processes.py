"""What a process and everything below it use, as Linux counts it in `/proc`."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_GRACE_S: Final = 2.0
_POLL_S: Final = 0.005
"""Nothing tells when a process that is no child of ours has ended."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of some processes, in bytes."""

    shared_out: int
    """Each page divided by the number of processes that have it (`Pss`)."""
    unshared: int
    """What would be free if they ended (`Private_Clean` and `Private_Dirty`)."""


def tree_of(pid: int) -> list[int]:
    """The process and all below it that are there, parents first."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += _children_of(one)
    return found


def _children_of(pid: int) -> list[int]:
    children: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        children += map(int, _text(file).split())
    return children


def processor_s(pids: Iterable[int]) -> float:
    """Processor time of processes so far, in seconds, that of children already gone included.

    Living processes are asked for their own clock, which is exact; `/proc` counts in ticks.
    """
    return sum(map(_own_processor_s, pids))


def _own_processor_s(pid: int) -> float:
    try:
        # The clock of another process, spelled as the kernel does (clock_getcpuclockid).
        own_s = time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    gone_ticks = sum(map(int, fields[13:15])) if fields else 0
    return own_s + gone_ticks / _TICKS_PER_S


def has_work(pids: Iterable[int]) -> bool:
    """Whether a thread of theirs runs, or waits for its turn, which a busy machine has it do."""
    return any(
        _text(stat).rpartition(")")[2].split()[:1] == ["R"]
        for pid in pids
        for stat in Path(f"/proc/{pid}/task").glob("*/stat")
    )


def memory_of(pids: Iterable[int]) -> Memory:
    """Memory of processes just now."""
    sizes = [_sizes_of(one) for one in pids]
    return Memory(
        shared_out=sum(size.get("Pss", 0) for size in sizes),
        unshared=sum(size.get("Private_Clean", 0) + size.get("Private_Dirty", 0) for size in sizes),
    )


def _sizes_of(pid: int) -> dict[str, int]:
    """The sums over all mappings of a process, in bytes by their name."""
    sizes = {}
    for line in _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        name, _, rest = line.partition(":")
        if rest.endswith(" kB"):
            sizes[name] = int(rest.removesuffix(" kB")) * 1024
    return sizes


def end_all(pids: Iterable[int]) -> None:
    """Ends processes by their ids: asks first, kills what is still there after a while.

    Raises:
        AssertionError: One is there even then.
    """
    left = [pid for pid in pids if is_running(pid)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            _signal(pid, number)
        deadline_s = time.monotonic() + _GRACE_S
        while left and time.monotonic() < deadline_s:
            left = [pid for pid in left if is_running(pid)]
            # No event: the end of a process that is not a child cannot be awaited.
            time.sleep(_POLL_S)
    assert not left, f"still running: {left}"


def is_running(pid: int) -> bool:
    """Whether a process is there and no mere memory of one; a child of ours is then forgotten."""
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    if fields and fields[0] != "Z":
        return True
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return False


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _text(file: Path) -> str:
    """A file of `/proc`; empty when its process has gone."""
    try:
        return file.read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""
