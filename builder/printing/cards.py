"""Notes as cards on paper: what each front asks and what its back answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from builder import model
from builder.printing.estimate import PROMPT_LEVEL


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

    span: model.Span
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
            numbers = sorted(set(_numbers(blocks)))
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


def _card(span: model.Span, mark: str, front: model.Blocks, back: model.Blocks) -> Card:
    return Card(span, mark, (Passage(front), Passage(back)))


def _prompt(inlines: model.Inlines, span: model.Span) -> model.Blocks:
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
    """Return the blocks with the deletions of this number; all others become their text."""
    return _map_inlines(blocks, lambda inline: _only(inline, number))


def _only(inline: model.Inline, number: int) -> model.Inlines:
    match inline:
        case model.Deletion(own, children):
            return (inline,) if own == number else _each(children, number)
        case model.Styled(children) | model.Link(_, children):
            return (replace(inline, children=_each(children, number)),)
        case _:
            return (inline,)


def _each(inlines: model.Inlines, number: int) -> model.Inlines:
    return tuple(kept for inline in inlines for kept in _only(inline, number))


def _numbers(blocks: model.Blocks) -> Iterator[int]:
    found: list[int] = []

    def look(inline: model.Inline) -> model.Inlines:
        match inline:
            case model.Deletion(number):
                found.append(number)
            case model.Styled(children) | model.Link(_, children):
                for child in children:
                    look(child)
            case _:
                pass
        return (inline,)

    _map_inlines(blocks, look)
    return iter(found)


def _map_inlines(
    blocks: model.Blocks, change: Callable[[model.Inline], model.Inlines]
) -> model.Blocks:
    """Return the blocks with each outermost inline of theirs changed."""
    return tuple(_map_block(block, change) for block in blocks)


def _map_block(block: model.Block, change: Callable[[model.Inline], model.Inlines]) -> model.Block:
    match block:
        case model.Paragraph(children) | model.Heading(_, children):
            changed = tuple(kept for inline in children for kept in change(inline))
            return replace(block, children=changed)
        case model.List(items):
            changed_items = tuple(
                replace(item, children=_map_inlines(item.children, change)) for item in items
            )
            return replace(block, items=changed_items)
        case model.Quote(children):
            return replace(block, children=_map_inlines(children, change))
        case _:  # no deletions in code, tables and definition lists
            return block
