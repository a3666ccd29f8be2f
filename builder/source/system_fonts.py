"""Fonts of the machine: found by their family's name, only if a course names them.

They are cut to the course's own characters, so that a font of 20 MB costs next to nothing.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import uharfbuzz as hb
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError, newTable

from builder.fonts import FACES, SERIF, face_data
from builder.model import FONT_TYPE, FontFile

_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_MAXP = (
    *("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
    *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements"),
)
_CUBIC = ("CFF ", "CFF2")
_FAMILY_NAMES = (1, 16)  # OpenType's name table: the family, and the typographic one

FaceStyle = tuple[int, str]  # weight and slope, as CSS has them
REGULAR: FaceStyle = (400, "normal")
STYLES: tuple[FaceStyle, ...] = (REGULAR, (700, "normal"), (400, "italic"), (700, "italic"))


def font_folders() -> tuple[Path, ...]:
    """Return where the system keeps its fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        return Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        windows = Path(os.environ.get("WINDIR", "C:/Windows"))
        return windows / "Fonts", local / "Microsoft/Windows/Fonts"
    return (
        home / ".local/share/fonts",
        home / ".fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    )


@cache
def find_font(family: str) -> Mapping[FaceStyle, hb.Face]:
    """Return the four faces of a family; none where the machine has no font of this name.

    A face that the family lacks is one of ours: so what is emphasised can always be told.
    """
    members = _members("".join(family.casefold().split()))
    return {style: _face(_best(members, *style), style) for style in STYLES if members}


def _face(member: _Member | None, style: FaceStyle) -> hb.Face:
    if member:
        return hb.Face(hb.Blob.from_file_path(str(member.path)), member.index)
    ours = next(face for face in FACES if (face.family, face.weight, face.style) == (SERIF, *style))
    return hb.Face(hb.Blob(face_data(ours)))


def as_asset(family: str, style: FaceStyle, face: hb.Face, characters: Iterable[str]) -> FontFile:
    """Return a face, cut to these characters, as an asset of the course."""
    weight, slope = style
    subset = hb.SubsetInput()
    subset.unicode_set.update(map(ord, characters))
    subset.flags = hb.SubsetFlags.NOTDEF_OUTLINE  # the empty box
    subset.pin_all_axes_to_default(face)
    if any(axis.tag == "wght" for axis in face.axis_infos):
        subset.pin_axis_location(face, "wght", weight)
    data = _with_quadratic_curves(bytes(hb.subset(face, subset).blob.data))
    name = f"font:{family}" if style == REGULAR else f"font:{family} {weight} {slope}"
    return FontFile(name, data, FONT_TYPE, 0, 0, family, weight, slope)


@dataclass(frozen=True, slots=True)
class _Member:
    """A face of a family: where it is, its lightest and its boldest weight, slope and width.

    The width is that of OpenType: 5 is neither narrow nor wide.
    """

    path: Path
    index: int
    weights: tuple[float, float]
    is_italic: bool
    width: int

    def distance(self, weight: int) -> float:
        """Return how far the face is from a weight."""
        lightest, boldest = self.weights
        return max(lightest - weight, weight - boldest, 0)


def _best(members: list[_Member], weight: int, slope: str) -> _Member | None:
    """Return the face that comes nearest; only the regular one may be of another style."""
    is_italic = slope == "italic"

    def is_of_the_style(member: _Member) -> bool:
        other = 1100 - weight  # 700 for 400, and the other way round
        return member.is_italic == is_italic and member.distance(weight) <= member.distance(other)

    def distance(member: _Member) -> tuple[bool, int, float]:
        return member.is_italic != is_italic, abs(member.width - 5), member.distance(weight)

    is_any = (weight, slope) == REGULAR
    fitting = (member for member in members if is_any or is_of_the_style(member))
    return min(fitting, key=distance, default=None)


def _members(wanted: str) -> list[_Member]:
    """Return the faces of a family: those in files that are named like it, else in all others."""
    likely: list[Path] = []
    others: list[Path] = []
    for path in _font_files():
        name = path.stem.casefold().replace("-", "").replace(" ", "")
        is_likely = name.startswith(wanted) or wanted.startswith(name[:6])
        (likely if is_likely else others).append(path)
    # The plainest comes first: "Regular" before "Black", a short name before a long one.
    likely.sort(key=lambda path: ("regular" not in path.name.lower(), len(path.name), path))
    return _in_files(likely, wanted) or _in_files(sorted(others), wanted)


def _in_files(paths: Iterable[Path], wanted: str) -> list[_Member]:
    return [member for path in paths for member in _members_in(path, wanted)]


def _members_in(path: Path, wanted: str) -> list[_Member]:
    """Return the faces of the family in a file; none if it is broken."""
    try:
        with path.open("rb") as file:
            fonts = enumerate(_opened(file, path))
            return [_member(path, *font) for font in fonts if wanted in _names(font[1])]
    except (OSError, TTLibError, KeyError, AssertionError):
        return []


def _opened(file: BinaryIO, path: Path) -> list[TTFont]:
    """Return the fonts of a file, of which only what is asked for is read."""
    if path.suffix.lower() in {".ttc", ".otc"}:
        return list(TTCollection(file, lazy=True).fonts)
    return [TTFont(file, lazy=True)]


def _member(path: Path, index: int, font: TTFont) -> _Member:
    os2 = font["OS/2"]
    axes = font["fvar"].axes if "fvar" in font else ()
    ranges = [(axis.minValue, axis.maxValue) for axis in axes if axis.axisTag == "wght"]
    weights = ranges[0] if ranges else (os2.usWeightClass, os2.usWeightClass)
    return _Member(path, index, weights, bool(os2.fsSelection & 1), os2.usWidthClass)


def _with_quadratic_curves(data: bytes) -> bytes:
    """Return a font with TrueType's outlines, in place of those of Type 2 (CFF) if it has these.

    Only such fonts can be joined in a PDF (builder/printing/font_union.py).  The curves differ by
    at most a thousandth of an em.
    """
    font = TTFont(io.BytesIO(data))
    if not any(table in font for table in _CUBIC):
        return data
    order, outlines = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, max_err=font["head"].unitsPerEm / 1000))
        glyphs[name] = pen.glyph()
    for table in (*_CUBIC, "VORG"):
        if table in font:
            del font[table]
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in _MAXP:
        setattr(maxp, field, 1 if field == "maxZones" else 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\0\1\0\0"
    font.recalcTimestamp = False
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def _font_files() -> Iterator[Path]:
    for folder in font_folders():
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in _SUFFIXES:
                yield path


def _names(font: TTFont) -> set[str]:
    records = font["name"].names
    names = (record.toUnicode() for record in records if record.nameID in _FAMILY_NAMES)
    return {"".join(name.casefold().split()) for name in names}
