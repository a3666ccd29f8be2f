"""Notes that stand where they stood, with all that they said: nearly all, in nearly every build.

Of those in topics of which that is known beforehand, nothing is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from builder.identity.lock import Entry
from builder.identity.shown import CLOZE, FRONT, ReadNote

_CLAIMED = -1  # in place of a place: whose note that is, is said elsewhere


def standing(
    read: Sequence[ReadNote], known: Sequence[Entry], topics: frozenset[str], prefix: str
) -> dict[int, int]:
    """Return the known note of each in the topics that are as they were when the lock was written.

    A topic doesn't stand if a note elsewhere is said to be one of it, or one of it by its code to
    be any.
    """
    topics = topics - {each.brief.topic for each in read if each.brief.id.startswith(f"{prefix}-")}
    if not topics:
        return {}
    claimed = {each.brief.id for each in read if each.brief.topic not in topics} - {""}
    places: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(known):
        if not entry.retired:
            is_claimed = claimed and not claimed.isdisjoint({entry.id, f"{prefix}-{entry.number}"})
            places[entry.topic].append(_CLAIMED if is_claimed else place)
    indexes: dict[str, list[int]] = defaultdict(list)
    for index, each in enumerate(read):
        indexes[each.brief.topic].append(index)
    return {
        index: place
        for topic, row in indexes.items()
        if topic in topics and len(row) == len(places[topic]) and _CLAIMED not in places[topic]
        for index, place in zip(row, places[topic], strict=True)
    }


def unchanged(
    read: Sequence[ReadNote],
    known: Sequence[Entry],
    prefix: str,
    settled: Mapping[int, int] = MappingProxyType({}),
) -> dict[int, int]:
    """Return the known note of each that stands where it stood, with all that it said.

    Ids and codes are what an author decides by, so whatever has to do with one is looked at.  What
    is `settled` is left out.
    """
    taken = set(settled.values())
    claimed = {each.brief.id for each in read if each.brief.id}
    waiting: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(known):
        is_free = not (entry.id or entry.retired or place in taken)
        if is_free and not (claimed and f"{prefix}-{entry.number}" in claimed):
            waiting[entry.topic].append(place)
    asking: dict[str, list[int]] = defaultdict(list)
    for index, each in enumerate(read):
        if not each.brief.id and index not in settled:
            asking[each.brief.topic].append(index)
    same: dict[int, int] = {}
    for topic, indexes in asking.items():
        places = waiting[topic]
        pairs = list(zip(indexes, places, strict=False))
        is_all = len(indexes) == len(places)
        if not is_all or not all(_is_as_it_was(read[i], known[p]) for i, p in pairs):
            pairs = list(_found_again(indexes, places, read, known))
        same.update(pairs)
    return same


def _is_as_it_was(note: ReadNote, entry: Entry) -> bool:
    return entry.kind == note.brief.kind and entry.fields == note.shown.kept


def _found_again(
    indexes: Iterable[int], places: Iterable[int], read: Sequence[ReadNote], known: Sequence[Entry]
) -> Iterator[tuple[int, int]]:
    """Yield the notes of a topic that are as they were, wherever in it they stood."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for place in places:
        waiting[_heart(known[place].fields)].append(place)
    for index in indexes:
        left = waiting[_heart(read[index].shown.kept)]
        for place in left:
            if _is_as_it_was(read[index], known[place]):
                left.remove(place)
                yield index, place
                break


def _heart(fields: Mapping[str, str]) -> str:
    return fields.get(CLOZE) or fields.get(FRONT, "")
