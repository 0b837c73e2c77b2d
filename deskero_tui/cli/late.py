"""What a console does not need for its first picture, and imports when it is first used."""

from __future__ import annotations

import importlib
from typing import Final

LATE: Final = (
    "deskero_tui.domain.completing",
    "deskero_tui.domain.macro_text",
    "deskero_tui.domain.plain_ticket",
    "deskero_tui.domain.quotes",
    "deskero_tui.domain.undo",
    "deskero_tui.domain.unsent",
    "deskero_tui.macro_files",
    "deskero_tui.sync.bulk",
    "deskero_tui.sync.customers",
    "deskero_tui.sync.drafts",
    "deskero_tui.sync.fresh",
    "deskero_tui.sync.macro_run",
    "deskero_tui.sync.outbox",
    "deskero_tui.sync.push",
    "deskero_tui.sync.unsent",
    "deskero_tui.tui.draft_keeper",
    "deskero_tui.tui.modals.confirm",
    "deskero_tui.tui.modals.customer_panel",
    "deskero_tui.tui.modals.decide",
    "deskero_tui.tui.modals.find_line",
    "deskero_tui.tui.modals.help",
    "deskero_tui.tui.modals.link_picker",
    "deskero_tui.tui.modals.palette",
    "deskero_tui.tui.modals.receipt",
    "deskero_tui.tui.screens.compose",
    "deskero_tui.tui.screens.new_ticket",
    "deskero_tui.tui.screens.select_view",
    "deskero_tui.tui.terminal.editor",
    "deskero_tui.tui.unsent_facts",
    "deskero_tui.tui.widgets.finding",
)


def load_late() -> None:
    """Imports all of it: from then on no key waits for that, and another version of the program
    that is put in the place of this one cannot come into it. On any thread.
    """
    for name in LATE:
        importlib.import_module(name)
