"""What is wrong with a part of the configuration that the console can go on without."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to put right, or to know of. What is right beside it is used."""

    where: str
    """The place in the config file: `[keys.list] "ticket.reply"`."""
    says: str
    """What is wrong and what is done instead: one sentence."""
    is_warning: bool = False
    """It is done as it was asked for, though it may not work everywhere."""

    def __str__(self) -> str:
        return f"{self.where}: {self.says}"
