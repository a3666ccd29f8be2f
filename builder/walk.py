"""Walking the tree of a text, in the order of the text, and building it again with changes."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, TypeVar, cast

from builder import model
from builder.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Change = Callable[[model.Inline], model.Inlines]

Node = TypeVar("Node")


def inlines_in(content: Iterable[model.Block | model.Inline]) -> Iterator[model.Inline]:
    """Yield every inline inside blocks or inlines, outer ones before what they hold."""
    for node in content:
        if isinstance(node, model.Inline):
            yield node
            if isinstance(node, model.Text):  # nearly all are, and hold nothing
                continue
        for children in _children(node):
            yield from inlines_in(children)


def figure_in(block: model.Block) -> model.Image | None:
    """Return the picture that is a paragraph's only inline."""
    match block:
        case model.Paragraph((model.Image() as image,)):
            return image
        case _:
            return None


def blocks_in(content: Iterable[model.Block]) -> Iterator[model.Block]:
    """Yield the blocks and every block inside them, outer ones first."""
    for block in content:
        yield block
        match block:
            case model.List(items):
                for item in items:
                    yield from blocks_in(item.children)
            case model.Quote(children) | model.Callout(children):
                yield from blocks_in(children)
            case model.DefinitionList(entries):
                for _, definitions in entries:
                    for definition in definitions:
                        yield from blocks_in(definition)
            case _:
                pass


def deletions_in(content: Iterable[model.Block | model.Inline]) -> Iterator[model.Deletion]:
    """Yield the deletions inside blocks or inlines, in the order of the text."""
    return (node for node in inlines_in(content) if isinstance(node, model.Deletion))


def with_deletions(node: Node, change: Callable[[model.Deletion], model.Deletion]) -> Node:
    """Return a copy of a part of the model in which each deletion is what `change` makes of it.

    It goes by the shape of the data and not by their kinds, so it holds for every kind of node.
    """
    if isinstance(node, tuple) and not isinstance(node, Span):
        return cast("Node", tuple(with_deletions(part, change) for part in node))
    if not is_dataclass(node) or isinstance(node, type):
        return node
    parts = {field.name: getattr(node, field.name) for field in fields(node)}
    changed = {name: with_deletions(part, change) for name, part in parts.items()}
    copy = replace(node, **changed)
    return cast("Node", change(copy) if isinstance(copy, model.Deletion) else copy)


def note_content(note: model.Note) -> tuple[model.Block | model.Inline, ...]:
    """Return everything that a note says."""
    match note:
        case model.Question(prompt, aids, answer):
            return (*prompt, *aids, *answer, *note.hint, *note.more)
        case model.Term(name, definitions):
            return (*name, *(block for definition in definitions for block in definition))
        case model.TitleNote(title, definition):
            return (*title, *definition)
        case model.ClozeFact(blocks):
            return blocks


def topic_inlines(topic: model.Topic) -> Iterator[model.Inline]:
    """Yield every inline of a topic."""
    yield from inlines_in(topic.title)
    yield from inlines_in(topic.definition)
    for section in topic.sections:
        yield from inlines_in(section.heading)
        match section:
            case model.Facts(_, blocks) | model.Prose(_, blocks):
                yield from inlines_in(blocks)
            case model.Questions(_, questions):
                for question in questions:
                    yield from inlines_in(note_content(question))
            case model.Terms(_, terms):
                for term in terms:
                    yield from inlines_in(note_content(term))


def _children(
    node: model.Block | model.Inline,
) -> Iterator[Iterable[model.Block | model.Inline]]:
    match node:
        case model.Paragraph(children) | model.Quote(children) | model.Styled(children):
            yield children
        case model.List(items):
            yield from (item.children for item in items)
        case model.Table(head, rows):
            yield from head
            for row in rows:
                yield from row
        case model.DefinitionList(entries):
            for name, definitions in entries:
                yield name
                yield from definitions
        case model.Callout(children, _, title):
            yield title
            yield children
        case model.Footnote(paragraphs):
            yield from paragraphs
        case model.Image(_, _, _, caption):
            yield caption
        case model.Heading(_, children) | model.Link(_, children) | model.Deletion(_, children):
            yield children


# --- Building again --------------------------------------------------------------------------


def changed_blocks(content: Iterable[model.Block], change: Change) -> model.Blocks:
    """Return the blocks with each inline replaced by what `change` makes of it.

    Inner inlines come first, so an outer one is changed with its new children.
    """
    return tuple(_changed_block(block, change) for block in content)


def changed_inlines(content: Iterable[model.Inline], change: Change) -> model.Inlines:
    """Return the inlines, each replaced by what `change` makes of it, inner ones first."""
    return tuple(kept for each in content for kept in change(_changed_inside(each, change)))


def _changed_block(block: model.Block, change: Change) -> model.Block:
    match block:
        case model.Paragraph(children) | model.Heading(_, children):
            return replace(block, children=changed_inlines(children, change))
        case model.List(items):
            made = (replace(i, children=changed_blocks(i.children, change)) for i in items)
            return replace(block, items=tuple(made))
        case model.Quote(children):
            return replace(block, children=changed_blocks(children, change))
        case model.Callout(children, _, title):
            title = changed_inlines(title, change)
            return replace(block, children=changed_blocks(children, change), title=title)
        case model.Table(head, rows):
            head, *body = (_changed_row(row, change) for row in (head, *rows))
            return replace(block, head=head, rows=tuple(body))
        case model.DefinitionList(entries):
            return replace(block, entries=tuple(_changed_entry(*e, change) for e in entries))
        case model.CodeBlock() | model.Rule():
            return block


def _changed_row(row: tuple[model.Inlines, ...], change: Change) -> tuple[model.Inlines, ...]:
    return tuple(changed_inlines(cell, change) for cell in row)


def _changed_entry(
    name: model.Inlines, definitions: tuple[model.Blocks, ...], change: Change
) -> tuple[model.Inlines, tuple[model.Blocks, ...]]:
    described = tuple(changed_blocks(definition, change) for definition in definitions)
    return changed_inlines(name, change), described


def _changed_inside(inline: model.Inline, change: Change) -> model.Inline:
    match inline:
        case model.Styled(children) | model.Link(_, children) | model.Deletion(_, children):
            return replace(inline, children=changed_inlines(children, change))
        case model.Footnote(paragraphs):
            made = tuple(changed_inlines(paragraph, change) for paragraph in paragraphs)
            return replace(inline, paragraphs=made)
        case model.Image(_, _, _, caption):
            return replace(inline, caption=changed_inlines(caption, change))
        case _:
            return inline
