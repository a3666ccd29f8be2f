"""Giving every note of a course its identity, and bringing the lock up to date.

Pure: a lock and the time go in, identities and a new lock come out.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from builder.identity.lock import Entry, Lock
from builder.identity.match import Wording, match
from builder.model import Identity, Note, Span, Topic, note_kind
from builder.text import comparable, note_answer, note_prompt

Digest = Callable[[Note, Topic, Mapping[Span, Identity]], str]

_KNOWN_BY = 600  # characters


@dataclass(frozen=True, slots=True)
class Build:
    """What a build brings to the lock.

    `broken` names the topics that can't be read now: their notes stay as the lock has them.
    `digest` hashes what Anki would show of a note, `note_types_hash` is that of the note types;
    `now` is in seconds since 1970.
    """

    topics: Sequence[Topic]
    broken: Collection[str]
    digest: Digest
    note_types_hash: str
    now: int


@dataclass(frozen=True, slots=True)
class Assigned:
    """The identities of the notes, by span, and the lock that remembers them."""

    identities: Mapping[Span, Identity]
    lock: Lock


def assign(build: Build, lock: Lock) -> Assigned:
    """Return who each note is, and the lock that remembers it."""
    notes = [(topic, note) for topic in build.topics for note in topic.notes]
    entries = _identified([_wording(topic, note) for topic, note in notes], lock)
    spans = [note.span for _, note in notes]
    numbers = dict(zip(spans, map(_identity, entries), strict=True))
    dated = [
        _dated(entry, build.digest(note, topic, numbers), build.now)
        for (topic, note), entry in zip(notes, entries, strict=True)
    ]
    present = {entry.number for entry in dated}
    gone = (entry for entry in lock.entries if entry.number not in present)
    kept = [entry if entry.topic in build.broken else _retired(entry, build.now) for entry in gone]
    identities = dict(zip(spans, map(_identity, dated), strict=True))
    return Assigned(identities, _lock(lock, (*dated, *kept), build.note_types_hash, build.now))


def _identity(entry: Entry) -> Identity:
    return Identity(entry.number, entry.guid, entry.mod)


def _wording(topic: Topic, note: Note) -> Wording:
    """Return what the note is known by; a long text by its beginning, to keep the lock small."""
    texts = note_prompt(note), note_answer(note)
    prompt, answer = (" ".join(text.split())[:_KNOWN_BY] for text in texts)
    return Wording(note_kind(note), topic.name, prompt, answer, note.attributes.id)


def _identified(wordings: Sequence[Wording], lock: Lock) -> list[Entry]:
    """Return an entry for each wording: the known one, reworded, or a new one."""
    known = match(wordings, lock.entries)
    number = lock.next_number
    guids = {entry.guid for entry in lock.entries}
    entries = []
    for index, wording in enumerate(wordings):
        if index in known:
            entries.append(_reworded(known[index], wording))
            continue
        guid = _new_guid(lock.course, wording, guids)
        guids.add(guid)
        entries.append(_reworded(Entry(number, guid, wording.kind, "", "", ""), wording))
        number += 1
    return entries


def _reworded(entry: Entry, wording: Wording) -> Entry:
    return replace(
        entry,
        topic=wording.topic,
        prompt=wording.prompt,
        answer=wording.answer,
        id=wording.id,
        retired=0,
    )


def _new_guid(course: str, wording: Wording, taken: Collection[str]) -> str:
    """Seed the guid from the first content, so that a lost lock gives the same ones again."""
    parts = course, wording.kind, comparable(wording.prompt), comparable(wording.answer)
    attempt = 0
    while True:
        seed = "\x1f".join((*parts, *([str(attempt)] if attempt else [])))
        hashed = hashlib.sha256(seed.encode()).digest()[:9]
        guid = base64.urlsafe_b64encode(hashed).decode()
        if guid not in taken:
            return guid
        attempt += 1


def _dated(entry: Entry, hashed: str, now: int) -> Entry:
    """Renew `mod` only where the content changed: Anki updates notes whose `mod` is newer."""
    if hashed == entry.hash:
        return entry
    return replace(entry, hash=hashed, mod=max(now, entry.mod + 1))


def _retired(entry: Entry, now: int) -> Entry:
    return entry if entry.retired else replace(entry, retired=now)


def _lock(lock: Lock, entries: Iterable[Entry], note_types_hash: str, now: int) -> Lock:
    changed = note_types_hash != lock.note_types_hash
    mod = max(now, lock.note_types_mod + 1) if changed else lock.note_types_mod
    return Lock(lock.course, tuple(entries), note_types_hash, mod)
