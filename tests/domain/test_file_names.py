from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.records.file_names import decoded_file_name
from deskero_tui.domain.text.safe_text import safe_file_name


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("=?UTF-8?B?UmVjaG51bmcgw6QucGRm?=", "Rechnung ä.pdf"),
        ("=?iso-8859-1?Q?Rechnung_=E4.pdf?=", "Rechnung ä.pdf"),
        ("=?UTF-8?B?w6Q=?= =?UTF-8?B?w7Y=?=.pdf", "äö.pdf"),
        ("=?UTF-8?B?w6Q=?=\r\n\t=?UTF-8?B?w7Y=?=", "äö"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A4.pdf?=", "ä.pdf"),
        ('"=?UTF-8?Q?=C3=A4?="', "ä"),
        ("Re: =?UTF-8?Q?b=C3=BC?= x.txt", "Re: bü x.txt"),
        ("filename*=UTF-8''Beleg%20%C3%A4.pdf", "Beleg ä.pdf"),
        ("UTF-8''Beleg%20%C3%A4.pdf", "Beleg ä.pdf"),
        ("iso-8859-1'de'%E4.pdf", "ä.pdf"),
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=x.pdf; filename*=UTF-8''%C3%A4.pdf", "ä.pdf"),
        ("filename*0*=UTF-8''Be%C3%A4; filename*1*=%20x; filename*2=.pdf", "Beä x.pdf"),
        ('filename="=?UTF-8?B?UmVjaG51bmcgw6QucGRm?="', "Rechnung ä.pdf"),
        ('application/pdf; name="x.pdf"', "x.pdf"),
    ],
)
def test_names_of_mail_headers_are_decoded(sent: str, name: str) -> None:
    assert decoded_file_name(sent) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "plain.pdf",
        "100% sure.pdf",
        "Beleg%20a.pdf",
        "O'Brien's 50%25.pdf",
        "a=b;c.pdf",
        "name=foo.pdf",
        "=?UTF-8?X?abc?=",
        "=?x-unknown?B?w6Q=?=",
        "=?UTF-8?B?!!?=",
        "=?utf-8?B?w?= =?utf-8?B?6Q=?=",
        "x" * 5000 + "=?UTF-8?B?w6Q=?=",
    ],
)
def test_any_other_name_stays_as_it_is(name: str) -> None:
    assert decoded_file_name(name) == name


@pytest.mark.parametrize(
    ("sent", "safe"),
    [
        ("=?UTF-8?Q?..=2F..=2Fetc=2Fpasswd?=", "_.._etc_passwd"),
        ("filename*=UTF-8''%2Fetc%2Fpasswd%00%0A", "_etc_passwd"),
        ("=?UTF-8?Q?=2Ebashrc?=", "bashrc"),
        ("=?UTF-8?Q?a=0A=1B[31mb?=", "a b"),
    ],
)
def test_a_decoded_name_is_made_harmless_like_any_other(sent: str, safe: str) -> None:
    made = safe_file_name(decoded_file_name(sent))
    assert "/" not in made
    assert not made.startswith(".")
    assert made.isprintable()


parts = st.sampled_from(
    ["=?", "?=", "?B?", "?Q?", "UTF-8", "filename*=", "''", "%C3", "%A4", ";", "=", '"', "a", " "]
)


@given(st.lists(parts | st.text(max_size=4), max_size=12).map("".join))
def test_no_name_is_an_error_or_empties_another(name: str) -> None:
    decoded = decoded_file_name(name)
    assert bool(decoded) or not name.strip()
    made = safe_file_name(decoded)
    assert len(made.encode()) <= 120
    assert "/" not in made
