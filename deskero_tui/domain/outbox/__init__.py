"""The outbox: items and their states, drafts, delivery checks, undo."""
