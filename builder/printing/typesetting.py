"""Faces set in cells on pages: the HTML and its geometry, laid out, and read back to prove the fit.

Measuring uses the same page as printing, only taller: so what was measured is what is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from builder import model
from builder.printing.estimate import PICTURE, POINTS_PER_PIXEL, PROMPT_LEVEL, Box, Estimator
from builder.printing.fitting import SIZES, TOLERANCE, Piece
from builder.printing.imposition import Cell, Grid, Line, cells, cut_lines
from builder.printing.paper import POINTS_PER_MM, Paper
from builder.rendering.html import Medium, blocks
from builder.rendering.printed import printed_audio, printed_maths
from builder.rendering.templates import fill, read_text
from builder.scripts import direction
from builder.walk import inlines_in

if TYPE_CHECKING:
    from weasyprint.document import Document

# A face's text keeps so far from the edges of its cell, in mm: printers are askew by 1 to 1.5 mm.
# The foot with the code is below it; so the text's middle is a little above the card's.
SIDE, TOP, BOTTOM = 7.0, 6.5, 12.0
FOOT = 8.4  # from the cell's bottom edge to the top of the line with the code

CUT_REACH = 3.0
MARK_TOP = 4.7  # from the paper's top edge to the line that names the sheet
MARK_SIDE = 2.0  # from the cut lines to that line's text

# A prompt or a paragraph of few lines is set on that of these parts of the width (in percent) on
# which the lines are about equally long, without there being more of them.
MEASURES = range(40, 101, 5)
FEW_LINES = 4

_SPARE_ROWS = 10  # below what is measured, so that what overflows stays on its page
_PIECES_A_PAGE = 300


@dataclass(frozen=True, slots=True)
class Face:
    """A piece in the cell of a page, the number of its card, and what stands at its foot."""

    piece: Piece
    cell: int
    card: int = 0
    code: str = ""
    part: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One side of a sheet; `origin` and `mark` stand in the margin that is cut off."""

    faces: tuple[Face, ...]
    has_cut_lines: bool = False
    origin: str = ""
    mark: str = ""


def box_of(grid: Grid) -> Box:
    """Return the room for text in each of the grid's cells."""
    return Box(
        (grid.cell_width - 2 * SIDE) * POINTS_PER_MM,
        (grid.cell_height - TOP - BOTTOM) * POINTS_PER_MM,
    )


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Sets pages of one document.

    `head` holds `title`, `author` and `language` for the template; `pictures` the course's.
    """

    grid: Grid
    estimator: Estimator
    pictures: Mapping[str, model.Asset]
    head: Mapping[str, str]

    def lay_out(self, pages: Sequence[Page]) -> Document:
        """Return the pages laid out by WeasyPrint."""
        return self._lay_out(pages, self.grid)

    def misfits(self, document: Document, pages: Sequence[Page]) -> set[int]:
        """Return the cards of which a text is higher than its box, and forget the markers.

        A marker that stayed would become a destination in the PDF.
        """
        if len(document.pages) != len(pages):  # one was so high that it went on to another page
            return {face.card for page in pages for face in page.faces}
        room = self.estimator.box.height + 2 * TOLERANCE
        found = set()
        for number, (laid_out, page) in enumerate(zip(document.pages, pages, strict=True)):
            heights = self._heights(laid_out.anchors, number, page.faces, self.grid)
            pairs = zip(page.faces, heights, strict=True)
            found |= {face.card for face, height in pairs if height > room}
            laid_out.anchors.clear()
        return found

    def measure(self, pieces: Sequence[Piece]) -> list[float]:
        """Return how high each piece becomes in a cell, in pt."""
        chunks = range(0, len(pieces), _PIECES_A_PAGE)
        return [
            height
            for first in chunks
            for height in self._measured(pieces[first : first + _PIECES_A_PAGE])
        ]

    def _measured(self, pieces: Sequence[Piece]) -> Iterator[float]:
        rows = len(pieces) + _SPARE_ROWS
        margin, width = self.grid.margin, self.grid.cell_width
        paper = Paper("tall", width + 2 * margin, rows * self.grid.cell_height + 2 * margin)
        grid = Grid(paper, 1, rows, margin)
        page = Page(tuple(Face(piece, cell) for cell, piece in enumerate(pieces)))
        document = self._lay_out((page,), grid)
        return self._heights(document.pages[0].anchors, 0, page.faces, grid)

    def _heights(
        self,
        anchors: Mapping[str, tuple[float, ...]],
        page: int,
        faces: Iterable[Face],
        grid: Grid,
    ) -> Iterator[float]:
        """Yield each text's height in pt: its middle is the box's, and a marker is at its end."""
        places = cells(grid)
        half = self.estimator.box.height / 2
        for face in faces:
            marker = anchors.get(_marker(page, face))
            middle = (places[face.cell].y + TOP) * POINTS_PER_MM + half
            # What is so long that its end is not on the page is longer than it.
            yield 2 * (marker[1] * POINTS_PER_PIXEL - middle) if marker else 2 * middle

    def _lay_out(self, pages: Sequence[Page], grid: Grid) -> Document:
        from builder.rendering import pdf  # noqa: PLC0415  # it takes half a second

        values = {
            **self.head,
            "direction": direction(self.head["language"]),
            "width": grid.paper.width,
            "height": grid.paper.height,
            "cuts": [_path(line) for line in cut_lines(grid, CUT_REACH)],
            "pages": [self._page_values(*page) for page in enumerate(pages)],
        }
        html = fill("flashcards.html", values)
        # A plain str: Markup would escape what is added to it.
        css = str(read_text("flashcards.css") + read_text("code.css")) + geometry_css(grid)
        return pdf.lay_out(html, css, self.pictures)

    def _page_values(self, number: int, page: Page) -> dict[str, object]:
        return {
            "origin": page.origin,
            "mark": page.mark,
            "has_cut_lines": page.has_cut_lines,
            "faces": [self._face_values(number, face) for face in page.faces],
        }

    def _face_values(self, page: int, face: Face) -> dict[str, object]:
        return {
            "cell": f"cell c{face.cell}",
            "style": f"s{face.piece.size * 10:.0f} {self._style(face.piece)}".rstrip(),
            "html": blocks(face.piece.blocks, self._medium(face.piece)),
            "marker": _marker(page, face),
            "code": face.code,
            "part": face.part,
            "topic": face.topic,
        }

    def _medium(self, piece: Piece) -> Medium:
        return Medium(
            image=_picture_address,
            audio=printed_audio,
            maths=printed_maths,
            footnote=lambda _: Markup(""),  # cards.py has put it at the end
            link=_linked_text,
            deletion=_blank if piece.asking else _filled,
            language=self.head["language"],
            columns=lambda table: self.estimator.columns(table, piece.size),
        )

    def _style(self, piece: Piece) -> str:
        """Return the classes for a short text: in the middle, and on lines of about one length."""
        match piece.blocks:
            case (model.Heading(level) as prompt, *others) if level == PROMPT_LEVEL:
                measure = self._measure_class(prompt, piece)
                is_centred = measure and all(map(_is_picture, others))
                return f"centred {measure}" if is_centred else ""
            case (model.Paragraph(children) as paragraph,):
                kinds = {type(inline) for inline in inlines_in(children)}
                if model.Image in kinds:
                    return "centred" if _is_picture(paragraph) else ""
                is_line = len(self.estimator.lines(paragraph, piece.size)) == 1
                is_word = is_line and model.Deletion not in kinds
                return "centred" if is_word else self._measure_class(paragraph, piece)
            case _:
                return ""

    def _measure_class(self, block: model.Paragraph | model.Heading, piece: Piece) -> str:
        """Return the class of the measure on which the lines are most alike, if they are few."""

        def lines(percent: int) -> list[float]:
            part = percent / 100
            return self.estimator.lines(block, piece.size, part, asking=piece.asking)

        fewest = len(lines(100))
        if fewest > FEW_LINES:
            return ""
        if any(isinstance(inline, model.Maths) for inline in inlines_in(block.children)):
            return "m100"  # on a narrower measure, they could become smaller
        rags = {
            percent: _rag(found) for percent in MEASURES if len(found := lines(percent)) == fewest
        }
        return f"m{min(rags, key=rags.__getitem__)}"


def _rag(lines: list[float]) -> float:
    """Return how unlike each other the lines' widths are."""
    return sum((max(lines) - line) ** 2 for line in lines)


def geometry_css(grid: Grid) -> str:
    """Return the rules that put cells, faces and marks where the geometry has them."""
    box = box_of(grid)
    paper, inner = grid.paper, grid.paper.width / 2 - grid.margin - 2 * MARK_SIDE
    half = (grid.cell_width - 2 * SIDE) / 2
    rules = [
        f"@page {{ size: {_mm(paper.width)} {_mm(paper.height)}; margin: 0 }}",
        f".cell {{ width: {_mm(grid.cell_width)}; height: {_mm(grid.cell_height)} }}",
        f".face {{ left: {_mm(SIDE)}; top: {_mm(TOP)} }}",
        f".face, .text {{ width: {box.width:.4f}pt }} .face {{ height: {box.height:.4f}pt }}",
        f".code, .topic {{ bottom: {_mm(FOOT - 3)}; width: {_mm(half)} }}",
        f".code {{ left: {_mm(SIDE)} }} .topic {{ right: {_mm(SIDE)} }}",
        f".mark {{ top: {_mm(MARK_TOP)}; width: {_mm(inner)} }}",
        f".of-course {{ left: {_mm(grid.margin + MARK_SIDE)} }}",
        f".of-sheet {{ left: {_mm(paper.width / 2 + MARK_SIDE)} }}",
        f"img {{ max-height: {PICTURE * box.height:.4f}pt }}",
        f"section {{ width: {_mm(paper.width)} }}",
        *(f".s{size * 10:.0f} {{ font-size: {size}pt }}" for size in SIZES),
        *(f".m{percent} > .text > :first-child {{ width: {percent}% }}" for percent in MEASURES),
        *(_place(f".c{index}", cell) for index, cell in enumerate(cells(grid))),
        f"svg {{ width: {_mm(paper.width)}; height: {_mm(paper.height)} }}",
    ]
    return "\n".join(rules)


def _path(line: Line) -> str:
    """Return the line as an SVG path."""
    return f"M{line.x1:.3f} {line.y1:.3f} L{line.x2:.3f} {line.y2:.3f}"


def _place(name: str, cell: Cell) -> str:
    return f"{name} {{ left: {_mm(cell.x)}; top: {_mm(cell.y)} }}"


def _mm(length: float) -> str:
    return f"{length:.4f}mm"


def _marker(page: int, face: Face) -> str:
    return f"end{page}-{face.cell}"


def _is_picture(block: model.Block) -> bool:
    return isinstance(block, model.Paragraph) and {type(each) for each in block.children} == {
        model.Image
    }


def _blank(deletion: model.Deletion, _inner: Markup) -> Markup:
    if deletion.hint:
        return Markup('<span class="hint">[{}]</span>').format(deletion.hint)
    return Markup('<span class="blank"></span>')


def _filled(_deletion: model.Deletion, inner: Markup) -> Markup:
    return Markup('<span class="filled">{}</span>').format(inner)


def _picture_address(image: model.Image) -> str:
    return f"asset:{quote(image.asset)}"


def _linked_text(_link: model.Link, inner: Markup) -> Markup:
    """Paper has no links."""
    return inner
