"""Queries: conditions, views, and the language that agents type."""
