"""Notes as cards on paper: what each front asks and what its back answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from builder import model
from builder.printing.estimate import PROMPT_LEVEL
from builder.span import Span
from builder.walk import changed_blocks, deletions_in

_SPACE = model.Text("\N{NO-BREAK SPACE}")
_LINE_END = model.Break(hard=True)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that is set at one size and cut at the same places wherever it stands.

    It has one showing for each face it stands on: whether the deletions in it are asked there.
    """

    blocks: model.Blocks
    showings: tuple[bool, ...] = (False,)


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a note.  `mark` tells a note's several cards apart; it is empty for an only one.

    `passages` are the front's and the back's, or one that stands on both: a cloze, which keeps its
    place and its size when the card is turned over.
    """

    span: Span
    mark: str
    passages: tuple[Passage, ...]


def cards(notes: Iterable[model.Note], *, reverse: bool) -> tuple[Card, ...]:
    """Return the cards of the notes in order; `reverse` is for terms that don't say themselves."""
    return tuple(card for note in notes for card in _cards(note, reverse))


def _cards(note: model.Note, reverse: bool) -> Iterator[Card]:  # noqa: FBT001
    match note:
        case model.Question(prompt, aids, answer, _, span):
            yield _card(span, "", (*_prompt(prompt, span), *aids), answer)
        case model.TitleNote(title, definition, _, span):
            yield _card(span, "", _prompt(title, span), definition)
        case model.Term():
            yield from _term(note, reverse)
        case model.ClozeFact(blocks, _, span):
            numbers = sorted({deletion.number for deletion in deletions_in(blocks)})
            for number in numbers:
                mark = str(number) if len(numbers) > 1 else ""
                yield Card(span, mark, (Passage(asked(blocks, number), (True, False)),))


def _term(term: model.Term, reverse: bool) -> Iterator[Card]:  # noqa: FBT001
    name, meaning = _prompt(term.name, term.span), _meaning(term)
    if term.attributes.reverse is not None:
        reverse = term.attributes.reverse
    yield _card(term.span, "1" if reverse else "", name, meaning)
    if reverse:
        yield _card(term.span, "2", meaning, name)


def _card(span: Span, mark: str, front: model.Blocks, back: model.Blocks) -> Card:
    front, back = _with_footnotes(front, back)
    return Card(span, mark, (Passage(front), Passage(back)))


def _prompt(inlines: model.Inlines, span: Span) -> model.Blocks:
    return (model.Heading(PROMPT_LEVEL, inlines, span),)


def _meaning(term: model.Term) -> model.Blocks:
    """Return the definition's blocks; several definitions as a numbered list."""
    if len(term.definitions) == 1:
        return term.definitions[0]
    items = tuple(model.Item(blocks, term.span) for blocks in term.definitions)
    is_tight = all(len(blocks) == 1 for blocks in term.definitions)
    return (model.List(items, 1, is_tight, term.span),)


# --- Cloze deletions -------------------------------------------------------------------------


def asked(blocks: model.Blocks, number: int) -> model.Blocks:
    """Return the blocks with the deletions of this number; all others become their text.

    Footnotes are left out: they would stand on the front as well, and could tell what is asked.
    """

    def change(inline: model.Inline) -> model.Inlines:
        match inline:
            case model.Deletion(own, children) if own != number:
                return children
            case model.Footnote():
                return ()
            case _:
                return (inline,)

    return changed_blocks(blocks, change)


# --- Footnotes -------------------------------------------------------------------------------


def _with_footnotes(front: model.Blocks, back: model.Blocks) -> tuple[model.Blocks, model.Blocks]:
    """Return the sides with numbers for footnotes, and what these say at the end of the back."""
    footnotes: dict[tuple[model.Inlines, ...], model.Footnote] = {}

    def change(inline: model.Inline) -> model.Inlines:
        if not isinstance(inline, model.Footnote):
            return (inline,)
        footnotes.setdefault(inline.paragraphs, inline)
        number = 1 + list(footnotes).index(inline.paragraphs)
        return (_raised(f",{number}" if inline.follows else str(number)),)

    front, back = changed_blocks(front, change), changed_blocks(back, change)
    below = (_below(*numbered) for numbered in enumerate(footnotes.values(), 1))
    return front, (*back, *below)


def _below(number: int, footnote: model.Footnote) -> model.Paragraph:
    lines = chain.from_iterable((_LINE_END, *paragraph) for paragraph in footnote.paragraphs)
    return model.Paragraph((_raised(str(number)), _SPACE, *islice(lines, 1, None)), footnote.span)


def _raised(text: str) -> model.Superscript:
    return model.Superscript((model.Text(text),))
