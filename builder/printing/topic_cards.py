"""The cards of a topic: fitted, laid out, and what should be looked at in them.

This takes long, and most builds and checks do without it; so it is imported when cards are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from builder import model
from builder.diagnostics import Diagnostic, quoted, warning
from builder.printing.cards import Card, cards
from builder.printing.estimate import POINTS_PER_PIXEL, Estimator
from builder.printing.faces import Faces, Printed, Typeset
from builder.printing.fitting import TOLERANCE, Fitted, MisfitError, Piece, characters_beyond, fit
from builder.printing.insets import box_of
from builder.printing.layout import layout_of, settings_of, type_sizes
from builder.printing.typesetting import Typesetter
from builder.rendering import NotRenderedError
from builder.rendering.typefaces import typefaces
from builder.span import Span
from builder.text import inlines_text
from builder.walk import inlines_in

if TYPE_CHECKING:
    from builder.outputs import Context


def topic_title(context: Context) -> str:
    """Return the title of the context's one topic, in one line."""
    return " ".join(inlines_text(context.topics[0].title).split())


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
    span = Span(f"{folder}/templates/flashcards.css")
    message = f"with this style, the cards of {quoted(topic_title(context))} can't be made to fit"
    hint = "choose smaller distances, and select nothing by where it stands among the cards"
    return Diagnostic("template-broken", message, span, hint)


def typesetter(context: Context) -> Typesetter:
    """Return what sets the cards of the context's one topic."""
    card = layout_of(context.course).card
    pictures = {
        asset.name: (asset.width * POINTS_PER_PIXEL, asset.height * POINTS_PER_PIXEL)
        for asset in context.assets.values()
    }
    return Typesetter(
        card,
        Estimator(box_of(card), pictures, typefaces(context.course, context.assets)),
        context.assets,
        context.course.language,
        type_sizes(settings_of(context.course)),
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
    topic = topic_title(context)
    for card, pairs in zip(made, sides, strict=True):
        code = " · ".join(filter(None, (context.code(card.span), card.mark)))
        for index, (front, back) in enumerate(pairs, start=1):
            part = f"({index}/{len(pairs)})" if len(pairs) > 1 else ""
            yield Printed(numbers[front], numbers[back], code, part, topic)


def reports(typeset: Typeset, context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each side that is divided, or set smaller than the course wants."""
    small = float(settings_of(context.course)["small"])
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
