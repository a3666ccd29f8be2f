"""Which card lies where: drawings for the eye, properties for every grid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.printing.imposition import Grid, Sheet, cells, cut_lines, sheets, verso_index
from builder.printing.paper import PAPERS, Paper

A4 = Grid(PAPERS["A4"], columns=2, rows=4, margin=8.0)

papers = st.one_of(
    st.sampled_from(list(PAPERS.values())),
    st.builds(Paper, st.just("odd"), st.floats(80, 900), st.floats(80, 900)),
)
grids = st.builds(Grid, papers, st.integers(1, 6), st.integers(1, 8), st.floats(0, 20))
counts = st.integers(0, 60)


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
    ("columns", "rows", "names", "drawn"),
    [
        (2, 2, "RGBK", ["RG/BK | GR/KB"]),
        (3, 1, "RGB", ["RGB | BGR"]),
        (1, 2, "RG", ["R/G | R/G"]),
        (2, 2, "RGB", ["RG/B  | GR/ B"]),
        (2, 1, "RGB", ["RG | GR", "B  |  B"]),
    ],
)
def test_backs_are_drawn_as_seen_from_behind(
    columns: int, rows: int, names: str, drawn: list[str]
) -> None:
    """Turned over the long edge, left and right change places; the last sheet is padded."""
    grid = Grid(PAPERS["A4"], columns, rows, 8.0)
    assert [drawing(sheet, grid, names) for sheet in sheets(len(names), grid)] == drawn


@given(grids, st.data())
def test_the_verso_mapping_is_an_involution(grid: Grid, data: st.DataObject) -> None:
    """Who turns a sheet over twice sees the same cell again."""
    index = data.draw(st.integers(0, grid.size - 1))
    assert 0 <= verso_index(index, grid) < grid.size
    assert verso_index(verso_index(index, grid), grid) == index


@given(grids, st.data())
def test_a_front_and_its_back_lie_on_each_other(grid: Grid, data: st.DataObject) -> None:
    """Measured from the left of either page, the two centres add up to the sheet's width."""
    index = data.draw(st.integers(0, grid.size - 1))
    places = cells(grid)
    front, back = places[index].centre, places[verso_index(index, grid)].centre
    assert front[0] + back[0] == pytest.approx(grid.paper.width)
    assert front[1] == pytest.approx(back[1])


@given(counts, grids)
def test_each_card_is_placed_once_on_each_side(count: int, grid: Grid) -> None:
    """No card is lost or printed twice, and the order is that of the text."""
    made = sheets(count, grid)
    fronts = [card for sheet in made for card in sheet.recto if card is not None]
    backs = [card for sheet in made for card in sheet.verso if card is not None]
    assert fronts == list(range(count))
    assert sorted(backs) == fronts


@given(counts, grids)
def test_sheets_are_whole_and_no_more_than_needed(count: int, grid: Grid) -> None:
    """Every sheet has all its cells on both sides, and no sheet is blank."""
    made = sheets(count, grid)
    assert [sheet.number for sheet in made] == list(range(1, len(made) + 1))
    assert all(len(sheet.recto) == len(sheet.verso) == grid.size for sheet in made)
    assert all(sheet.recto[0] is not None for sheet in made)


@given(counts, grids)
def test_every_back_meets_its_front(count: int, grid: Grid) -> None:
    """Behind each cell of a sheet lies the same card, or nothing behind nothing."""
    for sheet in sheets(count, grid):
        behind = [sheet.verso[verso_index(index, grid)] for index in range(grid.size)]
        assert behind == list(sheet.recto)


@given(grids)
def test_cells_keep_out_of_the_margin_and_of_each_other(grid: Grid) -> None:
    """Cells lie inside the safe area and share edges at most."""
    places = cells(grid)
    edge = 1e-6
    for place in places:
        assert place.x >= grid.margin - edge
        assert place.y >= grid.margin - edge
        assert place.x + place.width <= grid.paper.width - grid.margin + edge
        assert place.y + place.height <= grid.paper.height - grid.margin + edge
    for number, one in enumerate(places):
        for other in places[number + 1 :]:
            beside = abs(one.centre[0] - other.centre[0]) >= one.width - edge
            above = abs(one.centre[1] - other.centre[1]) >= one.height - edge
            assert beside or above


@given(grids, st.floats(0, 5))
def test_each_edge_of_a_cell_has_one_cut_line(grid: Grid, reach: float) -> None:
    """Neighbours share their line, and each line goes beyond the outer cells."""
    lines = cut_lines(grid, reach)
    assert len(lines) == grid.columns + grid.rows + 2
    upright = {round(line.x1, 6) for line in lines if line.x1 == line.x2}
    level = {round(line.y1, 6) for line in lines if line.y1 == line.y2}
    for place in cells(grid):
        assert {round(place.x, 6), round(place.x + place.width, 6)} <= upright
        assert {round(place.y, 6), round(place.y + place.height, 6)} <= level
    for line in lines:
        start, end = (line.y1, line.y2) if line.x1 == line.x2 else (line.x1, line.x2)
        length = grid.paper.height if line.x1 == line.x2 else grid.paper.width
        assert start == pytest.approx(grid.margin - reach)
        assert end == pytest.approx(length - grid.margin + reach)


def test_a4_cells_have_the_size_that_the_manual_names() -> None:
    """Who cuts by the ruler needs to know: 97 by 70.25 mm."""
    assert (A4.cell_width, A4.cell_height) == (97.0, 70.25)
