"""Text: made safe for terminals, measured, read from HTML, quotes found and folded."""
