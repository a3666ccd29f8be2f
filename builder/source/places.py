"""From offsets in an inline's text to lines and columns of its file."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from builder.span import Span

_HEADING = re.compile(r"[ \t]*#+")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text as the parser sees it, with its path as people see it."""

    path: str
    lines: tuple[str, ...]

    def line_span(self, start: int, end: int, column: int | None = None) -> Span:
        """Return the span of the lines `start` to `end` (0-based, exclusive).

        It begins at `column` (0-based), by default behind the first line's indent, and ends with
        the last line that is not blank.
        """
        last = max(start, end - 1)
        while last > start and not self.line(last).strip():
            last -= 1
        first = self.line(start)
        begin = len(first) - len(first.lstrip()) if column is None else column
        last_column = max(len(self.line(last).rstrip()), begin if last == start else 0)
        return Span(self.path, start + 1, begin + 1, last + 1, last_column + 1)

    def line(self, index: int) -> str:
        """Return a line (0-based); the one after the last is empty."""
        return self.lines[index] if 0 <= index < len(self.lines) else ""


@dataclass(frozen=True, slots=True)
class Placed:
    r"""An inline's text, and where its lines stand in the file.

    `offsets` are those at which its lines begin; `starts` gives the line and column (0-based) in
    the file for each.  A column can be below zero where Markdown made spaces of a tab.  In a table
    cell each `|` was written `\|`.
    """

    source: Source
    content: str
    offsets: tuple[int, ...]
    starts: tuple[tuple[int, int], ...]
    is_cell: bool = False

    def span(self, start: int, end: int) -> Span:
        """Return the span of the text between two offsets."""
        line, column = self._at(start)
        end_line, end_column = self._at(end)
        return Span(self.source.path, line + 1, column + 1, end_line + 1, end_column + 1)

    def whole(self) -> Span:
        """Return the span of all of it."""
        return self.span(0, len(self.content))

    def _at(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self.offsets, offset) - 1
        line, column = self.starts[index]
        if self.is_cell:
            column += self.content.count("|", 0, offset)
        return line, max(0, column + offset - self.offsets[index])


def placed(source: Source, content: str, first_line: int) -> Placed:
    """Find each line of an inline's text in the source lines from `first_line` (0-based) on.

    Markdown takes indents and quote marks off a line's start and never rewrites the rest, so a
    line of the text is a tail of its source line.
    """
    lines = content.split("\n")
    # It also takes off lines that hold no-break spaces only.
    while lines[0].strip() not in source.line(first_line) and first_line < len(source.lines):
        first_line += 1
    offsets = accumulate((len(line) + 1 for line in lines[:-1]), initial=0)
    starts = (
        (first_line + index, _column(source.line(first_line + index), line))
        for index, line in enumerate(lines)
    )
    return Placed(source, content, tuple(offsets), tuple(starts))


def placed_lines(source: Source, text: str, first_line: int) -> Placed:
    """Return the place of whole lines of the file, from `first_line` (0-based) on."""
    lines = text.split("\n")
    offsets = accumulate((len(line) + 1 for line in lines[:-1]), initial=0)
    starts = tuple((first_line + index, 0) for index in range(len(lines)))
    return Placed(source, text, tuple(offsets), starts)


def placed_heading(source: Source, content: str, line: int) -> Placed:
    """Find a heading's text, which may be followed by more `#`."""
    marks = _HEADING.match(source.line(line))
    column = source.line(line).find(content, marks.end() if marks else 0)
    return Placed(source, content, (0,), ((line, max(column, 0)),))


def placed_cell(source: Source, content: str, line: int, column: int) -> Placed:
    """Return the place of a table cell's text, which begins at a known column (0-based)."""
    return Placed(source, content, (0,), ((line, column),), is_cell=True)


def _column(source_line: str, content_line: str) -> int:
    """Return the column (0-based) at which a line's content begins, less what is its indent."""
    wanted = content_line.strip()
    indent = len(content_line) - len(content_line.lstrip())
    tail = source_line.rstrip()
    column = len(tail) - len(wanted) if tail.endswith(wanted) else source_line.find(wanted)
    return column - indent
