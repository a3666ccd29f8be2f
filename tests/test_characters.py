"""Which characters get a warning: those that can't be printed or seen, and no others."""

from __future__ import annotations

import pytest

from builder.diagnostics import Diagnostic, as_text
from builder.fonts import covered
from builder.source import glyphs
from builder.source.glyphs import check_glyphs
from builder.source.read import check_characters
from builder.span import Span


def test_the_characters_that_are_not_looked_up_are_in_the_fonts() -> None:
    unseen = {char for char in glyphs.COMMON if ord(char) not in covered()}
    assert unseen <= {"\n", "\t"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("naïve Straße Ærø Łódź Čapek Ђ Ω Ж ½ → ≤ ∞ ✓ ﬁ", id="letters and signs"),
        pytest.param("e\u0301 n\u0303 x\u0302 o\u0308", id="combining marks"),
        pytest.param("\u01df", id="composed of what the fonts have"),
        pytest.param("a\u200db c\u00add e\u2060f g\u200eh i\ufe0f \u200b", id="unseen ones"),
        pytest.param("a\u00a0b\u2009c\u202fd\u3000e\u2028f\tg", id="white space"),
        pytest.param("R&amp;D &copy; &nbsp; &unknown; AT&T &", id="entities"),
        pytest.param("a\ufffdb", id="has a code of its own"),
    ],
)
def test_what_the_fonts_have_and_what_draws_nothing_is_no_noise(text: str) -> None:
    assert check_glyphs(text, "leaf.md") == []


def test_what_is_composed_of_parts_that_the_fonts_lack_gets_a_warning() -> None:
    assert len(check_glyphs("한", "leaf.md")) == 1


def test_one_warning_of_a_file_names_the_characters_and_the_first_place() -> None:
    (found,) = check_glyphs("# Leaf\n\nA 葉 🌱 葉 &#x1F33F; ᚠ ᚢ ᚦ ᚨ", "leaf.md")
    assert found.span == Span("leaf.md", 3, 3, 3, 4)
    assert (
        "“葉” (U+8449), “🌱” (U+1F331, seedling), “ᚠ” (U+16A0, runic letter fehu feoh fe f)"
        in found.message
    )
    assert "and 2 more" in found.message


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\ufeff"])
def test_what_turns_the_direction_of_a_text_gets_a_warning_for_its_line(char: str) -> None:
    problems = check_characters(f"a\nb {char}c{char}\n{char}d", "leaf.md")
    assert [(found.span.line, found.span.column) for found in problems] == [(2, 3), (3, 1)]


@pytest.mark.parametrize(
    "char", ["\u200c", "\u200d", "\u200e", "\u200f", "\u00ad", "\u2060", "\u200b"]
)
def test_what_languages_need_gets_none(char: str) -> None:
    assert check_characters(f"a{char}b", "leaf.md") == []


# --- the caret ---------------------------------------------------------------


def _excerpt(line: str, start: int, end: int) -> list[str]:
    found = Diagnostic("raw-html", "x", Span("leaf.md", 1, start, 1, end))
    return as_text(found, lambda _: [line]).split("\n")[1:]


@pytest.mark.parametrize(
    ("line", "start", "end", "caret"),
    [
        ("a <b> c", 3, 6, "  ^^^"),
        ("\t<b>", 2, 5, " ^^^"),
        ("日本<b>", 3, 6, "    ^^^"),
        ("<日>", 1, 4, "^^^^"),
        ("e\u0301<b>", 3, 6, " ^^^"),
        ("❤\ufe0f<b>", 3, 6, " ^^^"),
        ("\u3000<b>", 2, 5, "  ^^^"),
        ("ab", 3, 3, "  ^"),
    ],
)
def test_the_caret_stands_below_its_text_in_a_terminal(
    line: str, start: int, end: int, caret: str
) -> None:
    """Wide signs take two cells, combining marks none, a tab is shown as a space."""
    assert _excerpt(line, start, end)[1] == f"      | {caret}"


def test_of_a_long_line_the_part_around_the_caret_is_shown() -> None:
    shown, caret = _excerpt("a" * 500 + "<b>" + "c" * 500, 501, 504)
    assert shown[8:] == "…" + "a" * 50 + "<b>" + "c" * 47 + "…"
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "<b>"


def test_of_a_span_over_several_lines_the_first_is_shown_to_its_end() -> None:
    found = Diagnostic("raw-html", "x", Span("leaf.md", 1, 3, 2, 2))
    assert as_text(found, lambda _: ["a <b", "c>"]).split("\n")[1:] == [
        "    1 | a <b",
        "      |   ^^",
    ]
