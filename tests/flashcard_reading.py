"""Flashcards read back from their PDF files: which text lies where, in millimetres."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium

from builder import model
from builder.outputs.flashcards import OUTPUT
from builder.printing.imposition import Cell, Grid, cells, verso_index
from builder.printing.insets import Insets, insets
from builder.printing.layout import Layout, plan
from builder.printing.paper import Size

POINT = 25.4 / 72
_HYPHENS = {0x02, 0xFFFE}  # how pdfium gives those at lines' ends


@dataclass(frozen=True)
class Glyph:
    """A character and its box in mm from the page's top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def is_inside(self, x: float, y: float, width: float, height: float) -> bool:
        across = x <= self.left and self.right <= x + width
        return across and y <= self.top and self.bottom <= y + height


@dataclass(frozen=True)
class Face:
    """What was read in one cell: the text above the foot, the code at the foot, all glyphs."""

    cell: Cell
    text: str
    code: str
    topic: str
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True)
class Print:
    """A PDF of flashcards, read back: the faces of each page by their cells."""

    layout: Layout
    pages: tuple[dict[int, Face], ...]
    margins: tuple[tuple[Glyph, ...], ...]
    data: bytes

    @property
    def grid(self) -> Grid:
        return self.layout.grid

    def behind(self, cell: int) -> int:
        return verso_index(cell, self.grid, self.layout.flip)

    def fronts_and_backs(self) -> Iterator[tuple[Face, Face]]:
        """Yield each front with what lies behind it."""
        for front, back in zip(self.pages[::2], self.pages[1::2], strict=True):
            assert {self.behind(cell) for cell in front} == set(back)
            for cell in sorted(front):
                yield front[cell], back[self.behind(cell)]

    def said(self, code: str) -> tuple[str, str]:
        """Return the text of all fronts and of all backs of a note, without white space."""
        pairs = [(f.text, b.text) for f, b in self.fronts_and_backs() if f.code.split()[0] == code]
        return tuple("".join("".join(side).split()) for side in zip(*pairs, strict=True))  # type: ignore[return-value]


def layout_of(**settings: model.Value) -> Layout:
    """Return the layout of these settings; the others have their defaults."""
    usual = {key: setting.default for key, setting in OUTPUT.settings.items()}
    layout = plan({**usual, **settings})
    assert isinstance(layout, Layout), layout
    return layout


def kept(printed: Print) -> Insets:
    """Return where the texts of these cards are in their cells."""
    return insets(printed.layout.card)


def read(data: bytes, paper: str = "A4", **settings: model.Value) -> Print:
    """Read a PDF of flashcards back."""
    layout = layout_of(paper=paper, **settings)
    document = pdfium.PdfDocument(data)
    glyphs = [tuple(glyphs_of(page)) for page in document]
    pages = tuple(dict(_faces(page, layout.grid)) for page in glyphs)
    margins = tuple(tuple(_outside(page, layout.grid)) for page in glyphs)
    return Print(layout, pages, margins, data)


def glyphs_of(page: pdfium.PdfPage) -> Iterator[Glyph]:
    height = page.get_height()
    text = page.get_textpage()
    sides = [ctypes.c_double() for _ in range(4)]
    places = [ctypes.byref(side) for side in sides]
    for index in range(text.count_chars()):
        code = pdfium.raw.FPDFText_GetUnicode(text, index)
        character = "-" if code in _HYPHENS else chr(code)
        if character.strip():
            pdfium.raw.FPDFText_GetCharBox(text, index, *places)
            left, right, bottom, top = (side.value * POINT for side in sides)
            yield Glyph(character, left, height * POINT - top, right, height * POINT - bottom)


def _faces(glyphs: tuple[Glyph, ...], grid: Grid) -> Iterator[tuple[int, Face]]:
    for index, cell in enumerate(cells(grid)):
        found = tuple(g for g in glyphs if _is_in(g, cell))
        if found:
            foot = cell.y + cell.height - insets(Size(cell.width, cell.height)).foot - 0.5
            above = "".join(g.text for g in found if g.top < foot)
            below = [g for g in found if g.top >= foot]
            middle = cell.centre[0]
            code = _spaced([g for g in below if g.left < middle])
            topic = _spaced([g for g in below if g.left >= middle])
            yield index, Face(cell, above, code, topic, found)


def _is_in(glyph: Glyph, cell: Cell) -> bool:
    x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
    return cell.x < x < cell.x + cell.width and cell.y < y < cell.y + cell.height


def _spaced(glyphs: list[Glyph]) -> str:
    """Return the glyphs of one line with spaces where there is a gap."""
    parts = []
    for index, glyph in enumerate(glyphs):
        gap = glyph.left - glyphs[index - 1].right if index else 0.0
        parts.append(f" {glyph.text}" if gap > 0.45 else glyph.text)
    return "".join(parts)


def _outside(glyphs: tuple[Glyph, ...], grid: Grid) -> Iterator[Glyph]:
    places = cells(grid)
    return (g for g in glyphs if not any(_is_in(g, cell) for cell in places))


def squashed(text: str) -> str:
    return "".join(text.split())


def misalignment(front: Face, back: Face, grid: Grid) -> float:
    """Return how far, in mm, what is printed in two faces is from lying back to back.

    The foot stands at the same place of every face, so its first glyph tells where the face is.
    """
    first, behind = (face.glyphs[-len(squashed(face.code + face.topic))] for face in (front, back))
    # Turned over, the back's cell begins where the front's ends.
    mirrored = grid.paper.width - back.cell.x - back.cell.width
    return max(
        abs((first.left - front.cell.x) - (behind.left - back.cell.x)),
        abs(front.cell.x - mirrored),
        abs(first.top - behind.top),
    )
