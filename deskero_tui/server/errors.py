"""What the desk refuses, and why it cannot start. Standard library only."""

from __future__ import annotations


class DeskStartError(Exception):
    """The desk cannot start; the text is one sentence for the person who started it."""


class ApiError(Exception):
    """A request is refused; becomes the JSON error body of API sheet §7."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> dict[str, str]:
        """The members of the answer: 401 explains itself as OAuth does, the rest in `message`."""
        explanation = "error_description" if self.status == 401 else "message"
        return {"error": self.code, explanation: self.message}


def bad_request(message: str) -> ApiError:
    """400: the caller must change the request; the message names the field."""
    return ApiError(400, "bad_request", message)


def not_found(message: str) -> ApiError:
    """404: a write to something that does not exist (reading it is a 204)."""
    return ApiError(404, "not_found", message)


def too_large(limit_bytes: int) -> ApiError:
    """413: more bytes than this desk takes in one request."""
    return ApiError(413, "too_large", f"The body is larger than {limit_bytes} bytes")
