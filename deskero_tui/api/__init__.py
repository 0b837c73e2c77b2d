"""The HTTP client for a Deskero desk. It knows the wire and nothing of the app around it."""
