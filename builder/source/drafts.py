"""Topics as they were read, and how to know that one was read before: by all that goes into it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from builder.briefs import Brief, brief_of
from builder.diagnostics import Diagnostic
from builder.hashes import sha
from builder.model import Course, Topic

Parse = Callable[[], tuple[Topic | None, list[Diagnostic]]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A topic as far as it could be read, in brief, and what is wrong in its text."""

    brief: Brief | None
    diagnostics: tuple[Diagnostic, ...]


class Shelf(Protocol):
    """Where topics are kept that were read before, by their keys."""

    def expect(self, topics: Mapping[str, Parse]) -> None:
        """Hear which topics will be asked for, and how they are read: many may be read at once."""

    def has(self, key: str) -> bool:
        """Tell whether a topic is known, in brief and as a whole."""

    def draft(self, key: str) -> Draft | None:
        """Return what was read, if it is known."""

    def topic(self, key: str) -> Topic | None:
        """Return the whole topic, if it is known."""

    def keep(self, key: str, topic: Topic | None, found: list[Diagnostic]) -> Draft:
        """Keep what was read, and return it in brief."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Keeps topics for this run."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)

    def expect(self, topics: Mapping[str, Parse]) -> None:
        """Do nothing: they are read when they are asked for."""

    def has(self, key: str) -> bool:
        """Tell whether a topic is known."""
        return key in self.topics

    def draft(self, key: str) -> Draft | None:
        """Return what was read, if it is known."""
        return self.drafts.get(key)

    def topic(self, key: str) -> Topic | None:
        """Return the whole topic, if it is known."""
        return self.topics.get(key)

    def keep(self, key: str, topic: Topic | None, found: list[Diagnostic]) -> Draft:
        """Keep what was read, and return it in brief."""
        brief = None
        if topic:
            self.topics[key], brief = topic, brief_of(topic, key)
        draft = self.drafts[key] = Draft(brief, tuple(found))
        return draft


def course_key(course: Course, covered: Collection[int]) -> str:
    """Return the hash of all of a course that reading a topic looks at.

    `covered` are the characters of the fonts of the machine that it names.
    """
    seen = replace(course, folder=Path(), topics=None, templates={}, settings={}, logo="")
    parts = f"{seen!r}\n{sorted(covered)!r}"
    return sha(parts.encode("utf-8", "surrogatepass"))


def topic_key(course: str, name: str, shown: str, file: str) -> str:
    """Return the hash of all that reading a topic looks at.

    `course` is the key of its course, `file` the hash of its file.
    """
    return sha(f"{course}\n{name}\n{shown}\n{file}".encode("utf-8", "surrogateescape"))


def read_draft(shelf: Shelf, key: str, parse: Parse) -> Draft:
    """Return what is known of a topic, or read it now."""
    return shelf.draft(key) or shelf.keep(key, *parse())


def read_topic(shelf: Shelf, key: str, parse: Parse) -> Topic:
    """Return the whole topic; raises LookupError where its text holds none."""
    topic = shelf.topic(key) or parse()[0]
    if topic is None:
        raise LookupError(key)
    return topic
