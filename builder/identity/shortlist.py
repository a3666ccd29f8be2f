"""Which known notes are worth comparing with a note: comparing all would take minutes."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping

from builder.identity.corpus import Corpus
from builder.identity.wording import Wording
from builder.identity.words import words_of
from builder.model import NoteKind

_MOST = 12  # known notes looked at closely for each note
_COMMON = 200  # words in more notes than this find nothing new
_BEHIND = 0.3  # notes that share less than this part of the best one's weight are passed over


class Shortlist:
    """The known notes by their words, of which those with the rarest in common are the nearest."""

    def __init__(self, left: Mapping[int, Wording], corpus: Corpus) -> None:
        self._corpus = corpus
        self._holding: dict[tuple[NoteKind, str], list[int]] = defaultdict(list)
        for place, known in left.items():
            for word in {*words_of(known.prompt), *words_of(known.answer)}:
                self._holding[known.kind, word].append(place)

    def nearest(self, note: Wording) -> list[int]:
        """Return the places of those with the most shared weight, and not far behind them."""
        shared: dict[int, float] = defaultdict(float)
        words = {*words_of(note.prompt), *words_of(note.answer)}
        for word in sorted(words, key=lambda word: (-self._corpus.weight(word), word)):
            holding = self._holding.get((note.kind, word), [])
            if len(holding) > _COMMON and shared:
                break
            weight = self._corpus.weight(word)
            for place in holding:
                shared[place] += weight
        least = max(shared.values(), default=0.0) * _BEHIND
        near = [(-weight, place) for place, weight in shared.items() if weight >= least]
        return [place for _, place in heapq.nsmallest(_MOST, near)]
