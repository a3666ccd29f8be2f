"""What an output is made of, as one hash: if it is the same, so is the output."""

from __future__ import annotations

import io
import pickle
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from builder import model
from builder.briefs import Brief, Topics
from builder.build.code import code_digest
from builder.hashes import sha
from builder.identity.lock import Lock
from builder.outputs import Context, Output, all_outputs
from builder.printing.profiles import Profile
from builder.walk import topic_inlines

_SHORT = 12  # hex digits by which a change is noticed


def narrowed(context: Context, output: Output, topic: model.Topic | None = None) -> Context:
    """Return the context with nothing in it that the output doesn't look at.

    Settings of other outputs leave it alone, and so do where the course lies and which topics it
    lists; what holds one topic looks at no other topic's notes and pictures, nor at the lock, nor
    at when a note changed; what is for the course looks at the lock and not at the topics.
    """
    printer = context.printer if output.is_for_printer else Profile()
    context = replace(context, course=_course(context.course, output), printer=printer)
    if topic is None:
        return replace(context, topics=(), identities={})
    own = {note.span: context.identities[note.span]._replace(mod=0) for note in topic.notes}
    media = {getattr(each, "asset", "") for each in topic_inlines(topic)}
    assets = _used(context, media)
    return replace(context, topics=(topic,), identities=own, assets=assets, lock=Lock(""), order=())


@dataclass(frozen=True)
class Fingerprint:
    """The hashes of all that an output depends on, by what that is in words for people."""

    parts: Mapping[str, str]

    @cached_property
    def key(self) -> str:
        """Return all of them as one hash."""
        return sha("\n".join(f"{name} {hashed}" for name, hashed in self.parts.items()).encode())

    @property
    def short(self) -> str:
        """Return so much of each as tells which of them changed."""
        return " ".join(sha(hashed.encode())[:_SHORT] for hashed in self.parts.values())

    def joined(self, others: Iterable[Fingerprint]) -> Fingerprint:
        """Return that of a file which is bound of others."""
        bound = "\n".join(other.key for other in others)
        return Fingerprint({**self.parts, "the topics that it is bound of": bound})


def fingerprint(output: Output, context: Context, *others: str) -> str:
    """Return the hash of all that rendering looks at; its context is narrowed already."""
    seen = sha(value_bytes(replace(context, assets={}, lock=Lock(""))))
    parts = (_code(), output.name, seen, *_asset_hashes(context.assets.values()), *others)
    return sha("\n".join(parts).encode())


@dataclass(slots=True)
class Fingerprints:
    """The fingerprints of a course's jobs; what they have in common is hashed once.

    `lock` is the hash of the course's lock.
    """

    context: Context
    topics: Topics
    lock: str
    _courses: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _assets: dict[str, str] = field(default_factory=dict)

    def of_topic(self, output: Output, topic: Brief) -> Fingerprint:
        """Return what the output of a topic depends on."""
        notes = [self.context.identities[note.span] for note in topic.notes]
        deletions = (each for note in topic.notes for each in note.deletions)
        numbers = [self.topics.numbers.get(each.span, 0) for each in deletions]
        known = [(note.number, note.guid) for note in notes]
        media = [self._asset(name) for name in sorted({each.asset for each in topic.media})]
        return Fingerprint(
            {
                **self._common(output),
                "its text": topic.digest,
                "a code or number of its notes": f"{known}{numbers}",
                "its pictures and sounds": "\n".join(media),
            }
        )

    def of_course(self, output: Output) -> Fingerprint:
        """Return what the output for the course depends on."""
        media = [self._asset(name) for name in sorted(self.context.assets)]
        return Fingerprint(
            {
                **self._common(output),
                "the topics and their order": "\n".join(self.context.order),
                "the notes in notes.lock": self.lock,
                "the pictures and sounds": "\n".join(media),
            }
        )

    def _common(self, output: Output) -> Mapping[str, str]:
        """Return what the output depends on whichever its topic is."""
        if output.name not in self._courses:
            seen = replace(narrowed(self.context, output), assets={}, lock=Lock(""), order=())
            assets = _asset_hashes(_used(self.context, ()).values())
            self._courses[output.name] = {
                "the program, a package of it or its templates": _code(),
                "what course.toml or the command says": f"{output.name} {sha(value_bytes(seen))}",
                "the logo or the fonts": "\n".join(assets),
            }
        return self._courses[output.name]

    def _asset(self, name: str) -> str:
        if name not in self._assets:
            found = self.context.assets.get(name)
            self._assets[name] = "".join(_asset_hashes([found])) if found else name
        return self._assets[name]


def _code() -> str:
    return f"{code_digest()} {sqlite3.sqlite_version}"


def _asset_hashes(assets: Iterable[model.Asset]) -> list[str]:
    return [f"{asset.name} {sha(asset.data)}" for asset in assets]


def _course(course: model.Course, output: Output) -> model.Course:
    others = {each.table for each in all_outputs()} - {output.table}
    settings = {name: keys for name, keys in course.settings.items() if name not in others}
    return replace(course, folder=Path(), topics=None, settings=settings)


def _used(context: Context, media: Iterable[str]) -> Mapping[str, model.Asset]:
    """Return the pictures and sounds with these names, the logo, and the fonts."""
    named = {*media, context.course.logo}
    return {
        name: asset
        for name, asset in sorted(context.assets.items())
        if name in named or asset.media_type == model.FONT_TYPE
    }


def value_bytes(value: Any) -> bytes:  # noqa: ANN401  # anything that a context holds
    """Return bytes that are the same for equal values, whichever of their parts are one object."""
    file = io.BytesIO()
    pickler = pickle.Pickler(file, protocol=5)
    pickler.fast = True  # no references to what was written before
    pickler.dump(value)
    return file.getvalue()
