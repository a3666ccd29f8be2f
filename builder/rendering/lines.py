"""Where lines end: a mistake of WeasyPrint's (70.0), mended.

A text of which nothing but the space at its end has no room on a line is divided behind its first
word, where an element follows it: one word stands alone on a line, the others on the next.  The
space is left out at the end of a line, so such a text fits as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weasyprint.layout import inline
from weasyprint.text.line_break import split_first_line

_Line = tuple[Any, ...]  # its layout, its bytes, where the next one begins if there is one, sizes
_COLLAPSING = ("normal", "pre-line")  # of white-space: what leaves out spaces at the end of a line


def mend() -> None:
    """Let WeasyPrint end lines where they are full."""
    inline.split_first_line = _first_line


def _first_line(
    text: str,
    style: Mapping[str, object],
    context: object,
    width: float | None,
    spacing: float,
    **how: object,
) -> _Line:
    """Return the first line of a text, no wider than so many px, in WeasyPrint's form."""
    line: _Line = split_first_line(text, style, context, width, spacing, **how)
    if _may_be_divided_in_vain(text, style, line):
        _, _, following, *_ = split_first_line(
            text.rstrip(" "), style, context, width, spacing, **how
        )
        if following is None:
            line = split_first_line(text, style, context, None, spacing, **how)
    return line


def _may_be_divided_in_vain(text: str, style: Mapping[str, object], line: _Line) -> bool:
    """Tell whether the line has but one word, or a part of it, of several with a space at the end.

    There are few such lines, so to look at them again costs nothing.
    """
    _, length, following, *_ = line
    if following is None or not text.endswith(" ") or style["white_space"] not in _COLLAPSING:
        return False
    return b" " not in text.encode()[:length].strip() and " " in text.rstrip(" ")
