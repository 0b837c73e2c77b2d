"""Refresh: keeps the store's tickets and look-up lists up to date."""
