"""From one topic's text to a `Topic`, with everything that is wrong in it.

The top level of the Markdown is read section by section:

    # title              once, before all else
    definition           the blocks before the first section
    ## section           facts, questions, terms (by the course's names for them), or prose
    ### prompt           in the questions: one question each, divided from its aids by ---
    Name / : definition  in the terms: one term each
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace

from builder import model
from builder.diagnostics import Diagnostic, has_errors
from builder.scripts import han_in
from builder.source.blocks import BlockParser, Headline, Part
from builder.source.footnotes import read_footnotes, report_unused
from builder.source.front_matter import read_front_matter
from builder.source.inlines import InlineParser
from builder.source.places import Source
from builder.source.read import check_size
from builder.source.sections import SectionParser
from builder.source.syntax import markdown
from builder.span import Span

TITLE, SECTION = 1, 2  # the levels of headings


@dataclass(frozen=True, slots=True)
class Parsed:
    """A topic, or None where it can't be used, and what was found in its text.

    `draft` is the topic as far as it could be read, so that what else is wrong can be found.
    """

    topic: model.Topic | None
    diagnostics: tuple[Diagnostic, ...]
    draft: model.Topic | None = None


def parse_topic(text: str, name: str, path: str, course: model.Course) -> Parsed:
    """Parse a topic's text; `name` is its path inside the course without `.md`."""
    if not text.strip():
        hint = "write at least # and the topic's title"
        empty = Diagnostic("file-empty", "this file is empty", Span(path), hint)
        return Parsed(None, (empty,))
    if too_large := check_size(text, path):
        return Parsed(None, tuple(too_large))
    source = Source(path, tuple(text.split("\n")))
    front, problems = read_front_matter(source.lines, path)
    if has_errors(problems) and not front.end:
        return Parsed(None, tuple(problems))
    inline = InlineParser(posixpath.dirname(name), problems)
    blocks = BlockParser(source, inline, labels=course.labels)
    body = "\n".join(("",) * front.end + source.lines[front.end :])
    tokens = markdown().parse(body, {})
    footnotes = read_footnotes(blocks, tokens)
    parts = blocks.parts(tokens)
    topic = _topic(parts, SectionParser(blocks, course), name, front.tags)
    if topic:
        topic = replace(topic, han=course.han or han_in(text))
    blocks.unused_definitions()
    report_unused(blocks, footnotes)
    return Parsed(None if has_errors(problems) else topic, tuple(problems), topic)


def _topic(
    parts: list[Part], parser: SectionParser, name: str, tags: tuple[str, ...]
) -> model.Topic | None:
    title, rest = _title(parts, parser)
    first, *chunks = _chunks(rest)
    definition = parser.prose(first[1], headings=())
    sections = tuple(parser.section(head, inside) for head, inside in chunks if head)
    if title is None:
        return None
    notes = tuple(parser.title_note(title, definition)) + tuple(parser.notes(definition, sections))
    parser.unused_attributes(notes)
    return model.Topic(name, title.children, definition, sections, notes, tags, title.span)


def _title(parts: list[Part], parser: SectionParser) -> tuple[Headline | None, list[Part]]:
    """Return the one title, and all the other parts."""
    titles = [part for part in parts if isinstance(part, Headline) and part.level == TITLE]
    rest = [part for part in parts if not (isinstance(part, Headline) and part.level == TITLE)]
    if not titles:
        _no_title(parts, parser)
        return None, rest
    title, *more = titles
    if not title.children:
        parser.report("title-missing", "this title is empty", title.span, "write it after the #")
    if parts[0] is not title:
        hint = "move it below the title"
        parser.report("text-before-title", "text stands before the title", parts[0].span, hint)
    for extra in more:
        hint = f"write ## for a section; the first title is in line {title.span.line}"
        parser.report("title-twice", "this topic has another title", extra.span, hint)
    parser.no_deletions(title.children, "a title")
    parser.blocks.inline.no_footnotes(title.children, "a title")
    return title, rest


def _no_title(parts: list[Part], parser: SectionParser) -> None:
    source = parser.blocks.source
    span = parts[0].span if parts else Span(source.path)
    almost = source.line(span.line - 1).lstrip().startswith("#")
    missing = isinstance(parts[0], model.Paragraph) if parts else False
    hint = "begin the file with #, a space and the topic's title"
    if almost and missing:
        hint = "put a space between # and the title"
    parser.report("title-missing", "this topic has no title", span, hint)


def _chunks(parts: Sequence[Part]) -> list[tuple[Headline | None, list[Part]]]:
    """Divide the parts at the section headings; the first chunk has none."""
    chunks: list[tuple[Headline | None, list[Part]]] = [(None, [])]
    for part in parts:
        if isinstance(part, Headline) and part.level == SECTION:
            chunks.append((part, []))
        else:
            chunks[-1][1].append(part)
    return chunks
