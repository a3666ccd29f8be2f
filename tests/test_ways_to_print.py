"""Sheets of every kind, read back from the PDFs: who lies behind whom, and where each text is.

Where the back of a point is on the paper is worked out here by hand, not by the code under test.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from functools import cache

import pikepdf
import pypdfium2 as pdfium
import pytest

from builder import model
from builder.outputs.flashcards import placed, render, typeset_topic
from builder.printing.faces import Faces
from builder.printing.imposition import Cell, Grid, cells
from builder.printing.layout import Layout
from builder.text import inlines_text, note_answer, note_prompt
from tests import flashcard_fixture as fx
from tests.flashcard_reading import POINT, Glyph, glyphs_of, layout_of
from tests.pdf_text import page_text

# Sizes and orientations of paper and cards, with and without a gutter.
SIZES: dict[str, dict[str, model.Value]] = {
    "A4, filled": {},
    "Letter, filled, gutter": {"paper": "Letter", "gutter": 4.0},
    "A4 landscape, A7": {"card": "A7"},
    "A4, A8": {"card": "A8", "marks": "corners"},
    "A3 landscape": {"paper": "A3"},
    "Letter, poker": {"paper": "Letter", "card": "poker"},
    "A5 landscape": {"paper": "A5", "margin": 6.0},
    "Avery 5371": {"paper": "Letter", "stock": "Avery 5371"},
    "index cards": {"paper": "4x6"},
}
TWO_SIDED = ("long-edge", "short-edge", "separate")
ORDINARY = fx.ordinary_notes()
NOTES = (*ORDINARY, *fx.many_notes(8, seed=3))
# For places only: reading every letter back takes time.
SHORT = tuple(fx.question(f"Who is {n}?", fx.para(f"It is {n * n}.")) for n in range(19))


def _combined(*duplexes: str) -> list[tuple[str, str]]:
    """Return sizes and ways to print that go together: no index card holds two side by side."""
    return [
        (size, duplex)
        for size in SIZES
        for duplex in duplexes
        if not (size == "index cards" and duplex in {"fold", "study"})
    ]


@cache
def printed(
    size: str, duplex: str, notes: tuple[model.Note, ...]
) -> Mapping[str, pdfium.PdfDocument]:
    """Return the PDFs of the notes, by what is on their pages; texts are laid out once a size."""
    files = _files(size, duplex, notes)
    return {name: pdfium.PdfDocument(data) for name, data in files.items()}


def _files(size: str, duplex: str, notes: tuple[model.Note, ...]) -> Mapping[str, bytes]:
    context = fx.context(notes, settings={**SIZES[size], "duplex": duplex})
    return placed([_faces(size, notes)], context, "Cards").files


@cache
def _faces(size: str, notes: tuple[model.Note, ...]) -> Faces:
    typeset = typeset_topic(fx.context(notes, settings=SIZES[size]))
    assert typeset is not None
    return typeset.faces


def _layout(size: str, duplex: str) -> Layout:
    return layout_of(duplex=duplex, **SIZES[size])


def _sheets(
    files: Mapping[str, pdfium.PdfDocument],
) -> Iterator[tuple[pdfium.PdfPage, pdfium.PdfPage]]:
    """Yield the two sides of each sheet as they come out of the printer."""
    if "" in files:
        pages = list(files[""])
        yield from zip(pages[::2], pages[1::2], strict=True)
    else:
        yield from zip(files["fronts"], files["backs"], strict=True)


def _in_cells(page: pdfium.PdfPage, grid: Grid) -> dict[int, tuple[Glyph, ...]]:
    """Return the glyphs of each cell that has any."""
    glyphs = tuple(glyphs_of(page))
    found = {
        number: tuple(glyph for glyph in glyphs if _is_in(glyph, cell))
        for number, cell in enumerate(cells(grid))
    }
    return {number: inside for number, inside in found.items() if inside}


def _is_in(glyph: Glyph, cell: Cell) -> bool:
    x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
    return cell.x < x < cell.x + cell.width and cell.y < y < cell.y + cell.height


def _turned(glyph: Glyph, grid: Grid) -> Glyph:
    """Return the glyph as it is seen when the page is turned upside down."""
    width, height = grid.paper.width, grid.paper.height
    return Glyph(
        glyph.text,
        width - glyph.right,
        height - glyph.bottom,
        width - glyph.left,
        height - glyph.top,
    )


def _code(glyphs: tuple[Glyph, ...]) -> tuple[str, float, float]:
    """Return the code at a face's foot, and where it begins: the lowest line, on the left."""
    low = max(glyph.bottom for glyph in glyphs)
    foot = sorted(
        (glyph for glyph in glyphs if glyph.bottom > low - 2.5), key=lambda glyph: glyph.left
    )
    text = "".join(glyph.text for glyph in foot)
    code = re.match(r"AT-\d+(·\d+)?(\(\d+/\d+\))?", text)
    assert code, text
    return code[0], foot[0].left, foot[0].top


@pytest.mark.parametrize("beyond", [0, 3], ids=["full", "partial"])
@pytest.mark.parametrize("duplex", TWO_SIDED)
@pytest.mark.parametrize("size", SIZES)
def test_each_back_lies_behind_its_front(size: str, duplex: str, beyond: int) -> None:
    """Within 0.1 mm, the right way up when the card is turned over like the leaf of a book.

    A sheet that is turned over its long edge keeps that edge where it is, and every point's
    distance from it: so in portrait what is at x lies behind width - x, in landscape what is at y
    behind height - y, and the page that is seen then is upright.
    """
    layout = _layout(size, duplex)
    grid, paper = layout.grid, layout.grid.paper
    is_portrait = paper.width <= paper.height
    by_leaf = duplex == "separate" or (duplex == "long-edge") == is_portrait
    count = grid.size + beyond
    compared = 0
    for front, back in _sheets(printed(size, duplex, SHORT[:count])):
        fronts, behind = _in_cells(front, grid), _in_cells(back, grid)
        assert len(fronts) == len(behind)
        # Seen after turning the sheet like a leaf: what came over the head stands on its head.
        seen = {
            _code(glyphs if by_leaf else tuple(_turned(g, grid) for g in glyphs))
            for glyphs in behind.values()
        }
        for number, glyphs in fronts.items():
            code, left, top = _code(glyphs)
            cell = cells(grid)[number]
            # The back of this card begins where, turned over, the card ends.
            begin = paper.width - cell.x - cell.width + (left - cell.x)
            (found,) = (one for one in seen if one[0] == code)
            assert found[1] == pytest.approx(begin, abs=0.1)
            assert found[2] == pytest.approx(top, abs=0.1)
            compared += 1
    assert compared == count


@pytest.mark.parametrize(("size", "duplex"), _combined(*TWO_SIDED, "fold"))
def test_the_text_of_each_face_is_inside_its_cell(size: str, duplex: str) -> None:
    """No glyph between cells, none closer to a cut than 3.5 mm, and each cell has one code."""
    layout = _layout(size, duplex)
    edge = 3.5
    for document in printed(size, duplex, ORDINARY).values():
        for page in document:
            glyphs = set(glyphs_of(page))
            for number, inside in _in_cells(page, layout.grid).items():
                cell = cells(layout.grid)[number]
                box = (cell.x + edge, cell.y + edge)
                room = (cell.width - 2 * edge, cell.height - 2 * edge)
                assert all(glyph.is_inside(*box, *room) for glyph in inside)
                glyphs.difference_update(inside)
            # What is left names the sheet, in the waste above.
            assert all(glyph.bottom < layout.grid.top for glyph in glyphs)


@pytest.mark.parametrize(("size", "duplex"), _combined(*TWO_SIDED, "fold", "study"))
def test_no_word_is_missing(size: str, duplex: str) -> None:
    text = ""
    for data in _files(size, duplex, NOTES).values():
        with pikepdf.open(io.BytesIO(data)) as pdf:
            text += "".join(map(page_text, pdf.pages))
    squeezed = "".join(text.split())
    for note in NOTES:
        asked = inlines_text(note.prompt) if isinstance(note, model.Question) else note_prompt(note)
        for word in f"{asked} {note_answer(note)}".split():
            assert word in squeezed, word


def test_a_fold_has_the_back_to_the_right_of_its_front() -> None:
    """Folded backwards along the edge between them, both are read upright."""
    grid = _layout("A4, filled", "fold").grid
    for page in printed("A4, filled", "fold", SHORT[:11])[""]:
        found = _in_cells(page, grid)
        for front, back in _pairs(found):
            assert back == front + 1
            (code, left, top), (same, right, bottom) = _code(found[front]), _code(found[back])
            assert code == same
            assert right - left == pytest.approx(grid.cell_width, abs=0.1)
            assert bottom == pytest.approx(top, abs=0.1)


def _pairs(found: Mapping[int, object]) -> Iterator[tuple[int, int]]:
    numbers = sorted(found)
    yield from zip(numbers[::2], numbers[1::2], strict=True)


@pytest.mark.parametrize(("size", "duplex"), _combined("study"))
def test_a_list_keeps_to_its_two_columns_and_off_the_edges(size: str, duplex: str) -> None:
    paper = _layout(size, duplex).grid.paper
    (document,) = printed(size, duplex, ORDINARY).values()
    for page in document:
        for glyph in glyphs_of(page):
            assert glyph.is_inside(3.5, 3.5, paper.width - 7, paper.height - 7)
            assert (
                glyph.right <= paper.width / 2
                or glyph.left >= paper.width / 2
                or _is_a_mark(glyph, paper.height)
            )


def _is_a_mark(glyph: Glyph, height: float) -> bool:
    """Tell whether a glyph stands in the waste, where the sheet is named."""
    return glyph.bottom < 12 or glyph.top > height - 12


def test_a_list_has_the_answer_beside_its_prompt() -> None:
    """Row by row: a hand can cover the right column, and no row is torn between pages."""
    layout = _layout("A4, filled", "study")
    middle = layout.grid.paper.width / 2
    (document,) = printed("A4, filled", "study", ORDINARY).values()
    glyphs = [glyph for page in document for glyph in glyphs_of(page)]
    codes = [g for g in glyphs if g.text == "-" and g.left < 25 and g.bottom - g.top < 1]
    assert len(codes) == 10
    left = "".join(g.text for g in glyphs if g.right < middle)
    right = "".join(g.text for g in glyphs if g.left > middle)
    assert "WhonamedgoalstasksandbondBordin" not in left
    assert "Whonamedgoals,tasksandbond?" in left
    assert "Bordin,in1979" in right


def test_characters_that_no_font_has_stay_apart_from_each_other() -> None:
    """Each layout numbers its own, from the same number: put together, they must not be mixed up.

    Only what can be found in the text is tested; on paper they are boxes, and a warning says so.
    """
    decks = [
        typeset.faces
        for word in ("信任", "关系", "trust")
        for typeset in [typeset_topic(fx.context([fx.question("Which word?", fx.para(word))]))]
        if typeset
    ]
    data = placed(decks, fx.context(()), "t").files[""]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        text = "".join("".join(page_text(page) for page in pdf.pages).split())
    assert all(text.count(word) == 1 for word in ("信任", "关系", "trust"))


def test_separate_backs_come_in_the_order_that_the_tray_needs() -> None:
    """Reversed, the last sheet's backs are printed first; nothing else differs."""
    notes = NOTES[:11]
    files = {}
    for order in ("in-order", "reversed"):
        result = render(fx.context(notes, settings={"duplex": "separate", "backs": order}))
        assert result is not None
        assert set(result.files) == {"fronts", "backs"}
        files[order] = [_text(page) for page in pdfium.PdfDocument(result.files["backs"])]
    assert files["reversed"] == files["in-order"][::-1]
    assert len(files["in-order"]) > 1


def _text(page: pdfium.PdfPage) -> str:
    return str(page.get_textpage().get_text_bounded())


@pytest.mark.parametrize(
    ("duplex", "wish"),
    [
        ("long-edge", "/DuplexFlipLongEdge"),
        ("short-edge", "/DuplexFlipShortEdge"),
        ("separate", "/Simplex"),
        ("fold", "/Simplex"),
        ("study", "/Simplex"),
    ],
)
def test_the_print_dialog_is_asked_for_the_flip(duplex: str, wish: str) -> None:
    for document in printed("A4, filled", duplex, SHORT[:8]).values():
        raw = pdfium.raw.FPDF_VIEWERREF_GetDuplex(document)
        names = ("", "/Simplex", "/DuplexFlipShortEdge", "/DuplexFlipLongEdge")
        assert names[raw] == wish


def test_pages_have_the_size_of_the_paper() -> None:
    for size in SIZES:
        paper = _layout(size, "long-edge").grid.paper
        for page in printed(size, "long-edge", ORDINARY)[""]:
            found = tuple(length * POINT for length in page.get_size())
            assert found == pytest.approx((paper.width, paper.height), abs=0.01)
