"""Our widgets must not shadow a name of Textual's by accident: it calls its own by name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache

import pytest
from textual.app import App
from textual.widget import Widget

import deskero_tui.tui

MEANT = {
    "compose", "render_line", "virtual_size", "animation_level", "cursor_blink", "border_title",
    "border_subtitle", "no_color", "theme",
}  # fmt: skip
"""What a subclass is there to define or to set."""


def our_classes() -> Iterator[type[App[object] | Widget]]:
    for module in pkgutil.walk_packages(deskero_tui.tui.__path__, "deskero_tui.tui."):
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if found.__module__ == module.name and issubclass(found, App | Widget):
                yield found


def names_of_textual(kind: type) -> set[str]:
    """Everything that Textual's own bases define or assign."""
    bases = [base for base in kind.__mro__ if base.__module__.startswith("textual")]
    return {name for base in bases for name in {*vars(base), *names_assigned_in(base)}}


@cache
def names_assigned_in(kind: type) -> frozenset[str]:
    """Reading the source of a class takes long, and the bases are mostly the same."""
    return frozenset(re.findall(r"self\.(\w+)\s*(?::[^=\n]+)?=[^=]", inspect.getsource(kind)))


def is_marked(kind: type, name: str) -> bool:
    """Overridden on purpose, and said so."""
    return bool(getattr(vars(kind).get(name), "__override__", False))


@pytest.mark.parametrize("kind", sorted(our_classes(), key=str), ids=lambda kind: kind.__name__)
def test_no_name_of_textual_is_taken_by_accident(kind: type) -> None:
    assigned = names_assigned_in(kind)
    methods = {
        name
        for name, value in vars(kind).items()
        if inspect.isfunction(value) and not is_marked(kind, name)
    }
    own = {name for name in methods | assigned if not name.startswith(("__", "on_", "watch_"))}
    assert own & names_of_textual(kind) <= MEANT
