"""What Anki gets of a note of the text, and what it is recognised by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from builder.briefs import NoteBrief
from builder.identity.wording import Wording, wording
from builder.model import AnkiFields

CLOZE, FRONT = "Text", "Front"  # fields of the note types
_CODE = "Code"


class Shown(NamedTuple):
    """What Anki gets of a note, what it is recognised by, and the fields that the lock keeps."""

    fields: AnkiFields
    wording: Wording
    kept: Mapping[str, str]

    @classmethod
    def of(cls, fields: AnkiFields, note: NoteBrief) -> Shown:
        """Read the wording from the fields."""
        worded = wording(note.kind, note.topic, dict(fields.fields), note.id)
        return cls(fields, worded, kept_fields(fields))


class ReadNote(NamedTuple):
    """A note of the text, and what Anki gets of it."""

    brief: NoteBrief
    shown: Shown


def kept_fields(fields: AnkiFields) -> Mapping[str, str]:
    """Return the fields that the lock keeps."""
    return {name: html for name, html in fields.fields if html and name != _CODE}
