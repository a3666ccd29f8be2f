"""Characters that none of our fonts has: on paper they would be empty boxes."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Set as AbstractSet
from functools import cache

from builder.diagnostics import Diagnostic, quoted, warning
from builder.scripts import script_of
from builder.span import Span

# In all of our fonts, so that most texts need no look into them.
COMMON = frozenset(map(chr, range(0x20, 0x7F))) | frozenset(
    "\n\t ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ§©«»°±·×¡¿–—‘’‚“”„…‐‑€"
)
# It has a diagnostic of its own.
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# They direct how others are drawn and draw nothing: controls, formats, spaces, private separators.
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
_SHOWN = 5  # characters named in one message


def check_glyphs(
    text: str, path: str, language: str = "en", also: AbstractSet[int] = frozenset()
) -> list[Diagnostic]:
    """Warn once of the characters of a file that no font has, at the first of them.

    `also` are the code points of fonts that the course names.
    """
    missing = _missing(set(text) - COMMON) if not set(text) <= COMMON else set()
    if "&" in text:
        missing |= _missing(set(html.unescape(text)) - set(text) - COMMON)
    missing = {char for char in missing if ord(char) not in also}
    if not missing:
        return []
    found = [char for char in dict.fromkeys(text) if char in missing]
    found += sorted(missing.difference(found))
    names = ", ".join(map(_name, found[:_SHOWN]))
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    message = f"our fonts can't print {names}{more}: an empty box will stand there"
    hint = _hint({script_of(char) for char in found}, language)
    return [warning("glyph-missing", message, _span(text, found[0], path), hint)]


def _hint(scripts: AbstractSet[str], language: str) -> str:
    if not scripts & {"Jpan", "Hani", "Hang"}:
        return "write it in another way; in the Anki deck it stays as it is"
    kind = "KR" if "Hang" in scripts else "JP" if "Jpan" in scripts else "SC"
    kind = {"ja": "JP", "ko": "KR", "zh": kind}.get(language.partition("-")[0], kind)
    kind = "TC" if language.lower() in {"zh-hant", "zh-tw", "zh-hk"} else kind
    font = f"Noto Sans CJK {kind}"
    return f'install the font {font} and name it in course.toml: [fonts] also = ["{font}"]'


def _missing(chars: set[str]) -> set[str]:
    """Return the characters that are drawn, but not by our fonts."""
    from builder.fonts import covered  # noqa: PLC0415 - it loads HarfBuzz

    drawn = {char for char in chars if not _is_unseen(char)}
    unknown = {char for char in drawn if ord(char) not in covered()}
    return {char for char in unknown if not _is_composed(char)}


@cache
def _is_unseen(char: str) -> bool:
    name = unicodedata.name(char, "")
    is_selector = name.startswith("VARIATION SELECTOR")
    return is_selector or char == _REPLACEMENT or unicodedata.category(char) in _UNSEEN


def _is_composed(char: str) -> bool:
    """Tell whether the fonts have what the character is made of, for HarfBuzz to put together."""
    from builder.fonts import covered  # noqa: PLC0415 - it loads HarfBuzz

    parts = unicodedata.normalize("NFD", char)
    return parts != char and all(ord(part) in covered() for part in parts)


def _name(char: str) -> str:
    name, number = unicodedata.name(char, "").lower(), f"{ord(char):04X}"
    name = "" if name.endswith(number.lower()) else name  # cjk unified ideograph-8449
    return f"{quoted(char)} (U+{number}{', ' if name else ''}{name})"


def _span(text: str, char: str, path: str) -> Span:
    """Return the first place of the character; it may be written as an entity."""
    offset = text.find(char)
    if offset < 0:
        return Span(path)
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Span(path, line, column, line, column + 1)
