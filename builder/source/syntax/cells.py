"""Where a table's cells stand: keeps each cell's column in the meta of its row.

`tr_open.meta["cells"]` has the column (0-based, in the source line) at which each written cell
begins.  There are more than the table has columns where a row is too long: markdown-it drops these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_block import table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

_DIVIDER = re.compile(r"(?<!\\)\|")


def install(md: MarkdownIt) -> None:
    """Wrap the rule; it keeps its place among those that end a paragraph."""
    md.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    made = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    for token in state.tokens[made:]:
        if token.type == "tr_open" and token.map:
            token.meta["cells"] = _cells(state, token.map[0])
    return True


def _cells(state: StateBlock, line: int) -> list[int]:
    """Return the columns of a row's cells, divided as markdown-it does."""
    first, last = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    text = state.src[first:last].strip()
    start = state.src.index(text, first) - state.src.rfind("\n", 0, first) - 1
    begins = [0, *(found.end() for found in _DIVIDER.finditer(text))]
    ends = [*(found.start() for found in _DIVIDER.finditer(text)), len(text)]
    cells = list(zip(begins, ends, strict=True))
    cells = cells[1:] if cells[0] == (0, 0) else cells
    cells = cells[:-1] if cells and cells[-1][0] == cells[-1][1] else cells
    return [start + begin + _indent(text[begin:end]) for begin, end in cells]


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
