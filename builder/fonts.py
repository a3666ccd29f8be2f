"""The fonts: taken from packages, cut to the static faces that we use, and described as CSS.

The packages hold variable fonts.  A static face makes WeasyPrint about three times as fast and its
PDFs a quarter smaller, and HarfBuzz cuts one in 20 ms, so each is cut when it is first needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import uharfbuzz as hb

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


@cache
def face_data(face: Face) -> bytes:
    """Return the static face's file: the variable font with its axes pinned, all glyphs kept."""
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
    fonts = {(face.package, face.file) for face in FACES}
    files = (resources.files(package) / "files" / file for package, file in fonts)
    return frozenset().union(*(hb.Face(hb.Blob(file.read_bytes())).unicodes for file in files))


def font_css() -> str:
    """Return the `@font-face` rules of all faces, with addresses that `pdf` answers."""
    return "\n".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight};'
        f' font-style: {face.style}; src: url("{FONT_SCHEME}{face.name}") }}'
        for face in FACES
    )
