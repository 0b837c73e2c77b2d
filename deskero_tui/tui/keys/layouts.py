"""Letters of other keyboard layouts by their place on the keys: `к` stands where `r` does.

An agent who writes to customers in Russian or Greek need not switch the layout for each command.
Covered are the Russian and Ukrainian (ЙЦУКЕН), Greek and Hebrew (SI 1452) layouts as
xkeyboard-config has them. Only signs that no Latin layout writes are here: what a layout writes in
ASCII (`;` on the place of `q` in Greek, `/` there in Hebrew) means what it is. Where another
Cyrillic layout has a letter elsewhere (Belarusian, Serbian, Bulgarian), the Ukrainian or Russian
place counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

_LAYOUTS: Final = (
    ("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"),
    ("ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ", 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'),
    ("іїєґІЇЄҐ№", "s]'\\S}\"|#"),
    ("ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"),
    ("ΕΡΤΥΘΙΟΠΑΣΔΦΓΗΞΚΛΖΧΨΩΒΝΜ", "ERTYUIOPASDFGHJKLZXCVBNM"),
    ("קראטוןםפשדגכעיחלךףזסבהנמצתץ", "ertyuiopasdfghjkl;zxcvbnm,."),
)
"""What a layout writes, and what the same keys write in the United States; shifted ones apart."""


def _by_place() -> Iterator[tuple[str, str]]:
    for written, latin in _LAYOUTS:
        yield from zip(written, latin, strict=True)


LATIN: Final[Mapping[str, str]] = MappingProxyType(dict(_by_place()))
"""What the key that writes this letter writes on a Latin keyboard."""
