"""Quotes of the course's language, and nothing else changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import model
from builder.source.typography import with_quotes
from builder.text import comparable
from tests import handout_fixture as fx


def typeset(*parts: str | model.Inline, language: str = "en") -> model.Inlines:
    topic = fx.topic("t", fx.text("T"), (fx.para(*parts),))
    (paragraph,) = with_quotes(topic, language).definition
    assert isinstance(paragraph, model.Paragraph)
    return paragraph.children


@pytest.mark.parametrize(
    ("written", "language", "printed"),
    [
        ('He said "no".', "en", "He said “no”."),
        ("It's James' book from the '90s.", "en", "It’s James’ book from the ’90s."),
        ("A 'single' word", "en", "A ‘single’ word"),
        ("\"He said 'no' then\"", "en", "“He said ‘no’ then”"),
        ('("a")—"b"', "en", "(“a”)—“b”"),
        ('5\' 3" and a 19" screen', "en", '5\' 3" and a 19" screen'),
        ('"Wort"', "de", "„Wort“"),
        ('"Wort"', "de-CH", "«Wort»"),
        ('"l\'eau"', "fr", "«\N{NARROW NO-BREAK SPACE}l’eau\N{NARROW NO-BREAK SPACE}»"),
        ('"palabra"', "es", "«palabra»"),
        ('"日本"', "ja", '"日本"'),
        ("already “curly”, „anders“", "en", "already “curly”, „anders“"),
    ],
)
def test_straight_quotes_become_those_of_the_language(
    written: str, language: str, printed: str
) -> None:
    assert typeset(written, language=language) == (model.Text(printed),)


def test_quotes_go_around_other_elements_and_not_into_code() -> None:
    made = typeset('"', fx.em("word"), '" and ', model.Code('"x"'), ' "', model.Code("y"), '"')
    texts = [each.text for each in made if isinstance(each, model.Text)]
    assert texts == ["“", "” and ", " “", "”"]
    assert model.Code('"x"') in made


@given(st.text(st.sampled_from("ab1 \"'.-("), max_size=20))
def test_identity_does_not_change_with_quotes(text: str) -> None:
    (made,) = typeset(f"x{text}")
    assert isinstance(made, model.Text)
    assert len(made.text) == len(text) + 1
    assert comparable(made.text) == comparable(f"x{text}")
