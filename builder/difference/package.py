"""Reading a package that was handed out: its notes as the lock would have them."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from builder.identity.lock import Entry
from builder.model import NoteKind
from builder.rendering.note_types import CLOZE, NOTE_TYPES

MAX_BYTES = 1_000_000_000
_CODE = "Code"


class PackageError(Exception):
    """Why a file can't be read as a package of ours."""


def read_package(path: Path) -> list[Entry]:
    """Return the notes of a package that rectoverso wrote; raises `PackageError`."""
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.deserialize(_collection(path))
            return list(_notes(database))
        except (sqlite3.Error, ValueError, KeyError, TypeError, AttributeError) as error:
            raise PackageError("it is damaged, or no Anki package") from error


def _collection(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as file:
            if "collection.anki21b" in file.namelist():
                raise PackageError("Anki exported it; name a package that rectoverso wrote")
            entry = file.getinfo("collection.anki2")
            if entry.file_size > MAX_BYTES:
                raise PackageError("it is too large")
            return file.read(entry)
    except OSError as error:
        raise PackageError(error.strerror or "it can't be read") from error
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, zlib.error) as error:
        raise PackageError("it is damaged, or no Anki package") from error


def _notes(database: sqlite3.Connection) -> Iterator[Entry]:
    (models,) = database.execute("SELECT models FROM col").fetchone()
    names = {
        int(key): [field["name"] for field in kind["flds"]]
        for key, kind in json.loads(models).items()
    }
    ours = {kind.id for kind in NOTE_TYPES}
    rows = database.execute("SELECT guid, mid, mod, tags, flds FROM notes ORDER BY id")
    for guid, note_type, mod, tags, fields in rows:
        if note_type in ours:
            values = dict(zip(names[note_type], fields.split("\x1f"), strict=False))
            yield _entry(guid, note_type, mod, tags.split(), values)


def _entry(guid: str, note_type: int, mod: int, tags: list[str], values: dict[str, Any]) -> Entry:
    kind: NoteKind = "cloze" if note_type == CLOZE.id else "question"
    number = values.pop(_CODE).rpartition("-")[2]
    places = [tag for tag in tags if "::" in tag]
    topic = places[0].partition("::")[2].replace("::", "/") if places else ""
    kept = {name: html for name, html in values.items() if html}
    return Entry(int(number), guid, kind, topic, mod=mod, tags=tuple(tags), fields=kept)
