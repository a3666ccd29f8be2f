"""`check --print`: every card laid out, and what it will be on paper told; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from builder.build.courses import check_courses
from builder.build.identify import Demands, context_of, identify
from builder.build.shelf import KeptShelf, open_shelf
from builder.diagnostics import Diagnostic, has_errors
from builder.outputs import Context, flashcards
from builder.printing import topic_cards
from builder.printing.faces import Typeset
from builder.printing.layout import layout_of
from builder.printing.preflight import Preflight, Side, coverage, scaled_pictures
from builder.rendering import NotRenderedError
from builder.source.load import Library


@dataclass(frozen=True, slots=True)
class Checked:
    """What was read, and for each course that can be printed what its cards will be."""

    library: Library
    printed: tuple[Preflight, ...]


def check_print(content: Path) -> Checked:
    """Read, check and lay out everything; writes nothing."""
    with open_shelf(content) as shelf:
        return _checked(content, shelf)


def _checked(content: Path, shelf: KeptShelf) -> Checked:
    library = check_courses(content, shelf)
    found: list[Diagnostic] = []
    printed: list[Preflight] = []
    for loaded in library.courses:
        identified = identify(loaded, Demands(), library.folders, shelf)
        if identified.assigned is None:
            continue
        context = context_of(loaded, identified.assigned)
        problems = list(flashcards.check(context))
        found += problems
        if not has_errors(problems):
            try:
                preflight, reports = _laid_out(context)
            except NotRenderedError as error:
                found.append(error.diagnostic)
                continue
            printed.append(preflight)
            found += reports
    return Checked(replace(library, diagnostics=(*library.diagnostics, *found)), tuple(printed))


def _laid_out(context: Context) -> tuple[Preflight, list[Diagnostic]]:
    from builder.printing.ink import ink  # noqa: PLC0415  # it needs pikepdf

    reports: list[Diagnostic] = []
    sides: list[Side] = []
    areas: list[float] = []
    decks = []
    for topic in context.topics:
        own = replace(context, topics=(topic,))
        typeset = topic_cards.typeset_topic(own)
        if typeset:
            decks.append(typeset.faces)
            reports += topic_cards.reports(typeset, own)
            reports += scaled_pictures(typeset, topic_cards.typesetter(own).estimator)
            sides += _sides(typeset, own)
            inked = ink(typeset.faces)
            areas += [inked[face] for card in typeset.faces.cards for face in card.faces]
    printout = flashcards.placed(decks, context, context.course.title)
    layout = layout_of(context.course)
    preflight = Preflight(
        context.course.name,
        layout,
        sum(len(deck.cards) for deck in decks),
        printout.sheets,
        tuple(sides),
        printout.fonts,
        coverage(areas, layout, printout.sheets),
    )
    return preflight, reports


def _sides(typeset: Typeset, context: Context) -> list[Side]:
    return [
        Side(context.code(card.span), side, text.size, text.parts, card.span)
        for card, side, text in typeset.sides()
    ]
