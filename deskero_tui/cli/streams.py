"""Standard input, output and error: closed, broken, full, or in another encoding.

Texts go in and out as UTF-8 or as the locale has it; what a stream cannot encode is escaped. A
reader that has left ends the program silently, a full disk with one sentence.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from deskero_tui.domain.mistake import Mistake

FAILED: Final = 1
PIPE_CLOSED: Final = 141
"""What the shell reports of a program that SIGPIPE has ended."""
MOST_MISTAKES: Final = 5
MOST_STDIN_BYTES: Final = 4_000_000
_OUTPUT_ERRORS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def prepare_streams() -> None:
    """Give every closed stream a substitute, and let no stream fail because of its encoding.

    Otherwise the next file that is opened, such as the store, would become standard output.
    """
    for handle, name in enumerate(("stdin", "stdout", "stderr")):
        if _is_closed(handle):
            _open_nowhere(handle)
            nowhere = os.fdopen(handle, "w" if handle else "r", encoding="utf-8", closefd=False)
            setattr(sys, name, nowhere)
            setattr(sys, f"__{name}__", nowhere)
    streams: tuple[tuple[TextIO | None, str], ...] = (
        (sys.stdin, "surrogateescape"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    )
    for stream, errors in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def _is_closed(handle: int) -> bool:
    try:
        os.fstat(handle)
    except OSError:
        return True
    return False


def _open_nowhere(handle: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDONLY if handle == 0 else os.O_WRONLY)
    if nowhere != handle:
        os.dup2(nowhere, handle)
        os.close(nowhere)
    os.set_inheritable(handle, True)


def run_to_end(run: Callable[[], int]) -> int:
    """Run a command and write out what it printed; return the exit code.

    Raises:
        SystemExit: The command ended that way.
        OSError: An error that has nothing to do with the output.
    """
    try:
        try:
            return run()
        finally:
            # On `SystemExit`, too: `--help` ends that way. Otherwise Python would report the error.
            _flush()
    except BrokenPipeError:
        _give_up_output()
        return PIPE_CLOSED
    except OSError as error:
        if error.errno not in _OUTPUT_ERRORS or error.filename is not None:
            raise
        _give_up_output()
        say(f"Cannot write the output: {error.strerror}.")
        return FAILED


def _flush() -> None:
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def _give_up_output() -> None:
    """Let what is still in the buffer go nowhere."""
    if sys.stdout is sys.__stdout__:
        _to_nowhere(1)


def _to_nowhere(handle: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, handle)
    os.close(nowhere)


def say(sentence: str) -> None:
    """Print a sentence on standard error; where that is impossible, go on without."""
    try:
        print(f"deskero-tui: {sentence}", file=sys.stderr, flush=True)
    except OSError:
        # Python would try again at the end, and change the exit code.
        if sys.stderr is sys.__stderr__:
            _to_nowhere(2)


def say_mistakes(mistakes: Iterable[Mistake]) -> None:
    """Print what is wrong with the configuration, one line each."""
    from deskero_tui.domain.text.safe_text import safe_line

    wrong = [mistake for mistake in mistakes if not mistake.is_warning]
    for mistake in wrong[:MOST_MISTAKES]:
        say(safe_line(str(mistake), max_chars=300))
    if len(wrong) > MOST_MISTAKES:
        say(f"{len(wrong) - MOST_MISTAKES} more mistakes: `deskero-tui doctor` lists them.")


def text_of_stdin() -> str:
    """Return all of standard input as a text with `\\n` at the end of its lines.

    Raises:
        BadInput: It is too large, or no text in UTF-8.
    """
    from deskero_tui.domain.errors import BadInput
    from deskero_tui.domain.text.utf8 import NotText, decode_text

    try:
        source = getattr(sys.stdin, "buffer", None)
        content = source.read(MOST_STDIN_BYTES + 1) if source else sys.stdin.read().encode()
    except OSError as error:
        raise BadInput(f"Cannot read standard input: {error.strerror}.") from error
    if len(content) > MOST_STDIN_BYTES:
        raise BadInput("The text on standard input is too large.")
    try:
        text = decode_text(content)
    except NotText as error:
        raise BadInput(error.about("The text on standard input")) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def line_of_stdin() -> str:
    """Return the next line of standard input; empty at its end.

    Raises:
        BadInput: It is no text in UTF-8.
    """
    from deskero_tui.domain.errors import BadInput
    from deskero_tui.domain.text.utf8 import is_utf8

    try:
        line = sys.stdin.readline()
    except OSError as error:
        raise BadInput(f"Cannot read standard input: {error.strerror}.") from error
    if not is_utf8(line) or "\0" in line:
        raise BadInput("What was given on standard input is not UTF-8.")
    return line.removeprefix("\ufeff")


@contextmanager
def picture_on_terminal() -> Iterator[None]:
    """Let standard error be the terminal of standard output while a console paints on it.

    A supervisor may have closed it or sent it elsewhere; afterwards it goes there again.
    """
    if sys.stderr.isatty() or not sys.stdout.isatty():
        yield
        return
    elsewhere = os.dup(2)
    os.dup2(1, 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(elsewhere, 2)
        os.close(elsewhere)
