"""What Anki gets of a note of the text, and what it is recognised by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from builder.briefs import Brief, NoteBrief
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


@dataclass(slots=True)
class ReadTopic:
    """A topic of the text; what Anki gets of its notes is looked at when it is needed."""

    brief: Brief
    render: Callable[[Brief], Sequence[Shown]]
    _shown: Sequence[Shown] = ()

    def notes(self) -> Iterator[ReadNote]:
        """Yield its notes in order."""
        return (ReadNote(note, self, at) for at, note in enumerate(self.brief.notes))

    def shown(self, at: int) -> Shown:
        """Return what Anki gets of a note."""
        if not self._shown:
            self._shown = self.render(self.brief)
        return self._shown[at]


class ReadNote(NamedTuple):
    """A note of the text, and what Anki gets of it, once its numbers are others than the text's."""

    brief: NoteBrief
    topic: ReadTopic
    at: int
    renumbered: Shown | None = None

    @property
    def shown(self) -> Shown:
        """Return what Anki gets of it."""
        return self.renumbered or self.topic.shown(self.at)


def kept_fields(fields: AnkiFields) -> Mapping[str, str]:
    """Return the fields that the lock keeps."""
    return {name: html for name, html in fields.fields if html and name != _CODE}
