"""What a course must know of all its topics, so that few of them have to be read as a whole.

A build reads the briefs of a thousand topics and the text of the one that was edited.  So they are
named tuples of plain values, which are read ten times as fast as dataclasses.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, overload

from builder import model
from builder.span import Span
from builder.text import comparable, inlines_text, note_prompt
from builder.walk import deletions_in, inlines_in, topic_inlines, with_deletions


class NoteBrief(NamedTuple):
    """What must be known of a note among others: who it is, and what it asks.

    `asked` is the same for two notes that ask the same; `id_place` is where its id was written.
    The deletions of a fact hold nothing but their text.
    """

    kind: model.NoteKind
    topic: str
    span: Span
    id: str
    id_place: Span
    asked: tuple[str, ...]
    deletions: tuple[model.Deletion, ...] = ()


class Brief(NamedTuple):
    """What must be known of a topic among others.

    `links` are the topics that it leads to, `media` its pictures and sounds, in the order of the
    text; `digest` is a hash of all that it says and where.
    """

    name: str
    title: str
    span: Span
    notes: tuple[NoteBrief, ...]
    links: tuple[tuple[str, Span], ...]
    media: tuple[model.Image | model.Audio, ...]
    digest: str


def brief_of(topic: model.Topic, digest: str = "") -> Brief:
    """Return the brief of a topic; its digest is that of all that it says and where."""
    inlines = tuple(topic_inlines(topic))
    links = (each for each in inlines if isinstance(each, model.Link) and each.topic)
    return Brief(
        topic.name,
        inlines_text(topic.title),
        topic.span,
        tuple(_note_brief(note, topic.name) for note in topic.notes),
        tuple((link.topic, link.span) for link in links),
        tuple(each for each in inlines if isinstance(each, model.Image | model.Audio)),
        digest,
    )


def digest_of(topic: model.Topic) -> str:
    """Return the SHA-256 of all that a topic says and where, as hex digits."""
    return hashlib.sha256(pickle.dumps(topic, protocol=5)).hexdigest()


def _note_brief(note: model.Note, topic: str) -> NoteBrief:
    return NoteBrief(
        model.note_kind(note),
        topic,
        note.span,
        note.attributes.id,
        note.attributes.span or note.span,
        _asked(note),
        tuple(map(_bare, _deletions(note))),
    )


def _bare(deletion: model.Deletion) -> model.Deletion:
    return replace(deletion, children=(model.Text(inlines_text(deletion.children)),))


def _asked(note: model.Note) -> tuple[str, ...]:
    """Return what makes two notes ask the same: words and pictures."""
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
    return comparable(note_prompt(note)), *pictures


# --- The topics of a course --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Topics(Sequence[model.Topic]):
    """The topics of a course in order, each read as a whole when it is asked for.

    `numbers` has the number of each deletion that does not have the one of its text.
    """

    briefs: tuple[Brief, ...]
    read: Callable[[str], model.Topic]
    numbers: Mapping[Span, int] = field(default_factory=dict)

    @classmethod
    def of(cls, topics: Sequence[model.Topic]) -> Topics:
        """Return topics that are there as a whole."""
        by_name = {topic.name: topic for topic in topics}
        briefs = tuple(brief_of(topic, digest_of(topic)) for topic in topics)
        return cls(briefs, by_name.__getitem__)

    def __len__(self) -> int:
        return len(self.briefs)

    @overload
    def __getitem__(self, index: int) -> model.Topic: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[model.Topic]: ...

    def __getitem__(self, index: int | slice) -> model.Topic | Sequence[model.Topic]:
        if isinstance(index, slice):
            return replace(self, briefs=self.briefs[index])
        return self.named(self.briefs[index].name)

    def __iter__(self) -> Iterator[model.Topic]:
        return (self.named(brief.name) for brief in self.briefs)

    def named(self, name: str) -> model.Topic:
        """Return a topic, its deletions with their numbers."""
        topic = self.read(name)
        spans = (deletion.span for note in topic.notes for deletion in _deletions(note))
        return with_deletions(topic, self._numbered) if any(map(self.numbers.get, spans)) else topic

    def note(self, brief: NoteBrief) -> model.Note:
        """Return a note as a whole."""
        notes = self.read(brief.topic).notes
        return next(note for note in notes if note.span == brief.span)

    def _numbered(self, deletion: model.Deletion) -> model.Deletion:
        return replace(deletion, number=self.numbers.get(deletion.span, deletion.number))


def _deletions(note: model.Note) -> Iterator[model.Deletion]:
    return deletions_in(note.blocks if isinstance(note, model.ClozeFact) else ())
