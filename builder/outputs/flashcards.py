"""The flashcards: one PDF a topic, fronts and backs on alternating pages, to print and to cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from builder import model
from builder.diagnostics import Diagnostic, warning
from builder.outputs import Context, Output, Rendered
from builder.printing.cards import Card, cards
from builder.printing.estimate import POINTS_PER_PIXEL, Estimator
from builder.printing.fitting import Fitted, Piece, fit
from builder.printing.imposition import Grid, Sheet, sheets
from builder.printing.paper import PAPERS
from builder.printing.typesetting import Face, Page, Typesetter, box_of
from builder.text import counted, inlines_text
from builder.walk import inlines_in

if TYPE_CHECKING:
    from weasyprint.document import Document

COLUMNS, ROWS = 2, 4
SAFE_MARGIN = 8.0  # mm; printers leave 4 to 5 mm unprinted


@dataclass(frozen=True, slots=True)
class _Printed:
    """What is cut out of the paper: a card, or a part of one, with the line at its foot."""

    card: int
    code: str
    part: str
    front: Piece
    back: Piece


def render(context: Context) -> Rendered | None:
    """Return the flashcards of the context's one topic; None for a topic without notes."""
    (topic,) = context.topics
    made = cards(topic.notes, reverse=context.course.reverse_terms)
    if not made:
        return None
    fitted, document = _typeset(made, context, _typesetter(context))
    count = sum(_parts(card) for card in fitted)
    return Rendered(
        document.write_pdf(finisher=_ask_for_full_size),
        f"{counted(count, 'card')} on {counted(len(document.pages) // 2, 'sheet')}",
        tuple(_split_warnings(made, fitted, context)),
    )


def _typesetter(context: Context) -> Typesetter:
    paper = PAPERS[str(context.course.settings["flashcards"]["paper"])]
    grid = Grid(paper, COLUMNS, ROWS, SAFE_MARGIN)
    pictures = {
        asset.name: (asset.width * POINTS_PER_PIXEL, asset.height * POINTS_PER_PIXEL)
        for asset in context.assets.values()
    }
    head = {
        "title": _title(context),
        "author": context.course.author,
        "language": context.course.language,
    }
    return Typesetter(grid, Estimator(box_of(grid), pictures), context.assets, head)


def _typeset(
    made: Sequence[Card], context: Context, typesetter: Typesetter
) -> tuple[list[tuple[Fitted, ...]], Document]:
    """Lay the cards out so that nothing overflows, which the last layout proves.

    Estimates are trusted until that shows them to be wrong; then those cards are measured.
    """
    passages = [card.passages for card in made]
    distrusted: set[int] = set()
    while True:
        fitted = fit(passages, typesetter.estimator, typesetter.measure, distrusted)
        pages = list(_pages(list(_printed(made, fitted, context)), context, typesetter.grid))
        document = typesetter.lay_out(pages)
        misfits = typesetter.misfits(document, pages)
        if not misfits:
            return fitted, document
        if misfits <= distrusted:
            raise AssertionError("what fits alone doesn't fit on its sheet")
        distrusted |= misfits


def _printed(
    made: Sequence[Card], fitted: Sequence[tuple[Fitted, ...]], context: Context
) -> Iterator[_Printed]:
    """Yield the cards' parts; a side of one part stands on all of them."""
    for number, (card, texts) in enumerate(zip(made, fitted, strict=True)):
        code = " · ".join(filter(None, (context.code(card.span), card.mark)))
        front, back = texts[0].showing(0), texts[-1].showing(-1)
        count = _parts(texts)
        for index in range(count):
            part = f"({index + 1}/{count})" if count > 1 else ""
            faces = (front[min(index, len(front) - 1)], back[min(index, len(back) - 1)])
            yield _Printed(number, code, part, *faces)


def _parts(texts: tuple[Fitted, ...]) -> int:
    return max(text.parts for text in texts)


def _pages(printed: Sequence[_Printed], context: Context, grid: Grid) -> Iterator[Page]:
    made = sheets(len(printed), grid)
    for sheet in made:
        yield _page(printed, sheet, len(made), context, is_front=True)
        yield _page(printed, sheet, len(made), context, is_front=False)


def _page(
    printed: Sequence[_Printed], sheet: Sheet, count: int, context: Context, *, is_front: bool
) -> Page:
    labels, topic = context.course.labels, _topic_title(context)
    faces = tuple(
        Face(each.front if is_front else each.back, cell, each.card, each.code, each.part, topic)
        for cell, index in enumerate(sheet.recto if is_front else sheet.verso)
        if index is not None
        for each in (printed[index],)
    )
    side = labels["front" if is_front else "back"]
    mark = f"{labels['sheet']} {sheet.number} {labels['of']} {count} · {side}"
    return Page(faces, is_front, f"{context.course.title} · {topic}", mark)


def _topic_title(context: Context) -> str:
    return " ".join(inlines_text(context.topics[0].title).split())


def _title(context: Context) -> str:
    return f"{_topic_title(context)} · {context.course.title}"


def _split_warnings(
    made: Sequence[Card], fitted: Sequence[tuple[Fitted, ...]], context: Context
) -> Iterator[Diagnostic]:
    for card, texts in zip(made, fitted, strict=True):
        for side, text in zip(_sides(texts), texts, strict=True):
            if text.parts > 1:
                yield warning(
                    "card-split",
                    f"the {side} of {context.code(card.span)} is too long for one flashcard,"
                    f" so it goes over {text.parts}",
                    card.span,
                    _hint(text),
                )


def _hint(text: Fitted) -> str:
    holds_picture = any(isinstance(each, model.Image) for each in inlines_in(text.passage.blocks))
    if holds_picture:
        return "make several notes of it"
    return f"shorten it by about {text.excess} characters, or make several notes of it"


def _sides(texts: tuple[Fitted, ...]) -> tuple[str, ...]:
    return ("front", "back") if len(texts) > 1 else ("text",)


def _ask_for_full_size(_document: Document, pdf: Any) -> None:  # noqa: ANN401  # pydyf has no types
    """Ask the print dialog for 100 % and for a flip on the long edge (PDF 1.7, table 150)."""
    import pydyf  # type: ignore[import-untyped]

    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary(
        {"PrintScaling": "/None", "Duplex": "/DuplexFlipLongEdge"}
    )


OUTPUT = Output(
    name="flashcards",
    table="flashcards",
    scope="topic",
    extension="pdf",
    render=render,
    settings={"paper": model.Setting("A4", "the size of the paper", ("A4", "Letter"))},
)
