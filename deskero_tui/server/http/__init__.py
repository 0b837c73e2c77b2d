"""The HTTP side of the desk: routes, authentication, request and response bodies."""
