"""Code: divided for its colours, which can be read on white, in the dark and in greyscale."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.highlighting import LONGEST, languages, pieces
from builder.rendering.code import code_lines
from builder.rendering.templates import read_text
from tests.test_anki_fields import read

PYTHON = 'def hello(name):  # greet\n    return f"Hello {name}" + """two\nlines""" * 42\n'


@given(st.text(max_size=60), st.sampled_from(["python", "html+jinja", "tex", "sql", "", "klingon"]))
def test_no_sign_of_code_is_changed(text: str, language: str) -> None:
    """Some lexers take off what others add: line ends, byte order marks."""
    assert "".join(piece.text for piece in pieces(text, language)) == text
    assert read(str(code_lines(text, language))) == text.removesuffix("\n")


def test_what_pygments_tells_apart_has_a_class() -> None:
    kinds = {piece.text: piece.kind for piece in pieces(PYTHON, "Python")}
    assert kinds["def"] == "keyword"
    assert kinds["hello"] == "name"
    assert kinds["# greet"] == "comment"
    assert kinds["42"] == "number"
    assert kinds['f"Hello {'] == "string"
    assert kinds["return"] == "keyword"


def test_code_of_no_known_language_or_without_measure_is_plain() -> None:
    assert [piece.kind for piece in pieces(PYTHON, "klingon")] == [""]
    assert [piece.kind for piece in pieces("x = 1\n" * LONGEST, "python")] == [""]


def test_a_string_over_two_lines_is_closed_and_opened_again() -> None:
    html = str(code_lines(PYTHON, "python"))
    rows = re.findall(r'<span class="row">(.*?)</span>(?=<span class="row">|$)', html, re.DOTALL)
    assert [row.count("<span") == row.count("</span") for row in rows] == [True] * 3
    assert 'class="string">lines&#34;&#34;&#34;' in rows[2]


def test_only_the_lexers_that_pygments_brings_are_known() -> None:
    assert {"python", "java", "sql", "text", "c++"} <= set(languages())


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


_LIGHT = dict(re.findall(r"color: var\(--code-(\w+), (#\w{6})\)", read_text("code.css")))
_DARK = dict(re.findall(r"--code-(\w+): (#\w{6})", read_text("anki/anki.css")))


@pytest.mark.parametrize("kind", sorted(_LIGHT))
def test_each_colour_can_be_read(kind: str) -> None:
    """WCAG 2.1, 1.4.3: 4.5 to 1.  Luminance is also what a greyscale printer goes by."""
    assert _contrast(_LIGHT[kind], "#ffffff") >= 4.5
    assert _contrast(_LIGHT[kind], "#f4f1ea") >= 4.5  # Anki's ground of code
    assert _contrast(_DARK[kind], "#2c2b29") >= 4.5  # and in the dark
