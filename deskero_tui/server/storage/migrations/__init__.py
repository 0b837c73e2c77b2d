"""Alembic revisions of the database; see `upgrade` and `tables`."""
