"""Statuses and sources: fixed, as no documented call manages them (API sheet §4.6, §5.4)."""

from __future__ import annotations

from typing import Any

CLOSED = "closed"
LANGUAGES = ("en", "it", "es", "fr")


def _status(name: str, en: str, it: str, es: str, fr: str) -> dict[str, Any]:
    return {"status": name, "labels": {"en": en, "it": it, "es": es, "fr": fr}}


def _source(name: str, **labels: str) -> dict[str, Any]:
    return {"source": name, "labels": dict.fromkeys(LANGUAGES, name) | labels}


STATUSES: dict[str, dict[str, Any]] = {
    record["status"]: record
    for record in (
        _status("opened", "opened", "aperto", "abierto", "à traiter"),
        _status("onhold", "on hold", "in attesa", "en espera", "en attente"),
        _status("solved", "solved", "risolto", "resuelto", "résolu"),
        _status(CLOSED, "closed", "chiuso", "cerrado", "fermé"),
    )
}
"""Status records by machine name, in the order a ticket usually takes."""

SOURCES: dict[str, dict[str, Any]] = {
    record["source"]: record
    for record in (
        _source("web"),
        _source("email", en="e-mail", it="e-mail", es="correo", fr="e-mail"),
        _source("chat"),
        _source("facebook"),
        _source("twitter"),
    )
}
"""Source records by machine name; names of other channels are in no source (API sheet §5.4)."""
