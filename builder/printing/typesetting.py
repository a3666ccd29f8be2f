"""Faces laid out below each other, once for all sheets, and read back to prove that they fit.

Measuring uses the same pages as printing: so what was measured is what is printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from builder import model
from builder.printing.estimate import PICTURE, POINTS_PER_PIXEL, PROMPT_LEVEL, Estimator
from builder.printing.faces import FACES_A_GALLEY, FACES_A_PAGE
from builder.printing.fitting import LAST_RESORTS, Piece
from builder.printing.insets import box_of, insets
from builder.printing.paper import POINTS_PER_MM, Size
from builder.rendering.html import Medium, blocks
from builder.rendering.printed import printed_audio, printed_maths
from builder.rendering.templates import fill, read_text
from builder.rendering.typefaces import put_in
from builder.scripts import direction
from builder.walk import inlines_in

if TYPE_CHECKING:
    from weasyprint.document import Document

# A prompt or a paragraph of few lines is set on that of these parts of the width (in percent) on
# which the lines are about equally long, without there being more of them.
MEASURES = range(40, 101, 5)
FEW_LINES = 4

_SPARE_ROWS = 10  # below the faces, so that what overflows stays on its page

_A_LONG_WAY = 1e6  # pt


@dataclass(frozen=True, slots=True)
class Galley:
    """Pieces laid out on cards, and how high the text of each became, in pt."""

    document: Document
    card: Size
    heights: tuple[float, ...]

    def pdf(self) -> bytes:
        """Return the galley as a PDF in which each face can be placed by itself."""
        from builder.printing.galleys import cut_out  # noqa: PLC0415  # measuring needs no PDF

        for page in self.document.pages:  # a marker that stayed would become a destination
            page.anchors.clear()
        return cut_out(self.document.write_pdf(), self.card, len(self.heights))


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Sets pieces on cards of one size, in sizes of type from largest to smallest, in pt.

    `language` is that of the course, `han` of Han characters in it; `pictures` are the course's,
    and so is `style`, which is added to our style sheet (builder/source/card_style.py).
    """

    card: Size
    estimator: Estimator
    pictures: Mapping[str, model.Asset]
    language: str
    sizes: Sequence[float]
    style: str = ""
    han: str = ""

    def galleys(self, pieces: Sequence[Piece]) -> Iterator[Galley]:
        """Yield the pieces laid out, FACES_A_GALLEY at a time."""
        for first in range(0, len(pieces), FACES_A_GALLEY):
            yield self._galley(pieces[first : first + FACES_A_GALLEY])

    def measure(self, pieces: Sequence[Piece]) -> list[float]:
        """Return how high each piece becomes, in pt."""
        return [height for galley in self.galleys(pieces) for height in galley.heights]

    def _galley(self, pieces: Sequence[Piece]) -> Galley:
        from builder.rendering import pdf  # noqa: PLC0415  # it takes half a second

        faces = [self._face_values(number, piece) for number, piece in enumerate(pieces)]
        starts = range(0, len(faces), FACES_A_PAGE)
        pages = [faces[start : start + FACES_A_PAGE] for start in starts]
        values = {
            "language": self.language,
            "direction": direction(self.language),
            "pages": pages,
        }
        html = fill("flashcards.html", values)
        rows = min(len(pieces), FACES_A_PAGE)
        css = str(read_text("flashcards.css") + read_text("code.css")) + self.style
        css = put_in(css, self.estimator.typefaces.named())
        css += geometry_css(self.card, rows, self.sizes)
        document = pdf.lay_out(html, css, self.pictures)
        return Galley(document, self.card, tuple(self._heights(document, len(pieces))))

    def _heights(self, document: Document, count: int) -> Iterator[float]:
        """Yield each text's height: its middle is its box's, and a marker is at its end."""
        is_torn = len(document.pages) > math.ceil(count / FACES_A_PAGE)
        half = self.estimator.box.height / 2
        top = insets(self.card).top
        for face in range(count):
            page, row = divmod(face, FACES_A_PAGE)
            marker = document.pages[page].anchors.get(_marker(face))
            middle = (row * self.card.height + top) * POINTS_PER_MM + half
            # What is so long that its end is not on the page is longer than it.
            is_lost = is_torn or marker is None
            yield _A_LONG_WAY if is_lost else 2 * (marker[1] * POINTS_PER_PIXEL - middle)

    def _face_values(self, number: int, piece: Piece) -> dict[str, object]:
        return {
            "row": f"cell c{number % FACES_A_PAGE}",
            "style": f"s{piece.size * 10:.0f} {self._style(piece)}".rstrip(),
            "html": self.html(piece),
            "marker": _marker(number),
        }

    def html(self, piece: Piece) -> Markup:
        """Return a piece's text as HTML."""
        return blocks(piece.blocks, self._medium(piece))

    def _medium(self, piece: Piece) -> Medium:
        columns = self.estimator.columns(piece.blocks, piece.size)
        return Medium(
            image=_picture_address,
            audio=printed_audio,
            maths=printed_maths,
            footnote=lambda _: Markup(""),  # cards.py has put it at the end
            link=_linked_text,
            deletion=_blank if piece.asking else _filled,
            language=self.language,
            han=self.han,
            columns=columns.__getitem__,
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
        if "font-weight" in self.style or "font-style" in self.style:
            return "m100"  # the lines may be longer than they are here
        if any(isinstance(inline, model.Maths) for inline in inlines_in(block.children)):
            return "m100"  # on a narrower measure, they could become smaller
        width = self.estimator.box.width / piece.size
        rags = {
            percent: _rag(found)
            for percent in MEASURES
            if len(found := lines(percent)) == fewest
            and max(found) + _SLACK <= width * percent / 100
        }
        return f"m{min(rags, key=rags.__getitem__, default=100)}"


# em; WeasyPrint wants room for the space before an inline element too, else it breaks the line
# behind its first word.
_SLACK = 0.3


def _rag(lines: list[float]) -> float:
    """Return how unlike each other the lines' widths are."""
    return sum((max(lines) - line) ** 2 for line in lines)


def geometry_css(card: Size, rows: int, sizes: Sequence[float]) -> str:
    """Return the rules that put the faces where the geometry has them, in so many rows."""
    box, kept = box_of(card), insets(card)
    length = (rows + _SPARE_ROWS) * card.height
    tops = (f".c{row} {{ top: {_mm(row * card.height)} }}" for row in range(rows))
    rules = [
        f"@page {{ size: {_mm(card.width)} {_mm(length)}; margin: 0 }}",
        f"section {{ width: {_mm(card.width)} }}",
        f".cell {{ width: {_mm(card.width)}; height: {_mm(card.height)} }}",
        f".face {{ left: {_mm(kept.side)}; top: {_mm(kept.top)} }}",
        f".face, .text {{ width: {box.width:.4f}pt }} .face {{ height: {box.height:.4f}pt }}",
        f"img {{ max-height: {PICTURE * box.height:.4f}pt }}",
        *(
            f".s{size * 10:.0f} {{ font-size: {size}pt }}"
            for size in sorted({*sizes, *LAST_RESORTS})
        ),
        *(f".m{percent} > .text > :first-child {{ width: {percent}% }}" for percent in MEASURES),
        *tops,
    ]
    return "\n".join(rules)


def _mm(length: float) -> str:
    return f"{length:.4f}mm"


def _marker(face: int) -> str:
    return f"end{face}"


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
