"""Ways of knowing notes again, to compare: ours, and two simple ones that other programs use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from builder import model
from builder.briefs import Brief, Topics
from builder.identity.assign import Assigned, Build, assign
from builder.identity.lock import Lock
from builder.identity.messages import may_be
from builder.identity.questions import Answer, Question, decided
from builder.identity.shown import Shown
from builder.model import Asset
from builder.outputs import Context
from builder.rendering.anki_names import deck_titles
from builder.rendering.fields import digest, fields_of, note_type_digests, with_code
from builder.span import Span
from builder.text import comparable, note_answer, note_prompt
from tests.histories_reading import Named, Version


def by_lock(versions: Sequence[Version]) -> list[Named]:
    """Name the notes as a build of each version after the other does."""
    lock = Lock("history")
    found = []
    for step, version in enumerate(versions):
        assigned = assign(_build(version, 1_700_000_000 + step), lock)
        lock = assigned.lock
        found.append(
            Named(
                {span: identity.guid for span, identity in assigned.identities.items()},
                _doubts(assigned),
                frozenset(each.span for each in assigned.unsure),
                frozenset(each.span for each in assigned.recognised),
            )
        )
    return found


def by_asking(versions: Sequence[Version]) -> list[Named]:
    """Name the notes as builds with `--ask` do, for an author who answers what is true."""
    lock, labels, found = Lock("history"), dict[str, str](), list[Named]()
    for step, version in enumerate(versions):
        build = _build(version, 1_700_000_000 + step)
        assigned = decided(build, lock, assign(build, lock), partial(_truth, version, labels))
        lock = assigned.lock
        names = {span: identity.guid for span, identity in assigned.identities.items()}
        labels |= {name: version.labels[span] for span, name in names.items()}
        told = frozenset(each.span for each in assigned.recognised)
        likened = frozenset(each.span for each in assigned.unsure)
        found.append(Named(names, _doubts(assigned), likened, told))
    return found


def _truth(version: Version, labels: Mapping[str, str], question: Question) -> Answer:
    known = labels[question.known.guid]
    spans = (span for span in question.candidates if version.labels[span] == known)
    return Answer(next(spans, None))


def _doubts(assigned: Assigned) -> dict[Span, frozenset[str]]:
    doubts = {each.span: {each.before.guid} for each in assigned.unsure}
    for entry in assigned.retired:
        for span in may_be(entry, assigned):
            doubts.setdefault(span, set()).add(entry.guid)
    return {span: frozenset(names) for span, names in doubts.items()}


def by_hash(versions: Sequence[Version]) -> list[Named]:
    """Name the notes by a hash of prompt and answer."""
    return _by(versions, lambda _topic, _at, note: f"{note_prompt(note)}\n{note_answer(note)}")


def by_prompt(versions: Sequence[Version]) -> list[Named]:
    """Name the notes by a hash of the prompt."""
    return _by(versions, lambda _topic, _at, note: note_prompt(note))


def by_place(versions: Sequence[Version]) -> list[Named]:
    """Name the notes by their file and their place in it."""
    return _by(versions, lambda topic, at, _note: f"{topic.name} {at}")


def _by(
    versions: Sequence[Version], name: Callable[[model.Topic, int, model.Note], str]
) -> list[Named]:
    return [
        Named(
            {
                note.span: comparable(name(topic, at, note))
                for topic in version.topics
                for at, note in enumerate(topic.notes)
            }
        )
        for version in versions
    ]


class _AnyPicture(dict[str, Asset]):
    """Stands for the pictures of a history, which are not kept."""

    def __missing__(self, name: str) -> Asset:
        return Asset(name, b"", "image/png", 1, 1)


def _build(version: Version, now: int) -> Build:
    bare = Context(version.course, version.topics, {}, _AnyPicture())
    topics = Topics.of(version.topics)

    def render(brief: Brief) -> list[Shown]:
        topic = topics.named(brief.name)
        fields = (fields_of(note, topic, bare) for note in topic.notes)
        return [Shown.of(*pair) for pair in zip(fields, brief.notes, strict=True)]

    return Build(
        version.course.code,
        topics,
        (),
        render,
        lambda fields, code: digest(with_code(fields, code)),
        deck_titles(version.course, topics.briefs),
        note_type_digests(),
        now,
    )
