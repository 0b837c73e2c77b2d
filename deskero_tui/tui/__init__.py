"""The screens, and the terminal below them."""

from deskero_tui.tui.light_types import stand_in

stand_in()
