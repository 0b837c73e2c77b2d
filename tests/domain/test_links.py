"""What is told of a link: where it leads, how that is drawn, and what only pretends."""

from __future__ import annotations

import pytest

from deskero_tui.domain.text.links import Link, LinkList


def link_to(address: str) -> Link:
    links = LinkList()
    links.label(address, address)
    (link,) = links.all()
    return link


@pytest.mark.parametrize(
    ("address", "host", "letters", "user"),
    [
        ("https://bank.example/x", "bank.example", "", ""),
        ("https://bank.example@evil.example/", "evil.example", "", "bank.example"),
        ("https://a:b@c@evil.example:80/", "evil.example", "", "a:b@c"),
        ("https://аррӏе.com/", "xn--80ak6aa92e.com", "аррӏе.com", ""),
        ("https://shop.bücher.example/", "shop.xn--bcher-kva.example", "shop.bücher.example", ""),
        ("https://xn--999999999.example/", "xn--999999999.example", "", ""),
        ("mailto:tom@bank.example", "bank.example", "", ""),
    ],
)
def test_a_link_tells_where_it_leads(address: str, host: str, letters: str, user: str) -> None:
    link = link_to(address)
    assert (link.host, link.host_in_letters, link.user) == (host, letters, user)


def test_letters_of_a_host_can_do_nothing_to_a_terminal() -> None:
    label = "a\u202eb\x1b".encode("punycode").decode("ascii")
    drawn = link_to(f"https://xn--{label}.example/").host_in_letters
    assert "\x1b" not in drawn
    assert "\u202e" not in drawn


def test_a_number_stands_behind_the_bracket_that_closes_an_address() -> None:
    text = "see <https://a.example/b?c=1>, <www.d.example/> or <https://e.example"
    assert LinkList().labelled(text) == (
        "see <https://a.example/b?c=1> [1], <www.d.example/> [2] or <https://e.example [3]"
    )
