"""Faces that were laid out once, and the cards that they are sides of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from builder.printing.cards import Card
from builder.printing.fitting import Fitted
from builder.printing.paper import Size

# Faces stand below each other on long pages: a page for each would take far longer to lay out.
FACES_A_PAGE = 100
FACES_A_GALLEY = 400


@dataclass(frozen=True, slots=True)
class Printed:
    """What is cut out of the paper: a card, or a part of one.

    `front` and `back` count the faces; `part` is (1/2) where a card is one of several.
    """

    front: int
    back: int
    code: str
    part: str
    topic: str

    @property
    def faces(self) -> tuple[int, int]:
        """Return the numbers of both faces."""
        return self.front, self.back


@dataclass(frozen=True, slots=True)
class Faces:
    """Rendered faces of one size of card.

    `galleys` are PDFs of FACES_A_GALLEY faces each, made by `galleys.cut_out`.  `heights` are those
    of the faces' texts in pt.
    """

    card: Size
    galleys: tuple[bytes, ...]
    heights: tuple[float, ...]
    cards: tuple[Printed, ...]


@dataclass(frozen=True, slots=True)
class Typeset:
    """The cards of a topic, laid out, with the size and the cuts of each of their passages."""

    made: tuple[Card, ...]
    fitted: tuple[tuple[Fitted, ...], ...]
    faces: Faces

    def sides(self) -> Iterator[tuple[Card, str, Fitted]]:
        """Yield each passage with its card and what it stands on: front, back, or both ("text")."""
        for card, texts in zip(self.made, self.fitted, strict=True):
            names = ("front", "back") if len(texts) > 1 else ("text",)
            for name, text in zip(names, texts, strict=True):
                yield card, name, text
