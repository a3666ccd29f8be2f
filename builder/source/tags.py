"""What a tag and an id may look like, wherever they are written."""

from __future__ import annotations

import re

from builder.diagnostics import Diagnostic, quoted
from builder.span import Span

_ID = re.compile(r"[A-Za-z0-9._-]+")
# Anki's search or its tag tree reads them otherwise; and it puts tags into cards unescaped.
_SIGNS = re.compile(r"[\"'*:{}<>&]+")


def tag_problem(tag: str, span: Span) -> Diagnostic | None:
    """Report a tag that Anki would divide or misread."""
    sign = _SIGNS.search(tag)
    if any(char.isspace() for char in tag):
        what = f"the tag {quoted(tag)} holds a space"
    elif sign:
        what = f"the tag {quoted(tag)} holds {sign[0]}, which Anki reads otherwise"
    elif not tag:
        what = "this tag is empty"
    else:
        return None
    wanted = _SIGNS.sub("-", "-".join(tag.split())).strip("-") or "alliance"
    return Diagnostic("tag-invalid", what, span, f"write for example {wanted}")


def is_id(text: str) -> bool:
    """Tell whether the text may stand after `#` in `{#id}`."""
    return _ID.fullmatch(text) is not None
