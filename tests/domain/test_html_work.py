"""Reading a message takes time and memory in proportion to its length, whatever is in it."""

from __future__ import annotations

import sys
import tracemalloc
from types import FrameType
from typing import Final

import pytest

from deskero_tui.domain.text.html import readable
from deskero_tui.domain.text.markup_guess import guess_format

PATTERNS: Final = [
    "<!--",
    "<ul><li>",
    "<div>",
    "<a>",
    "<a href=x>y",
    "<a href=http://x.example/{n}>y",
    "<table>",
    "<table><tr><td>x",
    "<td>x",
    "<tr><td colspan=9 rowspan=9>",
    "<b><i></b>",
    "<b><i><p></b></i>x",
    "<b><p>x",
    "<font size={n}>x",
    "<p><font size={n}>x</p>",
    "<p style='display:none'>x",
    "<p style='a:({n}'>x",
    "</p>",
    "<li></li>",
    "<i></i></q>",
    "<blockquote>x",
    "<svg><text>x",
    "<math><mi>",
    "<select><option>x",
    "<script>",
    "<!--<script></script>",
    "<nobr>",
    "<button>x",
    "<object>",
    "<template>",
    "<br>",
    "x\n",
    "\n",
    "&",
    "<",
    "&amp;",
    "amp;",
    "'<br>' ",
    "<x@y.example> ",
    "http://a/))) ",
    "x&eacute;",
]
PREFIXES: Final = {
    "": "",
    "deep": "<b>" + "<div><span>" * 200,
    "table": "<table><tr><td rowspan=99 colspan=99>x",
}


def calls_of(source: str) -> int:
    """Count the Python and C functions that reading a source calls."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        guess_format(source)
        readable(source, is_html=True)
        readable(source, is_html=False)
    finally:
        sys.setprofile(None)
    return calls


def repeated(pattern: str, count: int) -> str:
    if "{n}" not in pattern:
        return pattern * count
    return "".join(pattern.replace("{n}", str(n)) for n in range(count))


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.strip() or "line end")
def test_twice_the_source_is_at_most_twice_the_work(pattern: str, prefix: str) -> None:
    once, twice = (calls_of(PREFIXES[prefix] + repeated(pattern, count)) for count in (200, 400))
    assert twice < 2.4 * once + 1_000


MEGABYTE: Final = 1_000_000
SOURCES: Final = {
    "comments": "<!--" * 50_000,
    "lists": "<ul><li>" * 125_000,
    "blocks": "<div>" * 20_000,
    "links": "<a>" * 333_333,
    "tables": "<table>" * 142_857,
    "cells": "<table><tr>" + "<td>x" * 200_000,
    "spans of cells": "<table><tr>" + "<td rowspan=99 colspan=99>" * 60 + "<tr>" * 250_000,
    "wide and long": "<table><tr>" + "<td>x" * 30_000 + "<tr><td>x" * 80_000,
    "lines in tables": "<table><tr><td>" * 170 + "x<br>" * 200_000,
    "quotes": "<blockquote>x" * 76_000,
    "references": "&" * MEGABYTE,
    "angles": "<" * MEGABYTE,
    "misnested": "<b><i></b>" * 100_000,
    "misnested blocks": "<b><p>x" * 140_000,
    "attributes": "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x",
    "long attribute": "<p title='" + "x" * MEGABYTE + "'>y",
    "quotes in attributes": "<div " + "a=\" b=' " * 100_000,
    "equal signs": "<a " + "=" * 900_000,
    "ends": "</p>" * 250_000,
    "line ends in pre": "<pre>" + "\n" * 900_000,
    "spaces": "x<p>" + " " * MEGABYTE,
    "spaces before a line end": "<b>x</b>" + ("\n" + " " * 1_000) * 1_000,
    "brackets": ("http://a/" + ")" * 7_900 + " ") * 125,
    "addresses": "".join(f"http://a.example/{n} " for n in range(45_000)),
    "named hosts": "<a href=http://x.example>" + "a." * 400_000 + "</a>",
    "marks": "e" + "\u0301" * MEGABYTE,
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_megabyte_is_read_to_its_end(source: str) -> None:
    for is_html in (True, None):
        shown = readable(source, is_html=is_html)
        assert len(shown.text) <= MEGABYTE
        assert shown.text.count("\n") < 50_000


@pytest.mark.parametrize("name", ["lists", "wide and long", "lines in tables"])
def test_a_megabyte_needs_little_memory(name: str) -> None:
    tracemalloc.start()
    try:
        readable(SOURCES[name], is_html=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 45 * MEGABYTE
