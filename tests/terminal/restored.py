"""What a terminal must be told before a program leaves it."""

from __future__ import annotations

from typing import Final

ALTERNATE_SCREEN: Final = (b"\x1b[?1049h", b"\x1b[?1049l")
BRACKETED_PASTE: Final = (b"\x1b[?2004h", b"\x1b[?2004l")
FOCUS_REPORTS: Final = (b"\x1b[?1004h", b"\x1b[?1004l")
HIDDEN_CURSOR: Final = (b"\x1b[?25l", b"\x1b[?25h")
KITTY_KEYS: Final = (b"\x1b[>1u", b"\x1b[<u")
NO_WRAPPING: Final = (b"\x1b[?7l", b"\x1b[?7h")
MOUSE_MODES: Final = tuple(
    (b"\x1b[?%dh" % mode, b"\x1b[?%dl" % mode) for mode in (1000, 1002, 1003, 1006, 1015, 1016)
)
MODES: Final = (
    ALTERNATE_SCREEN,
    BRACKETED_PASTE,
    FOCUS_REPORTS,
    HIDDEN_CURSOR,
    KITTY_KEYS,
    NO_WRAPPING,
    *MOUSE_MODES,
)


def assert_restored(raw: bytes | bytearray) -> None:
    """Every mode that was turned on was turned off after that, the screen's own among them."""
    assert ALTERNATE_SCREEN[0] in raw, "it never took the screen"
    for on, off in MODES:
        assert raw.rfind(off) >= raw.rfind(on), f"{on!r} is left on"
    assert raw.rfind(b"\x1b[3g\x1b[8C\x1bH") == raw.rfind(b"\x1b[3g"), "tab stops are left away"
