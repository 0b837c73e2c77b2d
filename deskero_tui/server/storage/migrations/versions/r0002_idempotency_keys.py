"""Add the answers that are kept under an `Idempotency-Key`, and the id of the desk."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table with its index, and name the database."""
    op.create_table(
        "idempotency_keys",
        sa.Column("tokenHash", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("bodyHash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("storedDate", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tokenHash", "path", "key"),
    )
    op.create_index("idempotency_keys_by_date", "idempotency_keys", ["storedDate"])
    facts = sa.table("desk_facts", sa.column("name", sa.String()), sa.column("value", sa.Text()))
    op.bulk_insert(facts, [{"name": "desk_id", "value": secrets.token_hex(16)}])
