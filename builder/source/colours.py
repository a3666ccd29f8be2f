"""Colours that a course may choose: those that can be read on white paper, in greyscale as well."""

from __future__ import annotations

import re

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_LEAST_CONTRAST = 4.5  # to white; WCAG 2.1, 1.4.3


def is_colour(text: str) -> bool:
    """Tell whether a text is a colour as we write them."""
    return bool(_COLOUR.fullmatch(text))


def is_readable(colour: str) -> bool:
    """Tell whether a text is a colour that is dark enough."""
    return is_colour(colour) and _contrast(colour) >= _LEAST_CONTRAST


def _contrast(colour: str) -> float:
    """Return how much darker than white a colour is, as WCAG 2.1 reckons it."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
