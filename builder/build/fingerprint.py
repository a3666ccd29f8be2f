"""What an output is made of, as one hash: if it is the same, so is the output."""

from __future__ import annotations

import hashlib
import io
import pickle
import platform
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from builder import model
from builder.build.files import code_files
from builder.build.hashes import file_sha, sha
from builder.identity.lock import Lock, written
from builder.outputs import Context, Output, all_outputs
from builder.walk import topic_inlines


@cache
def code_digest() -> str:
    """Return the hash of all that renders: our code and templates, and every installed package."""
    digest = hashlib.sha256()
    versions = sorted({f"{found.name} {found.version}" for found in distributions()})
    machine = (platform.python_version(), platform.machine(), sqlite3.sqlite_version, *versions)
    digest.update("\n".join(machine).encode())
    for name, path in code_files():
        digest.update(f"\n{name} {file_sha(path)}".encode())
    return digest.hexdigest()


def narrowed(context: Context, output: Output) -> Context:
    """Return the context with nothing in it that the output doesn't look at.

    Settings of other outputs, notes and pictures of other topics, and for what holds one topic the
    lock, leave it alone; where the course lies and which topics it lists do so too.
    """
    spans = {note.span for topic in context.topics for note in topic.notes}
    return replace(
        context,
        course=_course(context.course, output),
        identities={span: one for span, one in context.identities.items() if span in spans},
        assets=_used(context),
        lock=Lock("") if output.scope == "topic" else context.lock,
    )


def fingerprint(output: Output, context: Context, *others: str) -> str:
    """Return the hash of all that an output depends on; its context is narrowed already."""
    pictures = [f"{name} {sha(asset.data)}" for name, asset in context.assets.items()]
    lock = written(context.lock) if context.lock.decks else ""
    seen = sha(_bytes(replace(context, assets={}, lock=Lock(""))))
    parts = (code_digest(), output.name, seen, sha(lock.encode()), *pictures, *others)
    return sha("\n".join(parts).encode())


def _course(course: model.Course, output: Output) -> model.Course:
    others = {each.table for each in all_outputs()} - {output.table}
    settings = {name: keys for name, keys in course.settings.items() if name not in others}
    return replace(course, folder=Path(), topics=None, settings=settings)


def _used(context: Context) -> Mapping[str, model.Asset]:
    """Return the pictures and sounds of the topics, the logo, and the fonts."""
    named = {
        getattr(each, "asset", "") for topic in context.topics for each in topic_inlines(topic)
    }
    named.add(context.course.logo)
    return {
        name: asset
        for name, asset in sorted(context.assets.items())
        if name in named or asset.media_type == model.FONT_TYPE
    }


def _bytes(value: Any) -> bytes:  # noqa: ANN401  # anything that a context holds
    """Return bytes that are the same for equal values, whichever of their parts are one object."""
    file = io.BytesIO()
    pickler = pickle.Pickler(file, protocol=5)
    pickler.fast = True  # no references to what was written before
    pickler.dump(value)
    return file.getvalue()
