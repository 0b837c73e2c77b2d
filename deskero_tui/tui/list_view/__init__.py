"""The ticket list: columns, sorting, the first frame."""
