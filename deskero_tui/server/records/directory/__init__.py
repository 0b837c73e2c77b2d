"""Agents, customers, companies, groups and classifications."""
