"""Delivery: sends the outbox and finds out what arrived."""
