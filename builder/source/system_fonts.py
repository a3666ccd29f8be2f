"""Fonts of the machine: found by their family's name, only if a course names them.

They are cut to the course's own characters, so that a font of 20 MB costs next to nothing.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import uharfbuzz as hb
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError, newTable

from builder.fonts import system_face
from builder.model import FONT_TYPE, Asset

_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_MAXP = (
    *("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
    *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements"),
)
_FAMILY_NAMES = (1, 16)  # OpenType's name table: the family, and the typographic one


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
def find_font(family: str) -> hb.Face | None:
    """Return the regular face of a family, or None where the machine has none of this name."""
    wanted = "".join(family.casefold().split())
    likely: list[Path] = []
    others: list[Path] = []
    for path in _font_files():
        name = path.stem.casefold().replace("-", "").replace(" ", "")
        is_likely = name.startswith(wanted) or wanted.startswith(name[:6])
        (likely if is_likely else others).append(path)
    # The plainest comes first: "Regular" before "Black", a short name before a long one.
    likely.sort(key=lambda path: ("regular" not in path.name.lower(), len(path.name), path))
    for path in (*likely, *sorted(others)):
        for index, names in enumerate(_families(path)):
            if wanted in names:
                return hb.Face(hb.Blob.from_file_path(str(path)), index)
    return None


def as_asset(family: str, face: hb.Face, characters: Iterable[str]) -> Asset:
    """Return the face, cut to these characters, as an asset of the course."""
    subset = hb.SubsetInput()
    subset.unicode_set.update(map(ord, characters))
    data = bytes(hb.subset(face, subset).blob.data)
    made = _with_quadratic_curves(data)
    system_face(made)  # known from now on, also where a file is only bound
    return Asset(f"font:{family}", made, FONT_TYPE, 0, 0)


def _with_quadratic_curves(data: bytes) -> bytes:
    """Return a font with TrueType's outlines, in place of those of Type 2 (CFF) if it has these.

    Only such fonts can be joined in a PDF (builder/printing/font_union.py).  The curves differ by
    at most a thousandth of an em.
    """
    font = TTFont(io.BytesIO(data))
    if "CFF " not in font:
        return data
    order, outlines = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, max_err=font["head"].unitsPerEm / 1000))
        glyphs[name] = pen.glyph()
    for table in ("CFF ", "VORG"):
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


def _families(path: Path) -> list[set[str]]:
    """Return the names of the family of each face in a file, folded."""
    try:
        if path.suffix.lower() in {".ttc", ".otc"}:
            with path.open("rb") as file, TTCollection(file, lazy=True) as collection:
                return [_names(font) for font in collection.fonts]
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            return [_names(font)]
    except (OSError, TTLibError, KeyError, AssertionError):
        return []


def _names(font: TTFont) -> set[str]:
    records = font["name"].names
    names = (record.toUnicode() for record in records if record.nameID in _FAMILY_NAMES)
    return {"".join(name.casefold().split()) for name in names}
