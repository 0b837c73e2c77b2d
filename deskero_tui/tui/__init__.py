"""The screens, and the terminal below them."""

import importlib
import sys
from types import ModuleType
from typing import Final

_TYPES: Final = "textual.types"


class _Types(ModuleType):
    """Stands for `textual.types`, which brings trees of folders, selections and placeholders along.

    For the one name that Textual itself takes from there a console paid most of a megabyte. It is
    in `textual._types`, too; whoever asks for one that is not gets the real module.
    """

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        light = importlib.import_module("textual._types")
        if not hasattr(light, name):
            if sys.modules.get(_TYPES) is self:
                del sys.modules[_TYPES]
            light = importlib.import_module(_TYPES)
        return getattr(light, name)


sys.modules.setdefault(_TYPES, _Types(_TYPES))
