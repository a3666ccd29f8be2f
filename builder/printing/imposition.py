"""Which card goes where on which sheet, and where to cut: pure geometry.

All lengths are millimetres; the origin is a page's top left corner, as one looks at that page.
Cells are counted from 0, row by row from the top left, on fronts and backs alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from builder.printing.paper import Paper

Flip = Literal["long-edge"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Equal cells that share their edges, inset by a safe margin from all edges of the paper.

    Home printers leave 4 to 5 mm unprinted, so the margin should be wider than that.
    """

    paper: Paper
    columns: int
    rows: int
    margin: float

    @property
    def cell_width(self) -> float:
        """Return a cell's width in mm."""
        return (self.paper.width - 2 * self.margin) / self.columns

    @property
    def cell_height(self) -> float:
        """Return a cell's height in mm."""
        return (self.paper.height - 2 * self.margin) / self.rows

    @property
    def size(self) -> int:
        """Return how many cells one side of a sheet has."""
        return self.columns * self.rows


@dataclass(frozen=True, slots=True)
class Cell:
    """The place of one face: its left and top edge, width and height in mm."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Return the centre as (x, y) in mm."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line from (x1, y1) to (x2, y2) in mm, leftmost or topmost end first."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, counted from 1: the card in each cell of its front and of its back.

    A card is its index; None is a cell that stays blank.
    """

    number: int
    recto: tuple[int | None, ...]
    verso: tuple[int | None, ...]


def cells(grid: Grid) -> tuple[Cell, ...]:
    """Return the grid's cells in the order in which they are counted."""
    width, height = grid.cell_width, grid.cell_height
    return tuple(
        Cell(grid.margin + column * width, grid.margin + row * height, width, height)
        for row in range(grid.rows)
        for column in range(grid.columns)
    )


def verso_index(index: int, grid: Grid, flip: Flip = "long-edge") -> int:
    """Return the cell of the back page that lies behind a cell of the front page, and vice versa.

    Turned over its long edge, an upright sheet swaps left and right: the columns are mirrored.
    """
    match flip:
        case "long-edge":
            row, column = divmod(index, grid.columns)
            return row * grid.columns + (grid.columns - 1 - column)


def sheets(count: int, grid: Grid, flip: Flip = "long-edge") -> tuple[Sheet, ...]:
    """Return the sheets for `count` cards, the last one padded so that backs meet their fronts."""
    return tuple(
        _sheet(number, range(first, min(first + grid.size, count)), grid, flip)
        for number, first in enumerate(range(0, count, grid.size), start=1)
    )


def _sheet(number: int, cards: range, grid: Grid, flip: Flip) -> Sheet:
    recto = tuple(cards) + (None,) * (grid.size - len(cards))
    verso = tuple(recto[verso_index(index, grid, flip)] for index in range(grid.size))
    return Sheet(number, recto, verso)


def cut_lines(grid: Grid, reach: float) -> tuple[Line, ...]:
    """Return one line for each edge of the cells, upright ones first, shared by neighbours.

    Each runs from edge to edge of the grid and `reach` mm beyond, into the margin that is cut off:
    so its ends still show where to put the ruler when the first strips are gone.
    """
    left, top = grid.margin, grid.margin
    right, bottom = grid.paper.width - grid.margin, grid.paper.height - grid.margin
    columns = [left + column * grid.cell_width for column in range(grid.columns + 1)]
    rows = [top + row * grid.cell_height for row in range(grid.rows + 1)]
    return (
        *(Line(x, top - reach, x, bottom + reach) for x in columns),
        *(Line(left - reach, y, right + reach, y) for y in rows),
    )
