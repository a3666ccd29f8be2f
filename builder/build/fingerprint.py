"""What an output is made of, as one hash: if it is the same, so is the output."""

from __future__ import annotations

import io
import pickle
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from builder import model
from builder.briefs import Brief, Topics
from builder.build.code import code_digest
from builder.build.hashes import sha
from builder.identity.lock import Lock
from builder.outputs import Context, Output, all_outputs
from builder.walk import topic_inlines


def narrowed(context: Context, output: Output, topic: model.Topic | None = None) -> Context:
    """Return the context with nothing in it that the output doesn't look at.

    Settings of other outputs leave it alone, and so do where the course lies and which topics it
    lists; what holds one topic looks at no other topic's notes and pictures, nor at the lock; what
    is for the course looks at that and not at the topics.
    """
    context = replace(context, course=_course(context.course, output))
    if topic is None:
        return replace(context, topics=(), identities={})
    own = {note.span: context.identities[note.span] for note in topic.notes}
    media = {getattr(each, "asset", "") for each in topic_inlines(topic)}
    assets = _used(context, media)
    return replace(context, topics=(topic,), identities=own, assets=assets, lock=Lock(""), order=())


def fingerprint(output: Output, context: Context, *others: str) -> str:
    """Return the hash of all that an output depends on; its context is narrowed already."""
    seen = sha(value_bytes(replace(context, assets={}, lock=Lock(""))))
    return _hash(output.name, seen, *_asset_hashes(context.assets.values()), *others)


@dataclass(slots=True)
class Fingerprints:
    """The fingerprints of a course's jobs; what they have in common is hashed once.

    `lock` is the hash of the course's lock.
    """

    context: Context
    topics: Topics
    lock: str
    _courses: dict[str, str] = field(default_factory=dict)
    _assets: dict[str, str] = field(default_factory=dict)

    def of_topic(self, output: Output, topic: Brief) -> str:
        """Return the hash of all that the output of a topic depends on."""
        notes = [self.context.identities[note.span] for note in topic.notes]
        deletions = (each for note in topic.notes for each in note.deletions)
        numbers = [self.topics.numbers.get(each.span, 0) for each in deletions]
        known = [(note.number, note.guid, note.mod) for note in notes]
        media = [self._asset(name) for name in sorted({each.asset for each in topic.media})]
        return _hash(self._course(output), topic.digest, f"{known}{numbers}", *media)

    def of_course(self, output: Output) -> str:
        """Return the hash of all that the output for the course depends on."""
        media = [self._asset(name) for name in sorted(self.context.assets)]
        return _hash(self._course(output), "\n".join(self.context.order), self.lock, *media)

    def _course(self, output: Output) -> str:
        """Return the hash of what the output sees of the course, its logo and fonts."""
        if output.name not in self._courses:
            seen = replace(narrowed(self.context, output), assets={}, lock=Lock(""), order=())
            assets = _asset_hashes(_used(self.context, ()).values())
            self._courses[output.name] = _hash(output.name, sha(value_bytes(seen)), *assets)
        return self._courses[output.name]

    def _asset(self, name: str) -> str:
        if name not in self._assets:
            found = self.context.assets.get(name)
            self._assets[name] = "".join(_asset_hashes([found])) if found else name
        return self._assets[name]


def _hash(*parts: str) -> str:
    return sha("\n".join((code_digest(), sqlite3.sqlite_version, *parts)).encode())


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
