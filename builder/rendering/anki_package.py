"""An Anki package as bytes: the one place that talks to genanki.

Importing this module takes a fifth of a second, so whoever writes a package imports it then.
genanki's own writers take the clock for every time, read and write all decks for each deck, and
guess cards from the fields; what is used of it are its schema and its rows.
"""

from __future__ import annotations

import io
import itertools
import json
import sqlite3
import zipfile
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from builder.rendering.late import without_asyncio
from builder.rendering.note_types import NOTE_TYPES, SORT_FIELD, card_style

with without_asyncio():
    import genanki

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from builder.rendering.note_types import NoteType

# Anki panics at the second 0.
_FIRST_SECOND = 1
_COMPRESSION = 2  # of zlib: a quarter of the time of its default, for seven per cent more bytes


@dataclass(frozen=True, slots=True)
class PackageDeck:
    """A deck; `description` is HTML."""

    id: int
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class PackageNote:
    """A note, the deck of its cards, and which cards it has (by the place of their template)."""

    note_type: NoteType
    deck_id: int
    guid: str
    mod: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[int, ...]


def package(
    decks: Sequence[PackageDeck],
    notes: Sequence[PackageNote],
    note_types: Mapping[str, int],
    media: Mapping[str, bytes],
) -> bytes:
    """Return the package; new cards come in the order of `notes`, media are named in `media`.

    `note_types` has the `mod` of each note type by its name.
    """
    names = sorted(media)
    listing = json.dumps({str(place): name for place, name in enumerate(names)})
    entries = {"collection.anki2": _collection(decks, notes, note_types)}
    entries["media"] = listing.encode()
    entries |= {str(place): media[name] for place, name in enumerate(names)}
    return _zipped(entries)


def _zipped(entries: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name)  # dated 1980, whenever it is written
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix; else it is the machine's
            info.external_attr = 0o644 << 16
            file.writestr(info, data, compresslevel=_COMPRESSION)
    return archive.getvalue()


def _collection(
    decks: Sequence[PackageDeck], notes: Sequence[PackageNote], note_types: Mapping[str, int]
) -> bytes:
    """Return the SQLite file; all its times come from those of the notes and note types."""
    times = (*note_types.values(), *(note.mod for note in notes))
    newest = max(_FIRST_SECOND, *times)
    models = {kind.id: _model(kind) for kind in NOTE_TYPES}
    ids = itertools.count(newest * 1000)
    with closing(sqlite3.connect(":memory:")) as database:
        cursor = database.cursor()
        genanki.Package([]).write_to_db(cursor, newest, ids)
        _describe(cursor, decks, models, note_types, newest)
        rows = _Rows()
        for place, note in enumerate(notes, start=1):
            row = _Note(models[note.note_type.id], note, place)
            row.write_to_db(rows, max(_FIRST_SECOND, note.mod), note.deck_id, ids)
        with _unindexed(cursor):
            rows.write(cursor)
        database.commit()
        return database.serialize()


@contextmanager
def _unindexed(cursor: sqlite3.Cursor) -> Iterator[None]:
    """Let rows be written inside without indexes; to make these afterwards is a third quicker."""
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    indexes = cursor.execute(asked).fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, made in indexes:
        cursor.execute(made)


def _describe(
    cursor: sqlite3.Cursor,
    decks: Sequence[PackageDeck],
    models: Mapping[int, genanki.Model],
    note_types: Mapping[str, int],
    newest: int,
) -> None:
    """Fill the collection's one row: note types, decks and times (`crt` is in seconds)."""
    (known,) = cursor.execute("SELECT decks FROM col").fetchone()
    all_decks = json.loads(known) | {str(deck.id): _deck(deck, newest) for deck in decks}
    types = {
        str(key): kind.to_json(max(_FIRST_SECOND, note_types.get(kind.name, 0)), decks[0].id)
        for key, kind in models.items()
    }
    cursor.execute(
        "UPDATE col SET crt = ?, mod = ?, scm = ?, decks = ?, models = ?",
        (newest, newest * 1000, newest * 1000, json.dumps(all_decks), json.dumps(types)),
    )


def _deck(deck: PackageDeck, newest: int) -> dict[str, Any]:
    """Return the deck as its collection has it: changed last at `newest`, nothing studied today."""
    studied = {key: [0, 0] for key in ("newToday", "revToday", "lrnToday", "timeToday")}
    made: dict[str, Any] = genanki.Deck(deck.id, deck.name, deck.description).to_json()
    return made | studied | {"mod": newest}


def _model(kind: NoteType) -> genanki.Model:
    return genanki.Model(
        kind.id,
        kind.name,
        fields=[
            {"name": field.name, "id": field.id, "preventDeletion": True, "collapsed": field.tucked}
            for field in kind.fields
        ],
        templates=[
            {
                "name": card.name,
                "id": card.id,
                "qfmt": str(card.front),
                "afmt": str(card.back),
                "bqfmt": card.listed[0],
                "bafmt": card.listed[1],
            }
            for card in kind.templates
        ],
        css=str(card_style()),
        model_type=genanki.Model.CLOZE if kind.is_cloze else genanki.Model.FRONT_BACK,
        sort_field_index=SORT_FIELD,
    )


class _Rows:
    """Stands for a cursor, and keeps genanki's rows to write those of each table at once."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[object, ...]]] = {}
        self.lastrowid: object = 0

    def execute(self, statement: str, row: tuple[object, ...]) -> None:
        """Keep a row; its first value is its id."""
        self._rows.setdefault(statement, []).append(row)
        self.lastrowid = row[0]

    def write(self, cursor: sqlite3.Cursor) -> None:
        """Write all rows."""
        for statement, rows in self._rows.items():
            cursor.executemany(statement, rows)


class _Note(genanki.Note):  # type: ignore[misc]  # genanki has no types
    """A row of notes with the cards that it is told to have."""

    tags: tuple[str, ...] = ()  # in place of genanki's list of them, which checks them each time

    def __init__(self, model: genanki.Model, note: PackageNote, due: int) -> None:
        super().__init__(model, list(note.fields), guid=note.guid, due=due)
        self.tags = note.tags
        self._cards = [genanki.Card(ordinal) for ordinal in note.cards]

    @property
    def cards(self) -> list[genanki.Card]:
        return self._cards

    def _format_tags(self) -> str:
        """Return the tags as Anki keeps them."""
        return f" {' '.join(self.tags)} "

    def _check_invalid_html_tags_in_fields(self) -> None:
        """Do nothing: the fields are HTML of ours, and genanki's pattern is quadratic in them."""
