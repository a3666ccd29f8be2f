"""The nearest known name to a misspelt one, as a hint."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from builder.diagnostics import quoted

_LONGEST = 100  # characters; a longer name is no slip of the pen


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known name that is most like the given one, or the empty string."""
    if len(name) > _LONGEST:
        return ""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    found = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=cutoff)
    return by_folded[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `did you mean “x”?`, or the empty string."""
    found = nearest(name, known)
    return f"did you mean {quoted(found)}?" if found else ""
