"""The words of a helpdesk as pure values: no I/O, no clock, no Textual, no HTTP."""
