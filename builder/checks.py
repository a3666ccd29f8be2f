"""Checks of whole topics and of the topics of a course: small functions that return diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder import model
from builder.diagnostics import Diagnostic, quoted, warning
from builder.model import Topic
from builder.suggest import did_you_mean
from builder.text import KIND_WORDS, comparable, note_prompt
from builder.walk import inlines_in, topic_inlines


def check_course(topics: Sequence[Topic], names: Sequence[str]) -> list[Diagnostic]:
    """Return what is wrong among the topics; `names` are all topics, also those with errors."""
    found = [diagnostic for check in CHECKS for diagnostic in check(topics)]
    return found + list(check_links(topics, names))


def check_duplicates(topics: Sequence[Topic]) -> Iterator[Diagnostic]:
    """The same prompt twice: an error within a topic, a warning across topics."""
    first: dict[tuple[str, ...], tuple[Topic, model.Note]] = {}
    for topic in topics:
        here: dict[tuple[str, ...], model.Note] = {}
        for note in topic.notes:
            key = _asked(note)
            if not any(key[1:]):  # it has its own diagnostic
                continue
            before, other = first.setdefault(key, (topic, note))
            twin = here.setdefault(key, note)
            if twin is not note:
                yield _twice(note, twin)
            elif before is not topic:
                what = KIND_WORDS[key[0]]
                message = f"this {what} also stands in {_place(other.span)}"
                hint = "reword one, so that students can tell the cards apart"
                yield warning("note-elsewhere", message, note.span, hint)


def check_ids(topics: Sequence[Topic]) -> Iterator[Diagnostic]:
    """An id names one note of the course."""
    first: dict[str, model.Span] = {}
    for topic in topics:
        for note in topic.notes:
            name = note.attributes.id
            other = first.setdefault(name, note.span) if name else note.span
            if other != note.span:
                message = f"the id {quoted(name)} is taken by {_place(other)}"
                hint = "give the newer note another id"
                yield Diagnostic("id-twice", message, note.attributes.span or note.span, hint)


def check_reverse(topics: Sequence[Topic]) -> Iterator[Diagnostic]:
    """Only terms have a reverse card."""
    for topic in topics:
        for note in topic.notes:
            if note.attributes.reverse is not None and not isinstance(note, model.Term):
                span = note.attributes.span or note.span
                message = "only terms can have a reverse card"
                yield Diagnostic("attribute-unused", message, span, "delete reverse=…")


def check_links(topics: Sequence[Topic], names: Sequence[str]) -> Iterator[Diagnostic]:
    """A link to a topic leads to one."""
    known = set(names)
    for topic in topics:
        for inline in topic_inlines(topic):
            if isinstance(inline, model.Link) and inline.topic and inline.topic not in known:
                message = f"there is no topic {quoted(inline.topic)}"
                hint = (
                    did_you_mean(inline.topic, names) or "check the path, and topics in course.toml"
                )
                yield Diagnostic("link-unknown", message, inline.span, hint)


CHECKS = (check_duplicates, check_ids, check_reverse)


def _asked(note: model.Note) -> tuple[str, ...]:
    """Return what makes two notes ask the same: kind, words and pictures."""
    match note:
        case model.Question(prompt, aids):
            asked: tuple[model.Block | model.Inline, ...] = (*prompt, *aids)
        case model.Term(prompt) | model.TitleNote(prompt):
            asked = prompt
        case model.ClozeFact(blocks):
            asked = blocks
    pictures = (
        each.asset for each in inlines_in(asked) if isinstance(each, model.Image | model.Audio)
    )
    return model.note_kind(note), comparable(note_prompt(note)), *pictures


def _twice(note: model.Note, twin: model.Note) -> Diagnostic:
    what = KIND_WORDS[model.note_kind(note)]
    message = f"this {what} stands here twice; the first is in line {twin.span.line}"
    return Diagnostic("note-twice", message, note.span, "delete or reword one of them")


def _place(span: model.Span) -> str:
    return f"{span.path}:{span.line}"
