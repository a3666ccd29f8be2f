"""Numbers that two branches gave out at the same time, after git merged their locks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from builder.identity.lock import Entry


@dataclass(frozen=True, slots=True)
class Distinct:
    """Entries of which no two share a number, and the number that one had before, by its guid."""

    entries: tuple[Entry, ...]
    before: Mapping[str, int]


def distinct(entries: Sequence[Entry]) -> Distinct:
    """Give new numbers where two branches gave out the same: the note built first keeps it."""
    owner: dict[int, str] = {}
    for entry in sorted(entries, key=lambda entry: entry.mod):
        for number in (entry.number, *entry.also):
            owner.setdefault(number, entry.guid)
    fresh = max(owner, default=0)
    kept, before = [], {}
    for entry in entries:
        if owner[entry.number] == entry.guid:
            kept.append(entry)
            continue
        fresh += 1
        before[entry.guid] = entry.number
        kept.append(entry._replace(number=fresh))
    return Distinct(tuple(kept), before)
