"""Footnotes: `[^1]` in a text, and `[^1]: what it says` between blocks.

The block rule is that of mdit-py-plugins; it makes `footnote_reference_open` (meta: `label`) and
its close.  Our inline rule makes `footnote` (meta: `pos`, `end`, `label`) of every mark, also of
one that nothing explains.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdit_py_plugins.footnote.index import footnote_def

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_MARK = re.compile(r"\[\^(?P<label>[^\s\[\]]+)\]")


def install(md: MarkdownIt) -> None:
    """Add both rules."""
    md.block.ruler.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph"]})
    md.inline.ruler.before("link", "footnote", _footnote)


def _footnote(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    mark = _MARK.match(state.src, state.pos, state.posMax)
    if mark is None:
        return False
    if not silent:
        token = state.push("footnote", "", 0)
        token.meta = {"pos": mark.start(), "end": mark.end(), "label": mark["label"]}
    state.pos = mark.end()
    return True
