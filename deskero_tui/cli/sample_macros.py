"""Macros for the demo desk, one of each kind, to be tried with `M` and `::`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from deskero_tui.private_files import write_private

SAMPLES: Final[Mapping[str, str]] = {
    "greeting": """\
title: Greeting

Dear {{customer.first_name}},
""",
    "which-order": """\
title: Ask for the order number
status: on hold
include: greeting

thank you for writing. Which order is this about? The number stands on the delivery note.

{{agent.first_name}}
""",
    "refund": """\
title: Refund granted
status: solved
tags: +refund
assign: me
include: greeting

your refund for "{{ticket.subject}}" ({{ticket.number}}) was sent today, {{today}}.
It will be on your account by {{ask: Which day?}}.

{{agent.name}}
""",
    "call-back": """\
title: Call the customer tomorrow
kind: note
remind: tomorrow 9
assign: me

Call {{customer.name}} ({{customer.email}}) about {{ticket.number}}.
""",
    "urgent": """\
title: To the front, and look again in two hours
priority: yes
tags: +urgent
remind: in 2h
key: !
""",
}
"""File name without its ending to content."""


def write_samples(folder: Path) -> None:
    """Puts the samples into a new folder of macros.

    Raises:
        OSError: They cannot be written.
    """
    for name, content in SAMPLES.items():
        write_private(folder / f"{name}.md", content)
