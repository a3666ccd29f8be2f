"""Text as shapes, for pictures that must look the same wherever they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import uharfbuzz as hb
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

from builder.fonts import FACES, SERIF, Face, face_data


@dataclass(frozen=True, slots=True)
class Outline:
    """A text's width in em, and its shapes as an SVG path in em with y upwards."""

    width: float
    path: str


def text_outline(text: str, *, bold: bool = False, italic: bool = False) -> Outline:
    """Return a text in our text face as shapes."""
    font = _font(bold, italic)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    scale = 1 / font.face.upem
    pen = SVGPathPen(None, ntos=lambda number: f"{number:.4f}".rstrip("0").rstrip("."))
    x = 0
    glyphs = zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True)
    for glyph, place in glyphs:
        shift = (x + place.x_offset) * scale, place.y_offset * scale
        font.draw_glyph_with_pen(glyph.codepoint, TransformPen(pen, (scale, 0, 0, scale, *shift)))
        x += place.x_advance
    return Outline(x * scale, pen.getCommands())


@cache
def _font(bold: bool, italic: bool) -> hb.Font:  # noqa: FBT001 - cached
    wanted = (SERIF, 700 if bold else 400, "italic" if italic else "normal")
    face = next(face for face in FACES if _kind(face) == wanted)
    return hb.Font(hb.Face(face_data(face)))


def _kind(face: Face) -> tuple[str, int, str]:
    return face.family, face.weight, face.style
