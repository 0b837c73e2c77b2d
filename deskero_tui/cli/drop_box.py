"""Files into the drop folder of a restricted login and out of it, over the same key.

Bytes come from standard input and go to standard output as they are, so neither may be a terminal,
which would change them on their way.
"""

from __future__ import annotations

import shutil
import sys
from typing import BinaryIO, Final, TextIO

from deskero_tui.cli.ending import Ending
from deskero_tui.cli.exits import Exit
from deskero_tui.domain.drop_request import DropRequest, Verb
from deskero_tui.domain.errors import BadInput
from deskero_tui.domain.text.sizes import size_in_words
from deskero_tui.sync.drop_folder import DropFolder

_COPIED_BYTES: Final = 64 * 1024


def run_drop_box(request: DropRequest, folder: DropFolder) -> int:
    """Does what is asked; what it answers is the exit code.

    Raises:
        DeskeroError: It cannot be done.
    """
    Ending().begin()
    match request.verb:
        case Verb.PUT:
            _put(request, folder, _bytes_of(sys.stdin, "< FILE"))
        case Verb.GET:
            with folder.open(request.name) as file:
                shutil.copyfileobj(file, _bytes_of(sys.stdout, "> FILE"), _COPIED_BYTES)
        case Verb.FILES:
            for dropped in folder.files():
                changed = dropped.changed_at.isoformat(timespec="minutes")
                print(f"{dropped.size_bytes:>10}  {changed}  {dropped.name}")
        case Verb.DROP:
            folder.remove(request.name)
    sys.stdout.flush()
    return Exit.DONE


def _put(request: DropRequest, folder: DropFolder, source: BinaryIO) -> None:
    """Keeps what comes; a line that broke before its end is told by the answer, which fails."""
    with folder.receiving(request.name, source, replaces=request.replaces) as size_bytes:
        print(f"{request.name}: {size_in_words(size_bytes)}", flush=True)


def _bytes_of(stream: TextIO | None, sign: str) -> BinaryIO:
    if stream is None or stream.isatty():
        raise BadInput(f"Files go without a terminal: leave `-t` away, and say {sign} behind it.")
    return stream.buffer
