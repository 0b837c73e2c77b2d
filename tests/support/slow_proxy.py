"""`python -m tests.support.slow_proxy HOST PORT BYTES_PER_S DELAY_S`: a `ProxyCommand` for ssh.

Carries what comes between standard streams and a socket at most so fast in either direction, and
delivers it so much later. It ends with either side.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final

CHUNK_BYTES: Final = 1_024
BUFFER_BYTES: Final = 8_192
"""Of the socket: what the far side cannot send waits there, as behind a modem, and not here."""


def carry(
    read: Callable[[int], bytes],
    write: Callable[[bytes], object],
    *,
    bytes_per_s: float,
    delay_s: float,
) -> None:
    """One direction, until `read` answers nothing; blocks."""
    on_its_way: SimpleQueue[tuple[float, bytes]] = SimpleQueue()

    def deliver() -> None:
        while True:
            due, data = on_its_way.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if not data:
                return
            write(data)

    delivering = threading.Thread(target=deliver, daemon=True)
    delivering.start()
    while True:
        data = read(CHUNK_BYTES)
        time.sleep(len(data) / bytes_per_s)
        on_its_way.put((time.monotonic() + delay_s, data))
        if not data:
            delivering.join()
            return


def main() -> None:
    host, port, bytes_per_s, delay_s = sys.argv[1:]
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    line.connect((host, int(port)))

    def down() -> None:
        carry(
            line.recv,
            lambda data: os.write(1, data),
            bytes_per_s=float(bytes_per_s),
            delay_s=float(delay_s),
        )
        os._exit(0)

    threading.Thread(target=down, daemon=True).start()
    carry(
        lambda size: os.read(0, size),
        line.sendall,
        bytes_per_s=float(bytes_per_s),
        delay_s=float(delay_s),
    )
    line.close()


if __name__ == "__main__":
    main()
