"""Paragraphs that are too long to parse in seconds: their text is left out, and they are marked.

The inline token keeps its length in `meta["too_long"]`, so that the parser can report it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.source.read import MAX_LINE

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore


def install(md: MarkdownIt) -> None:
    """Add the rule before inlines are parsed, and before attributes are looked for."""
    md.core.ruler.before("attributes", "bounds", _leave_out)


def _leave_out(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MAX_LINE:
            token.meta["too_long"] = len(token.content)
            token.content = ""
