"""The records of the desk: tickets and the directory."""
