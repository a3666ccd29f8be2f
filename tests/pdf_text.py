"""The text of a PDF as its operators show it: every glyph, whichever way up it stands.

Viewers guess at words from the places of glyphs; pdfium drops some where a page stands on its head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import pikepdf

# A font is chosen, a form is shown, or glyphs are.
_TOKEN = re.compile(
    rb"/(?P<font>\S+) [\d.]+ Tf|/(?P<form>\S+) Do|<(?P<glyphs>[0-9a-f]+)>(?!>)|(?P<line>Tm)"
)
_MAPPED = re.compile(rb"<([0-9a-f]{4})> <((?:[0-9a-f]{4})*)>")


def page_text(page: pikepdf.Page) -> str:
    """Return the text of a page, with a space where a line may begin."""
    return "".join(_shown(page.Contents.read_bytes(), page.Resources))


def _shown(content: bytes, resources: pikepdf.Object) -> Iterator[str]:
    texts: Mapping[int, str] = {}
    fonts: dict[bytes, Mapping[int, str]] = {}  # by their names; each is chosen many times
    for token in _TOKEN.finditer(content):
        if name := token["font"]:
            if name not in fonts:
                fonts[name] = _texts(resources.Font[f"/{name.decode()}"])
            texts = fonts[name]
        elif name := token["form"]:
            thing = resources.XObject[f"/{name.decode()}"]
            if thing.Subtype == "/Form":
                yield from _shown(thing.read_bytes(), thing.Resources)
        elif glyphs := token["glyphs"]:
            for place in range(0, len(glyphs), 4):
                yield texts[int(glyphs[place : place + 4], 16)]
        else:
            yield " "


def _texts(font: pikepdf.Object) -> Mapping[int, str]:
    return _mapping(font.ToUnicode.read_bytes())


@cache
def _mapping(cmap: bytes) -> Mapping[int, str]:
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for glyph, text in _MAPPED.findall(cmap)
    }
