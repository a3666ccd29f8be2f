"""Which card goes where on which sheet: pure geometry.

All lengths are millimetres; the origin is a page's top left corner, as one looks at that page.
Cells are counted from 0, row by row from the top left, on fronts and backs alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count as counted_from
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from builder.printing.paper import Paper

Flip = Literal["long-edge", "short-edge"]
Duplex = Literal["long-edge", "short-edge", "separate", "fold", "study"]
DUPLEXES: tuple[Duplex, ...] = get_args(Duplex)

Side = Literal["front", "back"]
Axis = Literal["upright", "level"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Equal cells in the middle of the paper, so that both sides of a sheet have the same margins.

    Cells share their edges, or have a gutter between them.  `is_paired` means that cells stand in
    pairs (a front and its back, side by side) that no gutter divides.
    """

    paper: Paper
    columns: int
    rows: int
    cell_width: float
    cell_height: float
    gutter: float = 0.0
    is_paired: bool = False

    @classmethod
    def filling(
        cls,
        paper: Paper,
        counts: tuple[int, int],
        margin: float,
        gutter: float = 0.0,
        *,
        is_paired: bool = False,
    ) -> Grid:
        """Return the grid whose cells leave only the margin and the gutters of the paper.

        `counts` are those of its columns and rows.
        """
        columns, rows = counts
        gaps = (columns // 2 if is_paired else columns) - 1
        width = (paper.width - 2 * margin - gaps * gutter) / columns
        height = (paper.height - 2 * margin - (rows - 1) * gutter) / rows
        return cls(paper, columns, rows, width, height, gutter, is_paired)

    @property
    def size(self) -> int:
        """Return how many cells one page has."""
        return self.columns * self.rows

    @property
    def width(self) -> float:
        """Return the width of all cells together in mm."""
        gaps = (self.columns // 2 if self.is_paired else self.columns) - 1
        return self.columns * self.cell_width + gaps * self.gutter

    @property
    def height(self) -> float:
        """Return the height of all cells together in mm."""
        return self.rows * self.cell_height + (self.rows - 1) * self.gutter

    @property
    def left(self) -> float:
        """Return how far the cells are from the paper's left and right edges, in mm."""
        return (self.paper.width - self.width) / 2

    @property
    def top(self) -> float:
        """Return how far the cells are from the paper's upper and lower edges, in mm."""
        return (self.paper.height - self.height) / 2


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
class Sheet:
    """One sheet, counted from 1: the card in each cell of its front and of its back.

    A card is its index; None is a cell that stays blank.
    """

    number: int
    recto: tuple[int | None, ...]
    verso: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one side of a card stands; a turned one stands on its head."""

    card: int
    side: Side
    cell: Cell
    is_turned: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One side of a sheet that is printed; `side` is None where fronts and backs are on it."""

    sheet: int
    side: Side | None
    places: tuple[Place, ...]


def cells(grid: Grid) -> tuple[Cell, ...]:
    """Return the grid's cells in the order in which they are counted."""
    return tuple(
        Cell(_column_left(grid, column), _row_top(grid, row), grid.cell_width, grid.cell_height)
        for row in range(grid.rows)
        for column in range(grid.columns)
    )


def _column_left(grid: Grid, column: int) -> float:
    gaps = column // 2 if grid.is_paired else column
    return grid.left + column * grid.cell_width + gaps * grid.gutter


def _row_top(grid: Grid, row: int) -> float:
    return grid.top + row * (grid.cell_height + grid.gutter)


# --- Turning a sheet over --------------------------------------------------------------------


def axis(paper: Paper, flip: Flip) -> Axis:
    """Return around which axis a sheet is turned over, as one looks at its pages.

    The long edge of a portrait page stands upright, that of a landscape page lies level.
    """
    return "upright" if (flip == "long-edge") == paper.is_upright else "level"


def verso_index(index: int, grid: Grid, flip: Flip = "long-edge") -> int:
    """Return the cell of the back page that lies behind a cell of the front page, and vice versa.

    Turned around an upright axis, a sheet swaps left and right; around a level one, top and bottom.
    """
    row, column = divmod(index, grid.columns)
    if axis(grid.paper, flip) == "upright":
        return row * grid.columns + (grid.columns - 1 - column)
    return (grid.rows - 1 - row) * grid.columns + column


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


# --- Pages -----------------------------------------------------------------------------------


def two_sided(count: int, grid: Grid, flip: Flip) -> tuple[Page, ...]:
    """Return pages of fronts and of backs in turn.

    Cards are turned over like the leaf of a book.  Where the sheet is turned around a level axis
    instead, its backs stand on their heads, so that those of the cards don't.
    """
    is_turned = axis(grid.paper, flip) == "level"
    places = cells(grid)
    pages: list[Page] = []
    for sheet in sheets(count, grid, flip):
        fronts = _placed(sheet.recto, "front", places, is_turned=False)
        backs = _placed(sheet.verso, "back", places, is_turned=is_turned)
        pages += [Page(sheet.number, "front", fronts), Page(sheet.number, "back", backs)]
    return tuple(pages)


def _placed(
    cards: Sequence[int | None], side: Side, places: Sequence[Cell], *, is_turned: bool
) -> tuple[Place, ...]:
    return tuple(
        Place(card, side, cell, is_turned)
        for card, cell in zip(cards, places, strict=True)
        if card is not None
    )


def turned_by_hand(paper: Paper) -> Flip:
    """Return the flip that turns the paper like the leaf of a book, which is how hands do it."""
    return "long-edge" if paper.is_upright else "short-edge"


def side_by_side(count: int, grid: Grid) -> tuple[Page, ...]:
    """Return one-sided pages: in each pair of cells a front, and its back to the right of it.

    Folded backwards along the line between them, they lie back to back.
    """
    places = cells(grid)
    pairs = grid.size // 2
    return tuple(
        Page(number, None, tuple(_pairs(range(first, min(first + pairs, count)), places)))
        for number, first in enumerate(range(0, count, pairs), start=1)
    )


def _pairs(cards: range, places: Sequence[Cell]) -> Iterator[Place]:
    for pair, card in enumerate(cards):
        yield Place(card, "front", places[2 * pair])
        yield Place(card, "back", places[2 * pair + 1])


def listed(heights: Sequence[float], grid: Grid) -> tuple[Page, ...]:
    """Return one-sided pages that list the cards: fronts on the left, backs on the right.

    `heights` are those of the rows in mm, each at most as high as the grid; the grid has two
    columns and says where the rows begin and end.
    """
    pages: list[Page] = []
    numbers = counted_from(1)
    rows: list[Place] = []
    bottom = grid.top
    for card, height in enumerate(heights):
        if rows and bottom + height > grid.top + grid.height + 1e-6:
            pages.append(Page(next(numbers), None, tuple(rows)))
            rows, bottom = [], grid.top
        for column, side in enumerate(get_args(Side)):
            cell = Cell(_column_left(grid, column), bottom, grid.cell_width, height)
            rows.append(Place(card, side, cell))
        bottom += height
    return (*pages, Page(next(numbers), None, tuple(rows))) if rows else tuple(pages)
