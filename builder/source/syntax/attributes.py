r"""Attributes at the end of a heading, a term or a fact: `{#id .tag key=value}`, as in Pandoc.

They are taken off the raw text before inlines are parsed, so that `\{#id}` and code stay text.
The raw attribute text and its place go into the inline token's `meta["attributes"]`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

_AT_END = re.compile(r"(?:(?<=\s)|^)\{(?P<inside>\s*(?:[#.]|[A-Za-z]\w*=)[^{}\n]*)\}\s*$")


def install(md: MarkdownIt) -> None:
    """Add the rule before inlines are parsed."""
    md.core.ruler.before("inline", "attributes", _take_off)


def _take_off(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline":
            continue
        found = _AT_END.search(token.content)
        if found:
            token.meta["attributes"] = (found["inside"], found.start("inside") - 1)
            token.meta["raw"] = token.content
            token.content = token.content[: found.start()].rstrip()
