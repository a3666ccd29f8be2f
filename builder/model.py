"""The data that flows through the pipeline: frozen dataclasses that know of nothing else.

Three layers, from the outside in: a `Course` holds `Topic`s, a topic holds `Section`s, and their
text is a small tree of `Block`s and `Inline`s.  Every node that can be wrong keeps its `Span`.
A *note* is what becomes cards: a `Question`, a `Term`, a `ClozeFact` or a `TitleNote`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from builder.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Node:
    """What all of the model have in common: they are pickled as what they are made of.

    That takes half the time that Python's own way takes for dataclasses, and a course has tens of
    thousands of nodes.
    """

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[type[Node], tuple[object, ...]]:
        return type(self), tuple([getattr(self, name) for name in self.__match_args__])


# --- Inlines: what stands inside a paragraph -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Characters as the author wrote them."""

    text: str


@dataclass(frozen=True, slots=True)
class Code(Node):
    """Inline code; never syntax."""

    text: str


@dataclass(frozen=True, slots=True)
class Styled(Node):
    """Text that only looks different: the base of those that say how."""

    children: Inlines


class Emphasis(Styled):
    """Emphasised text."""

    __slots__ = ()


class Strong(Styled):
    """Strongly emphasised text."""

    __slots__ = ()


class Subscript(Styled):
    """Small text below the line."""

    __slots__ = ()


class Superscript(Styled):
    """Small text above the line."""

    __slots__ = ()


class Strikethrough(Styled):
    """Text that is struck through."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Maths(Node):
    """An expression in TeX; `display`: it has lines of its own."""

    tex: str
    display: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Link(Node):
    """A link; `topic` names the topic it leads to, or is empty when `href` leaves the course."""

    href: str
    children: Inlines
    span: Span
    topic: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Image(Node):
    """A picture; `asset` is its path inside the course, with forward slashes.

    `caption` is only there where the picture is a paragraph's only inline.  `width` is in percent
    of the room, or 0 where the picture has its own size.
    """

    asset: str
    alt: str
    span: Span
    caption: Inlines = ()
    width: int = 0


@dataclass(frozen=True, slots=True)
class Audio(Node):
    """A sound; `asset` is its path inside the course, `alt` stands for it on paper."""

    asset: str
    alt: str
    span: Span


@dataclass(frozen=True, slots=True)
class Footnote(Node):
    """A footnote where its mark stands; one `Inlines` for each of its paragraphs.

    `follows`: its mark stands right behind another one, so that something must divide them.
    """

    paragraphs: tuple[Inlines, ...]
    span: Span
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Break(Node):
    """A line's end: soft (a space) or hard (a new line)."""

    hard: bool = False


LAST_NUMBER = 499  # of a cloze deletion: what Anki's editor accepts


@dataclass(frozen=True, slots=True)
class Deletion(Node):
    """A cloze deletion: what is asked, under which number, and the hint (or the empty string).

    A `fixed` number was written by the author; all others are given by us.
    """

    number: int
    children: Inlines
    hint: str
    span: Span
    fixed: bool = False


Inline = Text | Code | Styled | Maths | Link | Image | Audio | Footnote | Break | Deletion
Inlines = tuple[Inline, ...]


# --- Blocks ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph(Node):
    """A paragraph."""

    children: Inlines
    span: Span


@dataclass(frozen=True, slots=True)
class Heading(Node):
    """A heading inside prose (level 3) or an answer (level 4 to 6)."""

    level: int
    children: Inlines
    span: Span


@dataclass(frozen=True, slots=True)
class Item(Node):
    """One list item."""

    children: Blocks
    span: Span


@dataclass(frozen=True, slots=True)
class List(Node):
    """A list; `start` is its first number, or None for bullets; tight items carry no margins."""

    items: tuple[Item, ...]
    start: int | None
    tight: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Quote(Node):
    """A quotation."""

    children: Blocks
    span: Span


CalloutKind = Literal["note", "tip", "important", "warning", "example", "hint", "more"]


@dataclass(frozen=True, slots=True)
class Callout(Node):
    """Text set apart; `title` is the author's or that of its kind.

    `hint` and `more` stand in questions only, which keep them apart.
    """

    children: Blocks
    kind: CalloutKind
    title: Inlines
    span: Span


@dataclass(frozen=True, slots=True)
class CodeBlock(Node):
    """Code on lines of its own; `language` is what the fence says, or empty."""

    text: str
    language: str
    span: Span


Align = Literal["", "left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Table(Node):
    """A table: one head row, body rows, and each column's alignment."""

    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    aligns: tuple[Align, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class DefinitionList(Node):
    """Terms with definitions outside the terms section: layout, not notes."""

    entries: tuple[tuple[Inlines, tuple[Blocks, ...]], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """A line between paragraphs (`---`)."""

    span: Span


Block = Paragraph | Heading | List | Quote | Callout | CodeBlock | Table | DefinitionList | Rule
Blocks = tuple[Block, ...]


# --- Notes -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attributes(Node):
    """What `{#id .tag reverse=yes}` said; `reverse` is None where it said nothing."""

    id: str = ""
    tags: tuple[str, ...] = ()
    reverse: bool | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Question(Node):
    """A review question.  `aids` are blocks still asked (before `---`), `answer` the rest.

    `hint` helps to find the answer, `more` goes beyond it.
    """

    prompt: Inlines
    aids: Blocks
    answer: Blocks
    attributes: Attributes
    span: Span
    hint: Blocks = ()
    more: Blocks = ()


@dataclass(frozen=True, slots=True)
class Term(Node):
    """A related term with one or more definitions."""

    name: Inlines
    definitions: tuple[Blocks, ...]
    attributes: Attributes
    span: Span


@dataclass(frozen=True, slots=True)
class ClozeFact(Node):
    """A list item's blocks, or one paragraph, that hold at least one cloze deletion."""

    blocks: Blocks
    attributes: Attributes
    span: Span


@dataclass(frozen=True, slots=True)
class TitleNote(Node):
    """The topic's title with its definition, when the course asks for it."""

    title: Inlines
    definition: Blocks
    attributes: Attributes
    span: Span


Note = Question | Term | ClozeFact | TitleNote

NoteKind = Literal["question", "term", "cloze", "definition"]


def note_kind(note: Note) -> NoteKind:
    """Return the kind's name as the lock and the messages write it."""
    match note:
        case Question():
            return "question"
        case Term():
            return "term"
        case ClozeFact():
            return "cloze"
        case TitleNote():
            return "definition"


# --- Sections and topics ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts(Node):
    """The key facts."""

    heading: Inlines
    blocks: Blocks
    span: Span


@dataclass(frozen=True, slots=True)
class Questions(Node):
    """The review questions."""

    heading: Inlines
    questions: tuple[Question, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Terms(Node):
    """The related terms."""

    heading: Inlines
    terms: tuple[Term, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Prose(Node):
    """Any other section: for the handout, unless it holds cloze deletions."""

    heading: Inlines
    blocks: Blocks
    span: Span


Section = Facts | Questions | Terms | Prose


@dataclass(frozen=True, slots=True)
class Topic(Node):
    """One Markdown file.

    `name` is its path inside the course without `.md` (`unit-1/rapport`); `notes` are in the
    order of the text; a note is found in the rendered text by its span.  `han` is the language of
    its Han characters where the course is in another script, or empty where nothing tells it.
    """

    name: str
    title: Inlines
    definition: Blocks
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]
    tags: tuple[str, ...]
    span: Span
    han: str = ""


# --- The course ------------------------------------------------------------------------------


Value = str | bool | int | float


@dataclass(frozen=True, slots=True)
class Setting(Node):
    """One key of an output's table in course.toml: its default, and its choices if it has any.

    `check` gets all values of the table and returns a message and a hint if this one is wrong.
    """

    default: Value
    help: str
    choices: tuple[str, ...] = ()
    check: Callable[[Mapping[str, Value]], tuple[str, str] | None] | None = None


SectionKind = Literal["facts", "questions", "terms"]


@dataclass(frozen=True, slots=True)
class Course(Node):
    """What course.toml says, with every default filled in; topics are named in teaching order.

    `settings` holds one table an output kind, as its `Setting`s declare it; `templates` the
    course's own by name, `logo` a picture's path inside the course.  `text_font` and
    `heading_font` are one of `OWN_FONTS` or one of `fonts`; `han` is the language of Han characters
    in a course in another script, or empty.
    """

    name: str
    folder: Path
    span: Span
    title: str
    code: str
    language: str = "en"
    han: str = ""
    author: str = ""
    license: str = ""
    topics: tuple[str, ...] | None = None
    sections: Mapping[SectionKind, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    fonts: tuple[str, ...] = ()
    text_font: str = "serif"
    heading_font: str = "serif"
    accent: str = "#000000"
    logo: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)
    definition_notes: bool = False
    reverse_terms: bool = False
    settings: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)


OWN_FONTS = ("serif", "sans")
FONT_TYPE = "font/otf"


@dataclass(frozen=True, slots=True)
class Asset(Node):
    """A checked picture or sound of the course; `name` is its path inside the course.

    Width and height are in CSS pixels; a sound has none.
    """

    name: str
    data: bytes
    media_type: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class FontFile(Asset):
    """One face of a font of the machine, cut to the course's characters, of type `FONT_TYPE`.

    `family` is as the course calls it.
    """

    family: str = ""
    weight: int = 400
    style: str = "normal"


# --- Identity --------------------------------------------------------------------------------


class Identity(NamedTuple):
    """Who a note is for ever: its number (in the code that people see) and its guid in Anki.

    `mod` is the second at which its present content was first built.
    """

    number: int
    guid: str
    mod: int


class AnkiFields(NamedTuple):
    """What Anki gets of a note: its note type's name, every field by name in order, its tags.

    A named tuple, because it is read again for each note of a course.
    """

    note_type: str
    fields: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
