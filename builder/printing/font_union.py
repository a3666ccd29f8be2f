"""Fonts embedded once: the glyphs that all parts of a PDF use of a face, in one file.

WeasyPrint embeds a subset of each face in each document and keeps the numbers of the glyphs.  So
the subsets of one face can be replaced by one that has the glyphs of all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

import pikepdf
import uharfbuzz as hb
from pikepdf import Array, Dictionary, Name, Pdf

from builder.fonts import Face, face_data, known_faces

# How Pango, and so the PDF, names the weights of CSS.
_WEIGHTS = {
    100: "Thin",
    200: "Ultra-Light",
    300: "Light",
    400: "",
    500: "Medium",
    600: "Semi-Bold",
    700: "Bold",
    800: "Ultra-Bold",
    900: "Heavy",
}
_MAPPED = re.compile(rb"<([0-9a-f]{4})> <((?:[0-9a-f]{4})*)>")
_PAIRS = 10_000  # that are remembered; one character has one in each face that has it
_A_BATCH = 100  # of pairs in a CMap (Adobe Technical Note 5411)

# Tables that a PDF has no use for, as numbers.
_UNUSED = [
    int.from_bytes(tag, "big") for tag in (b"GPOS", b"GSUB", b"GDEF", b"BASE", b"STAT", b"DSIG")
]


class _Metrics(NamedTuple):
    """What a PDF says of a font, in thousandths of its size."""

    ascent: int
    descent: int
    widest: int


class FontUnion:
    """Gathers the glyphs that a PDF uses of each face, and embeds each face once."""

    def __init__(self) -> None:
        self._texts: dict[Face, dict[int, str]] = {}
        self._entries: list[tuple[pikepdf.Object, str, Face]] = []

    def adopt(self, fonts: pikepdf.Object) -> None:
        """Take over the fonts of a resource dictionary, as far as they are faces of ours.

        A character that a face lacks gets a number beyond its glyphs, another one in each document.
        So a font that has any stays as it is.
        """
        for key, font in fonts.items():
            if known := _known(font):
                self.enter(fonts, key, *known)

    def share(self, fonts: pikepdf.Object, shared: pikepdf.Object) -> bool:
        """Put the fonts of another PDF's resources into shared ones, if all are faces of ours.

        Both call a face by the same name, since WeasyPrint makes it of what the face is.
        """
        known = {key: _known(font) for key, font in fonts.items()}
        for key, found in known.items():
            if found and all(known.values()):
                self.enter(shared, key, *found)
        return all(known.values())

    def enter(self, fonts: pikepdf.Object, key: str, face: Face, texts: dict[int, str]) -> None:
        """Put a face into a resource dictionary, with the text that each used glyph stands for."""
        self._use(face, texts)
        self._entries.append((fonts, key, face))

    def names(self) -> list[str]:
        """Return the names of the faces."""
        return [_name(face).replace("-", " ") for face in self._texts]

    def embed(self, pdf: Pdf) -> None:
        """Make one font of each face and point all resource dictionaries to it."""
        made = {face: _font(pdf, face, texts) for face, texts in self._texts.items()}
        for fonts, key, face in self._entries:
            fonts[key] = made[face]

    def _use(self, face: Face, texts: dict[int, str]) -> None:
        known = self._texts.setdefault(face, {})
        for glyph, text in texts.items():
            known.setdefault(glyph, text)


def taken_out(fonts: pikepdf.Object) -> Mapping[str, tuple[Face, dict[int, str]]]:
    """Empty the fonts of a resource dictionary that are faces of ours, before it is copied.

    Return each by its key, with the texts of its glyphs, to be entered into the copy: what a PDF
    was given once stays in memory until it is saved, whether anything refers to it or not.
    """
    found = {key: known for key, font in fonts.items() if (known := _known(font))}
    for key in found:
        fonts[key] = Dictionary()
    return found


def _known(font: pikepdf.Object) -> tuple[Face, dict[int, str]] | None:
    """Return the face that a font is, with the texts of its glyphs; None for one to be left."""
    face = face_of(str(font.BaseFont))
    texts = _texts(font)
    if face is None or max(texts, default=0) >= _glyph_count(face):
        return None
    return face, texts


def face_of(base_font: str) -> Face | None:
    """Return the face of ours that a PDF calls so (`/ABCDEF+Name`), if it is one."""
    return _by_name(known_faces()).get(base_font.partition("+")[2])


@lru_cache(maxsize=8)
def _by_name(faces: tuple[Face, ...]) -> dict[str, Face]:
    return {_name(face): face for face in faces}


def _name(face: Face) -> str:
    """Return the name that WeasyPrint gives the face in a PDF."""
    style = "Italic" if face.style == "italic" else ""
    parts = face.family.replace(" ", "-"), _WEIGHTS.get(face.weight, ""), style
    return "-".join(filter(None, parts))


def _texts(font: pikepdf.Object) -> dict[int, str]:
    """Return the glyphs that a font of WeasyPrint's has, with the text each stands for."""
    return dict(map(_pair, _MAPPED.findall(font.ToUnicode.read_bytes())))


@lru_cache(maxsize=_PAIRS)
def _pair(mapped: tuple[bytes, bytes]) -> tuple[int, str]:
    """Return a glyph and its text of their hex digits; the handouts of a course have the same."""
    glyph, text = mapped
    return int(glyph, 16), bytes.fromhex(text.decode()).decode("utf-16-be", "replace")


# --- Making a font (ISO 32000-1, 9.7: composite fonts) ---------------------------------------


def _font(pdf: Pdf, face: Face, texts: dict[int, str]) -> pikepdf.Object:
    metrics = _metrics(face)
    tag = hashlib.sha256(repr((face.name, sorted(texts))).encode()).digest()[:6]
    prefix = "".join(chr(65 + byte % 26) for byte in tag)
    name = Name(f"/{prefix}+{_name(face)}")
    file = pdf.make_stream(_subset(face, texts))
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        FontFamily=face.family,
        Flags=4 + 64 * (face.style == "italic"),
        FontBBox=Array([0, metrics.descent, metrics.widest, metrics.ascent]),
        ItalicAngle=0,
        Ascent=metrics.ascent,
        Descent=metrics.descent,
        CapHeight=metrics.ascent,
        StemV=80,
        FontFile2=file,
    )
    system = Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0)
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=system,
        CIDToGIDMap=Name.Identity,
        FontDescriptor=pdf.make_indirect(descriptor),
        W=_widths(face, sorted(texts)),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(b"\n".join(_to_unicode(texts))),
        )
    )


@cache
def loaded(face: Face) -> hb.Font:
    """Return the face for measuring and shaping."""
    return hb.Font(hb.Face(face_data(face)))


@cache
def _metrics(face: Face) -> _Metrics:
    font = loaded(face)
    extents, scale = font.get_font_extents("ltr"), 1000 / font.face.upem
    ascent, descent = round(extents.ascender * scale), round(extents.descender * scale)
    return _Metrics(ascent, descent, 1000)


def _glyph_count(face: Face) -> int:
    """Return how many glyphs the face has, numbered from 0."""
    count: int = loaded(face).face.glyph_count
    return count


def width(font: hb.Font, glyph: int) -> float:
    """Return a glyph's advance width in thousandths of the size."""
    advance: float = font.get_glyph_h_advance(glyph) * 1000 / font.face.upem
    return round(advance)


def _widths(face: Face, glyphs: Iterable[int]) -> Array:
    """Return the widths as runs of neighbouring glyphs: `[first [width …] …]`."""
    font = loaded(face)
    runs: list[tuple[int, list[float]]] = []
    for glyph in glyphs:
        if not runs or glyph != runs[-1][0] + len(runs[-1][1]):
            runs.append((glyph, []))
        runs[-1][1].append(width(font, glyph))
    return Array([part for first, widths in runs for part in (first, Array(widths))])


def _subset(face: Face, glyphs: Iterable[int]) -> bytes:
    """Return the face with these glyphs, which keep their numbers."""
    kept = set(glyphs)
    keeping, trimming = hb.SubsetInput(), hb.SubsetInput()
    keeping.glyph_set.update(kept)
    flags = hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    keeping.flags = flags | hb.SubsetFlags.RETAIN_GIDS
    trimming.glyph_set.update(range(max(kept, default=0) + 1))
    trimming.flags = flags | hb.SubsetFlags.NO_HINTING
    for step in (keeping, trimming):
        step.drop_table_tag_set.update(_UNUSED)
    whole = hb.Face(face_data(face))
    return bytes(hb.subset(hb.subset(whole, keeping), trimming).blob.data)


def _to_unicode(texts: dict[int, str]) -> Iterator[bytes]:
    """Yield the lines of the CMap from glyphs to text."""
    yield b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap"
    yield b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def"
    yield b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def"
    yield b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange"
    pairs = sorted(texts.items())
    for first in range(0, len(pairs), _A_BATCH):
        batch = pairs[first : first + _A_BATCH]
        yield b"%d beginbfchar" % len(batch)
        for glyph, text in batch:
            yield f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>".encode()
        yield b"endbfchar"
    yield b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
