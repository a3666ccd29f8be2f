"""How many cards of which size go on which sheet: chosen, asked for, or impossible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import model
from builder.outputs.flashcards import OUTPUT
from builder.printing.imposition import DUPLEXES, cells
from builder.printing.insets import box_of
from builder.printing.layout import LEAST, Problem, plan, type_sizes
from builder.printing.paper import CARDS, PAPERS, STOCKS, Size, read_size
from tests.flashcard_reading import layout_of

USUAL = {key: setting.default for key, setting in OUTPUT.settings.items()}
EDGE = 1e-6


@pytest.mark.parametrize(
    ("settings", "way", "grid", "card"),
    [
        ({}, "portrait", (2, 4), (97.0, 70.25)),
        ({"paper": "Letter"}, "portrait", (2, 4), (99.95, 65.85)),
        ({"paper": "A5"}, "landscape", (2, 2), (97.0, 66.0)),
        ({"paper": "A3"}, "landscape", (4, 4), (101.0, 70.25)),
        ({"card": "A7"}, "landscape", (2, 2), (105.0, 74.0)),
        ({"card": "A7", "margin": 0.0}, "portrait", (2, 4), (105.0, 74.0)),
        ({"card": "a8"}, "portrait", (2, 5), (74.0, 52.0)),
        ({"card": "business"}, "portrait", (2, 5), (85.0, 55.0)),
        ({"card": "poker"}, "portrait", (3, 3), (63.0, 88.0)),
        ({"card": "63×88 mm"}, "portrait", (3, 3), (63.0, 88.0)),
        ({"card": "3.5x2in", "paper": "Letter"}, "portrait", (2, 5), (88.9, 50.8)),
        ({"card": "3x5", "paper": "Letter"}, "landscape", (2, 2), (127.0, 76.2)),
        ({"card": "poker", "grid": "2x2"}, "portrait", (2, 2), (63.0, 88.0)),
        ({"card": "poker", "grid": "4x2"}, "landscape", (4, 2), (63.0, 88.0)),
        ({"grid": "3x3"}, "landscape", (3, 3), (281 / 3, 194 / 3)),
        ({"grid": "2x4", "gutter": 4.0}, "portrait", (2, 4), (95.0, 67.25)),
        ({"paper": "3x5"}, "landscape", (1, 1), (127.0, 76.2)),
        ({"paper": "4x6", "card": "4x6"}, "landscape", (1, 1), (152.4, 101.6)),
        ({"duplex": "fold", "card": "A8"}, "portrait", (2, 5), (74.0, 52.0)),
        ({"duplex": "fold", "card": "business"}, "portrait", (2, 5), (85.0, 55.0)),
    ],
)
def test_a_sheet_holds_as_many_as_it_can(
    settings: dict[str, model.Value],
    way: str,
    grid: tuple[int, int],
    card: tuple[float, float],
) -> None:
    """In portrait or in landscape, whichever holds more; portrait if they hold as many."""
    layout = layout_of(**settings)
    assert layout.grid.paper.is_upright == (way == "portrait")
    assert (layout.grid.columns, layout.grid.rows) == grid
    assert (layout.card.width, layout.card.height) == pytest.approx(card)


def test_perforated_paper_has_the_margins_of_its_makers_drawing() -> None:
    """Avery 5371: ten cards of 3.5 by 2 in, 0.75 in from the sides, 0.5 in from above and below."""
    layout = layout_of(paper="Letter", stock="Avery 5371")
    assert (layout.grid.left, layout.grid.top) == pytest.approx((0.75 * 25.4, 0.5 * 25.4))
    assert layout.grid.gutter == 0
    assert layout.marking == "none"


def test_where_there_is_no_waste_there_are_no_marks() -> None:
    """On an index card they would be on the card."""
    assert layout_of(paper="3x5").marking == "none"
    assert layout_of(card="A7", margin=0.0).marking == "none"


values: dict[str, st.SearchStrategy[model.Value]] = {
    "paper": st.sampled_from(sorted(PAPERS)),
    "card": st.one_of(
        st.sampled_from(["fill", *CARDS]),
        st.builds("{:.2f}x{:.1f}".format, st.floats(-5, 320), st.floats(-5, 320)),
        st.sampled_from(["nanx5", "infxinf", "1e9x4", "", "x", "0x0", "1.2.3x4"]),
    ),
    "grid": st.one_of(
        st.just("auto"),
        st.builds("{}x{}".format, st.integers(0, 12), st.integers(0, 12)),
        st.sampled_from(["", "2x", "-1x4", "99x99"]),
    ),
    "stock": st.sampled_from(["none", *STOCKS]),
    "margin": st.one_of(st.floats(0, 30), st.floats()),
    "gutter": st.one_of(st.just(0.0), st.floats(0, 20), st.floats()),
    "duplex": st.sampled_from(DUPLEXES),
    "largest": st.one_of(st.just(11.0), st.floats()),
    "smallest": st.one_of(st.just(8.0), st.sampled_from([5.0, 12.0, 24.0])),
}


@given(st.fixed_dictionaries({}, optional=values))
def test_any_settings_are_a_layout_or_a_problem_of_one_of_them(
    settings: dict[str, model.Value],
) -> None:
    """Never a crash, and never a card outside the paper or its margins."""
    asked = {**USUAL, **settings}
    layout = plan(asked)
    if isinstance(layout, Problem):
        assert layout.key in USUAL
        assert layout.message
        assert layout.hint
        return
    assert layout.card.width >= LEAST.width
    assert layout.card.height >= LEAST.height
    box = box_of(layout.card)
    assert min(box.width, box.height) > 30
    sizes = type_sizes(asked)
    assert (sizes[0], sizes[-1]) == (asked["largest"], asked["smallest"])
    grid, paper = layout.grid, layout.grid.paper
    is_whole = grid.size == 1 and grid.left == grid.top == 0
    margin = 0.0 if is_whole or asked["stock"] != "none" else float(asked["margin"])
    for cell in cells(grid):
        assert margin - 0.02 <= cell.x
        assert margin - 0.02 <= cell.y
        assert cell.x + cell.width <= paper.width - margin + 0.02
        assert cell.y + cell.height <= paper.height - margin + 0.02


@given(
    st.sampled_from(sorted(PAPERS)),
    st.integers(40, 150),
    st.integers(30, 150),
    st.integers(0, 12),
)
def test_no_other_way_up_holds_more(name: str, width: int, height: int, margin: int) -> None:
    """Worked out here by dividing lengths, for both ways up."""
    paper = PAPERS[name]
    layout = plan({**USUAL, "paper": name, "card": f"{width}x{height}", "margin": float(margin)})
    counts = [
        int((across - 2 * margin) / width + 1e-4) * int((down - 2 * margin) / height + 1e-4)
        for across, down in ((paper.width, paper.height), (paper.height, paper.width))
    ]
    if isinstance(layout, Problem):
        assert max(counts) == 0
    elif layout.grid.left > 0 or layout.grid.top > 0:
        assert layout.grid.size == max(counts)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("A7", Size(105.0, 74.0)),
        (" us BUSINESS ", Size(88.9, 50.8)),
        ("63x88", Size(63.0, 88.0)),
        ("6.3 × 8.8 cm", Size(63.0, 88.0)),
        ("3.5x2in", Size(88.9, 50.8)),
        ("seven", None),
        ("63", None),
        ("1.2.3x4", None),
    ],
)
def test_sizes_are_read_by_name_and_by_measure(text: str, size: Size | None) -> None:
    found = read_size(text)
    assert (found is None) == (size is None)
    if found and size:
        assert (found.width, found.height) == pytest.approx((size.width, size.height))
