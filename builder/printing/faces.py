"""Faces that were laid out once, and the cards that they are sides of."""

from __future__ import annotations

from dataclasses import dataclass

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
