"""`notes.lock`: what is known of every note that a course ever had, one line a note.

A line of JSON for the course, then one for each note, by topic and number, with the keys always
in the same order, so that a diff shows one line for one note.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, get_args

from builder.diagnostics import Diagnostic
from builder.model import NoteKind, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "notes.lock"
VERSION = 1
MAX_BYTES = 100_000_000  # some 100,000 notes


@dataclass(frozen=True, slots=True)
class Entry:
    """One note as it was last built.

    `hash` is that of its Anki fields and tags, and `mod` the second at which that hash was first
    built.  `retired` is the second at which the note was found gone, or 0.
    """

    number: int
    guid: str
    kind: NoteKind
    topic: str
    prompt: str
    answer: str
    id: str = ""
    hash: str = ""
    mod: int = 0
    retired: int = 0


@dataclass(frozen=True, slots=True)
class Lock:
    """A course's lock; the note types have a hash and a `mod` as notes have."""

    course: str
    entries: tuple[Entry, ...] = ()
    note_types_hash: str = ""
    note_types_mod: int = 0

    @property
    def next_number(self) -> int:
        """Return the lowest number that no note ever had."""
        return max((entry.number for entry in self.entries), default=0) + 1


def written(lock: Lock) -> str:
    """Return the lock as text."""
    head = {
        "lock": VERSION,
        "course": lock.course,
        "note_types_hash": lock.note_types_hash,
        "note_types_mod": lock.note_types_mod,
    }
    entries = sorted(lock.entries, key=lambda entry: (entry.topic, entry.number))
    lines = [head, *(_without_defaults(entry) for entry in entries)]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def read_lock(text: str, path: str) -> tuple[Lock | None, list[Diagnostic]]:
    """Return the lock in a text, or what is wrong with it; then nothing may be built on it."""
    lines = text.rstrip("\n").split("\n")
    head, problem = _object(lines[0], 1, path)
    if head is None:
        return None, [problem] if problem else []
    if head.get("lock") != VERSION:
        return None, [_broken("was written by another version of rectoverso", 1, path)]
    entries, problems = [], []
    for number, line in enumerate(lines[1:], 2):
        entry, problem = _entry(line, number, path)
        if entry:
            entries.append(entry)
        elif problem:
            problems.append(problem)
    problems = problems or _repeated(entries, path)
    if problems:
        return None, problems
    hashed, mod = str(head.get("note_types_hash", "")), int(head.get("note_types_mod", 0))
    return Lock(str(head.get("course", "")), tuple(entries), hashed, mod), []


def _without_defaults(entry: Entry) -> Mapping[str, object]:
    return {
        key: value
        for key, value in asdict(entry).items()
        if not (key in {"id", "retired"} and not value)
    }


def _object(line: str, number: int, path: str) -> tuple[dict[str, Any] | None, Diagnostic | None]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found, None
    marks = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
    if line.startswith(marks):
        return None, _broken("holds a conflict that git left", number, path)
    return None, _broken("is not a line that rectoverso wrote", number, path)


def _entry(line: str, number: int, path: str) -> tuple[Entry | None, Diagnostic | None]:
    found, problem = _object(line, number, path)
    if found is None:
        return None, problem
    types = {f.name: int if f.type == "int" else str for f in fields(Entry)}
    required = {"number", "guid", "kind", "topic", "prompt", "answer"}
    good = (
        required <= found.keys() <= types.keys()
        and all(type(value) is types[key] for key, value in found.items())
        and found["kind"] in get_args(NoteKind)
        and found["number"] > 0
        and found["guid"]
    )
    if not good:
        return None, _broken("lacks something that a note's line needs", number, path)
    return Entry(**found), None


def _repeated(entries: list[Entry], path: str) -> list[Diagnostic]:
    """Report a number or a guid that two notes have; Anki would mix them up."""
    seen: set[object] = set()
    problems = []
    for number, entry in enumerate(entries, 2):
        for value in (entry.number, entry.guid):
            if value in seen:
                problems.append(_broken(f"has {value}, which another line has", number, path))
            seen.add(value)
    return problems


def _broken(what: str, line: int, path: str) -> Diagnostic:
    return Diagnostic(
        "lock-broken",
        f"this line {what}",
        Span(path, line, 1, line, 2),
        "restore the file from version control; it keeps students' reviews on the right cards",
    )
