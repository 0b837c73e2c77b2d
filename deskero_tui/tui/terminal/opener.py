"""Opening a link with the program of the desktop: only at home, only where somebody wants it.

The address is one argument of the program, never a line of a shell, and the program gets neither
the terminal nor anything else of the console. Light to import.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

NOT_WANTED: Final = "Links are copied, not opened: `o`. The setting open_links changes that."
NOT_HERE: Final = "Links are not opened on a machine at the far end of an ssh: `o` copies them."
NOT_ALLOWED: Final = "This login may not open links: `o` copies them."
NO_DESKTOP: Final = "There is no desktop here that could open links: `o` copies them."
ANSWER_S: Final = 2.0
"""How long is waited for a program that fails; one that runs on has taken the link."""
_OPENED: Final = re.compile(r"(https?://|mailto:)[!-~]+")


@dataclass(frozen=True, slots=True)
class Opener:
    """The program that opens links, or why there is none."""

    program: str = ""
    """Empty where none may be used."""
    why_not: str = NOT_WANTED

    @classmethod
    def of(
        cls,
        environment: Mapping[str, str],
        *,
        is_wanted: bool,
        may_run_programs: bool,
        platform: str,
    ) -> Self:
        """What the login, the setting and the machine leave; `platform` is that of `sys`."""
        if not may_run_programs:
            return cls(why_not=NOT_ALLOWED)
        if not is_wanted:
            return cls()
        if "SSH_CONNECTION" in environment or "SSH_TTY" in environment:
            return cls(why_not=NOT_HERE)
        if platform == "darwin":
            return cls("open")
        if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
            return cls("xdg-open")
        return cls(why_not=NO_DESKTOP)

    async def open(self, url: str) -> str:
        """Hands a web or mail address to the program; what to say of it."""
        if not self.program:
            return self.why_not
        if not _OPENED.fullmatch(url):
            return "Only web and mail addresses are opened."
        try:
            opening = _begun(self.program, url)
        except OSError as error:
            return f"{self.program} cannot be run: {error.strerror}."
        code = await _code_of(opening)
        if code:
            return f"{self.program} has failed ({code})."
        return f"Handed to {self.program}: {url}"


def _begun(program: str, url: str) -> subprocess.Popen[bytes]:
    """The program, in a session of its own: without a terminal, and untouched by our end."""
    return subprocess.Popen(
        [program, url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


async def _code_of(opening: subprocess.Popen[bytes]) -> int | None:
    """The exit code, `None` when the program still runs; it is waited for to its end either way."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def tell(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    def wait() -> None:
        code = opening.wait()
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, code)

    threading.Thread(target=wait, name="link-opener", daemon=True).start()
    try:
        return await asyncio.wait_for(ended, ANSWER_S)
    except TimeoutError:
        return None
