"""The retired notes: a package that tags them in Anki, so that students can find and delete them.

A package can't delete notes.  This one brings the notes that are gone from the text once more, as
they were last built, with a tag and a line that says so.  It holds no cards: those that a student
has keep their reviews and their decks, and nobody gets new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape

from builder.identity.lock import retired_mod
from builder.outputs import Context, Output, Rendered
from builder.outputs.anki import decks_of, note_type_mods
from builder.phrases import counted
from builder.rendering.anki_names import retired_tag
from builder.rendering.fields import fields_of_entry, note_type_for

if TYPE_CHECKING:
    from builder.identity.lock import Entry
    from builder.rendering.anki_package import PackageNote


def render(context: Context) -> Rendered | None:
    """Return the package of the retired notes, or None where there is none."""
    from builder.rendering.anki_package import package

    entries = retired(context)
    if not entries:
        return None
    deck = decks_of(context)[0]
    notes = [_note(entry, deck.id, context) for entry in entries]
    return Rendered(
        package([deck], notes, note_type_mods(context), {}), counted(len(notes), "note")
    )


def retired(context: Context) -> list[Entry]:
    """Return the notes that are gone, by number."""
    gone = (entry for entry in context.lock.entries if entry.retired)
    return sorted(gone, key=lambda entry: entry.number)


def _note(entry: Entry, deck: int, context: Context) -> PackageNote:
    from builder.rendering.anki_package import PackageNote

    fields = fields_of_entry(entry, context.course.code)
    fields["Retired"] = str(escape(context.course.labels["retired"]))
    tags = tuple(sorted({*entry.tags, retired_tag(context.course)}, key=str.casefold))
    return PackageNote(
        note_type_for(entry.kind),
        deck,
        entry.guid,
        retired_mod(entry),
        tuple(fields.values()),
        tags,
        (),
    )


class RetiredOutput(Output):
    """Stands beside the deck."""

    __slots__ = ()

    def path(self, course: str, topic: str = "", variant: str = "") -> str:  # noqa: ARG002  # one for the course
        return f"{course}/{course}-retired.{self.extension}"


OUTPUT = RetiredOutput("retired", "anki", "course", "apkg", render, gathers=False)
