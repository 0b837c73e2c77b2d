"""Files as they come from a desk: where a redirect may lead, and whether it is the file at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import httpx

from deskero_tui.api.address import ClientOptions, may_see_bearer
from deskero_tui.api.hosts import is_same_origin, port_of, shown_host, shown_origin
from deskero_tui.domain.errors import BadAnswer, Missing
from deskero_tui.domain.records.ticket import Attachment
from deskero_tui.domain.text.safe_text import safe_line
from deskero_tui.domain.text.sizes import size_in_words

MOST_REDIRECTS: Final = 5
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PAGE_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_PAGE_ENDINGS: Final = (".htm", ".html", ".xhtml", ".shtml", ".mht", ".mhtml")
_PAGE_STARTS: Final = (b"<!doctype html", b"<html")
_NAME_HOST: Final = "so it is not fetched. Name that host in file_hosts if you trust it."


def file_url(address: str, base_url: httpx.URL, options: ClientOptions) -> httpx.URL:
    """Return the address of a file that a record names; it may be relative to the desk.

    Raises:
        Missing: There is no address.
        BadAnswer: It is none, or leads to a host that may not see the bearer.
    """
    if not address:
        raise Missing("The desk does not say where this file is.")
    try:
        url = base_url.join(address)
    except httpx.InvalidURL as error:
        raise BadAnswer("The desk gave an address for this file that is none.") from error
    if not may_see_bearer(url, base_url, options):
        raise BadAnswer(f"This file lies on another host ({shown_host(url)}), {_NAME_HOST}")
    return url


def followed(response: httpx.Response, base_url: httpx.URL, options: ClientOptions) -> httpx.URL:
    """Return where a redirect of a file leads, if the bearer may be sent there.

    Raises:
        BadAnswer: It leads to another host or from https to http, or names no address.
    """
    here, location = response.request.url, response.headers.get("location", "")
    try:
        there = here.join(location)
    except httpx.InvalidURL:
        location = ""
    if not location:
        raise BadAnswer("The desk redirects this file without naming an address.")
    if here.scheme == "https" and there.scheme == "http":
        raise BadAnswer(
            f"The desk redirects this file to plain http ({shown_origin(there)}), "
            "so it is not fetched."
        )
    may_follow = is_same_origin(here, there) or _is_upgrade(here, there)
    if there.userinfo or not (may_follow or may_see_bearer(there, base_url, options)):
        raise BadAnswer(f"The desk redirects this file to {shown_origin(there)}, {_NAME_HOST}")
    return there


def _is_upgrade(here: httpx.URL, there: httpx.URL) -> bool:
    """Tell whether `there` is the same host over https, on the usual port or the same one."""
    is_same_host = here.raw_host == there.raw_host
    is_usual_port = (port_of(here), port_of(there)) == (80, 443) or here.port == there.port
    return is_same_host and is_usual_port and (here.scheme, there.scheme) == ("http", "https")


async def checked_file(
    pieces: AsyncIterator[bytes], file: Attachment, media_type: str
) -> AsyncIterator[bytes]:
    """Pass a file on, and make sure at its end that it is the one that was announced.

    A web page in its place, such as a sign-in page, counts as the file only when its size is the
    announced one or a page was announced.

    Raises:
        BadAnswer: It is another one; what came must not be kept.
    """
    size_bytes, is_page = 0, False
    name = safe_line(file.file_name or "The file", max_chars=80)
    async for piece in pieces:
        if not size_bytes:
            is_page = not _may_be_page(file) and _is_page(piece, media_type)
        size_bytes += len(piece)
        if 0 < file.size_bytes < size_bytes:
            break
        yield piece
    if file.size_bytes > 0 and size_bytes == file.size_bytes:
        return
    if is_page:
        raise BadAnswer(f"{name} was not saved: a web page (HTML) came in place of the file.")
    if file.size_bytes > 0:
        more = "more than " if size_bytes > file.size_bytes else ""
        sizes = f"{size_in_words(file.size_bytes)} were announced, "
        sizes += f"{more}{size_in_words(file.size_bytes if more else size_bytes)} came"
        raise BadAnswer(f"{name} was not saved, it is not the file: {sizes}.")


def _may_be_page(file: Attachment) -> bool:
    announced = file.media_type.partition(";")[0].strip().lower()
    return announced in _PAGE_TYPES or file.file_name.lower().endswith(_PAGE_ENDINGS)


def _is_page(start: bytes, media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    if kind in _PAGE_TYPES:
        return True
    # A text may begin like a page and be meant so; a picture or an archive may not.
    begins = start[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGE_STARTS)
    return begins and not kind.startswith("text/")
