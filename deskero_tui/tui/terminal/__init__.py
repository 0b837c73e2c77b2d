"""Between Textual's frames and the terminal: what really changed, in as few bytes as it takes."""
