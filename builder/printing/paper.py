"""Sizes in millimetres: paper, cards, and stock that is sold perforated."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

POINTS_PER_MM = 72 / 25.4
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet's width and height in mm."""

    name: str
    width: float
    height: float

    @property
    def is_upright(self) -> bool:
        """Tell whether the sheet is seen in portrait; a square one is."""
        return self.width <= self.height

    @property
    def turned(self) -> Paper:
        """Return the sheet seen in the other orientation."""
        return Paper(self.name, self.height, self.width)


@dataclass(frozen=True, slots=True)
class Size:
    """A card's width and height in mm."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Stock:
    """Paper with cards to break out; they lie in the middle of it, edge to edge."""

    paper: Paper
    card: Size
    columns: int
    rows: int


def _inches(width: float, height: float) -> tuple[float, float]:
    return width * MM_PER_INCH, height * MM_PER_INCH


# Portrait.  ISO 216 and ANSI/ASME Y14.1; the last two are index cards, fed one by one.
PAPERS = {
    paper.name: paper
    for paper in (
        Paper("A4", 210.0, 297.0),
        Paper("Letter", 215.9, 279.4),
        Paper("Legal", *_inches(8.5, 14)),
        Paper("A5", 148.0, 210.0),
        Paper("A3", 297.0, 420.0),
        Paper("3x5", *_inches(3, 5)),
        Paper("4x6", *_inches(4, 6)),
    )
}

# How many cards fill a sheet, across and down, where nobody asks for a size.
USUAL_GRIDS = {
    "A4": (2, 4),
    "Letter": (2, 4),
    "Legal": (2, 5),
    "A5": (2, 2),
    "A3": (4, 4),
    "3x5": (1, 1),
    "4x6": (1, 1),
}

# As they are held: wide, and upright for playing cards.
CARDS = {
    "A6": Size(148.0, 105.0),
    "A7": Size(105.0, 74.0),
    "A8": Size(74.0, 52.0),
    "business": Size(85.0, 55.0),
    "US business": Size(*_inches(3.5, 2)),
    "3x5": Size(*_inches(5, 3)),
    "4x6": Size(*_inches(6, 4)),
    "poker": Size(63.0, 88.0),
    "bridge": Size(*_inches(2.25, 3.5)),
}

# From the maker's drawing: 0.5 in above and below, 0.75 in beside, no gaps.
STOCKS = {"Avery 5371": Stock(PAPERS["Letter"], CARDS["US business"], columns=2, rows=5)}

_SIZE = re.compile(r"(-?[\d.]+|-?nan|-?inf)\s*[x×]\s*(-?[\d.]+|-?nan|-?inf)\s*(mm|in|cm|)")
_UNITS = {"": 1.0, "mm": 1.0, "cm": 10.0, "in": MM_PER_INCH}


def read_size(text: str) -> Size | None:
    """Return the size of a card by its name (`A7`) or by its measures (`63x88`, `3.5x2in`).

    Returns None for what is neither; the measures may be any numbers, also useless ones.
    """
    for name, size in CARDS.items():
        if name.casefold() == text.strip().casefold():
            return size
    found = _SIZE.fullmatch(text.strip().lower())
    if not found:
        return None
    try:
        width, height = float(found[1]), float(found[2])
    except ValueError:  # 1.2.3
        return None
    return Size(width * _UNITS[found[3]], height * _UNITS[found[3]])


def is_length(number: float) -> bool:
    """Tell whether the number can be a length: neither negative nor infinite nor NaN."""
    return math.isfinite(number) and number >= 0
