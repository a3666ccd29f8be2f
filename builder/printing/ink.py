"""How much ink faces take: the areas of their glyphs and pictures, read from the galleys."""

from __future__ import annotations

import io
import re
from functools import cache

import pikepdf
from pikepdf import Pdf

from builder.fonts import Face
from builder.printing.faces import Faces
from builder.printing.font_union import face_of, loaded
from builder.printing.galleys import name_of, texts_of

_POINTS_PER_PIXEL = 0.75
# What chooses a font, shows glyphs, or draws a picture of a width and a height, in pixels.
_TOKEN = re.compile(
    rb"/(?P<font>\S+) (?P<size>[\d.]+) Tf|<(?P<glyphs>[0-9a-f]+)>(?!>)"
    rb"|(?P<width>[\d.]+) 0 0 (?P<height>-?[\d.]+) \S+ \S+ cm\s+/(?P<picture>i\S+) Do"
)


def ink(faces: Faces) -> list[float]:
    """Return the inked area of each face's text and photographs in square pt."""
    areas: list[float] = []
    for data in faces.galleys:
        with Pdf.open(io.BytesIO(data)) as pdf:
            galley = pdf.pages[0].Resources
            for number, text in enumerate(texts_of(galley)):
                if text:
                    areas.append(_area(text, galley))
                else:
                    form = galley.XObject[name_of(number)]
                    areas.append(_area(form.read_bytes(), form.Resources))
    return areas


def _area(content: bytes, resources: pikepdf.Object) -> float:
    total, size, face = 0.0, 0.0, None
    for token in _TOKEN.finditer(content):
        if token["font"]:
            font = resources.Font[f"/{token['font'].decode()}"]
            face, size = face_of(str(font.BaseFont)), float(token["size"])
        elif token["glyphs"] and face:
            glyphs = token["glyphs"]
            numbers = (int(glyphs[at : at + 4], 16) for at in range(0, len(glyphs), 4))
            total += size * size * sum(_glyph_area(face, number) for number in numbers)
        elif token["picture"]:
            picture = resources.XObject[f"/{token['picture'].decode()}"]
            assert isinstance(picture, pikepdf.Stream)  # noqa: S101  # for mypy
            total += float(token["width"]) * abs(float(token["height"])) * _darkness(picture)
    return total * _POINTS_PER_PIXEL**2


def _darkness(picture: pikepdf.Stream) -> float:
    """Return how dark a picture is on average, from 0 (white) to 1."""
    image = pikepdf.PdfImage(picture).as_pil_image().convert("L")
    histogram = image.histogram()
    return 1 - sum(tone * count for tone, count in enumerate(histogram)) / (255 * sum(histogram))


@cache
def _glyph_area(face: Face, number: int) -> float:
    """Return the area of a glyph as a part of its size's square: the integral along its outline."""
    outline = _Outline()
    loaded(face).draw_glyph_with_pen(number, outline)
    upem: int = loaded(face).face.upem
    return abs(outline.twice) / 2 / upem**2


class _Outline:
    """Adds up twice the area that an outline encloses; counters turn the other way."""

    def __init__(self) -> None:
        self.twice = 0.0
        self._start = self._at = 0j

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802  # the names of pens
        self._start = self._at = complex(*point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._to(complex(*point))

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        control, end = (complex(*point) for point in points)
        at = self._at
        curve = (2 * _cross(at, control) + 2 * _cross(control, end) + _cross(at, end)) / 3
        self._to(end, curve)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        one, two, end = (complex(*point) for point in points)
        at = self._at
        curve = (
            6 * _cross(at, one)
            + 3 * _cross(at, two)
            + _cross(at, end)
            + 3 * _cross(one, two)
            + 3 * _cross(one, end)
            + 6 * _cross(two, end)
        ) / 10
        self._to(end, curve)

    def closePath(self) -> None:  # noqa: N802
        self._to(self._start)

    def endPath(self) -> None:  # noqa: N802
        self.closePath()

    def _to(self, end: complex, twice: float | None = None) -> None:
        self.twice += _cross(self._at, end) if twice is None else twice
        self._at = end


def _cross(one: complex, other: complex) -> float:
    return one.real * other.imag - one.imag * other.real
