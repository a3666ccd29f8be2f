"""What two texts have in common, word by word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Indel

from builder.identity.corpus import Corpus
from builder.identity.words import may_be_misspelt, unaccented, words_of
from builder.text import comparable

_TYPO = 0.75  # from here on two words may be one word, spelt differently
_WORDS, _LETTERS = 0.7, 0.3  # shares of likeness by words and by characters


@dataclass(frozen=True, slots=True)
class Overlap:
    """How alike two texts are, from 0 to 1, and the weights of what they share and of each.

    `slips` are the words taken for one that are spelt differently.
    """

    likeness: float
    shared: float
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    slips: tuple[tuple[str, str], ...]
    left: float
    right: float


def overlap(left: str, right: str, corpus: Corpus) -> Overlap:
    """Compare two texts."""
    mine, other = Counter(words_of(left)), Counter(words_of(right))
    both = mine & other
    shared = sum(corpus.weight(word) * times for word, times in both.items())
    only_left = list((mine - both).elements())
    only_right = list((other - both).elements())
    lengths = shared + corpus.total(only_left), shared + corpus.total(only_right)
    slips = tuple(_spelt_differently(only_left, only_right, corpus))
    for one, another in slips:
        alike = Indel.normalized_similarity(one, another)
        shared += alike * (corpus.weight(one) + corpus.weight(another)) / 2
    total = sum(lengths)
    letters = Indel.normalized_similarity(comparable(left), comparable(right))
    by_words = 2 * shared / total if total else 0.0
    return Overlap(
        _WORDS * by_words + _LETTERS * letters,
        shared,
        tuple(only_left),
        tuple(only_right),
        slips,
        *lengths,
    )


def _spelt_differently(
    left: list[str], right: list[str], corpus: Corpus
) -> Iterator[tuple[str, str]]:
    """Take words that differ by a slip out of both lists and yield them as pairs."""
    for word in list(left):
        accented = [other for other in right if unaccented(other) == unaccented(word)]
        if accented:
            left.remove(word)
            right.remove(accented[0])
            yield word, accented[0]
    others = [word for word in right if may_be_misspelt(word)]
    for word in [word for word in left if may_be_misspelt(word)]:
        found = process.extractOne(
            word, others, scorer=Indel.normalized_similarity, score_cutoff=_TYPO
        )
        if found and corpus.is_one_word(word, found[0]):
            other, _alike, place = found
            left.remove(word)
            right.remove(other)
            del others[place]
            yield word, other
