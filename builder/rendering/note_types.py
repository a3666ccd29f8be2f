"""The two Anki note types: their ids, fields and templates, fixed for ever.

Anki knows a note type, a field and a template by its id.  A later version may rename a field (a
spare one gets its use so), but must not add, drop or reorder any, and must not add a template:
Anki would then make a copy of the note type, and notes that are already learned would no longer
be updated.
"""

from __future__ import annotations

from dataclasses import dataclass

from builder.rendering.templates import read_text


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a note type; a `tucked` one is folded away in Anki's editor."""

    name: str
    id: int
    tucked: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """One card of a note type.

    Its two sides are the files `<stem>-front.html` and `<stem>-back.html` of templates/anki/;
    `listed` is what Anki's browser shows of them in its columns.
    """

    name: str
    id: int
    stem: str
    listed: tuple[str, str]

    @property
    def front(self) -> str:
        """Return the front in Anki's template language."""
        return read_text(f"anki/{self.stem}-front.html")

    @property
    def back(self) -> str:
        """Return the back in Anki's template language."""
        return read_text(f"anki/{self.stem}-back.html")


@dataclass(frozen=True, slots=True)
class NoteType:
    """One note type; a cloze note type has a card for each number of its deletions."""

    name: str
    id: int
    fields: tuple[Field, ...]
    templates: tuple[Template, ...]
    is_cloze: bool = False


# Sorted by the second field, what is asked: the first is the code that people see.
SORT_FIELD = 1

QUESTION = NoteType(
    "Rectoverso question",
    1527525000,
    (
        Field("Code", 2219084863503393687),
        Field("Front", 3641454193427057941),
        Field("Back", 4054592813594266076),
        Field("Extra", 1182170906951999738),
        Field("Hint", 1004422003951202931),
        Field("Context", 2291214285230632397),
        Field("Reverse", 1065339737288338897, tucked=True),
        Field("Retired", 2312041615098567987, tucked=True),
        Field("Spare1", 768793672216433198, tucked=True),
        Field("Spare2", 2919969198280152093, tucked=True),
    ),
    (
        Template("Forward", 2852727509041409759, "forward", ("{{Front}}", "{{Back}}")),
        Template(
            "Reverse",
            2906612232556309555,
            "reverse",
            ("{{#Reverse}}{{Back}}{{/Reverse}}", "{{Front}}"),
        ),
    ),
)

CLOZE = NoteType(
    "Rectoverso cloze",
    2108626544,
    (
        Field("Code", 2189910448123924218),
        Field("Text", 4250794204395914418),
        Field("Extra", 3267936988656158346),
        Field("Context", 561395642476256148),
        Field("Retired", 756155765665561280, tucked=True),
        Field("Spare1", 3002658018799937183, tucked=True),
        Field("Spare2", 2486679359856715328, tucked=True),
    ),
    (Template("Cloze", 4498687399300796993, "cloze", ("{{cloze:Text}}", "{{cloze:Text}}")),),
    is_cloze=True,
)

NOTE_TYPES = (QUESTION, CLOZE)


def card_style() -> str:
    """Return the style sheet of both note types."""
    return read_text("anki/anki.css") + read_text("code.css")
