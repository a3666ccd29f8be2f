"""The order of the lock's lines: that of the text, and what is gone stays where it stood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from builder.identity.lock import Entry

_START = ""  # stands for a topic's start where a guid is meant


def in_order(
    present: Iterable[Entry], gone: Iterable[Entry], old: Sequence[Entry]
) -> tuple[Entry, ...]:
    """Return the entries by topic: those of the text in its order, each gone one where it was.

    A line that stays where it stood makes no noise in a diff.
    """
    topics: dict[str, list[Entry]] = defaultdict(list)
    for entry in present:
        topics[entry.topic].append(entry)
    left = {entry.guid: entry for entry in gone}
    for entry in left.values():
        topics.setdefault(entry.topic, [])
    with_gaps = {entry.topic for entry in left.values()}
    here = {entry.guid: entry.topic for topic in with_gaps for entry in topics[topic]}
    behind = _followers([entry for entry in old if entry.topic in with_gaps], left, here)
    return tuple(
        entry for topic in sorted(topics) for entry in _with_followers(topic, topics[topic], behind)
    )


Followers = Mapping[tuple[str, str], Sequence[Entry]]


def _followers(
    old: Sequence[Entry], left: Mapping[str, Entry], here: Mapping[str, str]
) -> Followers:
    """Return what is gone by its topic and the guid behind which it stood."""
    behind: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    last: dict[str, str] = {}
    for entry in old:
        if entry.guid in left:
            behind[entry.topic, last.get(entry.topic, _START)].append(left[entry.guid])
        elif here.get(entry.guid) == entry.topic:
            last[entry.topic] = entry.guid
    return behind


def _with_followers(topic: str, row: Iterable[Entry], behind: Followers) -> Iterator[Entry]:
    yield from behind.get((topic, _START), ())
    for entry in row:
        yield entry
        yield from behind.get((topic, entry.guid), ())
