"""The made-up items as commits, for tig."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.made_up import Item, items


def make_repository(folder: Path, count: int) -> None:
    """Makes a git repository of `count` commits, each of which changes one file."""
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    with subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE
    ) as importing:
        assert importing.stdin is not None
        for item in items(count):
            importing.stdin.writelines(_commit(item))
        importing.stdin.close()
        if importing.wait() != 0:
            raise RuntimeError(f"git fast-import ended with {importing.returncode}")
    subprocess.run(["git", "reset", "-q", "--hard", "main"], cwd=folder, check=True)


def _commit(item: Item) -> Iterator[bytes]:
    customer = item.customer
    moment = f"{int(item.written_at.timestamp())} +0000"
    yield b"commit refs/heads/main\n"
    for role in ("author", "committer"):
        yield f"{role} {customer.name} <{customer.address}> {moment}\n".encode()
    yield from _data(f"{item.subject}\n\n{item.body}\n")
    yield b"M 100644 inline last.txt\n"
    yield from _data(f"{item.body}\n")


def _data(text: str) -> Iterator[bytes]:
    spelled = text.encode()
    yield b"data %d\n" % len(spelled)
    yield spelled + b"\n"
