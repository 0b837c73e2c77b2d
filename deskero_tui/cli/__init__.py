"""The program: reads arguments, builds every object, starts a front end; knows all parts."""

from deskero_tui.cli.main import main

__all__ = ["main"]
