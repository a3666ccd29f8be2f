"""Where to cut and to fold: lines along the edges of cells, and marks beside them; pure geometry.

No mark is ever inside a card: lines run on the edges that cards share, all else in what is cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from builder.printing.imposition import Cell, Grid, cells

Marking = Literal["lines", "corners", "none"]
MARKINGS: tuple[Marking, ...] = get_args(Marking)

REACH = 3.0  # mm; how far a line goes on beyond the outermost cells
CLEARANCE = 0.6  # mm between a mark and the card whose edge it shows


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line from (x1, y1) to (x2, y2) in mm, leftmost or topmost end first."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def is_upright(self) -> bool:
        """Tell whether the line goes from top to bottom."""
        return self.x1 == self.x2


def cut_lines(grid: Grid, reach: float = REACH) -> tuple[Line, ...]:
    """Return one line for each edge of the cells, upright ones first, shared by neighbours.

    Each runs from edge to edge of the grid and `reach` mm beyond, into the margin that is cut off:
    so its ends still show where to put the ruler when the first strips are gone.
    """
    across, down = min(reach, grid.left), min(reach, grid.top)
    left, right = grid.left - across, grid.left + grid.width + across
    top, bottom = grid.top - down, grid.top + grid.height + down
    columns, rows = _edges(grid)
    return (
        *(Line(x, top, x, bottom) for x in columns),
        *(Line(left, y, right, y) for y in rows),
    )


def corner_marks(grid: Grid, reach: float = REACH) -> tuple[Line, ...]:
    """Return what the cut lines are outside of all cards: beyond them, and in the gutters."""
    places = cells(grid)
    return tuple(piece for line in cut_lines(grid, reach) for piece in _outside(line, places))


def fold_lines(grid: Grid, reach: float = REACH) -> tuple[Line, ...]:
    """Return a line down the middle of each column of pairs, from top to bottom of the grid."""
    down = min(reach, grid.top)
    top, bottom = grid.top - down, grid.top + grid.height + down
    middles = [place.x for place in cells(grid)[1 : grid.columns : 2]]
    return tuple(Line(x, top, x, bottom) for x in middles)


def marks(grid: Grid, marking: Marking, *, is_back: bool = False) -> tuple[Line, ...]:
    """Return what shows where to cut.

    Lines are for fronts only: on backs they would lie beside those of the fronts.  Where there is
    a gutter, two cuts are made between neighbours, and crop marks show both.
    """
    if marking == "none":
        return ()
    if marking == "lines" and not is_back and not grid.gutter:
        return cut_lines(grid)
    return corner_marks(grid)


def _edges(grid: Grid) -> tuple[list[float], list[float]]:
    """Return where cells begin and end, across and down, without the middles of pairs."""
    places = cells(grid)
    step = 2 if grid.is_paired else 1
    width = grid.cell_width * step
    lefts = [place.x for place in places[: grid.columns : step]]
    tops = [place.y for place in places[:: grid.columns]]
    return (
        sorted({round(x, 6) for left in lefts for x in (left, left + width)}),
        sorted({round(y, 6) for top in tops for y in (top, top + grid.cell_height)}),
    )


def _outside(line: Line, places: Iterable[Cell]) -> Iterator[Line]:
    """Yield the parts of an edge's line that keep clear of all cells."""
    if line.is_upright:
        spans = {(place.y, place.y + place.height) for place in places}
        for start, end in _gaps(line.y1, line.y2, spans):
            yield Line(line.x1, start, line.x2, end)
    else:
        spans = {(place.x, place.x + place.width) for place in places}
        for start, end in _gaps(line.x1, line.x2, spans):
            yield Line(start, line.y1, end, line.y2)


def _gaps(
    start: float, end: float, spans: Iterable[tuple[float, float]]
) -> Iterator[tuple[float, float]]:
    for low, high in sorted(spans):
        if low - CLEARANCE > start:
            yield start, low - CLEARANCE
        start = max(start, high + CLEARANCE)
    if start < end:
        yield start, end
