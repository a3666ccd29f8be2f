"""What a course's cards will be on paper, before they are printed: figures, as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder import model
from builder.diagnostics import Diagnostic
from builder.phrases import counted
from builder.printing.estimate import PICTURE, Box, Estimator
from builder.printing.faces import Typeset
from builder.printing.layout import Layout
from builder.printing.paper import POINTS_PER_MM
from builder.span import Span
from builder.walk import inlines_in

LIGHT = 5.0  # per cent of the paper; a page of a book has as much


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a card: its code, front or back, size in pt, parts, and where it is written."""

    code: str
    side: str
    size: float
    parts: int
    span: Span


@dataclass(frozen=True, slots=True)
class Preflight:
    """A course's cards on paper; `ink` is in per cent of the paper, and None without any cards."""

    course: str
    layout: Layout
    cards: int
    sheets: int
    sides: tuple[Side, ...]
    fonts: tuple[str, ...]
    ink: float

    @property
    def sizes(self) -> Mapping[float, int]:
        """Return how many sides are set in each size in pt, the largest first."""
        return dict(sorted(Counter(side.size for side in self.sides).items(), reverse=True))

    @property
    def smallest(self) -> Side | None:
        """Return the side with the smallest text, the first of several."""
        return min(self.sides, key=lambda side: side.size, default=None)

    @property
    def split(self) -> tuple[Side, ...]:
        """Return the sides that go over several cards."""
        return tuple(side for side in self.sides if side.parts > 1)


def scaled_pictures(typeset: Typeset, estimator: Estimator) -> Iterator[Diagnostic]:
    """Yield each picture that is larger than its card, and how large it is printed."""
    for _, side, text in typeset.sides():
        for image in inlines_in(text.passage.blocks):
            if isinstance(image, model.Image) and image.asset in estimator.pictures:
                width, height = estimator.pictures[image.asset]
                scale = _scale(width, height, estimator.box)
                if scale < 1:
                    message = f"the picture is larger than the {side} of its card"
                    message += f": it is printed at {100 * scale:.0f} % of its size, "
                    message += f"{_mm(width * scale)} × {_mm(height * scale)} mm"
                    hint = "look whether what it shows can still be seen"
                    yield Diagnostic("card-picture", message, image.span, hint, "info")


def _scale(width: float, height: float, box: Box) -> float:
    return min(1.0, box.width / width, PICTURE * box.height / height)


def _mm(points: float) -> str:
    return f"{points / POINTS_PER_MM:.0f}"


# --- As text ---------------------------------------------------------------------------------


def as_text(found: Preflight) -> str:
    """Return the figures as people read them."""
    grid, paper = found.layout.grid, found.layout.grid.paper
    way = "portrait" if paper.is_upright else "landscape"
    card = f"{found.layout.card.width:.4g} × {found.layout.card.height:.4g} mm"
    lines = [
        f"{found.course}: {counted(found.cards, 'card')} on {counted(found.sheets, 'sheet')}",
        f"  sheets  {paper.name} in {way}, {grid.columns} × {grid.rows}, {found.layout.duplex}",
        f"  cards   {card}",
        f"  sizes   {_sizes(found.sizes)}",
    ]
    if smallest := found.smallest:
        lines.append(f"  least   {smallest.size:g} pt: {_named(smallest)}")
    lines.append(f"  split   {'; '.join(map(_divided, found.split)) or 'none'}")
    weight = "light" if found.ink <= LIGHT else "heavy"
    lines.append(f"  ink     about {found.ink:.1f} % of the paper: {weight}")
    lines.append(f"  fonts   {', '.join(found.fonts)}")
    return "\n".join(lines)


def _sizes(sizes: Mapping[float, int]) -> str:
    return ", ".join(f"{size:g} pt ({count})" for size, count in sizes.items()) or "none"


def _named(side: Side) -> str:
    return f"{side.side} of {side.code}, {side.span.path}:{side.span.line}"


def _divided(side: Side) -> str:
    return f"{_named(side)}, over {side.parts} cards"


# --- As data ---------------------------------------------------------------------------------


def as_data(found: Preflight) -> dict[str, object]:
    """Return the figures for JSON; lengths are in mm, sizes in pt, ink in per cent."""
    grid, paper = found.layout.grid, found.layout.grid.paper
    smallest = found.smallest
    return {
        "course": found.course,
        "cards": found.cards,
        "sheets": found.sheets,
        "paper": paper.name,
        "orientation": "portrait" if paper.is_upright else "landscape",
        "columns": grid.columns,
        "rows": grid.rows,
        "duplex": found.layout.duplex,
        "card": [round(found.layout.card.width, 2), round(found.layout.card.height, 2)],
        "sizes": {f"{size:g}": count for size, count in found.sizes.items()},
        "smallest": _side_data(smallest) if smallest else None,
        "split": [_side_data(side) for side in found.split],
        "ink": round(found.ink, 2),
        "ink_light": found.ink <= LIGHT,
        "fonts": list(found.fonts),
    }


def _side_data(side: Side) -> dict[str, object]:
    return {
        "code": side.code,
        "side": side.side,
        "size": side.size,
        "parts": side.parts,
        "path": side.span.path,
        "line": side.span.line,
    }


def coverage(areas: Sequence[float], layout: Layout, sheets: int) -> float:
    """Return the per cent of the paper that inked areas in square pt cover."""
    paper, sides = layout.grid.paper, 1 if layout.is_one_sided else 2
    whole = paper.width * paper.height * POINTS_PER_MM**2 * sheets * sides
    return 100 * sum(areas) / whole if whole else 0.0
