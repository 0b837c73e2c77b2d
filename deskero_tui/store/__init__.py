"""The local file: plain functions whose first parameter is the connection."""
