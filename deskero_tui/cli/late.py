"""What a console does not need for its first picture, and imports when it is first used."""

from __future__ import annotations

import importlib
from typing import Final

LATE: Final = (
    "deskero_tui.domain.query.completion",
    "deskero_tui.domain.macros.parser",
    "deskero_tui.domain.records.plain_ticket",
    "deskero_tui.domain.text.quotes",
    "deskero_tui.domain.outbox.undo",
    "deskero_tui.domain.outbox.unsent",
    "deskero_tui.macro_files",
    "deskero_tui.sync.bulk",
    "deskero_tui.sync.refresh.customers",
    "deskero_tui.sync.drafts",
    "deskero_tui.sync.fresh",
    "deskero_tui.sync.macro_run",
    "deskero_tui.sync.outbox",
    "deskero_tui.sync.delivery.push",
    "deskero_tui.sync.unsent",
    "deskero_tui.tui.compose.autosave",
    "deskero_tui.tui.dialogs.confirm",
    "deskero_tui.tui.dialogs.customer_panel",
    "deskero_tui.tui.dialogs.decide",
    "deskero_tui.tui.dialogs.find_line",
    "deskero_tui.tui.dialogs.help",
    "deskero_tui.tui.dialogs.link_picker",
    "deskero_tui.tui.dialogs.palette",
    "deskero_tui.tui.dialogs.receipt",
    "deskero_tui.tui.compose.screen",
    "deskero_tui.tui.compose.new_ticket",
    "deskero_tui.tui.widgets.select_view",
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
