"""The width of a picture: `![alt](path "caption"){width=60%}`.

Wraps markdown-it's rule for images.  Its token's meta gets `width` in percent, or `width_error`
with the place of braces that say something else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_inline import image

from builder.source.syntax.places import placed

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_BRACES = re.compile(r"\{[ \t]*(?P<key>[A-Za-z]\w*)[^{}\n]*\}")
_WIDTH = re.compile(r"\{[ \t]*width[ \t]*=[ \t]*\"?(?P<width>\d{1,3})%\"?[ \t]*\}")

_image = placed(image)


def install(md: MarkdownIt) -> None:
    """Wrap the rule."""
    md.inline.ruler.at("image", _wide_image)


def _wide_image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    made = len(state.tokens)
    if not _image(state, silent):
        return False
    braces = _BRACES.match(state.src, state.pos, state.posMax)
    if braces:
        width = _WIDTH.fullmatch(braces[0])
        for token in state.tokens[made:]:
            if token.type == "image":
                found = {"width": int(width["width"])} if width else {"width_error": braces.span()}
                token.meta.update(found, end=braces.end())
        state.pos = braces.end()
    return True
