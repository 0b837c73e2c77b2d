"""The desk: an HTTP server that speaks the documented Deskero API.

Imports nothing else of this project, so that it can contradict the client.
"""
