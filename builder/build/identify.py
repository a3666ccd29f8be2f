"""Giving the notes of a course their identity: from the lock on the disk to the new one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from builder.briefs import Brief
from builder.build.clock import build_time
from builder.build.lock_file import lock_path, read_lock
from builder.build.shelf import KeptShelf
from builder.diagnostics import Diagnostic, has_errors
from builder.hashes import sha
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

    `assigned` is None where nothing may be built on the lock.  `standing` names the topics of which
    the new lock has all notes as they are, with the keys of what they say.
    """

    before: locks.Lock | None
    assigned: Assigned | None
    diagnostics: tuple[Diagnostic, ...]
    standing: Mapping[str, str] = field(default_factory=dict)


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
    build, keys = _build(loaded, own, demands, shelf)
    if kept.proof == proof(loaded) != "":
        standing = _standing(keys, shelf.standing_in(kept, course.name))
        build = replace(build, is_proved=True, standing=standing)
    assigned = assign(build, own)
    if lock.course != course.name and not _shares_a_note(assigned, own):
        problem = messages.foreign(lock.course, place, is_copy=False)
        return Identified(lock, None, (problem,))
    assigned = decided(build, own, assigned, ask) if ask else assigned
    found = tuple(_said(loaded, lock, assigned, demands, place))
    if has_errors(found):
        return Identified(lock, None, found)
    others = _renumbered(loaded, assigned)
    now = {topic: key for topic, key in keys.items() if topic not in others}
    return Identified(lock, assigned, found, now)


def _standing(keys: Mapping[str, str], known: Mapping[str, str]) -> frozenset[str]:
    """Return the topics that say what is known of them; nothing is looked at in them."""
    return frozenset(topic for topic, key in keys.items() if known.get(topic) == key)


def _renumbered(loaded: Loaded, assigned: Assigned) -> set[str]:
    """Return the topics in which deletions have other numbers than in the text."""
    if not assigned.numbers:
        return set()
    return {
        topic.name
        for topic in loaded.topics.briefs
        for note in topic.notes
        if any(deletion.span in assigned.numbers for deletion in note.deletions)
    }


def _build(
    loaded: Loaded, lock: locks.Lock, demands: Demands, shelf: KeptShelf
) -> tuple[Build, Mapping[str, str]]:
    """Return what the build brings to the lock, and the key of what the notes of each topic say."""
    course, media = loaded.course, {name: sha(a.data) for name, a in loaded.assets.items()}
    own = course_key(course, ())
    keys = {topic.name: _key(own, media, topic) for topic in loaded.topics.briefs}

    def shown(topic: Brief) -> Sequence[Shown]:
        return shelf.notes(keys[topic.name], partial(_rendered, loaded, topic))

    def hashed(fields: AnkiFields, code: str) -> str:
        return digest(with_code(fields, code))

    build = Build(
        course.code,
        loaded.topics,
        loaded.broken,
        shown,
        hashed,
        deck_titles(course, loaded.topics.briefs),
        note_type_digests(),
        build_time(),
        _wishes(course.code, lock, demands),
    )
    return build, keys


def _key(course: str, media: Mapping[str, str], topic: Brief) -> str:
    """Return by what it is known what Anki gets of the notes of a topic."""
    names = sorted({each.asset for each in topic.media})
    parts = course, topic.digest, *(f"{name} {media.get(name, '')}" for name in names)
    return sha("\n".join(parts).encode())


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
