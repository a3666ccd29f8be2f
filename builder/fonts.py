"""The fonts: taken from packages, cut to the static faces that we use, and described as CSS.

The packages hold variable fonts.  A static face makes WeasyPrint about three times as fast and its
PDFs a quarter smaller, and HarfBuzz cuts one in 20 ms, so each is cut when it is first needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from itertools import chain

import uharfbuzz as hb

from builder import kept
from builder.model import Asset, FontFile
from builder.scripts import script_of

SERIF, DISPLAY, SANS, MONO = (f"Rectoverso {name}" for name in ("Serif", "Display", "Sans", "Mono"))
FONT_SCHEME = "font:"


@dataclass(frozen=True, slots=True)
class Face:
    """One static face: its CSS family, weight and style, and the variable font it is cut from."""

    family: str
    weight: int
    style: str
    package: str
    file: str
    axes: tuple[tuple[str, float], ...]

    def __hash__(self) -> int:
        """Return the hash of what tells faces apart: it is asked for with each letter."""
        return hash((self.family, self.weight, self.style))

    @property
    def name(self) -> str:
        """Return a name that can stand in a URL."""
        return f"{self.family}-{self.weight}-{self.style}.ttf".replace(" ", "-").lower()


def _serif(family: str, weight: int, style: str, optical_size: float) -> Face:
    file = f"SourceSerif4{'-Italic' if style == 'italic' else ''}[opsz,wght].ttf"
    axes = (("opsz", optical_size), ("wght", weight))
    return Face(family, weight, style, "fontpkg_source_serif_4", file, axes)


def _plain(family: str, package: str, stem: str, weight: int, style: str) -> Face:
    file = f"{stem}{'-Italic' if style == 'italic' else ''}[wght].ttf"
    return Face(family, weight, style, package, file, (("wght", weight),))


# The serif has two optical sizes: one for text, one (narrower, finer) for titles.
FACES = (
    _serif(DISPLAY, 600, "normal", 28),
    *(
        _serif(SERIF, weight, style, 11)
        for weight in (400, 600, 700)
        for style in ("normal", "italic")
    ),
    *(
        _plain(family, package, stem, weight, style)
        for family, package, stem, weights in (
            (SANS, "fontpkg_source_sans_3", "SourceSans3", (400, 600, 700)),
            (MONO, "fontpkg_source_code_pro", "SourceCodePro", (400, 700)),
        )
        for weight in weights
        for style in ("normal", "italic")
    ),
)


def _script(
    script: str, package: str, file: str, axes: tuple[tuple[str, float], ...] = ()
) -> tuple[Face, ...]:
    """Return both weights of another script's family; `{}` in a file's name is the weight's."""
    return tuple(
        Face(
            f"Rectoverso {script}",
            weight,
            "normal",
            package,
            file.format(name),
            (*axes, ("wght", weight)) if "[" in file else (),
        )
        for weight, name in ((400, "Regular"), (700, "Bold"))
    )


def _noto(name: str) -> tuple[str, str, tuple[tuple[str, float], ...]]:
    return f"fontpkg_noto_sans_{name.lower()}", f"NotoSans{name}[wdth,wght].ttf", (("wdth", 100.0),)


# What Latin, Greek and Cyrillic fonts lack, by script.  Of Arabic fonts, this is one of few whose
# words can be found and copied in a PDF: others put letters together from parts.
SCRIPT_FACES = {
    "Arab": _script("Arab", "fontpkg_amiri", "Amiri-{}.ttf"),
    "Deva": _script("Deva", *_noto("Devanagari")),
    "Hebr": _script("Hebr", "fontpkg_frank_ruhl_libre", "FrankRuhlLibre[wght].ttf"),
    "Khmr": _script("Khmr", *_noto("Khmer")),
    "Taml": _script("Taml", *_noto("Tamil")),
    "Telu": _script("Telu", *_noto("Telugu")),
    "Thai": _script("Thai", *_noto("Thai")),
}
ALL_FACES = (*FACES, *chain.from_iterable(SCRIPT_FACES.values()))


# Fonts of the machine that courses name, cut to their characters, by the face they are.
_KIND = "face"  # of pieces that are kept between builds: one takes 15 ms
_SYSTEM: dict[Face, bytes] = {}


def machine_faces(assets: Iterable[Asset]) -> dict[FontFile, Face]:
    """Return the faces of the fonts of the machine, which are known from then on by their content.

    All faces of a family share a name, which is made of their bytes, in whichever order they come.
    """
    families: dict[str, list[FontFile]] = {}
    files = (asset for asset in assets if isinstance(asset, FontFile))
    for file in sorted(files, key=lambda file: file.name):
        families.setdefault(file.family, []).append(file)
    return {file: face for files in families.values() for file, face in _registered(files)}


def _registered(files: list[FontFile]) -> Iterable[tuple[FontFile, Face]]:
    digest = hashlib.sha256(b"".join(file.data for file in files)).hexdigest()
    for file in files:
        face = Face(f"system-{digest[:8]}", file.weight, file.style, "", "", ())
        _SYSTEM.setdefault(face, file.data)
        yield file, face


def known_faces() -> tuple[Face, ...]:
    """Return all of our faces, and behind them those of the machine."""
    return (*ALL_FACES, *_SYSTEM)


@cache
def face_data(face: Face) -> bytes:
    """Return the static face's file: the variable font with its axes pinned, all glyphs kept."""
    if face in _SYSTEM:
        return _SYSTEM[face]
    return kept.piece(_KIND, face.name, partial(_pinned, face))


def _pinned(face: Face) -> bytes:
    font = resources.files(face.package) / "files" / face.file
    source = hb.Face(hb.Blob(font.read_bytes()))
    subset = hb.SubsetInput()
    subset.keep_everything()
    for axis, value in face.axes:
        subset.pin_axis_location(source, axis, value)
    return bytes(hb.subset(source, subset).blob.data)


@cache
def covered() -> frozenset[int]:
    """Return the code points that at least one of the fonts has."""
    fonts = {(face.package, face.file) for face in ALL_FACES}
    files = (resources.files(package) / "files" / file for package, file in fonts)
    return frozenset().union(*(hb.Face(hb.Blob(file.read_bytes())).unicodes for file in files))


def faces_for(text: str) -> tuple[Face, ...]:
    """Return our faces, and those for the scripts of a text."""
    scripts = {script_of(char) for char in set(text)} if not text.isascii() else set()
    others = (SCRIPT_FACES[script] for script in sorted(scripts & SCRIPT_FACES.keys()))
    return (*FACES, *chain.from_iterable(others))


def font_css(text: str = "") -> str:
    """Return the `@font-face` rules that a text needs, with addresses that `pdf` answers."""
    return "\n".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight};'
        f' font-style: {face.style}; src: url("{FONT_SCHEME}{face.name}") }}'
        for face in faces_for(text)
    )
