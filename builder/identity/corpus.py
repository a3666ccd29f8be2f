"""The words of a course before and after an edit, which say what a word is worth.

In a course, most prompts share their frame ("What is the half-life of …?") and differ in one rare
word, so rare words must count for more.  Weights are those of information retrieval: the logarithm
of the number of texts over the number of texts with the word (Spärck Jones 1972).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from builder.identity.wording import Wording
from builder.identity.words import is_grammar, is_inflected, words_of

_CONTENT, _MOST = 0.75, 1.5  # a word this much rarer than one in four texts carries content
_RAREST = 4.6  # the weight of a word that stands in one text, however many there are
_FREQUENT = 3  # texts in which a word came or went, if it is respelt everywhere


class Corpus:
    """The words of a course before and after an edit: how much each weighs, and which are known."""

    def __init__(self, notes: Sequence[Wording], known: Sequence[Wording]) -> None:
        self._texts = Counter[str]()
        self._prompts: dict[str, set[str]] = defaultdict(set)
        for one in (*notes, *known):
            for word in words_of(one.prompt):
                self._prompts[word].add(one.prompt)
        self._after, self._before = self._count(notes), self._count(known)
        self._size = len(notes) + len(known)
        self._scale = _RAREST / math.log(1 + max(1, self._size))
        self._weights: dict[str, float] = {}
        self._content = min(_MOST, _CONTENT * math.log(1 + self._size / 4))

    def _count(self, wordings: Iterable[Wording]) -> Counter[str]:
        found = Counter[str]()
        for one in wordings:
            found.update({*words_of(one.prompt), *words_of(one.answer)})
        self._texts.update(found)
        return found

    def _rarity(self, word: str) -> float:
        return math.log(1 + self._size / max(1, self._texts[word]))

    def weight(self, word: str) -> float:
        """Return a word's weight; short words of spaced scripts are mostly grammar."""
        weight = self._weights.get(word)
        if weight is None:
            weight = self._rarity(word) * self._scale
            self._weights[word] = weight = weight / 2 if is_grammar(word) else weight
        return weight

    def total(self, words: Iterable[str]) -> float:
        """Return the weight of all the words together."""
        return sum(map(self.weight, words))

    def carries_content(self, word: str) -> bool:
        """Tell whether the word is rare enough to say what is asked, be it ever so short."""
        return self._rarity(word) >= self._content

    def is_frame(self, words: Collection[str], prompts: set[str]) -> bool:
        """Tell whether yet another prompt than these has all the words that tell something."""
        telling = [self._prompts[word] for word in words if self.carries_content(word)]
        return not telling or not set.intersection(*telling) <= prompts

    def without_respelt(self, come: set[str], gone: set[str]) -> tuple[set[str], set[str]]:
        """Leave out words exchanged all over the course, as `M.` for `Musculus`."""
        gained = {word: self._after[word] - self._before[word] for word in come | gone}
        fresh = {word for word in come if gained[word] >= _FREQUENT}
        old = {word for word in gone if gained[word] <= -_FREQUENT}
        return (come - fresh, gone - old) if fresh and old else (come, gone)

    def is_one_word(self, after: str, before: str) -> bool:
        """Tell whether two words alike may be one: not if the course has both, before and after.

        `transcription` and `translation` are as alike as a word and its misspelling, but stand
        beside one another; endings may differ all the same.
        """
        is_settled = all(
            side[word] for side in (self._before, self._after) for word in (before, after)
        )
        return not is_settled or is_inflected(after, before)

    def is_doubtful(self, after: str, before: str) -> bool:
        """Tell whether two words taken for one may be two: one of them is known to be a word."""
        is_known = self._after[before] > 0 or self._before[after] > 0
        return is_known and not is_inflected(after, before)
