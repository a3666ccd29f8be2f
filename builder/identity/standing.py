"""Notes that stand where they stood, with all that they said: nearly all, in nearly every build."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from builder.identity.lock import Entry
from builder.identity.shown import CLOZE, FRONT, ReadNote


def unchanged(read: Sequence[ReadNote], known: Sequence[Entry], prefix: str) -> dict[int, int]:
    """Return the known note of each that stands where it stood, with all that it said.

    Ids and codes are what an author decides by, so whatever has to do with one is looked at.
    """
    claimed = {each.brief.id for each in read if each.brief.id}
    waiting: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(known):
        is_free = not (entry.id or entry.retired)
        if is_free and not (claimed and f"{prefix}-{entry.number}" in claimed):
            waiting[entry.topic].append(place)
    standing: dict[str, list[int]] = defaultdict(list)
    for index, each in enumerate(read):
        if not each.brief.id:
            standing[each.brief.topic].append(index)
    same: dict[int, int] = {}
    for topic, indexes in standing.items():
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
