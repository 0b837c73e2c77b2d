"""The reader of HTML beside an independent parser: the same words in the same order.

The oracle builds the whole tree that a browser builds. Its words are those of the text nodes that
no `head`, raw or hidden element holds. Three things differ on purpose and are left out here:
framesets, whose text is shown; `selectedcontent`, which copies; and text whose hidden inline parent
a later misnested end tag takes away.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from justhtml import JustHTML

from deskero_tui.domain.text.html import readable
from tests.domain.format_samples import HTML


def names(text: str) -> list[str]:
    """Split a list of names at its spaces."""
    return text.split()


UNSEEN: Final = names(
    "head template script style title iframe noembed noframes datalist desc metadata"
)


def words_of_tree(source: str, word: str) -> list[str]:
    """Give the words that the tree of the oracle shows."""
    document = JustHTML(source, sanitize=False, scripting_enabled=False)
    parts: list[str] = []
    todo: list[tuple[Any, bool]] = [(document.root, False)]
    while todo:
        node, is_drawing = todo.pop()
        if node.name == "#text":
            parts.append("" if is_drawing else node.data)
            continue
        attributes = node.attrs or {}
        unseen = {"annotation", "annotation-xml"} if node.namespace == "math" else UNSEEN
        if node.name in unseen or "hidden" in attributes or "none" in attributes.get("style", ""):
            continue
        if node.namespace == "svg":
            is_text = node.name.lower() in ("text", "foreignobject")
            is_drawing = not is_text and (is_drawing or node.name == "svg")
        elif node.namespace == "math":
            is_drawing = False
        todo += [(child, is_drawing) for child in reversed(node.children or ())]
    return re.findall(word, "".join(parts))


def words_shown(source: str, word: str) -> list[str]:
    return re.findall(
        word, re.sub(r"\[\d+\]|\[image[^\]]*\]", "", readable(source, is_html=True).text)
    )


TAGS: Final = names(
    "p div span b i a font u em strong nobr table tbody thead tfoot tr td th caption col"
    " colgroup ul ol li dl dd dt blockquote pre listing xmp h1 h2 center form fieldset"
    " legend button select option optgroup object marquee applet svg text g foreignobject"
    " math mi mtext annotation-xml template ruby rt rp section details summary noscript"
    " title style script textarea iframe noframes head body html address label small big"
    " br hr img input video o:p wbr plaintext"
)
ENDED: Final = names(
    "p div b i a nobr font table td tr caption li ul select svg math object template"
)
ATTRIBUTES: Final = [
    "",
    "",
    " class='a>b'",
    ' title="x\'>"',
    " href=http://x.example",
    " a=1 a=2 =x",
    " style='white-space:pre'",
]
OTHERS: Final = [
    "<!-- c -->",
    "<!-->",
    "<!--->",
    "<!-- x --!>",
    "<!-- - -- -->",
    "<![CDATA[ c ]]>",
    "<?xml c>",
    "<!x>",
    "</>",
    "</ x>",
    "&amp;",
    "&copy",
    "&notit;",
    "&#128;",
    "&#x110000;",
    "<",
    "<3",
    "<![if x]>",
    "<![endif]>",
    "<!--[if mso]>",
    "<![endif]-->",
    "\x00",
    " \n",
]

TEXTS = st.integers(1, 99).map("w{} ".format)
STARTS = st.builds(
    "<{}{}{}>".format,
    st.sampled_from([*TAGS, *map(str.upper, ENDED)]),
    st.sampled_from(ATTRIBUTES),
    st.sampled_from(["", "", "", "/", " /"]),
)
ENDS = st.sampled_from([*TAGS, *ENDED]).map("</{}>".format)
SOUP = st.builds(
    "{}{}".format,
    st.sampled_from(["", "<!doctype html>", "<html><head>"]),
    st.lists(
        st.one_of(TEXTS, TEXTS, STARTS, STARTS, ENDS, st.sampled_from(OTHERS)), max_size=40
    ).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(SOUP)
def test_any_markup_shows_the_words_of_its_tree(source: str) -> None:
    assert words_shown(source, r"w\d+") == words_of_tree(source, r"w\d+")


MAY_BE_HIDDEN: Final = names("p div li td table section ul h1 blockquote b font a nobr tr")
HIDDEN = st.builds(
    "<{}{}>".format,
    st.sampled_from(
        [
            "p",
            "div",
            "li",
            "td",
            "table",
            "section",
            "ul",
            "h1",
            "blockquote",
            "b",
            "font",
            "a",
            "nobr",
            "tr",
        ]
    ),
    st.sampled_from(
        ["", "", " hidden", " style='display:none'", " style='color:red; display : NONE'"]
    ),
)
PLAIN_ENDS = st.sampled_from(
    [
        "p",
        "div",
        "li",
        "td",
        "table",
        "section",
        "ul",
        "h1",
        "blockquote",
        "b",
        "font",
        "a",
        "nobr",
        "tr",
    ]
).map("</{}>".format)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(TEXTS, TEXTS, HIDDEN, PLAIN_ENDS), max_size=30).map("".join))
def test_hidden_elements_end_where_they_end_in_a_browser(source: str) -> None:
    lowered = source.replace("NONE", "none")
    assert words_shown(source, r"w\d+") == words_of_tree(lowered, r"w\d+")


@pytest.mark.parametrize("source", HTML.values(), ids=HTML)
def test_mails_show_the_words_of_their_tree(source: str) -> None:
    letter = r"[^\W\d_]"
    assert words_shown(source, letter) == words_of_tree(source, letter)


NESTED: Final = ["div", "ul><li", "table><tr><td", "b><p", "font", "blockquote", "span"]


@pytest.mark.parametrize("tag", NESTED)
def test_words_beyond_the_depth_limit_are_shown(tag: str) -> None:
    source = "".join(f"<{tag}>w{n} " for n in range(700)) + "</p></div>w700 </table>w701"
    expected = sorted(words_of_tree(source, r"w\d+"))
    assert sorted(words_shown(source, r"w\d+")) == expected
