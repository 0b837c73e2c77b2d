"""Something to pick from a list: its id, and what to call it."""

from __future__ import annotations

from dataclasses import dataclass

from deskero_tui.domain.text.safe_text import SafeText


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a picker. What it is a choice of says the place that asks."""

    id: str
    label: SafeText
    hint: SafeText = SafeText("")  # noqa: RUF009  (a NewType call answers its argument)
    """Something that tells equal labels apart, such as an address; may be empty."""
