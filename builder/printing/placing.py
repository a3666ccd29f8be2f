"""Rendered faces placed on sheets: the PDF that is printed.  Nothing is laid out here.

Where a face stands, which way up, and how far a printer is off are numbers in front of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from builder.printing.deck import Deck
from builder.printing.faces import Faces, Printed
from builder.printing.font_union import FontUnion
from builder.printing.imposition import Page, Place, axis
from builder.printing.insets import box_of, insets
from builder.printing.layout import Layout
from builder.printing.lettering import Letterer, Style, line
from builder.printing.marks import Line, fold_lines, marks
from builder.printing.paper import POINTS_PER_MM
from builder.printing.pdf_file import Imprint, inscribe, saved
from builder.printing.profiles import NO_OFFSET, Offset, correction

_FOOT = Style(6.5)
_CODE = Style(6.5, 600, spacing=0.06)
_PART = Style(6.5, 700, grey=0.0)
_MARK = Style(6.5)

# From the top of a card's foot to its baseline, and between words there: mm and pt.
_FOOT_BASELINE, _WORD_SPACE = 2.4, 2.5
_APART = 12.0  # pt between the course and the sheet's number

# The line that names the sheet: its baseline from the paper's top edge, and the least margin that
# it needs, in mm; and how far it keeps from the corners.
_MARK_BASELINE, MARK_NEEDS, _MARK_SIDE = 6.6, 7.6, 2.0

# A row of a list: from its top to the code's baseline, to the text, and from there to the next.
ROW_CODE, ROW_TOP, ROW_BOTTOM = 4.4, 6.2, 3.2

_DUPLEX = {"long-edge": "/DuplexFlipLongEdge", "short-edge": "/DuplexFlipShortEdge"}


@dataclass(frozen=True, slots=True)
class Words:
    """What is printed beside the cards, in the language of the course."""

    course: str
    sheet: str
    of: str
    front: str
    back: str
    scale: str


@dataclass(frozen=True, slots=True)
class Job:
    """What to print and how; `offset` is where this printer puts backs."""

    layout: Layout
    words: Words
    imprint: Imprint
    offset: Offset = NO_OFFSET


@dataclass(frozen=True, slots=True)
class Printout:
    """PDFs by what is on their pages ("" for both sides, else "fronts" or "backs").

    `fonts` names the faces in them.
    """

    files: Mapping[str, bytes]
    sheets: int
    fonts: tuple[str, ...]


def place(decks: Sequence[Faces], job: Job) -> Printout:
    """Return the cards of all decks in order, on as few sheets as hold them."""
    heights = [_row_height(deck, card) for deck in decks for card in deck.cards]
    pages = job.layout.pages(len(heights), heights)
    files = {"": pages}
    if job.layout.duplex == "separate":
        backs = pages[1::2]
        files = {
            "fronts": pages[::2],
            "backs": backs[::-1] if job.layout.backs_are_reversed else backs,
        }
    sheets = max((page.sheet for page in pages), default=0)
    presses = {name: _Press(decks, job, sheets) for name in files}
    made = {name: presses[name].printed(chosen) for name, chosen in files.items()}
    fonts = sorted({name for press in presses.values() for name in press.fonts()})
    return Printout(made, sheets, tuple(fonts))


def _row_height(deck: Faces, card: Printed) -> float:
    """Return the height in mm of a card's row in a list."""
    highest = max(deck.heights[card.front], deck.heights[card.back])
    return ROW_TOP + highest / POINTS_PER_MM + ROW_BOTTOM


class _Press:
    """Makes one PDF."""

    def __init__(self, decks: Sequence[Faces], job: Job, sheets: int) -> None:
        self._job = job
        self._sheets = sheets
        self._cards = [(number, card) for number, deck in enumerate(decks) for card in deck.cards]
        self._pdf = Pdf.new()
        self._union = FontUnion()
        kinds = {kind: Dictionary() for kind in ("/Font", "/ExtGState", "/XObject")}
        self._resources = self._pdf.make_indirect(Dictionary(kinds))
        self._decks = [
            Deck(deck, number, self._pdf, self._union, self._resources)
            for number, deck in enumerate(decks)
        ]
        self._letterer = Letterer(self._union, self._resources.Font)
        self._insets = insets(job.layout.card)
        self._feet = cache(self._foot_of)
        self._marks = cache(lambda *, is_back: b"".join(self._drawn(is_back=is_back)))

    def printed(self, pages: Iterable[Page]) -> bytes:
        for page in pages:
            self._add(page)
        self._union.embed(self._pdf)
        flip = Name(_DUPLEX.get(self._job.layout.duplex, "/Simplex"))
        wishes = {"PrintScaling": Name("/None"), "Duplex": flip}
        inscribe(self._pdf, self._job.imprint, wishes)
        return saved(self._pdf)

    def fonts(self) -> list[str]:
        """Return the names of the faces that were used."""
        return self._union.names()

    def _add(self, page: Page) -> None:
        paper = self._job.layout.grid.paper
        width, height = paper.width * POINTS_PER_MM, paper.height * POINTS_PER_MM
        content = b"".join((*self._moved(page), *self._beside(page), *self._faces(page)))
        self._pdf.pages.append(
            pikepdf.Page(
                self._pdf.make_indirect(
                    Dictionary(
                        Type=Name.Page,
                        MediaBox=Array([0, 0, round(width, 4), round(height, 4)]),
                        Resources=self._resources,
                        Contents=self._pdf.make_stream(content),
                    )
                )
            )
        )

    def _shown(self, place: Place) -> bytes:
        deck, card = self._cards[place.card]
        return self._decks[deck].show(card.front if place.side == "front" else card.back)

    def _moved(self, page: Page) -> Iterator[bytes]:
        """Yield what puts a whole back where this printer needs it."""
        offset, layout = self._job.offset, self._job.layout
        if page.side == "back" and not offset.is_nothing:
            paper = layout.grid.paper
            *turn, x, y = correction(offset, paper, axis(paper, layout.flip))
            yield _operator("cm", *turn, x * POINTS_PER_MM, y * POINTS_PER_MM)

    # --- cards ---

    def _faces(self, page: Page) -> Iterator[bytes]:
        show = self._row if self._job.layout.duplex == "study" else self._face
        for place in page.places:
            yield from show(place)

    def _face(self, place: Place) -> Iterator[bytes]:
        """Yield a face with the line at its foot, from its cell's upper left corner."""
        cell = place.cell
        if place.is_turned:
            yield self._from(-1, cell.x + cell.width, cell.y + cell.height)
        else:
            yield self._from(1, cell.x, cell.y)
        yield b"q " + self._shown(place) + b"Q\n"
        yield self._feet(place.card) + b"Q\n"

    def _foot_of(self, number: int) -> bytes:
        """Return the foot of a card, which is the same on both sides."""
        card, kept = self._job.layout.card, self._insets
        left, right = kept.side * POINTS_PER_MM, (card.width - kept.side) * POINTS_PER_MM
        baseline = -(card.height - kept.foot + _FOOT_BASELINE) * POINTS_PER_MM
        return b"".join(self._foot(self._cards[number][1], left, right, baseline))

    def _foot(self, card: Printed, left: float, right: float, y: float) -> Iterator[bytes]:
        """Yield the code and the part on the left, and the topic as far as there is room."""
        code = line(card.code, _CODE)
        yield self._letterer.at(code, left, y)
        begun = left + code.width
        if card.part:
            part = line(card.part, _PART)
            yield self._letterer.at(part, begun + _WORD_SPACE, y)
            begun += _WORD_SPACE + part.width
        topic = line(card.topic, _FOOT, min((right - left) / 2, right - begun - 2 * _WORD_SPACE))
        yield self._letterer.at(topic, right - topic.width, y)

    def _row(self, place: Place) -> Iterator[bytes]:
        """Yield a side of a list's row: its text at the top, and before the prompt its code."""
        deck, card = self._cards[place.card]
        cell, layout = place.cell, self._job.layout
        face = card.front if place.side == "front" else card.back
        box, kept = box_of(layout.card), self._insets
        above = (box.height - self._decks[deck].height(face)) / 2 / POINTS_PER_MM
        yield self._from(1, cell.x, cell.y)
        shift = (kept.top + above - ROW_TOP) * POINTS_PER_MM
        yield b"q " + _operator("cm", 1, 0, 0, 1, 0, shift)
        yield self._shown(place) + b"Q\n"
        left = kept.side * POINTS_PER_MM
        if place.side == "front":
            room = layout.card.width * POINTS_PER_MM - left
            yield from self._foot(card, left, room, -ROW_CODE * POINTS_PER_MM)
        yield b"0.6 G 0.3 w "
        yield _stroke(Line(0, 0, layout.card.width, 0), 0.0)
        yield b"Q\n"

    def _from(self, direction: int, x: float, y: float) -> bytes:
        """Return what moves the origin to a point of the page, in mm from its top left corner."""
        height = self._job.layout.grid.paper.height
        x, y = x * POINTS_PER_MM, (height - y) * POINTS_PER_MM
        return b"q " + _operator("cm", direction, 0, 0, direction, x, y)

    # --- beside the cards ---

    def _beside(self, page: Page) -> Iterator[bytes]:
        """Yield what is not on the cards."""
        yield self._marks(is_back=page.side == "back")
        if self._job.layout.grid.top >= MARK_NEEDS:
            yield from self._names(page)

    def _drawn(self, *, is_back: bool) -> Iterator[bytes]:
        layout = self._job.layout
        height = layout.grid.paper.height
        yield b"0.6 G 0.34 w\n"
        for mark in marks(layout.grid, layout.marking, is_back=is_back):
            yield _stroke(mark, height)
        if layout.duplex == "fold":
            yield b"[3 3] 0 d\n"
            for fold in fold_lines(layout.grid):
                yield _stroke(fold, height)
            yield b"[] 0 d\n"

    def _names(self, page: Page) -> Iterator[bytes]:
        """Yield the lines that say what this sheet is, above what is cut out."""
        grid, words = self._job.layout.grid, self._job.words
        y = (grid.paper.height - _MARK_BASELINE) * POINTS_PER_MM
        left = (grid.left + _MARK_SIDE) * POINTS_PER_MM
        right = (grid.left + grid.width - _MARK_SIDE) * POINTS_PER_MM
        side = {"front": f" · {words.front}", "back": f" · {words.back}", None: ""}[page.side]
        sheet = f"{words.sheet} {page.sheet} {words.of} {self._sheets}{side} · {words.scale}"
        named = line(sheet, _MARK, right - left)
        topics = dict.fromkeys(self._cards[place.card][1].topic for place in page.places)
        origin = f"{words.course} · {', '.join(topics)}"
        room = right - left - named.width - _APART
        yield self._letterer.at(line(origin, _MARK, room), left, y)
        yield self._letterer.at(named, right - named.width, y)


def _stroke(mark: Line, height: float) -> bytes:
    """Return a stroke; `height` is that of the page in mm, from whose top lines are measured."""
    points = (mark.x1, height - mark.y1, mark.x2, height - mark.y2)
    x1, y1, x2, y2 = (length * POINTS_PER_MM for length in points)
    return _operator("m", x1, y1) + _operator("l", x2, y2) + b"S\n"


def _operator(name: str, *operands: float) -> bytes:
    return f"{' '.join(f'{operand:.4f}' for operand in operands)} {name} ".encode()
