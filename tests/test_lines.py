"""Lines on paper end where they are full, whichever elements there are in a text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.rendering import pdf

WORDS = (
    "a",
    "printer",
    "that",
    "prints",
    "on",
    "one",
    "side",
    "only",
    "needs",
    "two",
    "runs",
    "or",
)
STYLE = """
@page {{ size: {width}px 2000px; margin: 0 }}
body, p {{ margin: 0 }}
p {{ font: 14px/20px "Rectoverso Serif"; overflow-wrap: anywhere }}
b {{ font-weight: inherit }}
"""
NEARLY = 2.0  # px; letters at the border of an element may be set a little closer, or not


def _lines(html: str, width: int) -> list[tuple[str, float]]:
    """Return the lines of a paragraph of so many px: the text of each, and how wide it is."""
    document = pdf.lay_out(f"<p>{html}</p>", STYLE.format(width=width), {})
    boxes = [box for page in document.pages for box in _boxes(page._page_box)]
    return [(_text(box).strip(), box.width) for box in boxes if type(box).__name__ == "LineBox"]


def _boxes(box: Any) -> Iterator[Any]:  # noqa: ANN401  # WeasyPrint has no types
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def _text(line: Any) -> str:  # noqa: ANN401
    return "".join(getattr(box, "text", "") for box in _boxes(line))


@cache
def _width(word: str) -> float:
    ((_, width),) = _lines(word, 1000)
    return width


def _unfilled(html: str, width: int) -> list[str]:
    """Return the lines on which the next word would have had room, too."""
    return [
        line
        for (line, used), (following, _) in pairwise(_lines(html, width))
        if used + _width(f"n {following.split()[0]}") - _width("n") < width - NEARLY
    ]


@pytest.mark.parametrize("width", range(440, 520, 2))
def test_no_word_is_left_alone_before_an_element(width: int) -> None:
    text = (
        "A printer that prints on one side only needs two runs, or the setting <b>duplex</b> here"
    )
    assert _unfilled(text, width) == []


_phrase = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)


@settings(max_examples=60)
@given(
    parts=st.lists(st.tuples(_phrase, _phrase, st.sampled_from(["", ",", "."])), max_size=4),
    width=st.integers(150, 500),
)
@example(parts=[("a printer that prints on one side", "only", "")], width=231)
def test_lines_are_full_whichever_elements_there_are(
    parts: list[tuple[str, str, str]], width: int
) -> None:
    html = " ".join(f"{plain} <b>{inside}</b>{sign}" for plain, inside, sign in parts)
    assert _unfilled(f"{html} end", width) == []
