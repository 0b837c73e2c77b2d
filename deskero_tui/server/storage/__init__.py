"""The database of the desk: tables, migrations, engine, dialects."""
