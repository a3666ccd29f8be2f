"""The names of decks in Anki, which stay when a topic is renamed.

Anki knows a deck by its name.  Were the deck renamed with its topic, the cards that a student has
would stay in the old one, and only new cards would go to the new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from builder.identity.lock import COURSE, Deck, Entry


@dataclass(frozen=True, slots=True)
class Renamed:
    """A topic (or the course, whose name is empty) whose deck keeps a name that it had."""

    topic: str
    deck: Deck


def kept_decks(
    wanted: Mapping[str, str], known: Mapping[str, Deck], origins: Mapping[str, str]
) -> dict[str, Deck]:
    """Return each topic's deck: the one that it had, under whatever name, else the wanted one.

    `wanted` names the decks after the topics' titles, in the topics' order; `origins` tells which
    topic a renamed one was.  No two decks share a name, in which Anki doesn't tell case apart.
    """
    kept = {topic: known.get(topic) or known.get(origins.get(topic, topic)) for topic in wanted}
    taken = {deck.name.casefold() for topic, deck in known.items() if topic != COURSE}
    decks = {}
    for topic, title in wanted.items():
        deck = kept[topic]
        name = deck.name if deck else _free(title, topic, taken)
        taken.add(name.casefold())
        decks[topic] = Deck(name, title)
    return decks


def origins(entries: Iterable[tuple[Entry, str]], topics: Iterable[str]) -> dict[str, str]:
    """Return the topic from which most notes of a new topic came, if that is there no more.

    `entries` are the known notes as they were, each with the topic in which it stands now.
    """
    present = set(topics)
    came: dict[str, Counter[str]] = {}
    for entry, topic in entries:
        if entry.topic not in present:
            came.setdefault(topic, Counter())[entry.topic] += 1
    found: dict[str, str] = {}
    pairs = [(-times, topic, old) for topic, row in came.items() for old, times in row.items()]
    for _times, topic, old in sorted(pairs):
        if topic not in found and old not in found.values():
            found[topic] = old
    return found


def renamed(known: Mapping[str, Deck], wanted: Mapping[str, str]) -> Iterator[Renamed]:
    """Yield the decks whose topic has got another title since the last build."""
    for topic, deck in known.items():
        title = wanted.get(topic, deck.title)
        if title not in {deck.title, deck.name}:
            yield Renamed(topic, Deck(deck.name, title))


def _free(title: str, topic: str, taken: set[str]) -> str:
    return title if title.casefold() not in taken else f"{title} ({topic.replace('::', ':')})"
