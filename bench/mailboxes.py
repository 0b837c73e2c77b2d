"""The made-up items as a Maildir, for the mail programs."""

from __future__ import annotations

from email.utils import format_datetime
from pathlib import Path

from bench.made_up import Item, items


def make_maildir(folder: Path, count: int) -> None:
    """Makes a Maildir of `count` mails that have all been read."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for item in items(count):
        written_s = int(item.written_at.timestamp())
        file = folder / "cur" / f"{written_s}.{item.number}.bench:2,S"
        file.write_text(_mail(item), encoding="utf-8")


def _mail(item: Item) -> str:
    customer = item.customer
    return (
        f"From: {customer.name} <{customer.address}>\n"
        "To: Help <help@desk.example>\n"
        f"Subject: {item.subject}\n"
        f"Date: {format_datetime(item.written_at)}\n"
        f"Message-ID: <{item.number}@bench.example>\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "\n"
        f"{item.body}\n"
    )
