"""Numbers and texts as messages say them; imports nothing, for what has nothing to do."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """Return a number with its English noun: `1 card`, `1,200 cards`."""
    return f"{number:,} {thing}{'s' * (number != 1)}"


def cut(text: str, length: int) -> str:
    """Return the text in one line, cut with an ellipsis where it has more characters than that."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1] + "…"
