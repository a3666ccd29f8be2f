"""Text as shapes, for pictures that must look the same wherever they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import uharfbuzz as hb
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

from builder.fonts import FACES, SERIF, Face, face_data, faces_for


@dataclass(frozen=True, slots=True)
class Outline:
    """A text's width in em, and its shapes as an SVG path in em with y upwards."""

    width: float
    path: str


def text_outline(text: str, *, bold: bool = False, italic: bool = False) -> Outline:
    """Return a text in our text face as shapes."""
    font = _font(text, bold, italic)
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


def _font(text: str, bold: bool, italic: bool) -> hb.Font:  # noqa: FBT001 - both are looks
    """Return the text face, or that of another script if this has all characters."""
    weight = 700 if bold else 400
    others = [face for face in faces_for(text)[len(FACES) :] if face.weight == weight]
    wanted = (SERIF, weight, "italic" if italic else "normal")
    own = next(face for face in FACES if (face.family, face.weight, face.style) == wanted)
    fonts = (_loaded(face) for face in (own, *others))
    return next((font for font in fonts if _has_all(font, text)), _loaded(own))


def _has_all(font: hb.Font, text: str) -> bool:
    return all(font.get_nominal_glyph(ord(char)) for char in text)


@cache
def _loaded(face: Face) -> hb.Font:
    return hb.Font(hb.Face(face_data(face)))
