"""Which card lies where: drawings for the eye, properties for every grid."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.printing.imposition import (
    Cell,
    Flip,
    Grid,
    Page,
    Sheet,
    axis,
    cells,
    listed,
    sheets,
    side_by_side,
    two_sided,
    verso_index,
)
from builder.printing.marks import (
    MARKINGS,
    REACH,
    Line,
    Marking,
    corner_marks,
    cut_lines,
    fold_lines,
    marks,
)
from builder.printing.paper import PAPERS, Paper

A4 = Grid.filling(PAPERS["A4"], (2, 4), 8.0)
FLIPS: tuple[Flip, ...] = ("long-edge", "short-edge")

papers = st.one_of(
    st.sampled_from([seen for paper in PAPERS.values() for seen in (paper, paper.turned)]),
    st.builds(Paper, st.just("odd"), st.floats(80, 900), st.floats(80, 900)),
)
flips = st.sampled_from(FLIPS)
counts = st.integers(0, 60)
EDGE = 1e-6


@st.composite
def grids(draw: st.DrawFn, *, is_paired: bool = False) -> Grid:
    """Return a grid on any paper, this way up or the other, with or without gutters."""
    columns = 2 * draw(st.integers(1, 3)) if is_paired else draw(st.integers(1, 6))
    return Grid.filling(
        draw(papers),
        (columns, draw(st.integers(1, 8))),
        draw(st.floats(0, 20)),
        draw(st.just(0.0) | st.floats(1.5, 3)),
        is_paired=is_paired,
    )


def drawing(sheet: Sheet, grid: Grid, names: str) -> str:
    """Return the sheet as rows of one letter a cell, fronts and backs beside each other."""
    pages = (
        "".join(" " if card is None else names[card] for card in side)
        for side in (sheet.recto, sheet.verso)
    )
    columns = grid.columns
    rows = ("/".join(page[i : i + columns] for i in range(0, grid.size, columns)) for page in pages)
    return " | ".join(rows)


@pytest.mark.parametrize(
    ("paper", "flip", "counts", "names", "drawn"),
    [
        ("portrait", "long-edge", (2, 2), "RGBK", ["RG/BK | GR/KB"]),
        ("portrait", "long-edge", (3, 1), "RGB", ["RGB | BGR"]),
        ("portrait", "long-edge", (1, 2), "RG", ["R/G | R/G"]),
        ("portrait", "long-edge", (2, 2), "RGB", ["RG/B  | GR/ B"]),
        ("portrait", "long-edge", (2, 1), "RGB", ["RG | GR", "B  |  B"]),
        ("portrait", "short-edge", (2, 2), "RGBK", ["RG/BK | BK/RG"]),
        ("portrait", "short-edge", (2, 2), "RGB", ["RG/B  | B /RG"]),
        ("landscape", "long-edge", (2, 2), "RGBK", ["RG/BK | BK/RG"]),
        ("landscape", "short-edge", (2, 2), "RGB", ["RG/B  | GR/ B"]),
    ],
)
def test_backs_are_drawn_as_seen_from_behind(
    paper: str, flip: Flip, counts: tuple[int, int], names: str, drawn: list[str]
) -> None:
    """Around an upright axis left and right change places, around a level one top and bottom."""
    seen = PAPERS["A4"] if paper == "portrait" else PAPERS["A4"].turned
    grid = Grid.filling(seen, counts, 8.0)
    assert [drawing(sheet, grid, names) for sheet in sheets(len(names), grid, flip)] == drawn


@given(grids(), flips, st.data())
def test_the_verso_mapping_is_an_involution(grid: Grid, flip: Flip, data: st.DataObject) -> None:
    """Who turns a sheet over twice sees the same cell again."""
    index = data.draw(st.integers(0, grid.size - 1))
    assert 0 <= verso_index(index, grid, flip) < grid.size
    assert verso_index(verso_index(index, grid, flip), grid, flip) == index


@given(grids(), flips, st.data())
def test_a_front_and_its_back_lie_on_each_other(
    grid: Grid, flip: Flip, data: st.DataObject
) -> None:
    """Their centres add up to the sheet: in width around an upright axis, in height otherwise."""
    index = data.draw(st.integers(0, grid.size - 1))
    places = cells(grid)
    front, back = places[index].centre, places[verso_index(index, grid, flip)].centre
    if axis(grid.paper, flip) == "upright":
        assert front[0] + back[0] == pytest.approx(grid.paper.width)
        assert front[1] == pytest.approx(back[1])
    else:
        assert front[0] == pytest.approx(back[0])
        assert front[1] + back[1] == pytest.approx(grid.paper.height)


@given(counts, grids(), flips)
def test_each_card_is_placed_once_on_each_side(count: int, grid: Grid, flip: Flip) -> None:
    """No card is lost or printed twice, and the order is that of the text."""
    pages = two_sided(count, grid, flip)
    assert _cards(pages, "front") == list(range(count))
    assert sorted(_cards(pages, "back")) == list(range(count))


@given(counts, grids(), flips)
def test_sheets_are_whole_and_no_more_than_needed(count: int, grid: Grid, flip: Flip) -> None:
    """Every sheet has all its cells on both sides, and no sheet is blank."""
    made = sheets(count, grid, flip)
    assert [sheet.number for sheet in made] == list(range(1, len(made) + 1))
    assert len(made) == -(-count // grid.size)
    assert all(len(sheet.recto) == len(sheet.verso) == grid.size for sheet in made)
    assert all(sheet.recto[0] is not None for sheet in made)


@given(counts, grids(), flips)
def test_every_back_meets_its_front(count: int, grid: Grid, flip: Flip) -> None:
    """Behind each cell of a sheet lies the same card, or nothing behind nothing."""
    for sheet in sheets(count, grid, flip):
        behind = [sheet.verso[verso_index(index, grid, flip)] for index in range(grid.size)]
        assert behind == list(sheet.recto)


@pytest.mark.parametrize("flip", FLIPS)
@pytest.mark.parametrize("paper", [PAPERS["A4"], PAPERS["A4"].turned], ids=["upright", "level"])
def test_backs_stand_on_their_heads_where_the_sheet_is_turned_over_its_head(
    paper: Paper, flip: Flip
) -> None:
    """So every card is turned over like the leaf of a book, whatever the printer does."""
    pages = two_sided(3, Grid.filling(paper, (2, 2), 8.0), flip)
    is_over_its_head = axis(paper, flip) == "level"
    for page in pages:
        turned = {place.is_turned for place in page.places}
        assert turned == {is_over_its_head and page.side == "back"}


@given(st.one_of(grids(), grids(is_paired=True)))
def test_cells_keep_out_of_the_margin_and_of_each_other(grid: Grid) -> None:
    """Cells lie inside the safe area and share edges at most."""
    places = cells(grid)
    for place in places:
        assert place.x >= grid.left - EDGE
        assert place.y >= grid.top - EDGE
        assert place.x + place.width <= grid.paper.width - grid.left + EDGE
        assert place.y + place.height <= grid.paper.height - grid.top + EDGE
    for number, one in enumerate(places):
        for other in places[number + 1 :]:
            beside = abs(one.centre[0] - other.centre[0]) >= one.width - EDGE
            above = abs(one.centre[1] - other.centre[1]) >= one.height - EDGE
            assert beside or above


def test_a4_cells_have_the_size_that_the_manual_names() -> None:
    """Who cuts by the ruler needs to know: 97 by 70.25 mm."""
    assert (A4.cell_width, A4.cell_height) == (97.0, 70.25)


# --- One-sided -------------------------------------------------------------------------------


@given(counts, grids(is_paired=True))
def test_a_back_to_be_folded_stands_to_the_right_of_its_front(count: int, grid: Grid) -> None:
    """Folded along the edge that they share, one covers the other."""
    pages = side_by_side(count, grid)
    assert _cards(pages, "front") == _cards(pages, "back") == list(range(count))
    for page in pages:
        for front, back in zip(page.places[::2], page.places[1::2], strict=True):
            assert (front.card, front.side, back.side) == (back.card, "front", "back")
            assert back.cell.x == pytest.approx(front.cell.x + front.cell.width)
            assert back.cell.y == pytest.approx(front.cell.y)


@given(st.lists(st.floats(6, 70), max_size=40))
def test_the_rows_of_a_list_follow_each_other_and_stay_on_the_page(heights: list[float]) -> None:
    grid = Grid(PAPERS["A4"], 2, 1, 97.0, 281.0, is_paired=True)
    pages = listed(heights, grid)
    assert _cards(pages, "front") == _cards(pages, "back") == list(range(len(heights)))
    for page in pages:
        fronts = [place.cell for place in page.places if place.side == "front"]
        assert fronts[0].y == grid.top
        assert fronts[-1].y + fronts[-1].height <= grid.top + grid.height + EDGE
        for one, next_one in pairwise(fronts):
            assert next_one.y == pytest.approx(one.y + one.height)


def _cards(pages: tuple[Page, ...], side: str) -> list[int]:
    return [place.card for page in pages for place in page.places if place.side == side]


# --- Marks -----------------------------------------------------------------------------------


@given(grids(), st.floats(0, 5))
def test_each_edge_of_a_cell_has_one_cut_line(grid: Grid, reach: float) -> None:
    """Neighbours without a gutter share their line, and each line goes beyond the outer cells."""
    lines = cut_lines(grid, reach)
    between = 2 if grid.gutter else 1
    assert len(lines) == between * (grid.columns - 1 + grid.rows - 1) + 4
    upright = {line.x1 for line in lines if line.is_upright}
    level = {line.y1 for line in lines if not line.is_upright}
    for place in cells(grid):
        for edge in (place.x, place.x + place.width):
            assert min(abs(edge - line) for line in upright) < 1e-5
        for edge in (place.y, place.y + place.height):
            assert min(abs(edge - line) for line in level) < 1e-5
    for line in lines:
        start, end = (line.y1, line.y2) if line.is_upright else (line.x1, line.x2)
        length = grid.paper.height if line.is_upright else grid.paper.width
        margin = grid.top if line.is_upright else grid.left
        assert start == pytest.approx(margin - min(reach, margin), abs=1e-5)
        assert end == pytest.approx(length - margin + min(reach, margin), abs=1e-5)


@given(
    grid=st.one_of(grids(), grids(is_paired=True)),
    marking=st.sampled_from(MARKINGS),
    is_back=st.booleans(),
)
def test_no_mark_is_ever_inside_a_card(grid: Grid, marking: Marking, *, is_back: bool) -> None:
    """Nor outside the paper; what is not on an edge keeps clear of the cards altogether."""
    for mark in marks(grid, marking, is_back=is_back):
        assert -EDGE <= mark.x1 <= mark.x2 <= grid.paper.width + EDGE
        assert -EDGE <= mark.y1 <= mark.y2 <= grid.paper.height + EDGE
        assert not any(_crosses(mark, place) for place in cells(grid))
    for mark in corner_marks(grid):
        assert not any(_crosses(mark, place, slack=-0.5) for place in cells(grid))


def _crosses(line: Line, place: Cell, slack: float = 1e-5) -> bool:
    """Tell whether a line is inside a cell, by more than the slack."""
    left, top = place.x + slack, place.y + slack
    right, bottom = place.x + place.width - slack, place.y + place.height - slack
    return line.x1 < right and line.x2 > left and line.y1 < bottom and line.y2 > top


def test_only_fronts_have_lines_between_cards() -> None:
    """On backs they would show every skew; marks in the waste stand on both sides."""
    assert marks(A4, "lines") == cut_lines(A4)
    assert marks(A4, "lines", is_back=True) == marks(A4, "corners") == corner_marks(A4)
    assert max(_length(mark) for mark in corner_marks(A4)) < REACH
    assert marks(A4, "none") == ()


def test_crop_marks_stand_in_the_gutters() -> None:
    """Two cuts between neighbours, and a mark for each at every corner."""
    grid = Grid.filling(PAPERS["A4"], (2, 2), 10.0, 5.0)
    upright = [mark for mark in corner_marks(grid) if mark.is_upright]
    assert len({mark.x1 for mark in upright}) == 4
    assert len(upright) == 4 * 3


def test_folds_are_between_a_front_and_its_back() -> None:
    """And nowhere else: between pairs one cuts."""
    grid = Grid(PAPERS["A3"].turned, 4, 4, 90.0, 60.0, 4.0, is_paired=True)
    folds = {fold.x1 for fold in fold_lines(grid)}
    cuts = {cut.x1 for cut in cut_lines(grid) if cut.is_upright}
    assert folds == {place.x for place in cells(grid)[1:4:2]}
    assert folds.isdisjoint(cuts)


def _length(mark: Line) -> float:
    return mark.x2 - mark.x1 + mark.y2 - mark.y1
