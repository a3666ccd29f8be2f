"""Walking the tree of a text: every inline of blocks, in the order of the text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, TypeVar, cast

from builder import model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Node = TypeVar("Node")


def inlines_in(content: Iterable[model.Block | model.Inline]) -> Iterator[model.Inline]:
    """Yield every inline inside blocks or inlines, outer ones before what they hold."""
    for node in content:
        if isinstance(node, model.Inline):
            yield node
        for children in _children(node):
            yield from inlines_in(children)


def deletions_in(content: Iterable[model.Block | model.Inline]) -> Iterator[model.Deletion]:
    """Yield the deletions inside blocks or inlines, in the order of the text."""
    return (node for node in inlines_in(content) if isinstance(node, model.Deletion))


def with_deletions(node: Node, change: Callable[[model.Deletion], model.Deletion]) -> Node:
    """Return a copy of a part of the model in which each deletion is what `change` makes of it.

    It goes by the shape of the data and not by their kinds, so it holds for every kind of node.
    """
    if isinstance(node, tuple):
        return cast("Node", tuple(with_deletions(part, change) for part in node))
    if not is_dataclass(node) or isinstance(node, model.Span | type):
        return node
    parts = {field.name: getattr(node, field.name) for field in fields(node)}
    changed = {name: with_deletions(part, change) for name, part in parts.items()}
    copy = replace(node, **changed)
    return cast("Node", change(copy) if isinstance(copy, model.Deletion) else copy)


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
                    yield from inlines_in((*question.prompt, *question.aids, *question.answer))
            case model.Terms(_, terms):
                for term in terms:
                    yield from inlines_in(term.name)
                    for definition in term.definitions:
                        yield from inlines_in(definition)


def _children(
    node: model.Block | model.Inline,
) -> Iterator[Iterable[model.Block | model.Inline]]:
    match node:
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
        case model.Paragraph(children) | model.Quote(children) | model.Styled(children):
            yield children
        case model.Heading(_, children) | model.Link(_, children) | model.Deletion(_, children):
            yield children
