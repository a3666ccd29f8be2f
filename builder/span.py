"""A place in a source; a module of its own, for what looks at nothing else of the model."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A place in a source file; lines and columns count from 1, the end column is exclusive.

    `path` is the path as it is shown to people.  `line` 0 means the file as a whole.  A named
    tuple, because a course has tens of thousands, which are compared and read again quickly so.
    """

    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
