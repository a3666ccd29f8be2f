"""A parsed topic as readable text, for golden cases: one line a block, one line a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from builder import model
from builder.diagnostics import Diagnostic, ordered
from builder.span import Span


def dump(topic: model.Topic | None, problems: Iterable[Diagnostic], text: str) -> str:
    """Return the diagnostics, each with the text that its caret points at, and the topic."""
    lines = [_problem(found, text) for found in ordered(problems)]
    if topic:
        lines += _topic(topic)
    return "".join(f"{line}\n" for line in lines)


def covered(span: Span, text: str) -> str:
    """Return the text that a span covers; the end of its first line stands for all others."""
    if not span.line:
        return ""
    line = text.split("\n")[span.line - 1]
    return line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]


def _problem(found: Diagnostic, text: str) -> str:
    place = f"{found.span.line}:{found.span.column}"
    return f"{found.severity} {place} {found.code} ‹{covered(found.span, text)}›"


def _topic(topic: model.Topic) -> Iterator[str]:
    tags = "".join(f" .{tag}" for tag in topic.tags)
    yield f"title: {_inlines(topic.title)}{tags}"
    yield from _blocks(topic.definition, 1)
    for section in topic.sections:
        yield f"{type(section).__name__.lower()}: {_inlines(section.heading)}"
        match section:
            case model.Facts(_, blocks) | model.Prose(_, blocks):
                yield from _blocks(blocks, 1)
            case model.Questions(_, questions):
                for question in questions:
                    yield from _question(question)
            case model.Terms(_, terms):
                for term in terms:
                    yield from _term(term)
    for note in topic.notes:
        yield f"note {note.span.line}:{note.span.column} {model.note_kind(note)}{_attributes(note)}"


def _attributes(note: model.Note) -> str:
    of = note.attributes
    words = [f"#{of.id}" if of.id else "", *(f".{tag}" for tag in of.tags)]
    words.append("" if of.reverse is None else f"reverse={'yes' if of.reverse else 'no'}")
    return "".join(f" {word}" for word in words if word)


def _question(question: model.Question) -> Iterator[str]:
    yield f"  question: {_inlines(question.prompt)}"
    yield from _blocks(question.aids, 2)
    yield "  answer:"
    yield from _blocks(question.answer, 2)
    for name, blocks in (("hint", question.hint), ("more", question.more)):
        if blocks:
            yield f"  {name}:"
            yield from _blocks(blocks, 2)


def _term(term: model.Term) -> Iterator[str]:
    yield f"  term: {_inlines(term.name)}"
    for definition in term.definitions:
        yield "  definition:"
        yield from _blocks(definition, 2)


def _blocks(blocks: Iterable[model.Block], depth: int) -> Iterator[str]:
    for block in blocks:
        yield from (f"{'  ' * depth}{line}" for line in _block(block))


def _block(block: model.Block) -> Iterator[str]:
    match block:
        case model.Paragraph(children):
            yield f"paragraph: {_inlines(children)}"
        case model.Heading(level, children):
            yield f"heading {level}: {_inlines(children)}"
        case model.List():
            yield from _list(block)
        case model.Quote(children):
            yield "quote"
            yield from _blocks(children, 1)
        case model.Callout(children, kind, title):
            yield f"{kind}: {_inlines(title)}"
            yield from _blocks(children, 1)
        case model.CodeBlock(text, language):
            yield f"code{f' {language}' if language else ''}: {text!r}"
        case model.Table(head, rows, aligns):
            yield f"table {' '.join(align or '-' for align in aligns)}"
            yield from (f"  {' | '.join(map(_inlines, row))}" for row in (head, *rows))
        case model.DefinitionList():
            yield from _definition_list(block)
        case model.Rule():
            yield "rule"


def _list(block: model.List) -> Iterator[str]:
    start = "" if block.start is None else f" from {block.start}"
    yield f"{'tight' if block.tight else 'loose'} list{start}"
    for item in block.items:
        yield "  item"
        yield from _blocks(item.children, 2)


def _definition_list(block: model.DefinitionList) -> Iterator[str]:
    yield "definition list"
    for name, definitions in block.entries:
        yield f"  name: {_inlines(name)}"
        for definition in definitions:
            yield "  definition"
            yield from _blocks(definition, 2)


def _inlines(inlines: Iterable[model.Inline]) -> str:
    return "".join(map(_inline, inlines))


def _inline(inline: model.Inline) -> str:
    match inline:
        case model.Text(text):
            return text
        case model.Code(text):
            return f"<code {text}>"
        case model.Styled(children):
            name = "em" if isinstance(inline, model.Emphasis) else type(inline).__name__.lower()
            return f"<{name} {_inlines(children)}>"
        case model.Link(href, children, _, topic, title):
            where = f"topic {topic}" if topic else href
            return f"<link {where}{f' ({title})' if title else ''}: {_inlines(children)}>"
        case model.Image(asset, alt, _, caption, width):
            size = f" {width}%" if width else ""
            return f"<image {asset}{size}{f' ({_inlines(caption)})' if caption else ''}: {alt}>"
        case model.Audio(asset, alt):
            return f"<audio {asset}: {alt}>"
        case model.Maths(tex, display):
            return f"<{'display' if display else 'maths'} {tex}>"
        case model.Footnote(paragraphs):
            return f"<footnote {' / '.join(map(_inlines, paragraphs))}>"
        case model.Break(hard):
            return "<br>" if hard else "<nl>"
        case model.Deletion(number, children, hint):
            return f"<{number}: {_inlines(children)}{f' :: {hint}' if hint else ''}>"
