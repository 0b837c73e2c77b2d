"""Imports what a console has not needed for its first picture."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from typing import Final

PACKAGES: Final = ("deskero_tui.domain", "deskero_tui.sync", "deskero_tui.tui")


def preload() -> None:
    """Import every module of the console. May run on any thread.

    Afterwards no key waits for an import, and an upgrade of the program does not mix two versions
    in one process.
    """
    for package in PACKAGES:
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            import_module(module.name)
