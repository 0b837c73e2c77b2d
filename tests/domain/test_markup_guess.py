"""`markup_guess`: plain text that mentions tags stays plain text, and HTML stays HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskero_tui.domain.text.html import readable, text_to_html
from deskero_tui.domain.text.markup_guess import MessageFormat, guess_format
from tests.domain.format_samples import HTML, REFERENCES, TEXT


@pytest.mark.parametrize("source", HTML.values(), ids=HTML)
def test_html_is_recognised(source: str) -> None:
    assert guess_format(source) is MessageFormat.HTML


@pytest.mark.parametrize("source", TEXT.values(), ids=TEXT)
def test_plain_text_keeps_its_lines_and_characters(source: str) -> None:
    assert guess_format(source) is MessageFormat.TEXT
    shown = [line.partition(" [1")[0] for line in readable(source).text.split("\n")]
    written = [line.expandtabs(4).rstrip() for line in source.strip("\n").split("\n")]
    assert [line for line in shown if line] == [
        line.partition(" [1")[0] for line in written if line.strip() and line.strip("> ")
    ] or "http" in source


@pytest.mark.parametrize(("source", "text"), REFERENCES.items())
def test_letters_that_a_program_escaped_are_shown_as_letters(source: str, text: str) -> None:
    assert guess_format(source) is MessageFormat.TEXT_WITH_REFERENCES
    assert readable(source).text == text


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_any_line_end_tells_the_same(line_end: str) -> None:
    for source in TEXT.values():
        assert guess_format(source.replace("\n", line_end)) is MessageFormat.TEXT


SOME_WORDS = ["the", "lamp", "is", "dark", "since", "Monday", "a", "&", "b", "2", "<", "3", "4417"]
WORDS = st.lists(
    st.sampled_from(
        [
            "the",
            "lamp",
            "is",
            "dark",
            "since",
            "Monday",
            "and",
            "we",
            "sent",
            "it",
            "back",
            "order",
            "4417",
            "a",
            "&",
            "b",
            "2",
            "<",
            "3",
        ]
    ),
    min_size=1,
    max_size=8,
).map(" ".join)
MENTION = st.sampled_from(
    ["<br>", "</div>", "<p>", "&amp;", "&lt;b&gt;", "<table>", "<mia@mail.example>", "<T>", "<li>"]
)
MENTIONING = st.tuples(WORDS, MENTION, WORDS).map(" ".join)
LINES = st.lists(st.one_of(WORDS, MENTIONING, st.just("")), min_size=2, max_size=12).map("\n".join)


@given(LINES)
def test_lines_with_mentions_stay_lines(source: str) -> None:
    expected = [line for line in source.split("\n") if line]
    assert [line for line in readable(source).text.split("\n") if line] == expected


@given(LINES)
def test_what_an_agent_writes_is_shown_as_it_was_written(source: str) -> None:
    shown = readable(text_to_html(source)).text
    assert [line for line in shown.split("\n") if line] == [
        " ".join(line.split()) for line in source.split("\n") if line
    ]


@given(st.lists(WORDS, min_size=1, max_size=8), st.sampled_from(["br", "p", "div", "li", "td"]))
def test_lines_in_tags_are_html(lines: list[str], tag: str) -> None:
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;") for line in lines]
    if tag == "br":
        source = "<br>\n".join([*escaped, ""])
    else:
        source = "".join(f"<{tag}>{line}</{tag}>\n" for line in escaped)
    assert guess_format(source) is MessageFormat.HTML
