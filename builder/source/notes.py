"""The notes in running text: cloze facts, and the numbers of their deletions."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from builder import model
from builder.walk import deletions_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from builder.span import Span


def numbered(content: model.Blocks) -> model.Blocks:
    """Give the deletions of each note their numbers: those written, else the smallest left free.

    A list's outermost items and a paragraph outside lists are notes; all else is passed through.
    """
    return tuple(_numbered_block(block) for block in content)


def _numbered_block(block: model.Block) -> model.Block:
    match block:
        case model.Paragraph(children):
            return replace(block, children=_renumber(children, _free_numbers((block,))))
        case model.List(items):
            return replace(block, items=tuple(_numbered_item(item) for item in items))
        case model.Quote(children) | model.Callout(children):
            return replace(block, children=numbered(children))
        case model.DefinitionList(entries):
            described = tuple((name, tuple(map(numbered, parts))) for name, parts in entries)
            return replace(block, entries=described)
    return block


def _numbered_item(item: model.Item) -> model.Item:
    return replace(item, children=_renumber_blocks(item.children, _free_numbers(item.children)))


def _free_numbers(content: model.Blocks) -> Iterator[int]:
    taken = {deletion.number for deletion in deletions_in(content)}
    return (number for number in count(1) if number not in taken)


def _renumber_blocks(content: model.Blocks, free: Iterator[int]) -> model.Blocks:
    return tuple(_renumber_block(block, free) for block in content)


def _renumber_block(block: model.Block, free: Iterator[int]) -> model.Block:
    match block:
        case model.Paragraph(children):
            return replace(block, children=_renumber(children, free))
        case model.Quote(children) | model.Callout(children):
            return replace(block, children=_renumber_blocks(children, free))
        case model.List(items):
            renumbered = (
                replace(item, children=_renumber_blocks(item.children, free)) for item in items
            )
            return replace(block, items=tuple(renumbered))
        case model.DefinitionList(entries):
            described = tuple(
                (name, tuple(_renumber_blocks(part, free) for part in parts))
                for name, parts in entries
            )
            return replace(block, entries=described)
    return block


def _renumber(content: model.Inlines, free: Iterator[int]) -> model.Inlines:
    return tuple(_renumber_inline(inline, free) for inline in content)


def _renumber_inline(inline: model.Inline, free: Iterator[int]) -> model.Inline:
    match inline:
        case model.Deletion(number, children):
            fixed = inline.fixed or bool(number)
            return replace(inline, number=number or next(free), fixed=fixed, children=children)
        case model.Styled(children) | model.Link(_, children):
            return replace(inline, children=_renumber(children, free))
    return inline


def cloze_facts(
    content: model.Blocks, attributes: Mapping[Span, model.Attributes]
) -> Iterator[model.ClozeFact]:
    """Yield the notes in running text: outermost list items and paragraphs with a deletion."""
    for block in content:
        match block:
            case model.Paragraph(_, span) if any(deletions_in((block,))):
                yield model.ClozeFact((block,), attributes.get(span, model.Attributes()), span)
            case model.List(items):
                for item in items:
                    if any(deletions_in(item.children)):
                        found = attributes.get(item.span, model.Attributes())
                        yield model.ClozeFact(item.children, found, item.span)
            case model.Quote(children) | model.Callout(children):
                yield from cloze_facts(children, attributes)
            case model.DefinitionList(entries):
                for _, definitions in entries:
                    for definition in definitions:
                        yield from cloze_facts(definition, attributes)
