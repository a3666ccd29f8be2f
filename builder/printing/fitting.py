"""Giving each text the largest size at which it fits its card, and dividing it where none does.

Widths and greedy line breaking settle most faces for nothing.  What they leave in doubt is laid
out by the caller, who says how high it became; so is whatever has to be divided.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from builder import model
from builder.printing.cards import Passage
from builder.printing.estimate import Estimator
from builder.printing.splitting import choose_cuts, cut, leaves, parts, plain, weight_beyond

# The usual ones, in pt.
SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)

# Sizes in pt for a word that would not go on a card in the smallest one that is wanted.
LAST_RESORTS = (16.0, 12.0, 9.0, 7.0, 5.0, 4.0, 3.0)

# How much more than the box's height, in pt, is still the box's height.
TOLERANCE = 0.05

# Where estimates are so far off, tables and code are taken apart.
_HOPELESS = 0.5


class MisfitError(AssertionError):
    """A text that is on no card as it was measured: our mistake, or that of a course's style."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands on one face: blocks, whether their deletions are asked, and a size in pt."""

    blocks: model.Blocks
    asking: bool
    size: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """A passage with its size in pt and its cuts.

    `excess` is about how many of its characters are too many for one card.
    """

    passage: Passage
    size: float
    cuts: tuple[int, ...]
    excess: int

    @property
    def parts(self) -> int:
        """Return over how many cards the passage goes."""
        return len(self.cuts) + 1

    def showing(self, number: int) -> tuple[Piece, ...]:
        """Return the parts of one of its showings."""
        asking = self.passage.showings[number]
        return tuple(
            Piece(blocks, asking, self.size) for blocks in parts(self.passage.blocks, self.cuts)
        )


Measure = Callable[[Sequence[Piece]], Sequence[float]]


def fit(
    passages: Sequence[tuple[Passage, ...]],
    estimator: Estimator,
    measure: Measure,
    distrusted: Collection[int] = (),
    sizes: Sequence[float] = SIZES,
) -> list[tuple[Fitted, ...]]:
    """Return each card's passages fitted; those that are divided at all have as many parts.

    `measure` lays pieces out and returns their heights in pt.  For the cards whose numbers are
    `distrusted` nothing is settled by an estimate.  `sizes` are in pt, the largest first.
    """
    fitter = _Fitter(estimator, measure, sizes)
    trials = [
        tuple(fitter.begin(passage, number not in distrusted) for passage in card)
        for number, card in enumerate(passages)
    ]
    while True:
        trials = fitter.settle(trials)
        even = [fitter.even(card) for card in trials]
        if even == trials:
            return [tuple(map(fitter.fitted, card)) for card in trials]
        trials = even


def characters_beyond(fitted: Fitted, estimator: Estimator, size: float) -> int:
    """Return about how many characters of a passage are too many for one card at a size in pt."""
    blocks, room = fitted.passage.blocks, estimator.box.height + TOLERANCE

    def fits(start: int, stop: int) -> bool:
        kept = cut(blocks, start, stop)
        return all(
            estimator.height(kept, size, asking=asking) <= room
            for asking in fitted.passage.showings
        )

    return _in_tens(weight_beyond(leaves(blocks), fits))


def _in_tens(characters: int) -> int:
    return 10 * math.ceil(characters / 10)


@dataclass(frozen=True, slots=True)
class _Trial:
    """Where the search for a passage's size stands.

    `doubtful` are the sizes to measure, largest first; `surely` the one below them that fits
    without measuring, if any; `filling` the part of a box that estimates may fill.  It is settled
    when nothing is doubtful and `surely` is known.
    """

    passage: Passage
    cuts: tuple[int, ...] = ()
    doubtful: tuple[float, ...] = ()
    surely: float | None = None
    filling: float = 1.0
    is_plain: bool = False
    is_trusted: bool = True

    @property
    def is_settled(self) -> bool:
        return not self.doubtful

    @property
    def parts(self) -> int:
        return len(self.cuts) + 1

    def pieces(self, size: float) -> Iterator[Piece]:
        for blocks in parts(self.passage.blocks, self.cuts):
            for asking in self.passage.showings:
                yield Piece(blocks, asking, size)


@dataclass(frozen=True, slots=True)
class _Fitter:
    estimator: Estimator
    measure: Measure
    sizes: Sequence[float]

    @property
    def smallest(self) -> float:
        """The last size to try, in pt."""
        return self.sizes[-1]

    @property
    def room(self) -> float:
        """The box's height in pt, with the tolerance."""
        return self.estimator.box.height + TOLERANCE

    def begin(self, passage: Passage, is_trusted: bool) -> _Trial:  # noqa: FBT001
        trial = self._proposed(_Trial(passage, is_trusted=is_trusted))
        return trial if trial.doubtful or trial.surely else self._divided(trial, least=2)

    def settle(self, cards: list[tuple[_Trial, ...]]) -> list[tuple[_Trial, ...]]:
        """Measure and judge until nothing is in doubt."""
        while doubtful := [trial for trial in chain(*cards) if not trial.is_settled]:
            judged = iter(self._judged_all(doubtful))
            cards = [
                tuple(trial if trial.is_settled else next(judged) for trial in card)
                for card in cards
            ]
        return cards

    def even(self, card: tuple[_Trial, ...]) -> tuple[_Trial, ...]:
        """Divide a divided passage into as many parts as the card's other one, if it can be."""
        most = max(trial.parts for trial in card)
        return tuple(
            self._divided(trial, least=most)
            if 1 < trial.parts < min(most, len(leaves(trial.passage.blocks)))
            else trial
            for trial in card
        )

    def fitted(self, trial: _Trial) -> Fitted:
        return Fitted(trial.passage, trial.surely or self.smallest, trial.cuts, self._excess(trial))

    def _judged_all(self, trials: list[_Trial]) -> list[_Trial]:
        """Lay out what is in doubt, all of it at once."""
        pieces = [[list(trial.pieces(size)) for size in trial.doubtful] for trial in trials]
        heights = iter(self.measure([*chain(*chain(*pieces))]))
        return [
            self._judged(trial, [max(next(heights) for _ in group) for group in groups])
            for trial, groups in zip(trials, pieces, strict=True)
        ]

    def _judged(self, trial: _Trial, heights: list[float]) -> _Trial:
        """Settle for the first size that fits, else for the sure one, else divide the passage."""
        sizes = zip(trial.doubtful, heights, strict=True)
        fitting = next((size for size, height in sizes if height <= self.room), trial.surely)
        if fitting is not None:
            return replace(trial, doubtful=(), surely=fitting)
        return self._redivided(trial, heights[-1])

    def _redivided(self, trial: _Trial, height: float) -> _Trial:
        """Divide into smaller parts what is too high at the smallest size."""
        is_whole = trial.parts >= len(leaves(trial.passage.blocks))
        if is_whole and trial.is_plain:
            return self._squeezed(trial)
        if trial.cuts:
            filling = trial.filling * min(0.95, self.room / height)
        else:
            filling = min(1.0, self._height(trial.passage, trial.passage.blocks) / height)
        if (is_whole or filling < _HOPELESS) and not trial.is_plain:
            passage = replace(trial.passage, blocks=plain(trial.passage.blocks))
            plain_trial = _Trial(passage, is_plain=True, is_trusted=trial.is_trusted)
            return self._divided(plain_trial, least=2)
        return self._divided(replace(trial, filling=filling), least=trial.parts + trial.is_plain)

    def _squeezed(self, trial: _Trial) -> _Trial:
        """Go below the smallest size, where a single word is larger than a card."""
        left = tuple(size for size in LAST_RESORTS if size < trial.doubtful[-1])
        if not left:
            raise MisfitError("a word is larger than a card at any size")
        return replace(trial, doubtful=left)

    def _divided(self, trial: _Trial, least: int) -> _Trial:
        row = leaves(trial.passage.blocks)
        cuts = choose_cuts(row, self._fits(trial), max(least, 2))
        trial = self._proposed(replace(trial, cuts=cuts))
        return (
            trial if trial.doubtful or trial.surely else replace(trial, doubtful=(self.smallest,))
        )

    def _fits(self, trial: _Trial) -> Callable[[int, int], bool]:
        """Return what tells whether these leaves fit on a card, as far as can be foreseen."""
        passage, room = trial.passage, self.room * trial.filling
        return lambda start, stop: self._height(passage, cut(passage.blocks, start, stop)) <= room

    def _proposed(self, trial: _Trial) -> _Trial:
        """Return the trial with the sizes that may fit and the one that surely does."""
        doubtful: list[float] = []
        for size in self._sizes(trial.passage):
            pieces = list(trial.pieces(size))
            if trial.is_trusted and self._all_below_room(pieces, self.estimator.greatest_height):
                return replace(trial, doubtful=tuple(doubtful), surely=size)
            if self._all_below_room(pieces, self.estimator.least_height):
                doubtful.append(size)
        return replace(trial, doubtful=tuple(doubtful), surely=None)

    def _sizes(self, passage: Passage) -> Sequence[float]:
        """Return the sizes at which tables keep their words whole, or all if there are none."""
        breaks_words = self.estimator.breaks_words
        return [size for size in self.sizes if not breaks_words(passage.blocks, size)] or self.sizes

    def _all_below_room(self, pieces: Iterable[Piece], height: Callable[..., float]) -> bool:
        return all(
            height(piece.blocks, piece.size, asking=piece.asking) <= self.room for piece in pieces
        )

    def _height(self, passage: Passage, blocks: model.Blocks) -> float:
        """Return the expected height at the smallest size of the showing that needs most."""
        return max(
            self.estimator.height(blocks, self.smallest, asking=asking)
            for asking in passage.showings
        )

    def _excess(self, trial: _Trial) -> int:
        if not trial.cuts:
            return 0
        excess = weight_beyond(leaves(trial.passage.blocks), self._fits(trial))
        return _in_tens(excess)
