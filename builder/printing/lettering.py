"""Lines of text that stand beside what was laid out: codes, the names of sheets, page numbers.

They depend on where things are placed, so they are set here, in our own faces, without a layout.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

import pikepdf
import uharfbuzz as hb

from builder.fonts import SANS, Face, known_faces
from builder.printing.font_union import FontUnion, loaded, width

ELLIPSIS = "…"
_LATIN = (*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x2010, 0x2030))


class Glyph(NamedTuple):
    """A glyph's number, its advance in thousandths of the size, and the text it stands for."""

    number: int
    advance: float
    text: str


class Run(NamedTuple):
    """Glyphs of one face, from left to right; `operand` is what shows them (`TJ`)."""

    face: Face
    glyphs: tuple[Glyph, ...]
    operand: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is set: size in pt, weight, grey from 0 (black) to 1, letter-spacing in em.

    `is_tabular` is for figures that are all as wide.
    """

    size: float
    weight: int = 400
    grey: float = 0.267
    spacing: float = 0.0
    is_tabular: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A shaped line and its width in pt."""

    runs: tuple[Run, ...]
    style: Style

    @property
    def width(self) -> float:
        """Return the width in pt."""
        glyphs = [glyph for run in self.runs for glyph in run.glyphs]
        advances = sum(glyph.advance for glyph in glyphs) / 1000
        between = max(len(glyphs) - 1, 0)
        return (advances + between * self.style.spacing) * self.style.size


class Letterer:
    """Writes lines into content streams; its faces go into one resource dictionary."""

    def __init__(self, union: FontUnion, fonts: pikepdf.Object) -> None:
        self._union = union
        self._fonts = fonts
        self._keys: dict[Face, str] = {}
        self._shown: dict[int, tuple[Line, str]] = {}  # by the line's id, which it keeps alive

    def at(self, line: Line, x: float, y: float, *, is_downwards: bool = False) -> bytes:
        """Return the operators that show a line whose baseline begins at a point, in pt.

        `is_downwards` is for pages whose coordinates count from the top.
        """
        style = line.style
        matrix = f"1 0 0 {-1 if is_downwards else 1} {x:.3f} {y:.3f} Tm"
        if id(line) not in self._shown:
            parts = (f"{self._key(run)} {style.size:g} Tf {run.operand} TJ" for run in line.runs)
            self._shown[id(line)] = line, " ".join(parts)
        shown = self._shown[id(line)][1]
        spacing = f"{style.spacing * style.size:g} Tc"
        return f"BT {style.grey:g} g {matrix} {spacing} {shown} 0 Tc ET\n".encode()

    def _key(self, run: Run) -> str:
        key = self._keys.setdefault(run.face, f"/L{len(self._keys)}")
        texts = {glyph.number: glyph.text for glyph in run.glyphs}
        self._union.enter(self._fonts, key, run.face, texts)
        return key


@lru_cache(maxsize=8192)
def line(text: str, style: Style, room: float = float("inf")) -> Line:
    """Return the text as one line; what is wider than `room` pt is cut short, with an ellipsis."""
    whole = _shaped(text, style)
    if whole.width <= room or not text:
        return whole
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = _shaped(text[:middle].rstrip() + ELLIPSIS, style).width <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return _shaped(text[:low].rstrip() + ELLIPSIS, style)


def _shaped(text: str, style: Style) -> Line:
    features = {"tnum": style.is_tabular}
    runs = [_run(part, face, features) for part, face in _parts(text, style.weight)]
    if _is_right_to_left(text):
        runs.reverse()
    return Line(tuple(runs), style)


def _run(text: str, face: Face, features: dict[str, bool]) -> Run:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    font = loaded(face)
    hb.shape(font, buffer, features)
    scale = 1000 / font.face.upem
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    ends = dict(pairwise([*sorted({info.cluster for info in infos}), len(text)]))
    seen: set[int] = set()
    glyphs = []
    for info, place in zip(infos, positions, strict=True):
        said = "" if info.cluster in seen else text[info.cluster : ends[info.cluster]]
        seen.add(info.cluster)
        glyphs.append(Glyph(info.codepoint, place.x_advance * scale, said))
    return Run(face, tuple(glyphs), _operand(font, glyphs))


def _operand(font: hb.Font, glyphs: Iterable[Glyph]) -> str:
    """Return the glyphs, and between them how far kerning moves the next one."""
    parts: list[str] = []
    for glyph in glyphs:
        parts.append(f"<{glyph.number:04x}>")
        if shift := round(width(font, glyph.number) - glyph.advance):
            parts.append(str(shift))
    return f"[{''.join(parts)}]"


# --- Which face, and which way ---------------------------------------------------------------


def _parts(text: str, weight: int) -> Iterator[tuple[str, Face]]:
    """Yield the text in parts of one face and one direction, in the order of reading."""
    choices = _sorted(known_faces(), weight)
    if text and _plain(choices[0]).issuperset(text):  # as most lines are
        yield text, choices[0]
        return
    begun, face, way = "", choices[0], ""
    for char in text:
        needed = face if char.isspace() else _face_for(char, choices)
        found = _way(char) or way
        if begun and (needed != face or (way and found != way)):
            yield begun, face
            begun = ""
        begun, face, way = begun + char, needed, found
    if begun:
        yield begun, face


def _face_for(char: str, choices: Sequence[Face]) -> Face:
    """Return the face that has the character: the preferred one, else the first that does."""
    return next((face for face in choices if _has(face, char)), choices[0])


@lru_cache(maxsize=64)
def _sorted(faces: tuple[Face, ...], weight: int) -> tuple[Face, ...]:
    """Return all upright faces, the sans of this weight first."""
    upright = [face for face in faces if face.style == "normal"]
    return tuple(sorted(upright, key=lambda face: (face.family != SANS, abs(face.weight - weight))))


@cache
def _plain(face: Face) -> frozenset[str]:
    """Return the characters of Latin texts that the face has; all are read the same way."""
    return frozenset(char for char in map(chr, _LATIN) if _has(face, char))


@lru_cache(maxsize=8192)
def _has(face: Face, char: str) -> bool:
    return bool(loaded(face).get_nominal_glyph(ord(char)))


def _way(char: str) -> str:
    """Return the way that a character is read, or the empty string where it has none."""
    kind = unicodedata.bidirectional(char)
    return "left" if kind in {"R", "AL"} else "right" if kind in {"L", "EN", "AN"} else ""


def _is_right_to_left(text: str) -> bool:
    return next(filter(None, map(_way, text)), "right") == "left"
