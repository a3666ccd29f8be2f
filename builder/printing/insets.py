"""Where a card has its text: inside the cell, away from the cuts, above the line with the code."""

from __future__ import annotations

from dataclasses import dataclass

from builder.printing.estimate import Box
from builder.printing.paper import POINTS_PER_MM, Size

# A face's text keeps so far from the edges of its cell, in mm: printers are askew by 1 to 1.5 mm.
# Small cards have less to give away.
_SIDE, _TOP = 7.0, 6.5
_SIDE_PART, _TOP_PART = 0.085, 0.1  # of the card's width and height
_LEAST = 4.0
_FOOT_ROOM = 5.5  # how much more is kept free below, for the foot
_FOOT_BELOW = 3.6  # from the text's lowest edge to the top of the foot


@dataclass(frozen=True, slots=True)
class Insets:
    """Distances from a cell's edges in mm; `foot` is from its lower edge to the top of the foot."""

    side: float
    top: float
    bottom: float

    @property
    def foot(self) -> float:
        """Return how far the top of the line with the code is from the lower edge."""
        return self.bottom - _FOOT_BELOW


def insets(card: Size) -> Insets:
    """Return the insets of a card; the text's middle is a little above the card's."""
    side = min(_SIDE, max(_LEAST, _SIDE_PART * card.width))
    top = min(_TOP, max(_LEAST, _TOP_PART * card.height))
    return Insets(side, top, top + _FOOT_ROOM)


def box_of(card: Size) -> Box:
    """Return the room for text on a card."""
    kept = insets(card)
    return Box(
        (card.width - 2 * kept.side) * POINTS_PER_MM,
        (card.height - kept.top - kept.bottom) * POINTS_PER_MM,
    )
