"""Entries of a desk's look-up lists and people to choose from: what pickers and labels show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class TermKind(Enum):
    """The look-up lists. Statuses and sources have no id: their machine name stands for it."""

    STATUS = "status"
    SOURCE = "source"
    TYPE = "type"
    AREA = "area"
    GROUP = "group"


class PersonKind(Enum):
    AGENT = "agent"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a look-up list, as the desk spells it."""

    id: str
    name: str
    labels: Mapping[str, str]
    """Language to name."""

    def label(self, lang: str) -> str:
        """The name in `lang`, else in English, else the machine name (API sheet §3.6)."""
        return self.labels.get(lang) or self.labels.get("en") or self.name or self.id


@dataclass(frozen=True, slots=True)
class Person:
    """An agent or a customer, as far as a picker shows one."""

    id: str
    name: str
    email: str
    record: str = ""
    """As the desk sent it (JSON); empty when only seen inside a ticket."""
