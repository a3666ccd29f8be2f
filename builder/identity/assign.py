"""Giving every note of a course its identity, and bringing the lock up to date.

Pure: a lock and the time go in, identities and a new lock come out.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from builder.briefs import Brief, NoteBrief, Topics
from builder.identity.decks import Renamed, kept_decks, origins, renamed
from builder.identity.lazily import Lazily
from builder.identity.lock import Entry, Lock, Stamp, retired_mod
from builder.identity.match import Match, Matches, match
from builder.identity.merge import distinct
from builder.identity.numbers import lasting_numbers
from builder.identity.order import in_order
from builder.identity.shown import CLOZE, ReadNote, ReadTopic, Shown, kept_fields
from builder.identity.standing import standing, unchanged
from builder.identity.wording import Wording, deletion_texts, renumbered, wording
from builder.model import AnkiFields, Identity, Note, note_kind
from builder.span import Span
from builder.text import comparable, note_answer, note_prompt

_SEED = 600  # characters of a text that its guid is made from
_HASH = 16  # hex digits of a hash in the lock
_NUMBERED = re.compile(r".+-[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the author asked for beside the text; notes are named by their numbers.

    `restamp`: renew their `mod`.  `retire`: no note of the text is one of these any more.
    `rename_decks`: let the decks follow the titles.  `same` has the number of the note at a span,
    and `apart` what the notes at spans are not.
    """

    restamp: frozenset[int] = frozenset()
    retire: frozenset[int] = frozenset()
    rename_decks: bool = False
    same: Mapping[Span, int] = field(default_factory=dict)
    apart: frozenset[tuple[Span, int]] = frozenset()

    def told(self, number: int, candidates: Iterable[Span], chosen: Span | None) -> Wishes:
        """Return the wishes with the note that stands at one of these spans, or at none."""
        same = {chosen: number} if chosen else {}
        others = {(span, number) for span in candidates if span != chosen}
        return replace(self, same={**self.same, **same}, apart=self.apart | others)


@dataclass(frozen=True, slots=True)
class Build:
    """What a build brings to the lock.

    `broken` names the topics that can't be read now: their notes stay as the lock has them.
    `render` gives what Anki gets of each note of a topic, without its code; `digest` hashes that
    with the code.
    `decks` names each topic's deck after its title, the course's under the empty name;
    `note_types` has the hash of each note type.  `now` is in seconds since 1970.  With `is_proved`,
    it is known that each hash in the lock is the one that its fields have.  `standing` names topics
    of which the lock is known to have all notes as they are.
    """

    prefix: str
    topics: Topics
    broken: Collection[str]
    render: Callable[[Brief], Sequence[Shown]]
    digest: Callable[[AnkiFields, str], str]
    decks: Mapping[str, str]
    note_types: Mapping[str, str]
    now: int
    wishes: Wishes = Wishes()
    is_proved: bool = False
    standing: frozenset[str] = frozenset()


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

    note: NoteBrief
    entry: Entry


@dataclass(frozen=True, slots=True)
class Assigned:
    """The identities of the notes, the lasting numbers of their deletions, and the new lock.

    `numbers` has those that are not the ones of the text.  `recognised` are the notes whose text
    is not what the lock has; `unsure` those that could be another one; `renumbered` has the number
    that a note gave up to another, by its span; `decks` those that kept an earlier name; `retired`
    the notes that are gone since the last build, `new` those that were never there; `strays` the
    notes whose id belongs to a note of another kind, which Anki can't turn into them; `heirs` has
    the topics in which the notes of a topic stand that is there no more.
    """

    identities: Mapping[Span, Identity]
    numbers: Mapping[Span, int]
    lock: Lock
    recognised: tuple[Recognised, ...] = ()
    unsure: tuple[Recognised, ...] = ()
    renumbered: Mapping[Span, int] = field(default_factory=dict)
    decks: tuple[Renamed, ...] = ()
    retired: tuple[Entry, ...] = ()
    new: Mapping[Span, Entry] = field(default_factory=dict)
    strays: tuple[Stray, ...] = ()
    heirs: Mapping[str, Collection[str]] = field(default_factory=dict)


def assign(build: Build, lock: Lock) -> Assigned:
    """Return who each note is, and the lock that remembers it."""
    settled = distinct(lock.entries)
    known = [entry for entry in settled.entries if entry.number not in build.wishes.retire]
    topics = [ReadTopic(brief, build.render) for brief in build.topics.briefs]
    read = [note for topic in topics for note in topic.notes()]
    still = _still(read, known, build)
    matches = _matched(read, known, still, build)
    olds = {index: known[found.known] for index, found in matches.found.items()}
    entries = _identified(read, olds, lock, settled.entries, build.topics)
    numbers = _lasting_numbers(read, {i: entry for i, entry in olds.items() if i not in still})
    if numbers:
        read = [_with_numbers(note, numbers) for note in read]
    dated = [
        _dated(each, entry, build, stands=index in still)
        for index, (each, entry) in enumerate(zip(read, entries, strict=True))
    ]
    gone = _gone(settled.entries, dated, build)
    spans = [each.brief.span for each in read]
    return Assigned(
        dict(zip(spans, map(_identity, dated), strict=True)),
        numbers,
        _lock(build, lock, in_order(dated, gone, lock.entries), _origins(olds, dated, build)),
        tuple(_reworded(read, olds, matches.found, dated)),
        tuple(_unsure(read, known, matches.unsure, dated)),
        {
            span: settled.before[entry.guid]
            for span, entry in zip(spans, dated, strict=True)
            if entry.guid in settled.before
        },
        tuple(renamed(lock.decks, build.decks)),
        _newly_retired(gone, settled.entries),
        {spans[index]: entry for index, entry in enumerate(dated) if index not in olds},
        tuple(_strays(read, olds, settled.entries, build.prefix)),
        _heirs(olds, dated, build),
    )


def _identity(entry: Entry) -> Identity:
    return Identity(entry.number, entry.guid, entry.mod)


# --- recognising ---


def _still(read: Sequence[ReadNote], known: Sequence[Entry], build: Build) -> Mapping[int, int]:
    """Return the notes that nothing has to be asked of, unless the author said who a note is."""
    is_told = build.wishes.same or build.wishes.apart
    return {} if is_told else standing(read, known, build.standing, build.prefix)


def _matched(
    read: Sequence[ReadNote], known: Sequence[Entry], still: Mapping[int, int], build: Build
) -> Matches:
    """Recognise the notes; of those that are as the lock has them, nothing else is looked at."""
    said, apart = _told(read, known, build.wishes)
    same = {**still, **unchanged(read, known, build.prefix, still)}
    if said:
        same = {i: p for i, p in same.items() if i not in said and p not in said.values()}
    places = {place: index for index, place in same.items()}

    def known_wording(place: int) -> Wording:
        if place in places:
            return read[places[place]].shown.wording
        return _known_wording(known[place], build.prefix)

    ids = {entry.id for entry in known}
    return match(
        Lazily(len(read), lambda index: _named(read[index].shown.wording, build.prefix, ids)),
        Lazily(len(known), known_wording),
        build.broken,
        {index: Match(place, "exact") for index, place in same.items()}
        | {index: Match(place, "id") for index, place in said.items()},
        apart,
    )


def _told(
    read: Sequence[ReadNote], known: Sequence[Entry], wishes: Wishes
) -> tuple[dict[int, int], set[tuple[int, int]]]:
    """Return what the author said: which note is which known one, and which is not."""
    if not wishes.same and not wishes.apart:
        return {}, set()
    indexes = {each.brief.span: index for index, each in enumerate(read)}
    numbers = {entry.number: place for place, entry in enumerate(known)}
    said = {indexes[span]: numbers[number] for span, number in wishes.same.items()}
    return said, {(indexes[span], numbers[number]) for span, number in wishes.apart}


def _named(found: Wording, prefix: str, ids: Collection[str]) -> Wording:
    """Return the wording of a note with the code that its author wrote as its id.

    What is the id of a known note stays that, though it may have become another one's code since.
    """
    if not found.id or found.id in ids:
        return found
    is_code = found.id.startswith(f"{prefix}-") and _NUMBERED.fullmatch(found.id)
    return found._replace(code=found.id) if is_code else found


def _known_wording(entry: Entry, prefix: str) -> Wording:
    found = wording(entry.kind, entry.topic, entry.fields, entry.id)
    return found._replace(code=f"{prefix}-{entry.number}", is_retired=entry.retired > 0)


def _strays(
    read: Sequence[ReadNote], olds: Mapping[int, Entry], entries: Iterable[Entry], prefix: str
) -> Iterator[Stray]:
    if not any(each.brief.id for each in read):
        return
    named = {entry.id: entry for entry in entries if entry.id and not entry.retired}
    coded = {f"{prefix}-{entry.number}": entry for entry in entries}
    for index, each in enumerate(read):
        name = each.brief.id
        entry = named.get(name) or coded.get(name)
        if name and entry and index not in olds:
            yield Stray(each.brief, entry)


def _reworded(
    read: Sequence[ReadNote],
    olds: Mapping[int, Entry],
    found: Mapping[int, Match],
    dated: Sequence[Entry],
) -> Iterator[Recognised]:
    """Yield the notes that were not recognised by their own words or by the author's id."""
    for index, known in olds.items():
        if found[index].stage not in {"id", "exact"}:
            span = read[index].brief.span
            yield Recognised(span, known, found[index], dated[index].number)


def _unsure(
    read: Sequence[ReadNote],
    known: Sequence[Entry],
    unsure: Mapping[int, Match],
    dated: Sequence[Entry],
) -> Iterator[Recognised]:
    for index, found in unsure.items():
        yield Recognised(read[index].brief.span, known[found.known], found, dated[index].number)


# --- new identities ---


def _identified(
    read: Sequence[ReadNote],
    olds: Mapping[int, Entry],
    lock: Lock,
    entries: Iterable[Entry],
    topics: Topics,
) -> list[Entry]:
    """Return an entry for each note: the known one, or a new one that is still without content."""
    guids = {entry.guid for entry in lock.entries}
    fresh = max([lock.next_number, *(entry.number + 1 for entry in entries)])
    made = []
    for index, each in enumerate(read):
        if index in olds:
            made.append(olds[index])
            continue
        guid = _new_guid(lock.course, topics.note(each.brief), guids)
        guids.add(guid)
        made.append(Entry(fresh, guid, each.brief.kind, each.brief.topic))
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


def _lasting_numbers(read: Sequence[ReadNote], olds: Mapping[int, Entry]) -> dict[Span, int]:
    """Return the numbers that the deletions of known facts had, where the text has others."""
    numbers: dict[Span, int] = {}
    for index, entry in olds.items():
        note, text = read[index], entry.fields.get(CLOZE, "")
        if note.brief.deletions and note.shown.kept[CLOZE] != text:
            prompt, deletions = note.shown.wording.prompt, note.brief.deletions
            lasting = lasting_numbers(deletions, deletion_texts(text), entry.gone, prompt)
            numbers |= {d.span: n for d in deletions if (n := lasting[d.span]) != d.number}
    return numbers


def _with_numbers(note: ReadNote, numbers: Mapping[Span, int]) -> ReadNote:
    """Return the note with the numbers that its deletions have for ever."""
    deletions = note.brief.deletions
    if not any(each.span in numbers for each in deletions):
        return note
    text = renumbered(note.shown.kept[CLOZE], (numbers.get(e.span, e.number) for e in deletions))
    values = tuple(
        (name, text if name == CLOZE else html) for name, html in note.shown.fields.fields
    )
    fields = note.shown.fields._replace(fields=values)
    return note._replace(renumbered=note.shown._replace(fields=fields, kept=kept_fields(fields)))


# --- content and time ---


def _dated(each: ReadNote, entry: Entry, build: Build, *, stands: bool) -> Entry:
    """Renew `mod` only where the content changed: Anki updates notes whose `mod` is newer.

    A note that comes back may stand in Anki as a retired one, so it is sent out again.
    """
    is_known = stands or (build.is_proved and _says_the_same(each, entry))
    if is_known and entry.number not in build.wishes.restamp:
        return entry
    hashed = build.digest(each.shown.fields, f"{build.prefix}-{entry.number}")[:_HASH]
    same = hashed == entry.hash and not entry.retired
    mod = entry.mod
    if not same or entry.number in build.wishes.restamp:
        newest = retired_mod(entry) if entry.retired else entry.mod
        mod = max(build.now, newest + 1)
    return entry._replace(
        kind=each.brief.kind,
        topic=each.brief.topic,
        id=each.brief.id,
        mod=mod,
        hash=hashed,
        retired=0,
        tags=each.shown.fields.tags,
        fields=each.shown.kept,
        gone=_gone_numbers(each, entry),
    )


def _says_the_same(each: ReadNote, entry: Entry) -> bool:
    note = each.brief
    return not entry.retired and (
        (entry.kind, entry.topic, entry.id) == (note.kind, note.topic, note.id)
        and entry.fields == each.shown.kept
        and entry.tags == each.shown.fields.tags
    )


def _gone_numbers(each: ReadNote, entry: Entry) -> Mapping[int, str]:
    """Return the deletions that the note once had and has no more."""
    if each.shown.kept.get(CLOZE) == entry.fields.get(CLOZE):
        return entry.gone
    before = {**entry.gone, **deletion_texts(entry.fields.get(CLOZE, ""))}
    present = deletion_texts(each.shown.kept.get(CLOZE, ""))
    return {number: text for number, text in before.items() if number not in present}


def _gone(entries: Iterable[Entry], dated: Iterable[Entry], build: Build) -> list[Entry]:
    """Return the notes that are not in the text; those of a broken topic stay as they are."""
    present = {entry.guid for entry in dated}
    return [
        entry if entry.retired or entry.topic in build.broken else entry._replace(retired=build.now)
        for entry in entries
        if entry.guid not in present
    ]


def _newly_retired(gone: Iterable[Entry], before: Iterable[Entry]) -> tuple[Entry, ...]:
    known = {entry.guid for entry in before if entry.retired}
    return tuple(entry for entry in gone if entry.retired and entry.guid not in known)


# --- the lock ---


def _origins(olds: Mapping[int, Entry], dated: Sequence[Entry], build: Build) -> Mapping[str, str]:
    moved = ((entry, dated[index].topic) for index, entry in olds.items() if not entry.retired)
    return origins(moved, {topic.name for topic in build.topics.briefs} | set(build.broken))


def _heirs(
    olds: Mapping[int, Entry], dated: Sequence[Entry], build: Build
) -> Mapping[str, Collection[str]]:
    present = {topic.name for topic in build.topics.briefs}
    found: dict[str, set[str]] = {}
    for index, entry in olds.items():
        if entry.topic not in present:
            found.setdefault(entry.topic, set()).add(dated[index].topic)
    return found


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
