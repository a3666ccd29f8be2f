"""`notes.lock`: what is known of every note that a course ever had, one line a note.

A line of JSON for the course, then for each topic a line of its own and one for each of its notes,
in the order of the text; so a diff shows one line for one note, and what two branches added at
different places of a text merges as the text does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_args

from builder.diagnostics import Diagnostic
from builder.model import NoteKind
from builder.span import Span

NAME = "notes.lock"
VERSION = 2
MAX_BYTES = 100_000_000  # some 100,000 notes
COURSE = ""  # in place of a topic's name, where the course as a whole is meant
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


_NONE: Mapping[Any, str] = {}


class Entry(NamedTuple):
    """One note as it was last built; a named tuple, as a course has thousands of them.

    `fields` are its Anki fields that are not empty, without the code; they are what it is
    recognised by, and what a student's Anki holds.  `hash` is that of all that an import changes,
    and `mod` the second at which that hash was first built.  `gone` holds the numbers of cloze
    deletions that the note had before, with their texts; `also` the numbers that it had besides
    its own, after two branches were merged.  `retired` is the second at which it was found gone.
    """

    number: int
    guid: str
    kind: NoteKind
    topic: str
    id: str = ""
    mod: int = 0
    hash: str = ""
    retired: int = 0
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str] = _NONE
    gone: Mapping[int, str] = _NONE
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck's name in Anki, and the title that asks for it now, which may be another one."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """The hash of a note type, and the second at which it was first built."""

    hash: str
    mod: int


@dataclass(frozen=True, slots=True)
class Lock:
    """A course's lock: its entries in order, and its decks in Anki.

    `decks` has one for each topic, named by its part below the course's deck, which stands under
    the empty name; `note_types` has a stamp for each note type's name.
    """

    course: str
    entries: tuple[Entry, ...] = ()
    decks: Mapping[str, Deck] = field(default_factory=dict)
    note_types: Mapping[str, Stamp] = field(default_factory=dict)

    @property
    def next_number(self) -> int:
        """Return the lowest number above all that a note ever had."""
        numbers = (n for entry in self.entries for n in (entry.number, *entry.also))
        return max(numbers, default=0) + 1


def retired_mod(entry: Entry) -> int:
    """Return the `mod` with which a retired note is sent out: newer than all before it."""
    return max(entry.retired, entry.mod + 1)


# --- writing ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a lock: of entries by their identity, so what is the same is known at once.

    Those of topics are there by their names.
    """

    lock: Lock = Lock("")  # keeps the entries, so that no other one gets the identity of one
    entries: Mapping[int, bytes] = field(default_factory=dict)
    topics: Mapping[str, bytes] = field(default_factory=dict)


def lines_of(lock: Lock, data: bytes) -> Lines:
    """Return the lines of a lock that `encoded` gave this for."""
    entries, topics = dict[int, bytes](), dict[str, bytes]()
    for row, line in zip(_rows(lock), data.split(b"\n")[1:-1], strict=True):
        if isinstance(row, Entry):
            entries[id(row)] = line
        else:
            topics[row] = line
    return Lines(lock, entries, topics)


def written(lock: Lock) -> str:
    """Return the lock as text."""
    return encoded(lock).decode()


def encoded(lock: Lock, known: Lines = Lines()) -> bytes:
    """Return the lock as it is on the disk; lines that are still the same are taken from `known`.

    To write thousands of lines takes as long as to find out which of them changed.
    """
    stamps = {name: [stamp.hash, stamp.mod] for name, stamp in sorted(lock.note_types.items())}
    head = {"lock": VERSION, "course": lock.course, **_deck(lock, COURSE), "note_types": stamps}
    lines = [_as_line(head)]
    for row in _rows(lock):
        if isinstance(row, Entry):
            lines.append(known.entries.get(id(row)) or _as_line(_line(row)))
        elif known.lock.decks.get(row) == lock.decks[row]:
            lines.append(known.topics[row])
        else:
            lines.append(_as_line({"topic": row, **_deck(lock, row)}))
    return b"\n".join((*lines, b""))


def _rows(lock: Lock) -> Iterator[Entry | str]:
    """Yield what has a line of its own below the head: topics with decks, and entries."""
    by_topic: dict[str, list[Entry]] = {}
    for entry in lock.entries:
        by_topic.setdefault(entry.topic, []).append(entry)
    for topic in sorted(by_topic.keys() | lock.decks.keys() - {COURSE}):
        if topic in lock.decks:
            yield topic
        yield from by_topic.get(topic, ())


def _as_line(line: Mapping[str, object]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode()


def _deck(lock: Lock, topic: str) -> dict[str, str]:
    deck = lock.decks[topic]
    return {"deck": deck.name} | ({"title": deck.title} if deck.title != deck.name else {})


def _line(entry: Entry) -> Mapping[str, object]:
    """Return an entry as an object: its keys in their order, those that say nothing left out."""
    line: dict[str, object] = {"number": entry.number, "guid": entry.guid, "kind": entry.kind}
    line["topic"] = entry.topic
    for key in ("id", "mod", "hash", "retired", "also", "tags", "fields"):
        if value := getattr(entry, key):
            line[key] = value
    if entry.gone:
        line["gone"] = {str(number): text for number, text in sorted(entry.gone.items())}
    return line


# --- reading ---------------------------------------------------------------------------------


def read_lock(text: str, path: str) -> tuple[Lock | None, list[Diagnostic]]:
    """Return the lock in a text, or what is wrong with it; then nothing may be built on it.

    What git's union merge leaves is read: several heads, and several lines for one note.
    """
    lines = text.removesuffix("\n").split("\n")
    found = [_parsed(line, number, path) for number, line in enumerate(lines, 1)]
    problems = [line for line in found if isinstance(line, Diagnostic)]
    heads = [line for line in found if isinstance(line, Lock)]
    if not problems and not isinstance(found[0], Lock):
        problems = [_broken("should name the course", 1, path)]
    if not problems and len({head.course for head in heads}) > 1:
        problems = [_broken("names another course than a line further down", 1, path)]
    entries, clashes = _merged(found, path)
    if problems or clashes:
        return None, problems or clashes
    decks = dict(line for line in found if isinstance(line, tuple) and not isinstance(line, Entry))
    decks[COURSE] = heads[0].decks[COURSE]
    return Lock(heads[0].course, entries, decks, _newest(heads)), []


def _newest(heads: Iterable[Lock]) -> dict[str, Stamp]:
    stamps: dict[str, Stamp] = {}
    for head in heads:
        for name, stamp in head.note_types.items():
            if name not in stamps or stamp.mod > stamps[name].mod:
                stamps[name] = stamp
    return stamps


Line = Lock | Entry | tuple[str, Deck] | Diagnostic


def _parsed(text: str, number: int, path: str) -> Line:
    """Return a line as what it is: the head, a topic with its deck, or a note."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        conflict = text.startswith(_CONFLICT)
        what = "holds a conflict that git left" if conflict else "is not one that rectoverso wrote"
        return _broken(what, number, path)
    if "lock" in found:
        return _head(found, number, path)
    if "deck" in found:
        good = _is_texts(found) and found.keys() - {"title"} == {"topic", "deck"}
        what = "lacks something that a topic's line needs"
        return (found["topic"], _deck_of(found)) if good else _broken(what, number, path)
    what = "lacks something that a note's line needs"
    return _entry(found) or _broken(what, number, path)


def _deck_of(found: Mapping[str, str]) -> Deck:
    return Deck(found["deck"], found.get("title", found["deck"]))


def _head(found: Mapping[str, Any], number: int, path: str) -> Lock | Diagnostic:
    version = found["lock"]
    if type(version) is int and version > VERSION:
        return _broken("was written by a newer version of rectoverso", number, path, _UPGRADE)
    if version != VERSION:
        return _broken("was written by an older version of rectoverso", number, path)
    stamps = found.get("note_types")
    good = (
        all(type(found.get(key, "")) is str for key in ("course", "deck", "title"))
        and {"course", "deck"} <= found.keys()
        and isinstance(stamps, dict)
        and all(_is_stamp(stamp) for stamp in stamps.values())
    )
    if not good:
        return _broken("lacks something that the first line needs", number, path)
    known = {name: Stamp(*stamp) for name, stamp in found["note_types"].items()}
    return Lock(found["course"], decks={COURSE: _deck_of(found)}, note_types=known)


def _is_stamp(found: object) -> bool:
    return isinstance(found, list) and [type(part) for part in found] == [str, int]


def _is_texts(found: object) -> bool:
    return isinstance(found, dict) and all(type(value) is str for value in found.values())


def _is_list(found: object, of: type) -> bool:
    return isinstance(found, list) and all(type(value) is of for value in found)


_KEYS: Mapping[str, Callable[[Any], bool]] = {
    "number": lambda value: type(value) is int and value > 0,
    "guid": lambda value: type(value) is str and value != "",
    "kind": lambda value: value in get_args(NoteKind),
    "topic": lambda value: type(value) is str,
    "id": lambda value: type(value) is str,
    "mod": lambda value: type(value) is int and value > 0,
    "hash": lambda value: type(value) is str,
    "retired": lambda value: type(value) is int and value > 0,
    "tags": lambda value: _is_list(value, str),
    "fields": _is_texts,
    "gone": lambda value: _is_texts(value) and all(map(_is_number, value)),
    "also": lambda value: _is_list(value, int),
}
_REQUIRED = {"number", "guid", "kind", "topic", "mod", "hash", "fields"}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _entry(found: Mapping[str, Any]) -> Entry | None:
    if not _REQUIRED <= found.keys() <= _KEYS.keys():
        return None
    if not all(_KEYS[key](value) for key, value in found.items()):
        return None
    lists = {key: tuple(found[key]) for key in ("tags", "also") if key in found}
    gone = {int(number): text for number, text in found.get("gone", {}).items()}
    return Entry(**{**found, **lists, "gone": gone})


def _merged(lines: Iterable[Line], path: str) -> tuple[tuple[Entry, ...], list[Diagnostic]]:
    """Make one entry of the lines that two branches left for one note.

    The line that was built last is kept, and every number that the note ever had is remembered.
    Lines with one guid that can't be one note are a mistake.
    """
    kept: dict[str, Entry] = {}
    problems = []
    for number, entry in enumerate(lines, 1):
        if not isinstance(entry, Entry):
            continue
        other = kept.get(entry.guid)
        if other and other.kind != entry.kind:
            message = f"has the guid {entry.guid}, which another kind of note has"
            problems.append(_broken(message, number, path))
        kept[entry.guid] = _one_of(other, entry) if other else entry
    return tuple(kept.values()), problems


def _one_of(left: Entry, right: Entry) -> Entry:
    """Make one entry of two lines for one note: the later one, with every number it ever had."""
    newer = right if right.mod > left.mod else left
    number = min(left.number, right.number)
    also = {left.number, right.number, *left.also, *right.also} - {number}
    gone = {**left.gone, **right.gone}
    return newer._replace(number=number, also=tuple(sorted(also)), gone=gone)


_RESTORE = "restore the file from version control; it keeps students' reviews on the right cards"
_UPGRADE = "use that version, or restore the file from version control"


def _broken(what: str, line: int, path: str, hint: str = _RESTORE) -> Diagnostic:
    return Diagnostic("lock-broken", f"this line {what}", Span(path, line, 1, line, 2), hint)
