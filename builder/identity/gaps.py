"""Where notes are missing: between the same neighbours as notes that nobody knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder.identity.wording import Wording


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a known note stood: its topic's notes in order, and its place among them."""

    row: Sequence[int]
    at: int


def gaps(
    notes: Sequence[Wording], known: Sequence[Wording], found: Mapping[int, int]
) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Yield runs of unknown notes, each with the known notes that stood between its neighbours.

    All are named by their indexes; `found` gives the known note of each recognised one.
    """
    places = _places(known)
    for run in _unknown_runs(notes, found):
        yield run, _between(run, notes, found, places)


def _unknown_runs(notes: Sequence[Wording], found: Mapping[int, int]) -> Iterator[list[int]]:
    """Yield runs of neighbouring unknown notes of one topic."""
    run: list[int] = []
    for index, note in enumerate(notes):
        ends = index in found or (run and note.topic != notes[run[0]].topic)
        if run and ends:
            yield run
            run = []
        if index not in found:
            run.append(index)
    if run:
        yield run


def _places(known: Iterable[Wording]) -> dict[int, _Place]:
    """Return the place of each known note that was present."""
    topics: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(known):
        if not one.is_retired:
            topics[one.topic].append(place)
    return {one: _Place(row, at) for row in topics.values() for at, one in enumerate(row)}


def _between(
    run: Sequence[int],
    notes: Sequence[Wording],
    found: Mapping[int, int],
    places: Mapping[int, _Place],
) -> Sequence[int]:
    """Return the known notes that stood between the neighbours of a run of unknown notes.

    A run at an end of its topic has one neighbour; a neighbour that came from elsewhere says
    nothing of the place.
    """
    topic = notes[run[0]].topic
    ends = [
        index
        for index in (run[0] - 1, run[-1] + 1)
        if 0 <= index < len(notes) and notes[index].topic == topic
    ]
    stood = {index: place for index in ends if (place := places.get(found[index]))}
    rows = [place.row for place in stood.values()]
    if not ends or len(stood) < len(ends) or any(row is not rows[0] for row in rows):
        return ()
    start = stood[run[0] - 1].at + 1 if run[0] - 1 in stood else 0
    stop = stood[run[-1] + 1].at if run[-1] + 1 in stood else None
    return rows[0][start:stop]
