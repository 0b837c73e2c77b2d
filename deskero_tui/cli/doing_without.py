"""What a console does without of the libraries below it, and what stands there instead.

Each module here is asked for one small thing and brings most of a megabyte along, in every console
of every agent. The one file that puts anything in the place of a library's own, and names private
modules of theirs; `tests/cli/test_doing_without.py` holds them to what is said here.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Final

_TYPES: Final = "textual.types"
"""Textual's palette, which its app brings, takes one name from there, and with it come trees of
folders, selections, and placeholders."""
_LIGHT_TYPES: Final = "textual._types"
"""Has the names of types that need no widgets."""
_PLUGINS: Final = "pydantic.plugin._loader"
"""Goes through all that is installed beside us for what wants to look into models. Nothing of that
is ours to run, and what reads packages comes with it (`importlib.metadata`, `zipfile`)."""


class _Types(ModuleType):
    """Has what is in the light module; whoever asks for anything else gets the real one."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        module = importlib.import_module(_LIGHT_TYPES)
        if not hasattr(module, name):
            if sys.modules.get(_TYPES) is self:
                del sys.modules[_TYPES]
            module = importlib.import_module(_TYPES)
        return getattr(module, name)


class _NoPlugins(ModuleType):
    """Finds none."""

    @staticmethod
    def get_plugins() -> tuple[()]:
        return ()


def do_without() -> None:
    """Before Textual and pydantic are imported; nothing where they are there already."""
    sys.modules.setdefault(_TYPES, _Types(_TYPES))
    sys.modules.setdefault(_PLUGINS, _NoPlugins(_PLUGINS))
