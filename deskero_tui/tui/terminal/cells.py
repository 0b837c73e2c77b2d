"""What one column of the screen shows, and texts as such columns."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len

from deskero_tui.tui.terminal.looks import PLAIN, Look


class Cell(NamedTuple):
    """One column: its characters (empty behind a wide one) and its look.

    A blank in which nothing but its background is seen has a look of nothing else.
    """

    text: str
    look: Look


BLANK: Final = Cell(" ", PLAIN)

Row = list[Cell]


class Letters(dict[str, Cell]):
    """The cells of one look by their ASCII letters, each made once: what stays the same is then
    mostly the same object, which is known without looking into it.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self[" "] = Cell(" ", look.as_blank)

    def __missing__(self, letter: str) -> Cell:
        cell = self[letter] = Cell(letter, self.look)
        return cell


@lru_cache(maxsize=1_024)
def letters_in(look: Look) -> Letters:
    """The letters of a look."""
    return Letters(look)


def add_cells(cells: Row, text: str, letters: Letters) -> None:
    """Writes a text behind `cells`: a wide character is followed by an empty one, a mark joins its
    base, which may be the last one of `cells`.
    """
    if text.isascii():
        cells.extend(map(letters.__getitem__, text))
        return
    for letter in text:
        width = 1 if letter.isascii() else cell_len(letter)
        if width:
            cells.append(letters[letter] if letter.isascii() else Cell(letter, letters.look))
            if width == 2:
                cells.append(Cell("", letters.look))
        elif cells:
            place = -2 if cells[-1].text == "" and len(cells) > 1 else -1
            cells[place] = Cell(cells[place].text + letter, cells[place].look)
