"""Writing: replies, notes, new tickets, autosave and rescue."""
