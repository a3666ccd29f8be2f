"""What the settings ask for, worked out: how many cards of which size, on which way up of a sheet.

All lengths are mm, sizes of type pt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from builder.diagnostics import quoted
from builder.model import Course, Value
from builder.printing.imposition import (
    Duplex,
    Flip,
    Grid,
    Page,
    listed,
    side_by_side,
    turned_by_hand,
    two_sided,
)
from builder.printing.marks import Marking
from builder.printing.paper import CARDS, PAPERS, STOCKS, USUAL_GRIDS, Paper, Size, read_size
from builder.suggest import did_you_mean

FILL, AUTO, NO_STOCK = "fill", "auto", "none"

LEAST = Size(40.0, 30.0)  # of a card, which must also hold its margins and its code
WIDEST_MARGIN = 50.0
SMALLEST_TYPE, LARGEST_TYPE, STEP = 5.0, 24.0, 0.5

_GRID = re.compile(r"(\d{1,2})\s*[x×]\s*(\d{1,2})")
_SLACK = 0.01  # mm that sums of measures may be wrong

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a setting, and what to write instead."""

    key: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The size of a card, and the sheets that cards come on.

    `grid` is that of the sheets; for a list it is one pair of columns as high as the page.
    """

    card: Size
    grid: Grid
    duplex: Duplex
    marking: Marking
    backs_are_reversed: bool = False

    @property
    def flip(self) -> Flip:
        """Return how sheets are turned over; where the user does it, like the leaf of a book."""
        match self.duplex:
            case "long-edge" | "short-edge":
                return self.duplex
            case _:
                return turned_by_hand(self.grid.paper)

    @property
    def is_one_sided(self) -> bool:
        """Tell whether fronts and backs stand on the same pages."""
        return self.duplex in {"fold", "study"}

    def pages(self, count: int, heights: Iterable[float]) -> tuple[Page, ...]:
        """Return the pages for so many cards; `heights` are those of the rows of a list."""
        match self.duplex:
            case "fold":
                return side_by_side(count, self.grid)
            case "study":
                return listed(tuple(heights), self.grid)
            case _:
                return two_sided(count, self.grid, self.flip)


def plan(values: Values) -> Layout | Problem:
    """Return the layout that the settings describe, or the first thing that is wrong with them."""
    problem = next(_problems(values), None)
    if problem:
        return problem
    stock = STOCKS.get(str(values["stock"]))
    grid = _stock_grid(str(values["stock"])) if stock else _card_grid(values)
    if isinstance(grid, Problem):
        return grid
    card = Size(grid.cell_width, grid.cell_height)
    if card.width < LEAST.width or card.height < LEAST.height:
        return _too_small(card, values)
    duplex = cast("Duplex", values["duplex"])
    if duplex in {"fold", "study"}:
        paired = _paired(card, values, PAPERS[str(values["paper"])])
        if isinstance(paired, Problem):
            return paired
        grid = paired
    has_waste = grid.left > 1 and grid.top > 1
    marking = "none" if stock or not has_waste or duplex == "study" else values["marks"]
    return Layout(card, grid, duplex, cast("Marking", marking), values["backs"] == "reversed")


def type_sizes(values: Values) -> tuple[float, ...]:
    """Return the sizes of type in pt that may be tried, largest first."""
    largest, smallest = float(values["largest"]), float(values["smallest"])
    steps = round((largest - smallest) / STEP)
    return tuple(largest - STEP * step for step in range(steps + 1))


# --- Single settings -------------------------------------------------------------------------


def _problems(values: Values) -> Iterator[Problem]:
    yield from _length_problems(values)
    yield from _type_problems(values)
    yield from _card_problems(str(values["card"]))
    grid = str(values["grid"])
    if grid != AUTO and not all(_counts(grid)):
        yield Problem("grid", f"{quoted(grid)} is no grid", 'write for example grid = "2x4"')
    if values["stock"] != NO_STOCK:
        yield from _stock_problems(values)


def _length_problems(values: Values) -> Iterator[Problem]:
    for key in ("margin", "gutter"):
        if not 0 <= float(values[key]) <= WIDEST_MARGIN:  # NaN is not
            message = f"the {key} can't be {values[key]:g} mm"
            yield Problem(key, message, f"write a number from 0 to {WIDEST_MARGIN:.0f}")


def _type_problems(values: Values) -> Iterator[Problem]:
    for key in ("largest", "smallest", "small"):
        size = float(values[key])
        if not SMALLEST_TYPE <= size <= LARGEST_TYPE or size % STEP:
            message = f"text can't be set in {values[key]:g} pt"
            hint = f"write a size from {SMALLEST_TYPE:g} to {LARGEST_TYPE:g} in steps of {STEP:g}"
            yield Problem(key, message, hint)
            return
    if values["smallest"] > values["largest"]:  # type: ignore[operator]  # both are numbers
        message = f"the smallest size, {values['smallest']:g} pt, is above the largest"
        yield Problem("smallest", message, f"write at most {values['largest']:g}, or raise largest")


def _card_problems(card: str) -> Iterator[Problem]:
    if card == FILL:
        return
    size = read_size(card)
    if size is None:
        known = (*CARDS, FILL)
        hint = did_you_mean(card, known) or f'write millimetres, "63x88", or: {", ".join(known)}'
        yield Problem("card", f"there is no size of cards called {quoted(card)}", hint)
    elif not (0 < size.width < 1e4 and 0 < size.height < 1e4):
        yield Problem("card", f"a card can't be {card} mm large", 'write for example "63x88"')


def _stock_problems(values: Values) -> Iterator[Problem]:
    stock = STOCKS[str(values["stock"])]
    if values["paper"] != stock.paper.name:
        hint = f'write paper = "{stock.paper.name}"'
        yield Problem("stock", f"{values['stock']} is {stock.paper.name} paper", hint)
    for key, usual in (("card", FILL), ("grid", AUTO), ("gutter", 0.0)):
        if values[key] != usual:
            message = f"{values['stock']} has its own cards, so {key} has no effect"
            yield Problem(key, message, f"delete {key}, or stock")


def _counts(grid: str) -> tuple[int, int]:
    found = _GRID.fullmatch(grid.strip())
    return (int(found[1]), int(found[2])) if found else (0, 0)


# --- Grids -----------------------------------------------------------------------------------


def _stock_grid(name: str) -> Grid:
    stock = STOCKS[name]
    return Grid(stock.paper, stock.columns, stock.rows, stock.card.width, stock.card.height)


def _card_grid(values: Values) -> Grid | Problem:
    paper = PAPERS[str(values["paper"])]
    size = read_size(str(values["card"]))
    if whole := _whole(paper, size):
        return whole
    asked = values["grid"] != AUTO
    columns, rows = _counts(str(values["grid"])) if asked else USUAL_GRIDS[paper.name]
    if size is None:
        return _filled(paper, columns, rows, values)
    grids = [_packed(seen, size, values) for seen in (paper, paper.turned)]
    if not asked:
        grid = max(grids, key=lambda grid: grid.size)  # the first of equals: portrait
        return grid if grid.size else _too_large(size, paper, values)
    for grid in grids:
        if columns <= grid.columns and rows <= grid.rows:
            return Grid(grid.paper, columns, rows, size.width, size.height, grid.gutter)
    return _no_such_grid(grids, values)


def _whole(paper: Paper, size: Size | None) -> Grid | None:
    """Return the grid of one cell that is the sheet, where the paper is itself a card."""
    wide = max(paper, paper.turned, key=lambda seen: seen.width)
    if size is None:
        is_index_card = USUAL_GRIDS[paper.name] == (1, 1)
        return Grid(wide, 1, 1, wide.width, wide.height) if is_index_card else None
    for seen in (paper, paper.turned):
        if abs(seen.width - size.width) < 1 and abs(seen.height - size.height) < 1:
            return Grid(seen, 1, 1, seen.width, seen.height)
    return None


def _filled(paper: Paper, columns: int, rows: int, values: Values) -> Grid | Problem:
    """Return the grid that fills the sheet, so turned that its cards are as square as can be."""
    margin, gutter = float(values["margin"]), float(values["gutter"])
    grids = [Grid.filling(seen, (columns, rows), margin, gutter) for seen in (paper, paper.turned)]
    best = max(
        grids, key=lambda grid: (round(min(grid.cell_width, grid.cell_height), 6), grid.cell_width)
    )
    if min(best.cell_width, best.cell_height) > 0:
        return best
    message = f"{columns} × {rows} cards don't fit on {paper.name}"
    return Problem("grid", message, "write fewer, or a smaller margin or gutter")


def _packed(paper: Paper, size: Size, values: Values, *, is_paired: bool = False) -> Grid:
    """Return the grid of as many cards as this way up of the sheet holds, which may be none."""
    margin, gutter = float(values["margin"]), float(values["gutter"])
    unit = 2 * size.width if is_paired else size.width
    columns, rows = (
        max(0, int((room - 2 * margin + gutter + _SLACK) // (length + gutter)))
        for room, length in ((paper.width, unit), (paper.height, size.height))
    )
    columns *= 2 if is_paired else 1
    return Grid(paper, columns, rows, size.width, size.height, gutter, is_paired)


def _paired(card: Size, values: Values, paper: Paper) -> Grid | Problem:
    """Return the grid of fronts with their backs beside them; for a list, one pair of columns."""
    grids = [_packed(seen, card, values, is_paired=True) for seen in (paper, paper.turned)]
    grid = max(grids, key=lambda grid: grid.size)
    if not grid.size:
        measures = f"{_measures(Size(2 * card.width, card.height))} on {paper.name}"
        message = f"a front and its back don't fit side by side: {measures}"
        return Problem("duplex", message, "write larger paper or a smaller card")
    if values["duplex"] == "fold":
        return grid
    height = grid.paper.height - 2 * float(values["margin"])
    return Grid(grid.paper, 2, 1, card.width, height, is_paired=True)


# --- What doesn't fit ------------------------------------------------------------------------


def _measures(size: Size) -> str:
    return f"{size.width:.4g} × {size.height:.4g} mm"


def _room(paper: Paper, values: Values) -> str:
    margin = float(values["margin"])
    room = Size(paper.width - 2 * margin, paper.height - 2 * margin)
    return f"{paper.name} has {_measures(room)} within its margins of {margin:g} mm"


def _too_large(size: Size, paper: Paper, values: Values) -> Problem:
    message = f"a card of {_measures(size)} is larger than the paper: {_room(paper, values)}"
    return Problem("card", message, "write a smaller card, larger paper or a smaller margin")


def _too_small(size: Size, values: Values) -> Problem:
    key = "grid" if values["card"] == FILL else "card"
    message = f"a card of {_measures(size)} is too small for text"
    return Problem(key, message, f"a card needs {_measures(LEAST)}")


def _no_such_grid(grids: Iterable[Grid], values: Values) -> Problem:
    message = f"{quoted(str(values['grid']))} cards of this size don't fit on {values['paper']}"
    most = " or ".join(f'"{grid.columns}x{grid.rows}"' for grid in grids if grid.size)
    hint = f"write at most {most}" if most else "write a smaller card"
    return Problem("grid", message, hint)


def settings_of(course: Course) -> Mapping[str, Value]:
    """Return how a course wants its cards."""
    return course.settings["flashcards"]


def layout_of(course: Course) -> Layout:
    """Return the course's layout, which the output's `check` has found to be possible."""
    layout = plan(settings_of(course))
    assert isinstance(layout, Layout), layout  # noqa: S101  # `check` lets no problem through
    return layout
