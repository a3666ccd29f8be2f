"""Pictures: `![alt](path "caption"){width=60%}`.

Wraps markdown-it's rule for images.  Its token's meta gets `width` in percent, or `width_error`
with the place of braces that say something else; and `caption`, the tokens of the words in quotes.
These have their places in the text in which the picture stands, or, where the address is defined
elsewhere, in the lines of the file from `caption_line` (0-based) on, which are `caption_text`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.common.utils import unescapeAll
from markdown_it.rules_inline import StateInline, image
from markdown_it.token import Token

from builder.source.syntax.places import placed

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

_BRACES = re.compile(r"\{[ \t]*(?P<key>[A-Za-z]\w*)[^{}\n]*\}")
_WIDTH = re.compile(r"\{[ \t]*width[ \t]*=[ \t]*\"?(?P<width>\d{1,3})%\"?[ \t]*\}")
# At the end of a picture or of a definition.
_TITLE = re.compile(
    r"""\s(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|\(((?:\\.|[^()\\])*)\))\s*\)?\s*$""", re.DOTALL
)

_image = placed(image)


def install(md: MarkdownIt) -> None:
    """Wrap the rule, and keep the lines in which addresses are defined."""
    md.inline.ruler.at("image", _captioned_image)
    md.core.ruler.before("inline", "lines", _keep_lines)


def _keep_lines(state: StateCore) -> None:
    state.env.update(lines=state.src.split("\n"), captions={})


def _captioned_image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as markdown-it has it
    made = len(state.tokens)
    if not _image(state, silent):
        return False
    tokens = [token for token in state.tokens[made:] if token.type == "image"]
    for token in tokens:
        if "title" in token.attrs and "in_caption" not in state.env:
            _add_caption(state, token)
    braces = _BRACES.match(state.src, state.pos, state.posMax)
    if braces:
        width = _WIDTH.fullmatch(braces[0])
        for token in tokens:
            found = {"width": int(width["width"])} if width else {"width_error": braces.span()}
            token.meta.update(found, end=braces.end())
        state.pos = braces.end()
    return True


def _add_caption(state: StateInline, token: Token) -> None:
    title = str(token.attrs["title"])
    if "label" not in token.meta:
        text = state.src[: state.pos]
        token.meta["caption"] = _tokens(state, text, token.meta["pos"], title)
        return
    first, end = state.env["references"][token.meta["label"]]["map"]
    text = "\n".join(state.env["lines"][first:end])
    known = state.env["captions"]
    if first not in known:  # many pictures can share a long one
        known[first] = _tokens(state, text, 0, title)
    token.meta.update(caption=known[first], caption_text=text, caption_line=first)


def _tokens(state: StateInline, text: str, start: int, title: str) -> list[Token]:
    """Return the tokens of a title at a text's end; where it isn't found again, its words.

    A picture in it, which is a mistake, has no caption: it could be its own.
    """
    found = _TITLE.search(text, start)
    if not found or _unindented(unescapeAll(found[found.lastindex or 0])) != _unindented(title):
        return [Token("text", "", 0, content=title)]
    inner = StateInline(text, state.md, {**state.env, "in_caption": True}, [])
    inner.pos, inner.posMax = found.span(found.lastindex or 0)
    state.md.inline.tokenize(inner)
    for rule in state.md.inline.ruler2.getRules(""):
        rule(inner)
    return inner.tokens


def _unindented(text: str) -> str:
    return re.sub(r"\n\s*", "\n", text)
