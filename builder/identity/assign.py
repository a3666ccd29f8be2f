"""Giving every note of a course its identity, and bringing the lock up to date.

Pure: a lock and the time go in, identities and a new lock come out.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from builder.identity.decks import Renamed, kept_decks, origins, renamed
from builder.identity.lock import Entry, Lock, Stamp
from builder.identity.match import Match, match
from builder.identity.merge import distinct
from builder.identity.numbers import lasting_numbers
from builder.identity.order import in_order
from builder.identity.wording import Wording, deletion_texts, wording
from builder.model import AnkiFields, ClozeFact, Deletion, Identity, Note, Span, Topic, note_kind
from builder.text import comparable, note_answer, note_prompt
from builder.walk import deletions_in, with_deletions

_CLOZE, _CODE = "Text", "Code"  # fields of the note types
_SEED = 600  # characters of a text that its guid is made from
_HASH = 16  # hex digits of a hash in the lock
_NUMBERED = re.compile(r".+-[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the author asked for beside the text; notes are named by their numbers.

    `restamp`: renew their `mod`.  `retire`: no note of the text is one of these any more.
    `rename_decks`: let the decks follow the titles.
    """

    restamp: frozenset[int] = frozenset()
    retire: frozenset[int] = frozenset()
    rename_decks: bool = False


@dataclass(frozen=True, slots=True)
class Build:
    """What a build brings to the lock.

    `broken` names the topics that can't be read now: their notes stay as the lock has them.
    `render` gives what Anki gets of a note, without its code; `digest` hashes that with the code.
    `decks` names each topic's deck after its title, the course's under the empty name;
    `note_types` has the hash of each note type.  `now` is in seconds since 1970.
    """

    prefix: str
    topics: Sequence[Topic]
    broken: Collection[str]
    render: Callable[[Note, Topic], AnkiFields]
    digest: Callable[[AnkiFields, str], str]
    decks: Mapping[str, str]
    note_types: Mapping[str, str]
    now: int
    wishes: Wishes = Wishes()


@dataclass(frozen=True, slots=True)
class Recognised:
    """A note at a span, what was known of it, and how it was recognised."""

    span: Span
    before: Entry
    match: Match
    number: int


@dataclass(frozen=True, slots=True)
class Stray:
    """A note whose id belongs to the entry of a note of another kind."""

    note: Note
    entry: Entry


@dataclass(frozen=True, slots=True)
class Assigned:
    """The topics with lasting cloze numbers, the identities of their notes, and the new lock.

    `recognised` are the notes whose text is not what the lock has; `unsure` those that could be
    another one; `renumbered` has the number that a note gave up to another, by its span; `decks`
    those that kept an earlier name; `retired` the notes that are gone since the last build;
    `strays` the notes whose id belongs to a note of another kind, which Anki can't turn into them.
    """

    topics: tuple[Topic, ...]
    identities: Mapping[Span, Identity]
    lock: Lock
    recognised: tuple[Recognised, ...] = ()
    unsure: tuple[Recognised, ...] = ()
    renumbered: Mapping[Span, int] = field(default_factory=dict)
    decks: tuple[Renamed, ...] = ()
    retired: tuple[Entry, ...] = ()
    strays: tuple[Stray, ...] = ()


@dataclass(frozen=True, slots=True)
class _Note:
    """A note of the text in its topic, what Anki gets of it, and what it is recognised by."""

    topic: Topic
    note: Note
    shown: AnkiFields
    wording: Wording


def assign(build: Build, lock: Lock) -> Assigned:
    """Return who each note is, and the lock that remembers it."""
    settled = distinct(lock.entries)
    known = [entry for entry in settled.entries if entry.number not in build.wishes.retire]
    read = [_read(note, topic, build) for topic in build.topics for note in topic.notes]
    wordings = [_known_wording(entry, build.prefix) for entry in known]
    matches = match([each.wording for each in read], wordings, build.broken)
    olds = {index: known[found.known] for index, found in matches.found.items()}
    entries = _identified(read, olds, lock, settled.entries)
    topics, read = _with_lasting_numbers(read, olds, build)
    dated = [_dated(*pair, build) for pair in zip(read, entries, strict=True)]
    gone = _gone(settled.entries, dated, build)
    spans = [each.note.span for each in read]
    return Assigned(
        topics,
        dict(zip(spans, map(_identity, dated), strict=True)),
        _lock(build, lock, in_order(dated, gone, lock.entries), _origins(olds, dated, build)),
        tuple(_reworded(read, olds, matches.found, dated)),
        tuple(_unsure(read, known, matches.unsure, dated)),
        {
            span: settled.before[entry.guid]
            for span, entry in zip(spans, dated, strict=True)
            if entry.guid in settled.before
        },
        tuple(renamed(lock.decks, build.decks)),
        tuple(each for each in gone if each.retired and each not in settled.entries),
        tuple(_strays(read, olds, settled.entries, build.prefix)),
    )


def retired_mod(entry: Entry) -> int:
    """Return the `mod` with which a retired note is sent out: newer than all before it."""
    return max(entry.retired, entry.mod + 1)


def _identity(entry: Entry) -> Identity:
    return Identity(entry.number, entry.guid, entry.mod)


# --- recognising ---


def _read(note: Note, topic: Topic, build: Build) -> _Note:
    shown = build.render(note, topic)
    found = wording(note_kind(note), topic.name, dict(shown.fields), note.attributes.id)
    is_code = _NUMBERED.fullmatch(found.id) and found.id.startswith(f"{build.prefix}-")
    return _Note(topic, note, shown, replace(found, code=found.id) if is_code else found)


def _known_wording(entry: Entry, prefix: str) -> Wording:
    found = wording(entry.kind, entry.topic, entry.fields, entry.id)
    return replace(found, code=f"{prefix}-{entry.number}", is_retired=entry.retired > 0)


def _strays(
    read: Iterable[_Note], olds: Mapping[int, Entry], entries: Iterable[Entry], prefix: str
) -> Iterator[Stray]:
    named = {entry.id: entry for entry in entries if entry.id and not entry.retired}
    coded = {f"{prefix}-{entry.number}": entry for entry in entries}
    for index, each in enumerate(read):
        name = each.wording.id
        entry = named.get(name) or coded.get(name)
        if name and entry and index not in olds:
            yield Stray(each.note, entry)


def _reworded(
    read: Sequence[_Note],
    olds: Mapping[int, Entry],
    found: Mapping[int, Match],
    dated: Sequence[Entry],
) -> Iterator[Recognised]:
    """Yield the notes that were not recognised by their own words or by the author's id."""
    for index, known in olds.items():
        if found[index].stage not in {"id", "exact"}:
            span = read[index].note.span
            yield Recognised(span, known, found[index], dated[index].number)


def _unsure(
    read: Sequence[_Note],
    known: Sequence[Entry],
    unsure: Mapping[int, Match],
    dated: Sequence[Entry],
) -> Iterator[Recognised]:
    for index, found in unsure.items():
        yield Recognised(read[index].note.span, known[found.known], found, dated[index].number)


# --- new identities ---


def _identified(
    read: Sequence[_Note], olds: Mapping[int, Entry], lock: Lock, entries: Iterable[Entry]
) -> list[Entry]:
    """Return an entry for each note: the known one, or a new one that is still without content."""
    guids = {entry.guid for entry in lock.entries}
    fresh = max([lock.next_number, *(entry.number + 1 for entry in entries)])
    made = []
    for index, each in enumerate(read):
        if index in olds:
            made.append(olds[index])
            continue
        guid = _new_guid(lock.course, each.note, guids)
        guids.add(guid)
        made.append(Entry(fresh, guid, each.wording.kind, each.topic.name))
        fresh += 1
    return made


def _new_guid(course: str, note: Note, taken: Collection[str]) -> str:
    """Seed the guid from the first content, so that a lost lock gives the same ones again."""
    texts = (" ".join(text.split())[:_SEED] for text in (note_prompt(note), note_answer(note)))
    parts = course, note_kind(note), *map(comparable, texts)
    attempt = 0
    while True:
        seed = "\x1f".join((*parts, *([str(attempt)] if attempt else [])))
        hashed = hashlib.sha256(seed.encode()).digest()[:9]
        guid = base64.urlsafe_b64encode(hashed).decode()
        if guid not in taken:
            return guid
        attempt += 1


# --- cloze numbers ---


def _with_lasting_numbers(
    read: Sequence[_Note], olds: Mapping[int, Entry], build: Build
) -> tuple[tuple[Topic, ...], list[_Note]]:
    """Give the deletions of known facts the numbers that they had."""
    numbers: dict[Span, int] = {}
    for index, entry in olds.items():
        note = read[index].note
        if isinstance(note, ClozeFact):
            numbers |= _lasting(note, read[index].wording.prompt, entry)

    def lasting(deletion: Deletion) -> Deletion:
        return replace(deletion, number=numbers.get(deletion.span, deletion.number))

    topics = {
        topic.name: with_deletions(topic, lasting)
        for topic in build.topics
        if any(lasting(each) != each for note in topic.notes for each in _deletions(note))
    }
    again = {
        note.span: note for topic in topics.values() for note in topic.notes if _deletions(note)
    }
    changed = [_shown_again(each, again.get(each.note.span), topics, build) for each in read]
    return tuple(topics.get(topic.name, topic) for topic in build.topics), changed


def _shown_again(
    each: _Note, note: Note | None, topics: Mapping[str, Topic], build: Build
) -> _Note:
    if note is None or note == each.note:
        return each
    topic = topics[each.topic.name]
    return replace(each, topic=topic, note=note, shown=build.render(note, topic))


def _deletions(note: Note) -> list[Deletion]:
    return list(deletions_in(note.blocks)) if isinstance(note, ClozeFact) else []


def _lasting(fact: ClozeFact, prompt: str, entry: Entry) -> dict[Span, int]:
    present = deletion_texts(entry.fields.get(_CLOZE, ""))
    return lasting_numbers(_deletions(fact), present, entry.gone, prompt)


# --- content and time ---


def _dated(each: _Note, entry: Entry, build: Build) -> Entry:
    """Renew `mod` only where the content changed: Anki updates notes whose `mod` is newer.

    A note that comes back may stand in Anki as a retired one, so it is sent out again.
    """
    shown = dict(each.shown.fields)
    hashed = build.digest(each.shown, f"{build.prefix}-{entry.number}")[:_HASH]
    same = hashed == entry.hash and not entry.retired
    mod = entry.mod
    if not same or entry.number in build.wishes.restamp:
        newest = retired_mod(entry) if entry.retired else entry.mod
        mod = max(build.now, newest + 1)
    before = {**entry.gone, **deletion_texts(entry.fields.get(_CLOZE, ""))}
    present = deletion_texts(shown.get(_CLOZE, ""))
    return replace(
        entry,
        kind=each.wording.kind,
        topic=each.topic.name,
        id=each.wording.id,
        mod=mod,
        hash=hashed,
        retired=0,
        tags=each.shown.tags,
        fields={name: html for name, html in shown.items() if html and name != _CODE},
        gone={number: text for number, text in before.items() if number not in present},
    )


def _gone(entries: Iterable[Entry], dated: Iterable[Entry], build: Build) -> list[Entry]:
    """Return the notes that are not in the text; those of a broken topic stay as they are."""
    present = {entry.guid for entry in dated}
    return [
        entry if entry.retired or entry.topic in build.broken else replace(entry, retired=build.now)
        for entry in entries
        if entry.guid not in present
    ]


# --- the lock ---


def _origins(olds: Mapping[int, Entry], dated: Sequence[Entry], build: Build) -> Mapping[str, str]:
    moved = ((entry, dated[index].topic) for index, entry in olds.items() if not entry.retired)
    return origins(moved, {topic.name for topic in build.topics} | set(build.broken))


def _lock(
    build: Build, lock: Lock, entries: tuple[Entry, ...], came_from: Mapping[str, str]
) -> Lock:
    known = {} if build.wishes.rename_decks else lock.decks
    decks = kept_decks(build.decks, known, came_from)
    topics = {entry.topic for entry in entries}
    others = {topic: deck for topic, deck in lock.decks.items() if topic in topics}
    stamps = {
        name: _stamp(lock.note_types.get(name), hashed[:_HASH], build.now)
        for name, hashed in build.note_types.items()
    }
    return Lock(lock.course, entries, others | decks, {**lock.note_types, **stamps})


def _stamp(known: Stamp | None, hashed: str, now: int) -> Stamp:
    if known is None:
        return Stamp(hashed, now)
    return known if known.hash == hashed else Stamp(hashed, max(now, known.mod + 1))
