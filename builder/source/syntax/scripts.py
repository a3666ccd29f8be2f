"""Sub- and superscripts: `H~2~O`, `10^22^`, as in Pandoc.

An inline rule.  What is raised or lowered holds no white space, so that `~5 km` and `2^x` stay
text; it may hold other inlines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_NAMES = {"~": "sub", "^": "sup"}
_SPACE = re.compile(r"\s")


def install(md: MarkdownIt) -> None:
    """Add the rule behind strikethrough, which begins with two of the same sign."""
    md.inline.ruler.after("strikethrough", "scripts", _scripts)


def _scripts(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    start = state.pos
    name = _NAMES.get(state.src[start])
    end = _end(state, start) if name else -1
    if end < 0:
        return False
    if name and not silent:
        state.push(f"{name}_open", name, 1)
        before = state.posMax
        state.pos, state.posMax = start + 1, end
        state.md.inline.tokenize(state)
        state.posMax = before
        state.push(f"{name}_close", name, -1)
    state.pos = end + 1
    return True


def _end(state: StateInline, start: int) -> int:
    """Return where the closing sign stands, or -1; leaves the state alone."""
    mark = state.src[start]
    if state.src.find(mark, start + 1, state.posMax) <= start + 1:
        return -1
    state.pos = start + 1
    while state.pos < state.posMax and state.src[state.pos] != mark:
        state.md.inline.skipToken(state)
    end, state.pos = state.pos, start
    # Two signs are those of strikethrough.
    is_double = state.src.startswith(mark, end + 1)
    if end >= state.posMax or is_double or _SPACE.search(state.src, start, end):
        return -1
    return end
