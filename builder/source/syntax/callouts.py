"""Call-outs: `::: note` or `::: note A title`, blocks, and `:::` on a line of its own.

A block rule.  It makes `callout_open` (meta: `name`, `closed`; its title, if any, is an inline
token) and `callout_close` around the blocks, or `callout_stray` for a `:::` that closes nothing.
They can stand inside one another: each `:::` closes the one that was opened last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

_COLONS = re.compile(r":{3,}[ \t]*(?P<name>[^\s:]*)[ \t]*(?P<title>.*)")
_FENCE = re.compile(r"(?P<mark>`{3,}|~{3,})")


def install(md: MarkdownIt) -> None:
    """Add the rule; it ends a paragraph."""
    ends = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", "callout", _callout, {"alt": ends})


def _callout(state: StateBlock, first: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    opening = _COLONS.fullmatch(_line(state, first))
    if opening is None or state.is_code_block(first):
        return False
    if silent:
        return True
    if not opening["name"]:
        token = state.push("callout_stray", "", 0)
        token.map = [first, first + 1]
        state.line = first + 1
        return True
    last, is_closed = _last_line(state, first, end)
    token = state.push("callout_open", "div", 1)
    token.map = [first, last + is_closed]
    token.meta = {"name": opening["name"], "closed": is_closed}
    if opening["title"]:
        title = state.push("inline", "", 0)
        title.content, title.map, title.children = opening["title"].strip(), [first, first + 1], []
    _tokenize(state, first + 1, last)
    state.push("callout_close", "div", -1)
    state.line = last + is_closed
    return True


def _tokenize(state: StateBlock, first: int, last: int) -> None:
    before = state.parentType, state.lineMax
    # A name that no rule knows: what a line would end in lists and quotations doesn't count here.
    state.parentType, state.lineMax = "callout", last
    state.md.block.tokenize(state, first, last)
    state.parentType, state.lineMax = before


def _last_line(state: StateBlock, first: int, end: int) -> tuple[int, bool]:
    """Return the line behind the call-out's text, and whether it closes the call-out."""
    depth, fence = 1, ""
    for line in range(first + 1, end):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return line, False
        text = _line(state, line)
        code = _FENCE.match(text)
        if code and not fence:
            fence = code["mark"]
        elif fence:
            fence = "" if text.startswith(fence) and not text.strip(fence[0]).strip() else fence
        elif colons := _COLONS.fullmatch(text):
            depth += 1 if colons["name"] else -1
            if not depth:
                return line, True
    return end, False


def _line(state: StateBlock, line: int) -> str:
    """Return a line as it stands in its container, without indent and space at its end."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
