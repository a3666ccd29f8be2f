"""The flashcards: PDFs to print, to cut and to learn from, one a topic and one for the course."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from builder import model
from builder.diagnostics import Diagnostic, warning
from builder.outputs import Context, Output, Rendered, Slow
from builder.phrases import counted
from builder.printing.imposition import DUPLEXES, axis
from builder.printing.layout import (
    AUTO,
    FILL,
    NO_STOCK,
    Layout,
    Problem,
    layout_of,
    plan,
    settings_of,
    type_sizes,
)
from builder.printing.marks import MARKINGS
from builder.printing.paper import CARDS, PAPERS, STOCKS
from builder.printing.profiles import Profile, reach

if TYPE_CHECKING:
    from builder.printing.faces import Faces, Typeset
    from builder.printing.placing import Job, Printout


def render(context: Context) -> Rendered | None:
    """Return the flashcards of the context's one topic; None for a topic without notes."""
    typeset = typeset_topic(context)
    return finish(context, typeset) if typeset else None


def typeset_topic(context: Context) -> Typeset | None:
    """Return the cards of the context's one topic, laid out; None for a topic without notes."""
    from builder.printing import topic_cards  # it loads fonts to measure with

    return topic_cards.typeset_topic(context)


def finish(context: Context, typeset: Typeset) -> Rendered:
    """Return the flashcards of a topic whose cards are laid out; they are only placed."""
    from builder.printing.topic_cards import reports, topic_title

    printout = placed([typeset.faces], context, f"{topic_title(context)} · {_title(context)}")
    return Rendered(
        printout.files.get("", b""),
        _summary(len(typeset.faces.cards), printout),
        tuple(reports(typeset, context)),
        variants=printout.files,
        part=typeset.faces,
    )


def seen_by_typesetting(context: Context) -> Context:
    """Return the context without what only placing looks at: the printer, and how it prints."""
    card, sizes = layout_of(context.course).card, type_sizes(settings_of(context.course))
    seen = {"card": repr(card), "sizes": repr(sizes)}
    settings = {**context.course.settings, "flashcards": seen}
    course = replace(context.course, title="", author="", license="", settings=settings)
    return replace(context, course=course, printer=Profile())


def bind(context: Context, parts: Sequence[object]) -> Rendered:
    """Return the cards of several topics on as few sheets as hold them; nothing is laid out."""
    from builder.printing.faces import Faces

    decks = [part for part in parts if isinstance(part, Faces)]
    printout = placed(decks, context, _title(context))
    count = sum(len(deck.cards) for deck in decks)
    return Rendered(printout.files.get("", b""), _summary(count, printout), variants=printout.files)


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield why the flashcards can't be printed as they are asked for, or not as well."""
    layout = plan(settings_of(context.course))
    if isinstance(layout, Problem):
        yield Diagnostic("course-value", layout.message, context.course.span, layout.hint)
    elif not layout.is_one_sided:
        yield from _printer_problems(layout, context)


def _printer_problems(layout: Layout, context: Context) -> Iterator[Diagnostic]:
    paper, printer, span = layout.grid.paper, context.printer, context.course.span
    way = "portrait" if paper.is_upright else "landscape"
    if printer != Profile() and getattr(printer, way) is None:
        message = f"the printer was not calibrated for {way} sheets, so its backs are not moved"
        option = " --landscape" if way == "landscape" else ""
        hint = f"calibrate it for them: rectoverso calibrate{option}"
        yield warning("printer-uncalibrated", message, span, hint)
    moved = reach(printer.offset(paper), paper, axis(paper, layout.flip))
    margin = min(layout.grid.left, layout.grid.top)
    if moved > margin > 0:
        message = f"the printer's backs are moved by up to {moved:.1f} mm, out of the paper:"
        message += f" there are {margin:.1f} mm beside the cards"
        hint = "set a wider margin in [flashcards], or calibrate the printer again"
        yield Diagnostic("printer-offset", message, span, hint)


# --- Placing ---------------------------------------------------------------------------------


def placed(decks: Sequence[Faces], context: Context, title: str) -> Printout:
    """Return the cards of all decks on as few sheets as hold them."""
    from builder.fonts import machine_faces
    from builder.printing.placing import place

    machine_faces(context.assets.values())  # faces from the cache may be new to this process
    return place(decks, job(context, title))


def job(context: Context, title: str) -> Job:
    """Return how the course's cards are to be printed."""
    from builder.printing.pdf_file import Imprint
    from builder.printing.placing import Job, Words

    course, layout = context.course, layout_of(context.course)
    words = {key: course.labels[key] for key in ("sheet", "of", "front", "back", "scale")}
    return Job(
        layout,
        Words(course.title, **words),
        Imprint(title, course.author, course.language),
        context.printer.offset(layout.grid.paper),
    )


def _summary(count: int, printout: Printout) -> str:
    return f"{counted(count, 'card')} on {counted(printout.sheets, 'sheet')}"


def _title(context: Context) -> str:
    return context.course.title


# --- Settings --------------------------------------------------------------------------------


def _check_of(key: str, values: Mapping[str, model.Value]) -> tuple[str, str] | None:
    """Return what is wrong with a key, if it is the first that makes the layout impossible."""
    layout = plan(values)
    if isinstance(layout, Problem) and layout.key == key:
        return layout.message, layout.hint
    return None


_SETTINGS = {
    "paper": model.Setting("A4", "the size of the paper", tuple(PAPERS)),
    "card": model.Setting(FILL, f"a card's size: mm, or {', '.join(CARDS)}"),
    "grid": model.Setting(AUTO, "how many cards a sheet has, across and down"),
    "stock": model.Setting(NO_STOCK, "perforated paper", (NO_STOCK, *STOCKS)),
    "margin": model.Setting(8.0, "mm at each edge of the paper without cards"),
    "gutter": model.Setting(0.0, "mm between cards"),
    "duplex": model.Setting("long-edge", "how fronts and backs come together", DUPLEXES),
    "backs": model.Setting("in-order", "the order of separate backs", ("in-order", "reversed")),
    "marks": model.Setting("lines", "what shows where to cut", MARKINGS),
    "largest": model.Setting(11.0, "the largest size of text in pt"),
    "smallest": model.Setting(8.0, "the smallest size of text in pt"),
    "small": model.Setting(8.5, "text below this size in pt is reported"),
}

OUTPUT = Output(
    name="flashcards",
    table="flashcards",
    scope="topic",
    extension="pdf",
    render=render,
    settings={
        key: replace(setting, check=partial(_check_of, key)) for key, setting in _SETTINGS.items()
    },
    bind=bind,
    check=check,
    slow=Slow(seen_by_typesetting, typeset_topic, finish),
    is_for_printer=True,
)
