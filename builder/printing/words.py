"""Words as they are set: their advance widths in em, and lines broken between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

import uharfbuzz as hb

from builder import model
from builder.fonts import MONO, SERIF, Face, face_data, known_faces

CODE = 0.9  # the size of code in em
SCRIPT = 0.7  # the size of sub- and superscripts in em
ABOVE, BELOW = 1.0, 0.3  # the parts of a line above and below what letters stand on, in em
DISPLAY_GAP = 0.2  # em; above and below maths on lines of their own
BLANK = 4.5  # em; stands for a deletion that is asked: always as long, so it gives nothing away

# White space at which a line may end.
SPACE = r"[^\S\N{NO-BREAK SPACE}\N{FIGURE SPACE}\N{NARROW NO-BREAK SPACE}]"
# After these a line may end as well.
_HYPHENS = "-–—/"
# Scripts without spaces, in which it may end between any two characters.
_WIDE = "\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60"
_OTHER = rf"(?:(?!{SPACE})[^{_HYPHENS}{_WIDE}])"
_PART = re.compile(rf"{_OTHER}*[{_HYPHENS}]+|{_OTHER}+|{SPACE}+|[{_WIDE}]")
_ENDS = re.compile(rf".*[{_HYPHENS}{_WIDE}]", re.DOTALL)
_SPACES = re.compile(f"{SPACE}+")
_LONGEST = 40  # characters; what is longer is broken anywhere


@dataclass(frozen=True, slots=True)
class Type:
    """How characters are set: family, weight and slope, and size in em of the face's."""

    family: str = SERIF
    weight: int = 400
    italic: bool = False
    scale: float = 1.0


class Word(NamedTuple):
    """What stays on one line, and the space after it: widths in em.

    A picture's name stands for it until its size is known, with the part of the room that it shall
    fill as its width.  A height counts where it is higher than the line.  What shrinks is made
    smaller where a line is too narrow for it.
    """

    width: float
    space: float = 0.0
    height: float = 0.0
    picture: str = ""
    ends_line: bool = False
    shrinks: bool = False


class Line(NamedTuple):
    """A line's width, without the space at its end, and height in em."""

    width: float
    height: float


def break_lines(words: Iterable[Word], room: float, height: float) -> list[Line]:
    """Return the lines, broken greedily; what is too wide for a line runs on over several."""
    lines: list[Line] = []
    x, space, highest, is_begun = 0.0, 0.0, height, False
    for each in words:
        word = _shrunk(each, room)
        if is_begun and x + space + word.width > room:
            lines.append(Line(x, highest))
            x, space, highest = 0.0, 0.0, height
        x += space + word.width
        while x > room and word.width > room:
            lines.append(Line(room, highest))
            x -= room
        space, highest, is_begun = word.space, max(highest, word.height), True
        if word.ends_line:
            lines.append(Line(x, highest))
            x, space, highest, is_begun = 0.0, 0.0, height, False
    return [*lines, Line(x, highest)] if is_begun else lines


def _shrunk(word: Word, room: float) -> Word:
    if not word.shrinks or word.width <= room:
        return word
    return word._replace(width=room, height=word.height * room / word.width)


@lru_cache(maxsize=4096)  # a text is measured at several sizes and on several widths
def words_of(inlines: model.Inlines, kind: Type, asking: bool) -> tuple[Word, ...]:  # noqa: FBT001
    """Return the words of the inlines; deletions that are asked are blanks."""
    words: list[Word] = []
    is_open = False
    for part in _parts(inlines, kind, asking):
        if part.ends_line and words and not words[-1].ends_line:
            words[-1] = words[-1]._replace(ends_line=True)
        elif part.is_space:
            if words:
                words[-1] = words[-1]._replace(space=part.width)
        elif is_open and not part.picture and not part.height:
            words[-1] = words[-1]._replace(width=words[-1].width + part.width)
        else:
            if part.is_display and words:
                words[-1] = words[-1]._replace(ends_line=True)
            words.append(
                Word(
                    part.width,
                    height=part.height,
                    picture=part.picture,
                    ends_line=part.ends_line or part.is_display,
                    shrinks=part.height > 0,
                )
            )
        is_open = part.is_bound
    return tuple(words)


class _Part(NamedTuple):
    """A piece of a line; what is bound stays with the next piece on one line."""

    width: float
    is_bound: bool = False
    is_space: bool = False
    ends_line: bool = False
    picture: str = ""
    height: float = 0.0
    is_display: bool = False


def _parts(inlines: model.Inlines, kind: Type, asking: bool) -> Iterator[_Part]:  # noqa: FBT001
    for inline in inlines:
        match inline:
            case model.Text(text):
                yield from _text_parts(text, kind)
            case model.Code(text):
                yield from _text_parts(text, replace(kind, family=MONO, scale=kind.scale * CODE))
            case model.Image(asset, _, _, _, part):
                yield _Part(part / 100, picture=asset)
            case model.Audio(_, alt):
                yield from _text_parts(f"♪\N{NO-BREAK SPACE}{alt}", kind)
            case model.Maths(tex, is_display):
                yield _formula(tex, is_display, kind)
            case model.Footnote():
                pass  # cards.py has put it at the end
            case model.Break(hard):
                yield _Part(0.0, ends_line=True) if hard else _text_parts(" ", kind)[0]
            case model.Deletion(_, _, hint) if asking:
                yield from _asked(hint, kind)
            case _:
                yield from _parts(inline.children, _inner_type(inline, kind), asking)


def _formula(tex: str, is_display: bool, kind: Type) -> _Part:  # noqa: FBT001
    from builder.maths import set_formula  # noqa: PLC0415 - it loads MathJax

    formula = set_formula(tex, is_display=is_display)
    above, below = formula.height - formula.depth, formula.depth
    height = max(ABOVE, above * kind.scale) + max(BELOW, below * kind.scale)
    if is_display:
        height += 2 * DISPLAY_GAP
    return _Part(formula.width * kind.scale, is_bound=True, height=height, is_display=is_display)


def _asked(hint: str, kind: Type) -> tuple[_Part, ...]:
    if hint:
        return _text_parts(f"[{hint}]", replace(kind, italic=True))
    return (_Part(BLANK * kind.scale, is_bound=True),)


def _inner_type(inline: model.Inline, kind: Type) -> Type:
    match inline:
        case model.Emphasis():
            return replace(kind, italic=not kind.italic)
        case model.Strong() | model.Deletion():
            return replace(kind, weight=700)
        case model.Subscript() | model.Superscript():
            return replace(kind, scale=kind.scale * SCRIPT)
        case _:
            return kind


@lru_cache(maxsize=4096)
def _text_parts(text: str, kind: Type) -> tuple[_Part, ...]:
    return tuple(
        _Part(advance(" ", kind) * kind.scale, is_space=True)
        if _SPACES.fullmatch(part)
        else _Part(advance(part, kind) * kind.scale, is_bound=not _ENDS.fullmatch(part))
        for part in _PART.findall(text)
    )


@lru_cache(maxsize=65536)
def advance(text: str, kind: Type) -> float:
    """Return how far the text goes in em of its own size, kerned and with ligatures."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    font = _font(kind.family, kind.weight, kind.italic)
    hb.shape(font, buffer)
    places = buffer.glyph_positions or ()
    return float(sum(place.x_advance for place in places) / font.face.upem)


@lru_cache(maxsize=4096)
def is_foreseen(text: str, others: tuple[str, ...] = ()) -> bool:
    """Tell whether the fonts have all characters, and lines break only where we think they do.

    It is so for what our serif has; `others` are the families that are used besides it.
    """
    if any(len(word) > _LONGEST for word in text.split()):
        return False
    if not all(map(_has_ascii, others)):
        return False
    return text.isascii() or all(
        character.isascii()
        or (unicodedata.category(character)[0] in "LNPSZ" and _is_everywhere(character, others))
        for character in text
    )


def _is_everywhere(character: str, others: tuple[str, ...]) -> bool:
    regular = _font(SERIF, 400, italic=False)
    in_ours = regular.get_nominal_glyph(ord(character))
    return bool(in_ours) and all(_has_glyph(character, family) for family in others)


@cache
def _has_ascii(family: str) -> bool:
    return all(_has_glyph(chr(code), family) for code in range(0x20, 0x7F))


def _has_glyph(character: str, family: str) -> bool:
    fonts = (_font(family, weight, italic) for weight in (400, 700) for italic in (False, True))
    return all(font.get_nominal_glyph(ord(character)) for font in fonts)


@cache
def _font(family: str, weight: int, italic: bool) -> hb.Font:  # noqa: FBT001  # cached
    """Return the face that the style sheet gets: the nearest that the family has."""
    faces = [face for face in known_faces() if face.family == family]

    def distance(face: Face) -> tuple[bool, int, int]:
        return (face.style == "italic") != italic, abs(face.weight - weight), -face.weight

    nearest = min(faces, key=distance)
    return hb.Font(hb.Face(face_data(nearest)))
