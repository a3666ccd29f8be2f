"""Checks of whole topics and of the topics of a course: small functions that return diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.briefs import Brief, NoteBrief
from builder.diagnostics import Diagnostic, quoted, warning
from builder.model import Term, Topic
from builder.span import Span
from builder.suggest import did_you_mean
from builder.text import KIND_WORDS


def check_course(topics: Sequence[Brief], names: Sequence[str]) -> list[Diagnostic]:
    """Return what is wrong among the topics; `names` are all topics, also those with errors."""
    return [*check_duplicates(topics), *check_ids(topics), *check_links(topics, names)]


def check_topic(topic: Topic) -> list[Diagnostic]:
    """Return what is wrong in a topic as a whole."""
    return list(check_reverse(topic))


def check_duplicates(topics: Sequence[Brief]) -> Iterator[Diagnostic]:
    """The same prompt twice: an error within a topic, a warning across topics."""
    first: dict[tuple[str, ...], NoteBrief] = {}
    for topic in topics:
        here: dict[tuple[str, ...], NoteBrief] = {}
        for note in topic.notes:
            if not any(note.asked):  # it has its own diagnostic
                continue
            key = (note.kind, *note.asked)
            other, twin = first.setdefault(key, note), here.setdefault(key, note)
            if twin is not note:
                yield _twice(note, twin)
            elif other.topic != note.topic:
                message = f"this {KIND_WORDS[note.kind]} also stands in {_place(other.span)}"
                hint = "reword one, so that students can tell the cards apart"
                yield warning("note-elsewhere", message, note.span, hint)


def check_ids(topics: Sequence[Brief]) -> Iterator[Diagnostic]:
    """An id names one note of the course."""
    first: dict[str, Span] = {}
    for note in (note for topic in topics for note in topic.notes if note.id):
        other = first.setdefault(note.id, note.span)
        if other != note.span:
            message = f"the id {quoted(note.id)} is taken by {_place(other)}"
            yield Diagnostic("id-twice", message, note.id_place, "give the newer note another id")


def check_reverse(topic: Topic) -> Iterator[Diagnostic]:
    """Only terms have a reverse card."""
    for note in topic.notes:
        if note.attributes.reverse is not None and not isinstance(note, Term):
            span = note.attributes.span or note.span
            message = "only terms can have a reverse card"
            yield Diagnostic("attribute-unused", message, span, "delete reverse=…")


def check_links(topics: Sequence[Brief], names: Sequence[str]) -> Iterator[Diagnostic]:
    """A link to a topic leads to one."""
    known = set(names)
    for name, span in (link for topic in topics for link in topic.links):
        if name not in known:
            hint = did_you_mean(name, names) or "check the path, and topics in course.toml"
            yield Diagnostic("link-unknown", f"there is no topic {quoted(name)}", span, hint)


def _twice(note: NoteBrief, twin: NoteBrief) -> Diagnostic:
    what = KIND_WORDS[note.kind]
    message = f"this {what} stands here twice; the first is in line {twin.span.line}"
    return Diagnostic("note-twice", message, note.span, "delete or reword one of them")


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}"
