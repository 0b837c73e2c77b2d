"""Links found in foreign text: numbered, with the host a browser would really go to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from deskero_tui.domain.text.safe_text import SafeText, safe_line

_MOST_LINKS: Final = 2_000
_MOST_URL_CHARS: Final = 8_000
_MOST_TEXT_CHARS: Final = 2_000
_WEB: Final = re.compile(r"(https?):[/\\]*([^/\\?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_MAIL: Final = re.compile(r"mailto:([^?]*)(.*)", re.IGNORECASE | re.DOTALL)
_PORT: Final = re.compile(r":\d*$")
_BARE_URL: Final = re.compile(
    r"(?<=<)(?P<inside>(?:https?://|www\.)[^\s<>\"]+)>|\b(?:https?://|www\.)[^\s<>\"]+",
    re.IGNORECASE,
)
"""An address; one in angle brackets comes with the closing one."""
_PLAIN_URL: Final = re.compile(r"https?://(?!xn--|[a-z0-9.-]*\.xn--)[a-z0-9.-]+(?:[/?#][!-~]*)?")
"""An address that shows by itself where it leads."""

_NAMED_HOST: Final = re.compile(r"(?<![\w.-])((?:[\w-]{1,63}[.\u3002]){1,8}[^\W\d_]{2,24})")
_AFTER_A_SENTENCE: Final = ".,;:!?'*_"
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Link:
    """One address found in a text, `number` counting from 1.

    `url` is plain ASCII, as a browser sends it. `host` is where it really leads: no user, no
    password, no port, other scripts in their `xn--` form; for mail the part behind the @.
    """

    number: int
    url: SafeText
    host: SafeText

    @property
    def user(self) -> SafeText:
        """What stands before the @ of a web address: often a false host; empty where nothing."""
        web = _WEB.fullmatch(self.url)
        return SafeText(web[2].rpartition("@")[0]) if web else SafeText("")

    @property
    def host_in_letters(self) -> SafeText:
        """The host as it would be drawn; empty where it is plain, without any `xn--`."""
        drawn = ".".join(map(_in_letters, self.host.split(".")))
        return safe_line(drawn) if drawn != self.host else SafeText("")


class LinkList:
    """Collects the links of one text; the same address keeps one number."""

    def __init__(self) -> None:
        self._links: dict[str, Link] = {}
        self._open_labels: dict[str, str] = {}

    def all(self) -> tuple[Link, ...]:
        """Give the links in order of their numbers."""
        return tuple(self._links.values())

    def label(self, address: str, visible_text: str) -> str:
        """Number an address and give what stands behind its text: "[1]" or "[1: evil.example]".

        The host is named when the text names another one, or when the real one is written in
        another script than it looks. Empty for what is no web or mail address. Links beyond 2,000
        get no number, but their host is named all the same.
        """
        target = _target(address)
        if target is None:
            return ""
        url, host = target
        link = self._links.get(url)
        if link is None and not self._is_full:
            link = Link(len(self._links) + 1, safe_line(url, max_chars=len(url)), host)
            self._links[url] = link
        is_other = "xn--" in host or any(
            not _is_within(host, named) for named in _named_hosts(visible_text)
        )
        if link is None:
            return f"[{host}]" if is_other else ""
        return f"[{link.number}: {host}]" if is_other else f"[{link.number}]"

    def labelled(self, text: str) -> str:
        """Put the number behind every address that stands openly in a text."""

        def with_label(found: re.Match[str]) -> str:
            if len(found[0]) > _MOST_URL_CHARS:
                return found[0]
            inside = found["inside"]
            address, rest = (inside, "") if inside else _without_punctuation(found[0])
            if self._is_full and _PLAIN_URL.fullmatch(address):
                return found[0]
            label = self._open_labels.get(address)
            if label is None:
                label = self._open_labels[address] = self.label(address, address)
            if not label:
                return found[0]
            return f"{inside}> {label}" if inside else f"{address} {label}{rest}"

        return _BARE_URL.sub(with_label, text)

    @property
    def _is_full(self) -> bool:
        return len(self._links) >= _MOST_LINKS


def _target(address: str) -> tuple[str, SafeText] | None:
    """Read an address as browsers do; None for other schemes, relative ones and nonsense."""
    if len(address) > _MOST_URL_CHARS:
        return None
    cleaned = re.sub(r"[\t\r\n]", "", address).strip("\x00\x01\x1b ")
    if cleaned.lower().startswith("www."):
        cleaned = f"http://{cleaned}"
    if web := _WEB.fullmatch(cleaned):
        user, _, place = web[2].rpartition("@")
        port = _PORT.search(place)
        host = _ascii_host(_PORT.sub("", place))
        before = f"{user}@" if user else ""
        after = port[0] if port else ""
        url = f"{web[1].lower()}://{before}{host}{after}{web[3]}"
    elif mail := _MAIL.fullmatch(cleaned):
        host = _ascii_host(mail[1].rpartition("@")[2])
        url = cleaned
    else:
        return None
    return (_percent_encoded(url), safe_line(host)) if host else None


def _ascii_host(written: str) -> str:
    """Give a host in lower-case ASCII, labels of other scripts as punycode."""
    decoded = re.sub(
        rb"%([0-9a-fA-F]{2})",
        lambda code: bytes.fromhex(code[1].decode()),
        written[:255].encode(errors="replace"),
    ).decode(errors="replace")
    plain = unicodedata.normalize("NFKC", decoded).replace("\u3002", ".").lower()
    seen = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cf", "Cc"))
    labels = (
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
        for label in seen.split(".")
    )
    return ".".join(labels).strip(". ")


def _in_letters(label: str) -> str:
    """A label of a host in its own script; as it is where it is no punycode."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _named_hosts(text: str) -> Iterator[str]:
    """Find what looks like a host in a text as it is drawn, joiners and odd dots resolved."""
    drawn = unicodedata.normalize("NFKC", safe_line(text, max_chars=_MOST_TEXT_CHARS))
    for found in _NAMED_HOST.finditer(drawn):
        yield _ascii_host(found[1])


def _is_within(host: str, named: str) -> bool:
    """Tell whether a link to `host` is what somebody expects who reads `named`."""
    expected = named.removeprefix("www.")
    return host == expected or host.endswith(f".{expected}")


def _percent_encoded(url: str) -> str:
    def encoded(found: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace"))

    return re.sub(r"[^\x21-\x7e]+", encoded, url)


def _without_punctuation(address: str) -> tuple[str, str]:
    """Part an address from the full stop or bracket of the sentence it stands in."""
    end = len(address)
    surplus = {
        closing: address.count(closing) - address.count(opening)
        for closing, opening in _BRACKETS.items()
    }
    while end:
        last = address[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _AFTER_A_SENTENCE:
            break
        end -= 1
    return address[:end], address[end:]
