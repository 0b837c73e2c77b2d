"""Macros and canned answers: library, placeholders, plans."""
