"""Fonts of the machine: found by their family's name, only if a course names them.

They are cut to the course's own characters, so that a font of 20 MB costs next to nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTCollection, TTFont, TTLibError

from builder.model import FONT_TYPE, Asset

_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
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
    return Asset(f"font:{family}", data, FONT_TYPE, 0, 0)


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
