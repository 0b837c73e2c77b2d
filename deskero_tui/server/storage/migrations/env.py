"""Run revisions on the connection that `upgrade` has put into the configuration.

Alembic loads this file; nothing imports it.
"""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
