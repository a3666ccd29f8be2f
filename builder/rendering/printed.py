"""What all outputs on paper show alike, and what Anki shows otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from markupsafe import Markup

if TYPE_CHECKING:
    from builder import model


def printed_maths(maths: model.Maths) -> Markup:
    """Return an expression as a picture for print, on the line that its text stands on."""
    from builder.maths import set_formula  # noqa: PLC0415 - it loads MathJax

    formula = set_formula(maths.tex, is_display=maths.display)
    kind = "display" if maths.display else "inline"
    image = Markup(
        '<img class="maths" src="maths:{}:{}" alt="{}"'
        ' style="width: {:.3f}em; vertical-align: {:.3f}em">'
    ).format(kind, quote(maths.tex, safe=""), maths.tex, formula.width, -formula.depth)
    return Markup('<span class="display">{}</span>').format(image) if maths.display else image


def printed_audio(audio: model.Audio) -> Markup:
    """Return what stands for a sound on paper."""
    return Markup('<span class="audio">♪\N{NO-BREAK SPACE}{}</span>').format(audio.alt)


def short_address(href: str) -> str:
    """Return a web address as people type it: without its scheme, its signs as they are."""
    bare = re.sub(r"^(?:https?://|mailto:)", "", href, flags=re.IGNORECASE)
    readable = unquote(bare)
    is_safe = readable.isprintable() and not any(sign.isspace() for sign in readable)
    return (readable if is_safe else bare).removesuffix("/")
