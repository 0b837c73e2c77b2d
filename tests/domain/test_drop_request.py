"""The closed grammar of what may be asked over SSH."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.drop_names import flaw_of_drop_name
from deskero_tui.domain.drop_request import MOST_CHARS, DropRequest, Verb, read_request
from deskero_tui.domain.errors import BadInput


@pytest.mark.parametrize(
    ("asked", "request_"),
    [
        ("", None),
        ("files", DropRequest(Verb.FILES)),
        ("put a.txt", DropRequest(Verb.PUT, "a.txt")),
        ("put -f a.txt", DropRequest(Verb.PUT, "a.txt", replaces=True)),
        ("put my file.pdf", DropRequest(Verb.PUT, "my file.pdf")),
        ("get $(id)", DropRequest(Verb.GET, "$(id)")),
        ("drop a;b", DropRequest(Verb.DROP, "a;b")),
        ("get put", DropRequest(Verb.GET, "put")),
    ],
)
def test_what_can_be_asked(asked: str, request_: DropRequest | None) -> None:
    assert read_request(asked) == request_


@pytest.mark.parametrize(
    "asked",
    [
        "bash",
        "sh -c id",
        "/usr/lib/openssh/sftp-server",
        "internal-sftp",
        "scp -t .",
        "deskero-tui --restricted --agent Bruno",
        "--agent Bruno",
        "files /etc",
        "files ",
        "put",
        "put ",
        "put -f",
        "put -f ",
        "put  a",
        "put -f -f a",
        "put -x a",
        "put ../x",
        "get -f a",
        "get /etc/passwd",
        "get ~/.ssh/id_rsa",
        "get ..",
        "get a\n",
        "get a\nput b",
        "drop .",
        "drop a/../b",
        "PUT a",
        " put a",
        "\tput a",
        "put\ta",
        "put 'a b'/..",
        "get " + "a" * MOST_CHARS,
        "get \udcff",
    ],
)
def test_anything_else_is_refused_and_not_repeated(asked: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_request(asked)
    assert refused.value.user_message.isprintable()


@given(st.text(max_size=40))
def test_whatever_is_asked_no_name_leads_out(asked: str) -> None:
    try:
        request = read_request(asked)
    except BadInput:
        return
    if request is not None and request.verb is not Verb.FILES:
        assert flaw_of_drop_name(request.name) is None
