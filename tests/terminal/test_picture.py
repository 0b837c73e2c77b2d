"""The picture that these tests look at is the same however what was written comes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pty_console import PtyConsole

WRITTEN = "a ใจดี    |".encode()


@pytest.mark.parametrize("cut", range(len(WRITTEN) + 1))
def test_a_letter_that_comes_in_two_pieces_is_one(tmp_path: Path, cut: int) -> None:
    console = PtyConsole(home=tmp_path)
    console._screen.draw("x" * 20)
    console._screen.cursor_position()
    for piece in (WRITTEN[:cut], WRITTEN[cut:]):
        console._arrive(piece)
    assert console.picture[0] == "a ใจด    |" + "x" * 10
