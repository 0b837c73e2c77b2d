"""`html` with its layout and links: a message becomes text, and a text becomes HTML."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.text.html import Readable, comparable, readable, text_to_html
from deskero_tui.domain.text.safe_text import SafeText, safe_block


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Dear <b>team</b>,<br>my\n  parcel</p>", "Dear team,\nmy parcel"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div><div>two</div></div>", "one\ntwo"),
        ("<p>a<br><br>b</p>", "a\n\nb"),
        ("<h1>Head</h1>text", "Head\n\ntext"),
        ("<ul><li>one<li><p>two</p></ul>", "- one\n- two"),
        ("<ol start=3><li>c</li><li>d<ul><li>e</ul></ol>", "3. c\n4. d\n  - e"),
        ("a<ol start=x><li>b</ol>", "a\n1. b"),
        ("<table><tr><td>a<td><p>b</p></td><td></td><td>c</tr><tr><th>d</table>", "a | b | c\nd"),
        ("<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc"),
        ("<table><tr><td>a</td><td></td></tr></table>b", "a\nb"),
        ("<table><tr><td>a</td><td><ul><li>b</ul></table>", "a | - b"),
        ("<p>a</p><pre>\n x\n\n  y</pre>b", "a\n\n x\n\n  y\n\nb"),
        ("a<hr>b", "a\n----------\nb"),
        (
            "<blockquote>q<blockquote><p>r</p><p>s</p></blockquote>t</blockquote>u",
            "> q\n>\n> > r\n> >\n> > s\n>\n> t\n\nu",
        ),
        ("a <img src=x alt='Our  logo'> <img alt=''> <img> <img width=1>b", None),
        ("<head><title>t</title></head><body>a", "a"),
        ("<head><body>a", "a"),
        ("<style>p {}</style>a<script>if (1 < 2) '</p>'</script>b", "ab"),
        ("a<div style='DISPLAY : none'>x<div>y</div>z</div>b", "ab"),
        ("a<p hidden>x<p>b", "a\n\nb"),
        ("a<template>x</template><!-- y --><!doctype z><?w ?></3>b", "ab"),
        ("a &lt;b&gt; &amp;&nbsp;c &#27;[2J", "a <b> &\xa0c [2J"),
        ("1 < 2 <3 a<", "1 < 2 <3 a<"),
        ("<p>a</p></div></p></br>b", "a\nb"),
        ("a<!-- never closed", "a"),
        ("a<b title='never closed", "a"),
        ("<script>never closed", ""),
        ("x<wbr>y<b/>z", "xyz"),
    ],
)
def test_html_reads_as(source: str, text: str | None) -> None:
    expected = "a [image: Our logo] [image] b" if text is None else text
    assert readable(source, is_html=True).text == expected


@pytest.mark.parametrize(
    ("source", "text"),
    [
        # What a browser shows, whatever the tags are like.
        ("<html><head><meta charset=x><title>t</title><p>a</p><p>b", "a\n\nb"),
        ("<head><style>x</style><head><title>t</title>a</head>b", "ab"),
        ("<p>a</p><!-- x --!><p>b</p>", "a\n\nb"),
        ("a<!-->b<!--->c<!-- - -- > -->d", "abcd"),
        ("a<!--[if mso]>x<![endif]--><![if !mso]>b<![endif]>c", "abc"),
        ("a<![CDATA[x]]>b<?xml y>c</ z>d</>e", "abcde"),
        ("<title>never closed <p>a", ""),
        ("<textarea>\na <b>\n  c &lt;</textarea>d", "a <b>\n  c < d"),
        ("<xmp>a &amp; <b>\nc</xmp>", "a &amp; <b>\nc"),
        ("<plaintext>a</p><b>", "a</p><b>"),
        ("<noscript>a</noscript><iframe>x</iframe><noframes>y</noframes>b", "ab"),
        ("<script><!-- <script> </script> x --></script>a", "a"),
        ("<table>a<tr>b<td>c</td></tr>d</table>e", "a\nb\nd\nc\ne"),
        ("<p title='>'>a<p title=\"it's\">b<p title=don't>c", "a\n\nb\n\nc"),
        ("<p a=1>b<p hidden=x style=''>no", "b"),
        ("a\0b &amp c &copy d &notit; &#128;&#x110000;", "ab & c © d ¬it; €\ufffd"),
        ("<svg><title>x</title><text>a</text><rect/>x</svg><math><mi>b</mi></math>", "ab"),
        ("<svg><foreignobject><p>a</p></foreignobject></svg>b", "a\n\nb"),
        ("<video src=x>a</video><object>b</object><audio>c</audio>", "a b c"),
        ("<details><summary>a</summary>b</details>", "a\nb"),
        ("<select><option>a<option>b</select>", "a\nb"),
        ("<button>a</button><button>b</button>", "a b"),
        ("a<input value=' b  c'><input type=hidden value=x>", "a [b c]"),
        ("He said <q>a</q>.", "He said “a”."),
        ("<li>a</li><ol><li value=4>b<li>c", "- a\n4. b\n5. c"),
        # What is hidden, by the rules of CSS.
        ("<p style='x-display: none'>a<p style='display:none;display:block'>b", "a\n\nb"),
        ("<p style='display:none!important;display:block'>x</p>a", "a"),
        ("<p style='display:none-ish'>a<p style='DISPLAY : NONE'>x", "a"),
        ("<p style='content:\"display:none\"'>a<p style='/*;*/display:/**/none'>x", "a"),
        ("<p hidden style='display:block'>a", "a"),
        ("<p style='visibility:hidden'>x<b style='visibility:visible'>a</b>y", "a"),
        (
            "<div style='font-size:0'>x<p style='font-size:12px'>a</p><p style='font-size:1em'>y",
            "a",
        ),
        ("<div style='font:0/0 x'>x<table><tr><td>a</table></div>", "a"),
        ("<p style='mso-hide:all'>a", "a"),
        ("<body style='display:none'>a", "a"),
        ("<b style='display:none'>x<p>y</b>a", "a"),
        # Which line ends count.
        ("<p style='white-space:pre-wrap'>a\n  b\tc", "a\n  b c"),
        ("<p style='white-space:pre-line'>a\n  b   c", "a\nb c"),
        ("<p style='white-space: break-spaces'>a\nb<i>\nc", "a\nb\nc"),
        ("<div style='white-space:pre'>a\nb<p style='white-space:normal'>c\nd", "a\nb\n\nc d"),
        ("<pre>a\n<span style='white-space:nowrap'>b\nc</span></pre>", "a\nb c"),
        ("<listing>\na\nb</listing>", "a\nb"),
        ("<style>.a{white-space:pre-wrap}</style><div class='b a'>a\nb</div>", "a\nb"),
        (
            "<style>p.a, #b { COLOR: red; White-Space: PRE }</style><p id=b>a\nb<p>c\nd",
            "a\nb\n\nc d",
        ),
        (
            "<style>@media x{body td.a{white-space:pre-line}}</style><table><td class=a>a\nb",
            "a\nb",
        ),
        ("<style><!-- div{white-space:pre} --></style><div style='white-space:normal'>a\nb", "a b"),
        ("<style>.a{white-space:nowrap}.b{}p{white-space</style><p class=a>a\nb", "a b"),
        ("<span style='display:block'>a</span><div style='display:inline'>b</div>c", "a\nbc"),
        # Tables of data keep their columns, those of a layout leave no trace.
        ("<table><tr><td>Cup<td><td>4<tr><td>Jug<td>6<td></table>", "Cup |  | 4\nJug | 6 |"),
        ("<table><tr><td>a<td>&nbsp;<td>b</table>", "a | b"),
        (
            "<table><tr><td colspan=3>a<tr><td>b<td>c<td>d<tr><td colspan=2>e<td>f</table>",
            "a\nb | c | d\ne |  | f",
        ),
        ("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>", "a | b\n | c"),
        ("<table><tr><td>&nbsp;<td>a<tr><td><img width=1><td>b</table>", "a\nb"),
        ("<table role=presentation><tr><td>a<td><td>b<tr><td><td>c<td></table>", "a | b\nc"),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "a | b | c"),
        ("<table><caption>a</caption><tr><th>b<th>c</table>", "a\nb | c"),
        ("<table><form><tr><td>a<td><input value=b></form></table>", "a | [b]"),
        ("<ul><li><table><tr><td>a<td>b</table></ul>", "- a | b"),
        ("<blockquote><table><tr><td>a<td>b</table></blockquote>", "> a | b"),
        # Blank lines.
        ("a" + "<br>" * 60 + "b" + "<p>&nbsp;</p>" * 40 + "c", "a\n\nb\n\nc"),
        ("<blockquote>a<p>\u200b</p><br><br>b</blockquote>" + "<br>" * 9 + "c", "> a\n>\n> b\n\nc"),
        ("<pre>a\n\n\n \n\nb</pre>", "a\n\nb"),
    ],
)
def test_html_is_shown_as_in_a_browser(source: str, text: str) -> None:
    assert readable(source, is_html=True).text == text


def test_blank_lines_of_plain_text_shrink_to_one() -> None:
    assert readable("\n\na\n" + " \n\u00a0\n" * 40 + "b\n>\n> \n> c\n\n").text == "a\n\nb\n>\n> c"


def test_an_address_keeps_its_parameters() -> None:
    shown = readable("<a href='https://a.example/?x=1&copy=2&amp;y=3&lt;'>x</a>")
    assert [link.url for link in shown.links] == ["https://a.example/?x=1&copy=2&y=3<"]


@pytest.mark.parametrize(
    ("source", "text", "hosts"),
    [
        ("<a href='https://a.example/x'>here</a>", "here [1]", ["a.example"]),
        ("<a href='https://a.example'>www.a.example</a>", "www.a.example [1]", ["a.example"]),
        (
            "<a href='https://t.a.example'>a.example</a>",
            "a.example [1]",
            ["t.a.example"],
        ),
        (
            "<a href='http://evil.example'>www.<b>bank</b>.example</a>",
            "www.bank.example [1: evil.example]",
            ["evil.example"],
        ),
        (
            "<a href='http://evil.example'>bank&shy;.example</a>",
            "bank.example [1: evil.example]",
            ["evil.example"],
        ),
        (
            "<a href='https://bank.example@evil.example/'>bank.example</a>",
            "bank.example [1: evil.example]",
            ["evil.example"],
        ),
        (
            "<a href=' https:\\\\a:b@EVIL.example:8080\\x'>bank.example</a>",
            "bank.example [1: evil.example]",
            ["evil.example"],
        ),
        (
            "<a href='https://аррӏе.com/'>apple</a>",
            "apple [1: xn--80ak6aa92e.com]",
            ["xn--80ak6aa92e.com"],
        ),
        ("<a href='https://%65vil。example'>x</a>", "x [1]", ["evil.example"]),
        ("<a href=mailto:tom@x.example?subject=a>mail</a>", "mail [1]", ["x.example"]),
        ("<a href=//x.example>r</a> <a href=/x>s</a> <a>t</a>", "r s t", []),
        ("<a href='javascript:alert(1)'>js</a> <a href='data:x'>d</a>", "js d", []),
        ("<a href=http://a.example></a>b", "b", []),
        (
            "<a href=http://a.example>x</a> <a href=http://b.example>y</a> "
            "<a href=http://a.example>z</a>",
            "x [1] y [2] z [1]",
            ["a.example", "b.example"],
        ),
        ("<a href=http://a.example>x<br></a>y", "x [1]\ny", ["a.example"]),
        ("<a href=http://a.example>x<a href=http://b.example>y", None, ["a.example", "b.example"]),
        ("see http://a.example/b.", "see http://a.example/b [1].", ["a.example"]),
        ("<a href=http://" + "a" * 9_000 + ".example>x</a>", "x", []),
    ],
)
def test_links_show_where_they_lead(source: str, text: str | None, hosts: list[str]) -> None:
    shown = readable(source, is_html=True)
    assert shown.text == ("x [1]y [2]" if text is None else text)
    assert [link.host for link in shown.links] == hosts
    assert [link.number for link in shown.links] == list(range(1, len(hosts) + 1))
    assert all(link.url.isascii() and " " not in link.url for link in shown.links)


def test_plain_text_keeps_its_shape_and_numbers_its_links() -> None:
    shown = readable(
        "a <b and c>\n  (see https://a.example/x_(1)), www.b.example!\n<tom@c.example>"
    )
    assert shown.text == (
        "a <b and c>\n  (see https://a.example/x_(1) [1]), www.b.example [2]!\n<tom@c.example>"
    )
    assert [link.url for link in shown.links] == ["https://a.example/x_(1)", "http://www.b.example"]


def test_an_address_is_kept_as_browsers_send_it() -> None:
    shown = readable("<a href='HTTPS://tom@Ä.example:80/è x?\U000e0041'>x</a>")
    assert [link.url for link in shown.links] == [
        "https://tom@xn--4ca.example:80/%C3%A8%20x?%F3%A0%81%81"
    ]


def test_an_open_address_with_a_false_user_shows_its_host() -> None:
    shown = readable("https://bank.example@evil.example/")
    assert shown.text == "https://bank.example@evil.example/ [1: evil.example]"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("one<br>two", "one\ntwo"),
        ("<div class=x>one</div>", "one"),
        ("caf&eacute; &amp; tea", "café & tea"),
        ("if a <b then c> d", "if a <b then c> d"),
        ("AT&T & co", "AT&T & co"),
        ("x <- y\n\n1 < 2", "x <- y\n\n1 < 2"),
    ],
)
def test_kind_is_guessed(source: str, text: str) -> None:
    assert readable(source).text == text


def test_the_caller_may_know_better() -> None:
    assert readable("<p>a</p>", is_html=False).text == "<p>a</p>"


def test_lines_beyond_the_limit_are_counted() -> None:
    long = readable("word\n" * 60_000)
    assert (long.text.count("\n"), long.lines_left) == (49_999, 10_000)
    assert readable("word " * 300_000).lines_left == 1
    assert readable("<p>" + "word<br>" * 60_000).lines_left > 0
    assert readable("word " * 150_000).lines_left == 0
    assert readable("<p>short</p>").lines_left == 0


def test_a_picture_inside_the_source_counts_towards_no_limit() -> None:
    picture = "<img src='data:image/png;base64," + "iVBO" * 800_000 + "'>"
    shown = readable(f"<p>Picture:</p>{picture}<p>behind</p>")
    assert shown == Readable(SafeText("Picture:\n\n[image]\n\nbehind"), (), 0)


@pytest.mark.parametrize(
    "payload",
    ["iVBO" * 800_000, "\n".join(["iVBO" * 19] * 40_000), "%41" * 500_000],
    ids=["one line", "lines", "percent"],
)
@pytest.mark.parametrize("tag", ["", "<p>"])
def test_a_data_uri_between_words_counts_towards_no_limit(payload: str, tag: str) -> None:
    start = "data:image/png," if payload.startswith("%") else "data:image/png;name=a.png;base64,"
    shown = readable(f"{tag}See url({start}{payload}) here.\nBye.", is_html=bool(tag))
    label = f"{start}[{len(payload):,} characters]"
    assert shown.text == f"See url({label}) here." + (" Bye." if tag else "\nBye.")
    assert not shown.lines_left


@pytest.mark.parametrize(
    "text",
    [
        "data:text/plain,hello",
        "data: 5, 6",
        "the data:image/png;base64, is",
        "metadata:a/b," + "c" * 500,
    ],
    ids=range(4),
)
def test_short_data_and_other_words_stay(text: str) -> None:
    assert readable(text).text == text


TAGS = st.sampled_from(
    re.findall(
        "<[^>]*>|[^<>\\s]+",
        "<p></p><br><li><ul></ul><ol><td><tr><table></table><pre></pre><blockquote></blockquote>"
        "<a href=http://a.example></a><hr><img alt=x><div hidden></div><head><body><script>"
        "</script><!--> --> &#27; &#x202e; &nbsp; http://b.example",
    )
)
MARKUP = st.lists(st.one_of(TAGS, st.text(max_size=5)), max_size=30).map("".join)


@given(MARKUP, st.sampled_from([True, False, None]))
def test_any_markup_becomes_safe_text(source: str, is_html: bool | None) -> None:
    shown = readable(source, is_html=is_html)
    assert safe_block(shown.text) == shown.text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a", "<p>a</p>"),
        ("a\r\nb\n\n \nc", "<p>a<br>\nb</p>\n<p>c</p>"),
        ('a <b> & "c"', '<p>a &lt;b&gt; &amp; "c"</p>'),
        ("  a\n\tb", "<p>&nbsp;&nbsp;a<br>\n&nbsp;&nbsp;&nbsp;&nbsp;b</p>"),
        ("\n\n", ""),
    ],
)
def test_text_leaves_as_html(text: str, html: str) -> None:
    assert text_to_html(text) == html


def test_comparable_ignores_how_a_desk_stores_a_text() -> None:
    sent = "Ciao  Tom,\r\n\r\ncaffè & tè: 1 < 2\n"
    stored = [
        "<p>Ciao Tom,</p><p>caffe\u0300 &amp; t&egrave;: 1 &lt; 2</p>",
        "<div>Ciao&nbsp; Tom,<br /><br />caffè &amp; tè: 1 &lt; 2</div>\n",
        "Ciao Tom,\n\ncaffè & tè: 1 < 2",
    ]
    assert {comparable(one) for one in stored} == {comparable(sent)}
    assert comparable("Ciao Tim") != comparable("Ciao Tom")


Form = Literal["NFC", "NFD"]
PARTS = (
    *("<", ">", "&", ";", "#", "&#", "&lt;", "&amp;", "&#60;", "&#xd9;", "&#38;", "&amp", "<b>"),
    *("</p>", "<!--", "<U", "\u00d9", "\u0300", "\u0338", "\u0338x", "\u226e", "\u226f", "\u0323"),
    *("\u302a", "\u1100\u1161", "\ufb2c", "\u2126", "\ufeff", "\u200d", "\xa0", "\uff1c", "\uff06"),
)
"""What tags, entities and normal forms can meet in."""
TYPED = st.text(st.one_of(st.characters(), st.sampled_from("<>&;abp \t\n\r\xa0/!#39\u0300\u0338")))
STRANGE = st.lists(st.one_of(st.sampled_from(PARTS), st.characters())).map("".join)
WRITTEN = st.one_of(TYPED, STRANGE)
FORMS: tuple[Form, ...] = ("NFC", "NFD")


@given(WRITTEN)
def test_what_was_sent_is_found_again(text: str) -> None:
    assert comparable(text_to_html(text)) == comparable(text)


@given(WRITTEN)
def test_comparing_does_not_depend_on_the_normal_form(text: str) -> None:
    assert {comparable(unicodedata.normalize(form, text)) for form in FORMS} == {comparable(text)}


@given(WRITTEN)
def test_what_was_sent_is_found_again_in_any_normal_form(text: str) -> None:
    for form in FORMS:
        stored = unicodedata.normalize(form, text_to_html(text))
        assert comparable(stored) == comparable(text)


@given(WRITTEN)
def test_comparing_again_changes_nothing(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "text",
    [
        *(
            "<Ù>",
            "a <Ǘ b> c",
            "<é/>",
            "&lt;Ù&gt;",
            "<&#xd9;>",
            "&lt;U&#x300;&gt;",
            "<U<b></b>\u0300>",
        ),
        *("a ≮b> c", "<\u0338b>"),
    ],
)
def test_no_accent_and_no_stroke_makes_or_breaks_a_tag(text: str, form: Form) -> None:
    assert ">" in comparable(unicodedata.normalize(form, text))
    assert comparable(unicodedata.normalize(form, text)) == comparable(text)


@pytest.mark.parametrize("form", FORMS)
def test_a_tag_ends_before_a_combining_stroke(form: Form) -> None:
    assert comparable(unicodedata.normalize(form, "<p>\u0338x</p>")) == "\u0338x"


@pytest.mark.parametrize("text", ["& amp;", "< b>", "&\u200damp;lt;", "&amp;" * 3 + "amp;" * 60])
def test_signs_that_are_no_tag_stay_none_when_compared_again(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)
