"""A console brings nothing along of what it does without, and nothing that is used is missing."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pydantic.plugin._schema_validator
import textual.command

ROOT = Path(__file__).parents[2]


def said_by(code: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", f"from deskero_tui.cli.doing_without import do_without\n{code}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return ran.stdout.splitlines()


def test_the_screens_and_the_way_to_the_desk_do_not_bring_it() -> None:
    [told] = said_by(
        "do_without()\n"
        "import sys, deskero_tui.tui.app, deskero_tui.api.client, deskero_tui.sync.refresh.pull\n"
        "from deskero_tui.cli.late import load_late\n"
        "load_late()\n"
        "print(*sys.modules)"
    )
    loaded = set(told.split())
    assert {"textual.command", "pydantic.main", "deskero_tui.domain.records.ticket"} <= loaded
    unused = {f"textual.widgets.{name}" for name in ("_tree", "_select", "_placeholder")}
    assert loaded.isdisjoint({*unused, "importlib.metadata", "zipfile"})


def test_whoever_wants_more_of_the_types_gets_textuals_own() -> None:
    assert said_by(
        "do_without()\n"
        "import textual.app\n"
        "from textual.types import CSSPathError, NoSelection\n"
        "from textual._path import CSSPathError as error\n"
        "from textual.widgets._select import NoSelection as nothing\n"
        "print(CSSPathError is error, NoSelection is nothing)"
    ) == ["True True"]


def test_a_name_that_there_is_nowhere_is_missed_as_ever() -> None:
    [said] = said_by(
        "do_without()\n"
        "try:\n"
        "    from textual.types import Nowhere\n"
        "except ImportError as error:\n"
        "    print(error)"
    )
    assert "Nowhere" in said


def test_what_is_there_already_stays() -> None:
    assert said_by(
        "import sys, textual.types, pydantic.plugin._loader\n"
        "before = textual.types, pydantic.plugin._loader\n"
        "do_without()\n"
        "after = [sys.modules[name] for name in ('textual.types', 'pydantic.plugin._loader')]\n"
        "print([one is two for one, two in zip(before, after)])"
    ) == ["[True, True]"]


def test_the_libraries_ask_for_it_where_this_stands_in() -> None:
    assert "from textual.types import IgnoreReturnCallbackType" in inspect.getsource(
        textual.command
    )
    asked = inspect.getsource(pydantic.plugin._schema_validator)
    assert "from ._loader import get_plugins" in asked
    assert "plugins = get_plugins()" in asked
