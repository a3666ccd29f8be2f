"""Printers as their owners measured them: how far backs come out from where they should be."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from builder.printing.imposition import Axis
from builder.printing.paper import Paper

FURTHEST, MOST_TURNED, MOST_SCALED = 15.0, 3.0, 0.03  # mm, degrees, part of 1
NONE = "none"  # as a printer's name: without any offset


@dataclass(frozen=True, slots=True)
class Offset:
    """How the printer puts a back behind its front, as seen from the front against the light.

    `x` mm too far to the right and `y` mm too far up, turned by `rotation` degrees to the left
    (anticlockwise), and `scale` times as large; the last two around the sheet's centre.
    """

    x: float = 0.0
    y: float = 0.0
    rotation: float = 0.0
    scale: float = 1.0

    @property
    def is_nothing(self) -> bool:
        """Tell whether backs are where they should be."""
        return self == NO_OFFSET

    @property
    def is_sane(self) -> bool:
        """Tell whether a printer can be so far off, and not rather the reading."""
        return (
            abs(self.x) <= FURTHEST
            and abs(self.y) <= FURTHEST
            and abs(self.rotation) <= MOST_TURNED
            and abs(self.scale - 1) <= MOST_SCALED
        )


NO_OFFSET = Offset()


@dataclass(frozen=True, slots=True)
class Profile:
    """A printer; portrait and landscape sheets go through it differently."""

    portrait: Offset | None = None
    landscape: Offset | None = None

    def offset(self, paper: Paper) -> Offset:
        """Return the offset for a sheet; none where it was not measured."""
        return (self.portrait if paper.is_upright else self.landscape) or NO_OFFSET


@dataclass(frozen=True, slots=True)
class Printers:
    """All that a user has calibrated, and which of them is taken when none is named."""

    profiles: Mapping[str, Profile] = field(default_factory=dict)
    default: str = ""


def correction(
    offset: Offset, paper: Paper, axis: Axis
) -> tuple[float, float, float, float, float, float]:
    """Return the matrix (as of PDF's `cm`, lengths in mm, y upwards) that undoes the offset.

    `axis` is what the sheet is turned around: what is seen from the front is mirrored on the back.
    """
    x, y = (-offset.x, offset.y) if axis == "upright" else (offset.x, -offset.y)
    # On the back an anticlockwise turn is a clockwise one, and it is to be undone.
    angle = math.radians(offset.rotation)
    a, b = math.cos(angle) / offset.scale, math.sin(angle) / offset.scale
    middle_x, middle_y = paper.width / 2, paper.height / 2
    from_x, from_y = middle_x + x, middle_y + y
    return a, b, -b, a, middle_x - a * from_x + b * from_y, middle_y - b * from_x - a * from_y


def reach(offset: Offset, paper: Paper, axis: Axis) -> float:
    """Return how far, in mm, the correction moves that point of the sheet which it moves most."""
    a, b, c, d, e, f = correction(offset, paper, axis)
    corners = [(x, y) for x in (0.0, paper.width) for y in (0.0, paper.height)]
    moves = ((a * x + c * y + e - x, b * x + d * y + f - y) for x, y in corners)
    return max(max(abs(across), abs(up)) for across, up in moves)


# --- The file --------------------------------------------------------------------------------


def written(printers: Printers) -> str:
    """Return the printers as JSON text."""
    profiles = {
        name: {way: offset for way, offset in asdict(profile).items() if offset is not None}
        for name, profile in sorted(printers.profiles.items())
    }
    data = {"default": printers.default, "printers": profiles}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def read_printers(text: str) -> Printers | None:
    """Return the printers in a JSON text, or None where it is not what `written` wrote."""
    try:
        data = json.loads(text)
        profiles = {name: _profile(found) for name, found in data["printers"].items()}
        default = data.get("default", "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    sane = all(
        offset.is_sane
        for profile in profiles.values()
        for offset in (profile.portrait, profile.landscape)
        if offset
    )
    return Printers(profiles, default) if sane and default in {"", *profiles} else None


def _profile(found: Mapping[str, Mapping[str, Any]]) -> Profile:
    return Profile(**{way: _offset(offset) for way, offset in found.items()})


def _offset(found: Mapping[str, Any]) -> Offset:
    return Offset(**{key: float(number) for key, number in found.items()})
