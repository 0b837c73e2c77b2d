"""One router per part of the API; a route reads the request, calls `records`, writes the answer."""
