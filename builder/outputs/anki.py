"""The Anki deck: one package a course, a deck a topic, every note with the cards it makes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from builder.identity.lock import COURSE
from builder.model import FONT_TYPE
from builder.outputs import Context, Output, Rendered
from builder.phrases import counted
from builder.rendering.anki_names import deck_id, media_name
from builder.rendering.fields import card_ordinals, fields_of_entry, note_type_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from builder import model
    from builder.identity.lock import Entry
    from builder.rendering.anki_package import PackageDeck, PackageNote


# What a field shows: our own HTML, in which what an author wrote is escaped.
_SHOWN = re.compile(r'(?:(?<=<img src=")|(?<=\[sound:))[\w.-]+')


def render(context: Context) -> Rendered | None:
    """Return the course's package, or None for a course without notes."""
    from builder.rendering.anki_package import package  # genanki: a fifth of a second

    entries = present(context)
    if not entries:
        return None
    notes = [_note(entry, context.course) for entry in entries]
    _refuse_shared_guids(notes)
    data = package(decks_of(context), notes, note_type_mods(context), _media(context, notes))
    cards = sum(len(note.cards) for note in notes)
    return Rendered(data, f"{counted(len(notes), 'note')}, {counted(cards, 'card')}")


def present(context: Context) -> list[Entry]:
    """Return the notes of the course as the lock has them, in the order of the text."""
    rows: dict[str, list[Entry]] = {name: [] for name in context.order}
    for entry in context.lock.entries:
        if not entry.retired:
            rows[entry.topic].append(entry)
    return [entry for row in rows.values() for entry in row]


def _note(entry: Entry, course: model.Course) -> PackageNote:
    from builder.rendering.anki_package import PackageNote

    note_type = note_type_for(entry.kind)
    fields = fields_of_entry(entry, course.code)
    return PackageNote(
        note_type,
        deck_id(course.name, entry.topic),
        entry.guid,
        entry.mod,
        tuple(fields.values()),
        entry.tags,
        card_ordinals(note_type.name, fields),
    )


def _refuse_shared_guids(notes: Iterable[PackageNote]) -> None:
    """Stop before Anki would import two notes of which it later updates only one."""
    shared = [guid for guid, times in Counter(note.guid for note in notes).items() if times > 1]
    if shared:
        raise ValueError(f"several notes have the guid {', '.join(shared)}")


def decks_of(context: Context) -> list[PackageDeck]:
    """Return the course's deck, which says what the course is, and below it the topics'."""
    from builder.rendering.anki_package import PackageDeck

    course, known = context.course, context.lock.decks
    about = Markup("<br>").join(filter(None, (course.title, course.author, course.license)))
    parent = known[COURSE].name
    decks = [PackageDeck(deck_id(course.name), parent, about)]
    filled = {entry.topic for entry in context.lock.entries if not entry.retired}
    for topic in context.order:
        if topic in filled:
            name = f"{parent}::{known[topic].name}"
            decks.append(PackageDeck(deck_id(course.name, topic), name))
    return decks


def note_type_mods(context: Context) -> dict[str, int]:
    """Return the second at which each note type's present form was first built, by its name."""
    return {name: stamp.mod for name, stamp in context.lock.note_types.items()}


def _media(context: Context, notes: Sequence[PackageNote]) -> dict[str, bytes]:
    """Return the pictures and sounds that a field shows."""
    files = (asset for asset in context.assets.values() if asset.media_type != FONT_TYPE)
    named = {media_name(asset): asset.data for asset in files}
    if not named:  # then there is no need to look
        return {}
    text = "".join(html for note in notes for html in note.fields)
    shown = set(_SHOWN.findall(text))
    return {name: data for name, data in named.items() if name in shown}


class _DeckOutput(Output):
    """Keeps away from `collection.apkg` and `backup-*.apkg`, which Anki takes for all one has."""

    __slots__ = ()

    def path(self, course: str, topic: str = "", variant: str = "") -> str:
        path = super().path(course, topic, variant)
        folder, _, name = path.rpartition("/")
        reserved = name.lower() == "collection.apkg" or name.lower().startswith("backup-")
        return f"{folder}/deck-{name}" if reserved else path


OUTPUT = _DeckOutput("anki", "anki", "course", "apkg", render)
