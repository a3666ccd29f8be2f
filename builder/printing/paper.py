"""Paper sizes in millimetres."""

from __future__ import annotations

from dataclasses import dataclass

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet's width and height in mm, standing upright as it comes out of the printer."""

    name: str
    width: float
    height: float


# ISO 216 and ANSI/ASME Y14.1.
PAPERS = {paper.name: paper for paper in (Paper("A4", 210.0, 297.0), Paper("Letter", 215.9, 279.4))}
