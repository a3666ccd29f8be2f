"""Recognising notes: which entry of the lock is which note of the text.

Three stages, each only among what the earlier ones left: the author's id; the same prompt and
answer; the same prompt, where only one is left of it (first within the topic, then in the course).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from builder.identity.lock import Entry
from builder.model import NoteKind
from builder.text import comparable


@dataclass(frozen=True, slots=True)
class Wording:
    """What a note is recognised by; an `Entry` holds the same of its last build."""

    kind: NoteKind
    topic: str
    prompt: str
    answer: str
    id: str = ""


Key = Callable[[Wording | Entry], Hashable]


def match(wordings: Sequence[Wording], entries: Iterable[Entry]) -> dict[int, Entry]:
    """Return the entry of each wording that is recognised, by the wording's index."""
    found: dict[int, Entry] = {}
    left = list(entries)
    for key, only_one in _STAGES:
        waiting = [index for index in range(len(wordings)) if index not in found]
        found |= _paired(wordings, waiting, left, key, only_one=only_one)
        taken = {entry.number for entry in found.values()}
        left = [entry for entry in left if entry.number not in taken]
    return found


def _paired(
    wordings: Sequence[Wording],
    waiting: Sequence[int],
    entries: Iterable[Entry],
    key: Key,
    *,
    only_one: bool,
) -> dict[int, Entry]:
    """Pair what has the same key, in order; with `only_one` just where both sides have one."""
    known: dict[Hashable, list[Entry]] = defaultdict(list)
    asked: dict[Hashable, list[int]] = defaultdict(list)
    for entry in entries:
        known[key(entry)].append(entry)
    for index in waiting:
        asked[key(wordings[index])].append(index)
    return {
        index: entry
        for value, indexes in asked.items()
        if value is not None and (not only_one or len(indexes) == len(known[value]) == 1)
        for index, entry in zip(indexes, known[value], strict=False)
    }


def _id(one: Wording | Entry) -> Hashable:
    return (one.kind, one.id) if one.id else None


def _text(one: Wording | Entry) -> tuple[str, str, str]:
    return one.kind, comparable(one.prompt), comparable(one.answer)


def _prompt(one: Wording | Entry) -> tuple[str, str]:
    return one.kind, comparable(one.prompt)


_STAGES: tuple[tuple[Key, bool], ...] = (
    (_id, False),
    (lambda one: (one.topic, *_text(one)), False),
    (_text, False),
    (lambda one: (one.topic, *_prompt(one)), True),
    (_prompt, True),
)
