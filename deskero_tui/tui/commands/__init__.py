"""Commands: the table of all commands, and one function for each."""
