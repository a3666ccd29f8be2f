r"""Maths in TeX: `$x^2$` in a line, `$$x^2$$` on lines of its own.

An inline rule makes `maths` (meta: `pos`, `end`, `tex`, `display`) or `maths_error` (meta: `pos`,
`end`, `code`); a block rule keeps lines between `$$` and `$$` from being read as lists or quotes.

A `$` opens if no space or punctuation follows it, and no letter or digit stands before it (unless
a command follows).  The next one closes if no space stands before it and no digit follows.  So
prices are text: `$5 and $10`, `US$5`, `$5–$10`.  Nothing in maths is other syntax; `\$` is only a
sign.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

    from builder.diagnostics import Code

_INSIDE = re.compile(r"(?:\\.|[^\\$])*", re.DOTALL)
_INSIDE_LINES = re.compile(r"(?:\\.|\$(?!\$)|[^\\$])*", re.DOTALL)
_BEHIND_PRICE = re.compile(r"\s|[,;:!?)\]]|\.(?!\d)|$")
_PRICE = re.compile(r"\$\d[\d.,]*(?![\\^_{])")
# Two prices, of which the second has its sign behind it: `$5 and 10$`.
_WORDS = re.compile(r"\d[^\\]*\s[^\W\d_]{2,}\s[^\\]*")


def install(md: MarkdownIt) -> None:
    """Add both rules."""
    md.inline.ruler.after("escape", "maths", _maths)
    ends = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", "maths_lines", _lines, {"alt": ends})


def _maths(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    start = state.pos
    if state.src[start] != "$":
        return False
    is_display = state.src.startswith("$$", start)
    end, code = _display_end(state) if is_display else _end(state)
    if end < 0 and not code:
        return False
    if not silent:
        marks = 2 if is_display else 1
        token = state.push("maths_error" if code else "maths", "", 0)
        token.meta = {"pos": start, "end": end if end > 0 else start + marks, "code": code}
        token.meta |= {"tex": state.src[start + marks : end - marks], "display": is_display}
    state.pos = end if end > 0 else state.posMax
    return True


def _display_end(state: StateInline) -> tuple[int, Code | None]:
    """Return where `$$` closes, or what is wrong."""
    inside = _INSIDE_LINES.match(state.src, state.pos + 2, state.posMax)
    end = inside.end() if inside else state.posMax
    if not state.src.startswith("$$", end) or end + 2 > state.posMax:
        return -1, "maths-unclosed"
    return end + 2, None


def _end(state: StateInline) -> tuple[int, Code | None]:
    """Return where `$` closes, or -1 where it is text, or what is wrong."""
    src, start = state.src, state.pos
    before = src[start - 1] if start else " "
    is_command = src.startswith("\\", start + 1)
    if _BEHIND_PRICE.match(src, start + 1) or (before.isalnum() and not is_command):
        return -1, None
    inside = _INSIDE.match(src, start + 1, state.posMax)
    end = inside.end() if inside else state.posMax
    closes = end < state.posMax and not src[end - 1].isspace()
    if closes and not src[end + 1 : end + 2].isdigit():
        return end + 1, "maths-doubtful" if _WORDS.fullmatch(src, start + 1, end) else None
    return -1, None if _PRICE.match(src, start) else "maths-unclosed"


def _lines(state: StateBlock, first: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Take the lines from an open `$$` to the one that closes it as a paragraph."""
    start = state.bMarks[first] + state.tShift[first]
    opening = state.src[start : state.eMarks[first]]
    if state.is_code_block(first) or not opening.startswith("$$") or "$$" in opening[2:]:
        return False
    last = first + 1
    while last < end and "$$" not in state.src[state.bMarks[last] : state.eMarks[last]]:
        if state.sCount[last] < state.blkIndent and not state.isEmpty(last):
            return False
        last += 1
    if last >= end:
        return False
    if silent:
        return True
    state.line = last + 1
    token = state.push("paragraph_open", "p", 1)
    token.map = [first, state.line]
    token = state.push("inline", "", 0)
    token.content = state.getLines(first, state.line, state.blkIndent, keepLastLF=False).strip()
    token.map = [first, state.line]
    token.children = []
    state.push("paragraph_close", "p", -1)
    return True
