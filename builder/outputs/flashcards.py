"""The flashcards: PDFs to print, to cut and to learn from, one a topic and one for the course."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from builder import model
from builder.diagnostics import Diagnostic, quoted, warning
from builder.fonts import machine_faces
from builder.outputs import Context, Output, Rendered, Slow
from builder.printing.cards import Card, cards
from builder.printing.estimate import POINTS_PER_PIXEL, Estimator
from builder.printing.faces import Faces, Printed, Typeset
from builder.printing.fitting import TOLERANCE, Fitted, MisfitError, Piece, characters_beyond, fit
from builder.printing.imposition import DUPLEXES, axis
from builder.printing.insets import box_of
from builder.printing.layout import AUTO, FILL, NO_STOCK, Layout, Problem, plan, type_sizes
from builder.printing.marks import MARKINGS
from builder.printing.paper import CARDS, PAPERS, STOCKS
from builder.printing.profiles import Profile, reach
from builder.printing.typesetting import Typesetter
from builder.rendering import NotRenderedError
from builder.rendering.typefaces import typefaces
from builder.text import counted, inlines_text
from builder.walk import inlines_in

if TYPE_CHECKING:
    from builder.printing.placing import Job, Printout


def render(context: Context) -> Rendered | None:
    """Return the flashcards of the context's one topic; None for a topic without notes."""
    typeset = typeset_topic(context)
    return finish(context, typeset) if typeset else None


def finish(context: Context, typeset: Typeset) -> Rendered:
    """Return the flashcards of a topic whose cards are laid out; they are only placed."""
    printout = placed([typeset.faces], context, f"{_topic_title(context)} · {_title(context)}")
    return Rendered(
        printout.files.get("", b""),
        _summary(len(typeset.faces.cards), printout),
        tuple(reports(typeset, context)),
        variants=printout.files,
        part=typeset.faces,
    )


def seen_by_typesetting(context: Context) -> Context:
    """Return the context without what only placing looks at: the printer, and how it prints."""
    sizes = {"card": repr(layout_of(context).card), "sizes": repr(type_sizes(_settings(context)))}
    settings = {**context.course.settings, "flashcards": sizes}
    course = replace(context.course, title="", author="", license="", settings=settings)
    return replace(context, course=course, printer=Profile())


def bind(context: Context, parts: Sequence[object]) -> Rendered:
    """Return the cards of several topics on as few sheets as hold them; nothing is laid out."""
    decks = [part for part in parts if isinstance(part, Faces)]
    printout = placed(decks, context, _title(context))
    count = sum(len(deck.cards) for deck in decks)
    return Rendered(printout.files.get("", b""), _summary(count, printout), variants=printout.files)


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield why the flashcards can't be printed as they are asked for, or not as well."""
    layout = plan(_settings(context))
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


# --- Typesetting -----------------------------------------------------------------------------


def typeset_topic(context: Context) -> Typeset | None:
    """Return the cards of the context's one topic, laid out; None for a topic without notes."""
    (topic,) = context.topics
    made = cards(topic.notes, reverse=context.course.reverse_terms)
    setter = typesetter(context)
    try:
        return _typeset(made, context, setter) if made else None
    except MisfitError as error:
        if not setter.style:
            raise
        raise NotRenderedError(_misfit(context)) from error


def _misfit(context: Context) -> Diagnostic:
    folder = context.course.span.path.rpartition("/")[0]
    span = model.Span(f"{folder}/templates/flashcards.css")
    message = f"with this style, the cards of {quoted(_topic_title(context))} can't be made to fit"
    hint = "choose smaller distances, and select nothing by where it stands among the cards"
    return Diagnostic("template-broken", message, span, hint)


def typesetter(context: Context) -> Typesetter:
    """Return what sets the cards of the context's one topic."""
    card = layout_of(context).card
    pictures = {
        asset.name: (asset.width * POINTS_PER_PIXEL, asset.height * POINTS_PER_PIXEL)
        for asset in context.assets.values()
    }
    return Typesetter(
        card,
        Estimator(box_of(card), pictures, typefaces(context.course, context.assets)),
        context.assets,
        context.course.language,
        type_sizes(_settings(context)),
        context.course.templates.get("flashcards.css", ""),
        context.topics[0].han,
    )


def _typeset(made: tuple[Card, ...], context: Context, setter: Typesetter) -> Typeset:
    """Lay the cards out so that nothing overflows, which the last layout proves.

    Estimates are trusted until that shows them to be wrong; then those cards are measured.  They
    know nothing of a course's own style.
    """
    passages = [card.passages for card in made]
    room = setter.estimator.box.height + 2 * TOLERANCE
    distrusted = set(range(len(made))) if setter.style else set[int]()
    while True:
        fitted = tuple(fit(passages, setter.estimator, setter.measure, distrusted, setter.sizes))
        sides = [_sides(texts) for texts in fitted]
        pieces = list(dict.fromkeys(piece for side in sides for pair in side for piece in pair))
        galleys = list(setter.galleys(pieces))
        heights = [height for galley in galleys for height in galley.heights]
        high = {piece for piece, height in zip(pieces, heights, strict=True) if height > room}
        misfits = {
            number
            for number, side in enumerate(sides)
            if not high.isdisjoint(piece for pair in side for piece in pair)
        }
        if not misfits:
            break
        if misfits <= distrusted:
            raise MisfitError("what fits alone doesn't fit beside others")
        distrusted |= misfits
    numbers = {piece: number for number, piece in enumerate(pieces)}
    printed = tuple(_printed(made, sides, numbers, context))
    data = tuple(galley.pdf() for galley in galleys)
    return Typeset(made, fitted, Faces(setter.card, data, tuple(heights), printed))


def _sides(texts: tuple[Fitted, ...]) -> list[tuple[Piece, Piece]]:
    """Return front and back of each part of a card; a side of one part stands on all of them."""
    front, back = texts[0].showing(0), texts[-1].showing(-1)
    return [
        (front[min(index, len(front) - 1)], back[min(index, len(back) - 1)])
        for index in range(max(text.parts for text in texts))
    ]


def _printed(
    made: Sequence[Card],
    sides: Sequence[Sequence[tuple[Piece, Piece]]],
    numbers: Mapping[Piece, int],
    context: Context,
) -> Iterator[Printed]:
    topic = _topic_title(context)
    for card, pairs in zip(made, sides, strict=True):
        code = " · ".join(filter(None, (context.code(card.span), card.mark)))
        for index, (front, back) in enumerate(pairs, start=1):
            part = f"({index}/{len(pairs)})" if len(pairs) > 1 else ""
            yield Printed(numbers[front], numbers[back], code, part, topic)


# --- Placing ---------------------------------------------------------------------------------


def placed(decks: Sequence[Faces], context: Context, title: str) -> Printout:
    from builder.printing.placing import place

    machine_faces(context.assets.values())  # faces from the cache may be new to this process
    return place(decks, job(context, title))


def job(context: Context, title: str) -> Job:
    """Return how the course's cards are to be printed."""
    from builder.printing.pdf_file import Imprint
    from builder.printing.placing import Job, Words

    course, layout = context.course, layout_of(context)
    words = {key: course.labels[key] for key in ("sheet", "of", "front", "back", "scale")}
    return Job(
        layout,
        Words(course.title, **words),
        Imprint(title, course.author, course.language),
        context.printer.offset(layout.grid.paper),
    )


def _summary(count: int, printout: Printout) -> str:
    return f"{counted(count, 'card')} on {counted(printout.sheets, 'sheet')}"


def _settings(context: Context) -> Mapping[str, model.Value]:
    return context.course.settings["flashcards"]


def layout_of(context: Context) -> Layout:
    """Return the course's layout, which `check` has found to be possible."""
    layout = plan(_settings(context))
    assert isinstance(layout, Layout), layout  # noqa: S101  # `check` lets no problem through
    return layout


def _topic_title(context: Context) -> str:
    return " ".join(inlines_text(context.topics[0].title).split())


def _title(context: Context) -> str:
    return context.course.title


# --- What should be looked at ----------------------------------------------------------------


def reports(typeset: Typeset, context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each side that is divided, or set smaller than the course wants."""
    small = float(_settings(context)["small"])
    estimator = typesetter(context).estimator
    for card, side, text in typeset.sides():
        what = f"the {side} of {context.code(card.span)}"
        if text.parts > 1:
            message = f"{what} is too long for one flashcard, so it goes over {text.parts}"
            message += f", in {text.size:g} pt"
            yield warning("card-split", message, card.span, _hint(text, text.excess, ""))
        elif text.size < small:
            excess = characters_beyond(text, estimator, small)
            message = f"{what} is set in {text.size:g} pt, to fit on its flashcard"
            hint = _hint(text, max(10, excess), f" for {small:g} pt")
            if estimator.breaks_words(text.passage.blocks, small):
                hint = "give its table fewer columns, or shorter words"
            yield warning("card-small", message, card.span, hint)


def _hint(text: Fitted, excess: int, aim: str) -> str:
    holds_picture = any(isinstance(each, model.Image) for each in inlines_in(text.passage.blocks))
    if holds_picture:
        return "make several notes of it"
    return f"shorten it by about {excess} characters{aim}, or make several notes of it"


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
