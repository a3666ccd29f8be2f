"""How wide a table must be to keep its words whole: an estimate, so that layout can be chosen."""

from __future__ import annotations

import unicodedata

from builder import model
from builder.text import inlines_text

_WIDE = frozenset("mwMW@%&—…")


def least_width(table: model.Table, padding: float) -> float:
    """Return the sum of the columns' longest words and paddings, in em, rather too much."""
    columns = zip(table.head, *table.rows, strict=True)
    return sum(max(map(_longest_word, column)) + padding for column in columns)


def _longest_word(cell: model.Inlines) -> float:
    return max((_width(word) for word in inlines_text(cell).split()), default=0.0)


def _width(word: str) -> float:
    """Return the width of a word in em; wide scripts break between any two characters."""
    if any(unicodedata.east_asian_width(character) in "WF" for character in word):
        return 1.0
    return sum(map(_advance, word))


def _advance(character: str) -> float:
    if character in _WIDE:
        return 0.95
    return 0.7 if character.isupper() else 0.58
