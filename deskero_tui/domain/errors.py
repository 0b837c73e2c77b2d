"""Everything that can go wrong on purpose, as one tree.

`user_message` says what happened and what the agent can do, without status codes, in one or two
sentences. Status, address and body belong to the log and travel as `detail`; tokens, passwords and
the text of messages belong nowhere.
"""

from __future__ import annotations


class DeskeroError(Exception):
    """The root: raised by us, shown to the agent, never a bug of ours."""

    short_reason = ""
    """The reason of `user_message` alone, for one line of a screen; may be empty."""
    has_left = False
    """Whether bytes of the request left this machine. Only set for writes."""
    may_be_done = False
    """Whether the desk may have carried the request out in spite of this error: cut, timed out, or
    answered in a way that proves nothing. Only set for writes."""

    def __init__(self, user_message: str, *, detail: str = "") -> None:
        super().__init__(user_message)
        self.user_message = user_message
        self.detail = detail
        """For the log only: status, address, the start of an answer. Never shown, may be empty."""


class Unreachable(DeskeroError):
    """Nothing left this machine: no address, no connection, no secure channel."""

    def __init__(self, user_message: str, *, detail: str = "", is_lasting: bool = False) -> None:
        super().__init__(user_message, detail=detail)
        self.is_lasting = is_lasting
        """Whether another try cannot help before somebody changes something."""


class Unclear(DeskeroError):
    """It may have been carried out or not: cut or timed out after it began to leave."""


class NotAllowed(DeskeroError):
    """The desk does not accept our credentials (401 with a fresh bearer) or account (403)."""


class Missing(DeskeroError):
    """What was asked for is not there (204 on a detail, 404)."""


class Throttled(DeskeroError):
    """The desk asked for patience (429, 503 with `Retry-After`)."""

    def __init__(self, user_message: str, *, wait_s: float | None = None, detail: str = "") -> None:
        super().__init__(user_message, detail=detail)
        self.wait_s = wait_s
        """Seconds the desk asked us to wait; `None` when it did not say."""


class Refused(DeskeroError):
    """The desk read the request and said no (another 4xx, or a 2xx without the promised id)."""

    def __init__(self, user_message: str, *, status: int, detail: str = "") -> None:
        super().__init__(user_message, detail=detail)
        self.status = status


class ServerFault(DeskeroError):
    """The desk failed on its side (5xx); a write may have been carried out before it did."""


class BadAnswer(DeskeroError):
    """An answer that is not what a Deskero desk sends: HTML, cut JSON, another shape."""


class NoSuchCall(BadAnswer):
    """A 404 with a web page: there is no such address. Says nothing about a record of the desk."""


class Replaced(BadAnswer):
    """The desk answers for an id with another record: the one it was merged into, mostly."""

    def __init__(self, user_message: str, *, record: object, detail: str = "") -> None:
        super().__init__(user_message, detail=detail)
        self.record = record
        """What came, to be kept under its own id only."""


class BadInput(DeskeroError):
    """What the agent gave us cannot be used: an empty reply, a file that cannot be read."""


class Conflict(DeskeroError):
    """A field was changed by someone else since the agent saw it."""

    def __init__(self, user_message: str, *, base: object, ours: object, theirs: object) -> None:
        super().__init__(user_message)
        self.base = base
        self.ours = ours
        self.theirs = theirs


class StoreBroken(DeskeroError):
    """The local file cannot be used: full disk, no permission, locked, damaged, too new."""


class BadConfig(DeskeroError):
    """A setting, an environment variable or a flag cannot be understood."""
