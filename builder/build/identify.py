"""Giving the notes of a course their identity: from the lock on the disk to the new one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from builder.briefs import Brief
from builder.build.clock import build_time
from builder.build.hashes import sha
from builder.build.lock_file import lock_path, read_lock
from builder.build.shelf import KeptShelf
from builder.diagnostics import Diagnostic, has_errors
from builder.identity import lock as locks
from builder.identity import messages
from builder.identity.assign import Assigned, Build, Wishes, assign
from builder.identity.questions import Ask, decided
from builder.identity.shown import Shown
from builder.model import AnkiFields
from builder.outputs import Context
from builder.rendering.anki_names import deck_titles
from builder.rendering.fields import digest, fields_of, note_type_digests, with_code
from builder.source.drafts import course_key
from builder.source.load import Loaded

_TOLERANCE = 60  # seconds that a lock may be ahead of the clock without a word


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked of a build about identity; notes are named by their codes."""

    restamp: tuple[str, ...] = ()
    retire: tuple[str, ...] = ()
    rename_decks: bool = False
    strict: bool = False
    locked: bool = False
    asks: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """Return every code that is named."""
        return (*self.restamp, *self.retire)


@dataclass(frozen=True, slots=True)
class Identified:
    """A course with an identity for each note: the lock before, what changed, and what is to say.

    `assigned` is None where nothing may be built on the lock.
    """

    before: locks.Lock | None
    assigned: Assigned | None
    diagnostics: tuple[Diagnostic, ...]


def context_of(loaded: Loaded, assigned: Assigned) -> Context:
    """Return what the renderers may look at."""
    topics = replace(loaded.topics, numbers=assigned.numbers)
    return Context(
        loaded.course,
        topics,
        assigned.identities,
        loaded.assets,
        assigned.lock,
        tuple(brief.name for brief in topics.briefs),
    )


def proof(loaded: Loaded) -> str:
    """Return what the hashes in a lock are made of beside the fields, to know when they hold.

    Those of topics that can't be read now may have been made with something else.
    """
    known = f"{loaded.course.code} {note_type_digests()}"
    return "" if loaded.broken else known


def identify(
    loaded: Loaded,
    demands: Demands,
    folders: Collection[str],
    shelf: KeptShelf,
    ask: Ask | None = None,
) -> Identified:
    """Recognise the notes of a course; writes nothing.

    `folders` are those of all courses; `ask` is asked about what is not sure.
    """
    course = loaded.course
    place = messages.Place(lock_path(loaded), course.name, course.code, demands.strict)
    kept, problems = read_lock(loaded, shelf)
    if kept is None:
        return Identified(None, None, tuple(problems))
    lock = kept.lock
    if lock.course != course.name and lock.course in folders:
        problem = messages.foreign(lock.course, place, is_copy=True)
        return Identified(lock, None, (problem,))
    own = replace(lock, course=course.name)
    is_proved = kept.proof == proof(loaded) != ""
    build = replace(_build(loaded, own, demands, shelf), is_proved=is_proved)
    assigned = assign(build, own)
    if lock.course != course.name and not _shares_a_note(assigned, own):
        problem = messages.foreign(lock.course, place, is_copy=False)
        return Identified(lock, None, (problem,))
    assigned = decided(build, own, assigned, ask) if ask else assigned
    found = tuple(_said(loaded, lock, assigned, demands, place))
    return Identified(lock, None if has_errors(found) else assigned, found)


def _build(loaded: Loaded, lock: locks.Lock, demands: Demands, shelf: KeptShelf) -> Build:
    course = loaded.course

    def hashed(fields: AnkiFields, code: str) -> str:
        return digest(with_code(fields, code))

    return Build(
        course.code,
        loaded.topics,
        loaded.broken,
        partial(_shown, _Course.of(loaded), shelf),
        hashed,
        deck_titles(course, loaded.topics.briefs),
        note_type_digests(),
        build_time(),
        _wishes(course.code, lock, demands),
    )


@dataclass(frozen=True, slots=True)
class _Course:
    """A course with what the fields of its notes are known by: its key and those of its media."""

    loaded: Loaded
    key: str
    media: Mapping[str, str]

    @classmethod
    def of(cls, loaded: Loaded) -> _Course:
        media = {name: sha(asset.data) for name, asset in loaded.assets.items()}
        return cls(loaded, course_key(loaded.course, ()), media)


def _shown(course: _Course, shelf: KeptShelf, topic: Brief) -> Sequence[Shown]:
    """Return what Anki gets of the notes of a topic."""
    media = {name: course.media.get(name, "") for name in sorted({e.asset for e in topic.media})}
    key = sha("\n".join((course.key, topic.digest, *map(" ".join, media.items()))).encode())
    return shelf.notes(key, partial(_rendered, course.loaded, topic))


def _rendered(loaded: Loaded, brief: Brief) -> Iterator[Shown]:
    topic = loaded.topics.read(brief.name)
    bare = Context(loaded.course, (topic,), {}, loaded.assets)
    for note, known in zip(topic.notes, brief.notes, strict=True):
        yield Shown.of(fields_of(note, topic, bare), known)


def _wishes(prefix: str, lock: locks.Lock, demands: Demands) -> Wishes:
    numbers = {f"{prefix}-{entry.number}": entry.number for entry in lock.entries}
    restamp, retire = (
        frozenset(numbers[code] for code in codes if code in numbers)
        for codes in (demands.restamp, demands.retire)
    )
    return Wishes(restamp, retire, demands.rename_decks)


def _shares_a_note(assigned: Assigned, lock: locks.Lock) -> bool:
    known = {entry.guid for entry in lock.entries}
    found = {identity.guid for identity in assigned.identities.values()}
    return not known or not found or not known.isdisjoint(found)


def _said(
    loaded: Loaded, lock: locks.Lock, assigned: Assigned, demands: Demands, place: messages.Place
) -> list[Diagnostic]:
    spans = {topic.name: topic.span for topic in loaded.topics.briefs}
    found = list(messages.messages(assigned, place, spans))
    if not (loaded.course.folder / locks.NAME).exists():
        found += messages.begun(assigned, place)
    times = [entry.mod for entry in lock.entries] + [each.mod for each in lock.note_types.values()]
    ahead = max(times, default=0) - build_time()
    if ahead > _TOLERANCE:
        found.append(messages.clock_behind(ahead, place))
    if demands.locked and locks.written(assigned.lock) != locks.written(lock):
        found.append(messages.outdated(place))
    if has_errors(found):  # then nothing was done, and only that is to be told
        return [each for each in found if each.severity != "info"]
    return found
