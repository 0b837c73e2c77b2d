"""Tickets: reads, writes, search."""
