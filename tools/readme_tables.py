"""Writes the generated tables of the README: `python tools/readme_tables.py`.

A test compares them with the tables of the program, so the README cannot fall behind.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from deskero_tui.config import Settings, setting_fields
from deskero_tui.domain.macros.placeholders import PLACEHOLDERS
from deskero_tui.tui.commands.table import COMMANDS, Command, Place

README = Path(__file__).parent.parent / "README.md"


def keys_table() -> str:
    """Every command with its keys and where it can be given."""
    lines = ["| Keys | Does | Where | Command |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {_keys(command)} | {command.help} | {_places(command)} | `{command.id}` |"
        for command in COMMANDS
        if not command.id.removeprefix("view.").isdecimal()
    ]
    lines.insert(2, "| `1` … `9` | Show that view | list, ticket | `view.1` … `view.9` |")
    return "\n".join(lines)


def _keys(command: Command) -> str:
    if not command.keys:
        return "by name"
    return " ".join(f"`{key}`" for key in command.shown_keys.split(" "))


def _places(command: Command) -> str:
    return ", ".join(place.value for place in Place if place in command.places)


def settings_table() -> str:
    """Every setting with its default and what the environment calls it."""
    lines = ["| Setting | Default | Environment | Meaning |", "| --- | --- | --- | --- |"]
    for setting in setting_fields().values():
        variable = setting.metadata.get("env")
        default = getattr(Settings(), setting.name)
        default = "" if default in ((), {}) else default
        lines.append(
            f"| `{setting.name}` | {f'`{default}`' if default != '' else ''} |"
            f" {f'`{variable}`' if variable else ''} | {setting.metadata['about']} |"
        )
    return "\n".join(lines)


def placeholders_table() -> str:
    """Every placeholder of a macro with what it stands for."""
    lines = ["| Placeholder | Stands for |", "| --- | --- |"]
    lines += [f"| `{{{{{one.name}}}}}` | {one.about} |" for one in PLACEHOLDERS]
    lines.append("| `{{custom.NAME}}` | a custom field of the ticket, else of its customer |")
    lines.append("| `{{ask: QUESTION}}` | what you answer when the macro is used |")
    return "\n".join(lines)


TABLES: dict[str, Callable[[], str]] = {
    "keys": keys_table,
    "settings": settings_table,
    "placeholders": placeholders_table,
}


def with_tables(readme: str) -> str:
    """The README with each generated table as it must be."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name}: generated -->\n", f"\n<!-- /{name} -->"
        before, has_begin, rest = readme.partition(begin)
        _, has_end, after = rest.partition(end)
        if not has_begin or not has_end:
            raise SystemExit(f"the README lacks the marks of the table {name!r}")
        readme = f"{before}{begin}{table()}{end}{after}"
    return readme


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text("utf-8")), "utf-8")
    sys.exit(0)
