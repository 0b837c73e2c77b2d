"""Dates and times: wire format, typed moments, reminders, waiting times."""
