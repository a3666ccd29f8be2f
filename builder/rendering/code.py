"""Code as HTML: each line an element, and in it what templates/code.css gives a colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from builder.highlighting import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator


def code_lines(text: str, language: str) -> Markup:
    """Return the lines of the code; each ends in the element that it has."""
    row = Markup('<span class="row">{}</span>')
    return Markup("").join(map(row.format, _lines(text.removesuffix("\n"), language)))


def _lines(text: str, language: str) -> Iterator[Markup]:
    """Yield each line with its end; a piece that goes over several is closed and opened again."""
    line = Markup("")
    for piece in pieces(text, language):
        first, *others = piece.text.split("\n")
        line += _marked(first, piece.kind)
        for part in others:
            yield line + "\n"
            line = _marked(part, piece.kind)
    yield line


def _marked(text: str, kind: str) -> Markup:
    if not kind or not text.strip():
        return escape(text)
    return Markup('<span class="{}">{}</span>').format(kind, text)
