"""Stands for `textual.types` until somebody wants more of it than Textual's own app does.

That module brings trees of folders, selections and placeholders along, most of a megabyte, for the
one name that the app takes from there. `tests/test_house.py` holds it to that.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Final

_NAME: Final = "textual.types"
_LIGHT: Final = "textual._types"
"""Has the names of types that need no widgets, private as it is."""


class _Types(ModuleType):
    """Has what is in the light module; whoever asks for anything else gets the real one."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        module = importlib.import_module(_LIGHT)
        if not hasattr(module, name):
            if sys.modules.get(_NAME) is self:
                del sys.modules[_NAME]
            module = importlib.import_module(_NAME)
        return getattr(module, name)


def stand_in() -> None:
    """Before Textual's app is imported; nothing where its types are there already."""
    sys.modules.setdefault(_NAME, _Types(_NAME))
