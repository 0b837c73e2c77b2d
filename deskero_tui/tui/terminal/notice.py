"""What a terminal is sent so that an agent who looks elsewhere notices: a bell, and a notice.

None of it paints or moves anything. Notices are extensions: OSC 9 is iTerm2's, which most know by
now; OSC 777 is that of rxvt-unicode, foot and VTE. Where neither is known they are passed over in
silence, except by the oldest terminals, which get the bell alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.tui.terminal.modes import is_simple

BELL: Final = "\x07"
TITLE: Final = "deskero-tui"
MOST_CHARS: Final = 160
_END: Final = "\x1b\\"
_TERMS_OF_777: Final = ("rxvt", "foot")


class Notice(Enum):
    """How a terminal is asked to show a notice."""

    OSC_9 = "osc9"
    OSC_777 = "osc777"
    NONE = "off"


@dataclass(frozen=True, slots=True)
class Alarm:
    """What makes one terminal draw attention; the same for as long as the console has it."""

    has_bell: bool = True
    notice: Notice = Notice.NONE
    is_in_tmux: bool = False
    """What is sent goes through tmux, which passes on what is wrapped up for it and only where
    `allow-passthrough` is on (tmux 3.3 and later)."""

    @classmethod
    def of(cls, environment: Mapping[str, str], *, bell: bool = True, notice: str = "") -> Alarm:
        """What suits the terminal that `environment` tells of.

        `notice` is the value of a `Notice`; anything else leaves it to us.
        """
        term = environment.get("TERM", "")
        is_in_tmux = "TMUX" in environment or term.startswith("tmux")
        asked = next((kind for kind in Notice if kind.value == notice), None)
        return cls(bell, _known_notice(term, environment) if asked is None else asked, is_in_tmux)

    def sequence(self, text: str) -> str:
        """What is written to the terminal for `text`, which is made safe here; may be empty."""
        said = safe_line(text, max_chars=MOST_CHARS)
        bell = BELL if self.has_bell else ""
        match self.notice:
            case Notice.OSC_9:
                return bell + self._passed_on(f"\x1b]9;{said}{_END}")
            case Notice.OSC_777:
                # A semicolon parts title and text.
                body = said.replace(";", ",")
                return bell + self._passed_on(f"\x1b]777;notify;{TITLE};{body}{_END}")
            case Notice.NONE:
                return bell

    def _passed_on(self, sequence: str) -> str:
        if not self.is_in_tmux:
            return sequence
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + _END


def _known_notice(term: str, environment: Mapping[str, str]) -> Notice:
    """GNU screen, which passes on nothing of this kind, and old terminals get none."""
    is_in_screen = term.startswith("screen") and "TMUX" not in environment
    if is_simple(term) or is_in_screen or not term:
        return Notice.NONE
    if term.startswith(_TERMS_OF_777) or "VTE_VERSION" in environment:
        return Notice.OSC_777
    return Notice.OSC_9
