"""The calibration sheet, and the offset that is read from it.

Held to the light with its front to the reader, it shows the back's two crosses on the front's two
pairs of scales.  What they read is how far the back is off there; both together tell the turn.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from builder.printing.font_union import FontUnion
from builder.printing.imposition import Flip, axis
from builder.printing.lettering import Letterer, Style, line
from builder.printing.paper import POINTS_PER_MM, Paper
from builder.printing.pdf_file import Imprint, inscribe, saved
from builder.printing.profiles import NO_OFFSET, Offset, correction

_EDGE = 15.0  # mm from the paper's edges to the grid
_SQUARE = 10.0  # mm, of the grid
_SCALE = 5.0  # mm to each side of its middle that a scale has
_CROSS = 9.0  # mm, an arm of a cross
_RULER = 100.0  # mm
_LEAST_APART = 60.0  # mm between the two places; less would tell nothing of a turn

_TITLE, _TEXT, _NUMBER = Style(13, 600, 0.0), Style(9, grey=0.0), Style(5.5, grey=0.0)

_FRONT = (
    "1.  Print this sheet at 100 %, on both sides, flipped on the {edge} edge.",
    "2.  The ruler must be 100 mm long. If not, the dialog scales; turn that off.",
    "3.  Hold the sheet to the light, this side towards you.",
    "4.  At A and B, read where the lines of the back's cross meet the scales:",
    "     the upright line on the level scale, then the level line on the upright one.",
    "5.  Type what you read, for example 0.6 and -0.4 at A, 0.8 and -0.4 at B:",
    "     rectoverso calibrate NAME{way} --a 0.6 -0.4 --b 0.8 -0.4",
)
_BACK = ("This is the back. The scales are on the other side.",)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read at A and at B: mm to the right and mm upwards, as seen from the front."""

    a: tuple[float, float]
    b: tuple[float, float]


def places(paper: Paper) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where A and B are, in mm from the sheet's centre, y upwards: on its longer axis."""
    far = max(paper.width, paper.height) / 2 - _EDGE - 2 * _SQUARE
    return ((0.0, far), (0.0, -far)) if paper.is_upright else ((-far, 0.0), (far, 0.0))


def offset_from(reading: Reading, paper: Paper) -> Offset:
    """Return the offset that explains both readings, with a small turn and scale."""
    a, b = (complex(*place) for place in places(paper))
    seen_a, seen_b = a + complex(*reading.a), b + complex(*reading.b)
    turn = (seen_b - seen_a) / (b - a)  # turning and scaling is multiplying
    middle = (seen_a + seen_b) / 2  # A and B are opposite each other
    return Offset(
        round(middle.real, 4),
        round(middle.imag, 4),
        round(math.degrees(cmath.phase(turn)), 4),
        round(abs(turn), 6),
    )


def can_calibrate(paper: Paper) -> bool:
    """Tell whether the sheet is large enough for its two places."""
    return math.dist(*places(paper)) >= _LEAST_APART and min(paper.width, paper.height) > 100


def calibration_sheet(paper: Paper, flip: Flip, offset: Offset = NO_OFFSET) -> bytes:
    """Return the two-sided sheet; with an offset, its back is moved as backs of cards will be."""
    pdf = Pdf.new()
    union = FontUnion()
    fonts = pdf.make_indirect(Dictionary())
    drawer = _Drawer(paper, flip, Letterer(union, fonts))
    for content in (drawer.front(), drawer.back(offset)):
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, *(_points(side) for side in (paper.width, paper.height))]),
            Resources=Dictionary(Font=fonts),
            Contents=pdf.make_stream(b"\n".join(content)),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    union.embed(pdf)
    duplex = Name("/DuplexFlipLongEdge" if flip == "long-edge" else "/DuplexFlipShortEdge")
    wishes = {"PrintScaling": Name("/None"), "Duplex": duplex}
    inscribe(pdf, Imprint("Calibration sheet", language="en"), wishes)
    return saved(pdf)


class _Drawer:
    """Draws in mm from the sheet's centre, y upwards, as seen from the front.

    The back is the same drawing mirrored, except for its text.
    """

    def __init__(self, paper: Paper, flip: Flip, letterer: Letterer) -> None:
        self._paper = paper
        self._flip = flip
        self._letterer = letterer
        self._signs = (1, 1)

    def front(self) -> Iterator[bytes]:
        yield from self._common()
        yield b"0 G 0.2 w"
        for name, place in zip("AB", places(self._paper), strict=True):
            yield from self._scales(name, *place)
        way = "" if self._paper.is_upright else " --landscape"
        edge = self._flip.partition("-")[0]
        yield from self._text(_FRONT, 22.0, edge=edge, way=way)

    def back(self, offset: Offset) -> Iterator[bytes]:
        turned_around = axis(self._paper, self._flip)
        *turn, x, y = correction(offset, self._paper, turned_around)
        yield _operator("cm", *turn, _points(x), _points(y))
        self._signs = (-1, 1) if turned_around == "upright" else (1, -1)
        yield from self._common()
        yield b"0 G 0.2 w"
        for x, y in places(self._paper):
            yield self._line(x - _CROSS, y, x + _CROSS, y)
            yield self._line(x, y - _CROSS, x, y + _CROSS)
        yield from self._text(_BACK, 8.0)

    def _common(self) -> Iterator[bytes]:
        """Yield the grid and the ruler, which are on both sides."""
        yield b"0.8 G 0.2 w"
        across, up = (
            int((side / 2 - _EDGE) // _SQUARE) for side in (self._paper.width, self._paper.height)
        )
        for column in range(-across, across + 1):
            yield self._line(column * _SQUARE, -up * _SQUARE, column * _SQUARE, up * _SQUARE)
        for row in range(-up, up + 1):
            yield self._line(-across * _SQUARE, row * _SQUARE, across * _SQUARE, row * _SQUARE)
        yield b"1 g"
        for x, y in ((0.0, 0.0), *places(self._paper)):
            yield self._blank(x, y, (2 * _SCALE + 4 if y or x else _RULER / 2 + 12))
        yield b"0 G 0.2 w"
        yield from self._ruler(-3 * _SQUARE)

    def _ruler(self, y: float) -> Iterator[bytes]:
        yield self._line(-_RULER / 2, y, _RULER / 2, y)
        for mm in range(int(_RULER) + 1):
            length = 4.0 if mm % 10 == 0 else 2.5 if mm % 5 == 0 else 1.5
            yield self._line(mm - _RULER / 2, y, mm - _RULER / 2, y + length)
            if mm % 10 == 0:
                yield self._letters(str(mm), _NUMBER, mm - _RULER / 2, y - 2.6)

    def _scales(self, name: str, x: float, y: float) -> Iterator[bytes]:
        """Yield a level and an upright scale with ticks of half a mm, from the left and below."""
        yield self._line(x - _SCALE, y, x + _SCALE, y)
        yield self._line(x, y - _SCALE, x, y + _SCALE)
        for half in range(int(-2 * _SCALE), int(2 * _SCALE) + 1):
            mm = half / 2
            length = 2.0 if mm % 1 == 0 else 1.1
            yield self._line(x + mm, y - length, x + mm, y)
            yield self._line(x - length, y + mm, x, y + mm)
            if mm and mm % 2 == 0:
                yield self._letters(f"{mm:+g}", _NUMBER, x + mm, y - 4.2)
                yield self._letters(f"{mm:+g}", _NUMBER, x - 4.0, y + mm - 0.7)
        yield self._letters(name, _TITLE, x + _SCALE + 4, y - 1.6)

    def _blank(self, x: float, y: float, half: float) -> bytes:
        """Return a box without the grid: around the text and the ruler, and around the scales."""
        corners = (x - half, y + min(half, 35.0)), (x + half, y - min(half, 37.0))
        (left, top), (right, bottom) = (self._point(*corner) for corner in corners)
        return _operator("re", left, bottom, right - left, top - bottom) + b"f"

    def _text(self, lines: tuple[str, ...], top: float, **values: str) -> Iterator[bytes]:
        """Yield the lines of text in the middle of the page, upright on both sides."""
        signs, self._signs = self._signs, (1, 1)
        left, y = -_RULER / 2, top
        title = f"Rectoverso: calibration sheet, {self._paper.name}"
        for style, text in ((_TITLE, title), *((_TEXT, text) for text in lines)):
            room = (self._paper.width / 2 - left - _SCALE) * POINTS_PER_MM
            shaped = line(text.format(**values) if values else text, style, room)
            yield self._letterer.at(shaped, *self._point(left, y))
            y -= 5.0 if style is _TEXT else 7.0
        self._signs = signs

    def _letters(self, text: str, style: Style, x: float, y: float) -> bytes:
        """Return letters whose middle is at x; mirrored is only the place, not the letters."""
        shaped = line(text, style)
        right, up = self._point(x, y)
        return self._letterer.at(shaped, right - shaped.width / 2, up)

    def _line(self, x1: float, y1: float, x2: float, y2: float) -> bytes:
        return _operator("m", *self._point(x1, y1)) + _operator("l", *self._point(x2, y2)) + b"S"

    def _point(self, x: float, y: float) -> tuple[float, float]:
        across, up = self._signs
        return (
            _points(self._paper.width / 2 + across * x),
            _points(self._paper.height / 2 + up * y),
        )


def _points(length: float) -> float:
    return round(length * POINTS_PER_MM, 4)


def _operator(name: str, *operands: float) -> bytes:
    return f"{' '.join(f'{operand:.5f}' for operand in operands)} {name} ".encode()
