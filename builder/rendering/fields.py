"""A note as Anki's fields and tags, and the hashes by which a change in them is noticed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, replace
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from builder import model
from builder.model import AnkiFields
from builder.rendering.anki_html import anki_medium, deletion_numbers, footnote_mark, harmless
from builder.rendering.anki_names import tags
from builder.rendering.html import Medium, blocks, headline, inlines
from builder.rendering.note_types import CLOZE, NOTE_TYPES, QUESTION, NoteType, card_style
from builder.text import blocks_text, inlines_text
from builder.walk import inlines_in, note_content

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from builder.identity.lock import Entry
    from builder.outputs import Context

# A text of at most so many characters that is no sentence is a word to look at, not to read.
_WORD = 30
_NAMES = {kind.name: tuple(field.name for field in kind.fields) for kind in NOTE_TYPES}
_SENTENCE_ENDS = tuple(".?!:;…。？！：；؟۔।")


def fields_of(note: model.Note, topic: model.Topic, context: Context) -> AnkiFields:
    """Return a note's fields; of its identity only the number is used, for the visible code."""
    footnotes = _footnotes(note)
    medium = anki_medium(context.assets, footnotes, context.course.language, topic.han)
    if not isinstance(note, model.ClozeFact):  # a title's definition can hold some: they are facts
        medium = replace(medium, deletion=lambda _, inner: inner)
    filled = {
        "Code": harmless(escape(context.code(note.span))),
        "Context": harmless(escape(_place(note, topic, context.course))),
        **{name: harmless(html) for name, html in _content(note, medium).items()},
        "Extra": harmless(_extra(note, footnotes, medium)),
        "Reverse": "1" if _is_reversed(note, context.course) else "",
    }
    note_type = note_type_for(model.note_kind(note))
    values = tuple((field.name, filled.get(field.name, "")) for field in note_type.fields)
    return AnkiFields(note_type.name, values, tags(context.course, topic, note))


def note_type_for(kind: model.NoteKind) -> NoteType:
    """Return the note type that serves a kind of note."""
    return CLOZE if kind == "cloze" else QUESTION


def fields_of_entry(entry: Entry, course: str) -> dict[str, str]:
    """Return every field of a note of the lock by name, in order; codes begin with `course`."""
    known = entry.fields
    filled = {name: known.get(name, "") for name in _NAMES[note_type_for(entry.kind).name]}
    filled["Code"] = f"{_harmless_start(course)}-{entry.number}"
    return filled


@cache
def _harmless_start(course: str) -> str:
    return harmless(escape(course))


def card_ordinals(note_type: str, fields: Mapping[str, str]) -> tuple[int, ...]:
    """Return which cards the fields make: a template's place, or a deletion's number less one."""
    if note_type == CLOZE.name:
        return tuple([number - 1 for number in deletion_numbers(fields["Text"])])
    return (0, 1) if fields["Reverse"] else (0,)


def digest(fields: AnkiFields) -> str:
    """Return the SHA-256 of all that an import would change in a note, as hex digits."""
    ids = {note_type.name: note_type.id for note_type in NOTE_TYPES}
    return _sha256([ids[fields.note_type], fields.fields, fields.tags])


def with_code(fields: AnkiFields, code: str) -> AnkiFields:
    """Return the fields with the note's visible code in its place."""
    values = tuple(
        (name, harmless(escape(code)) if name == "Code" else html) for name, html in fields.fields
    )
    return fields._replace(fields=values)


def note_type_digests() -> dict[str, str]:
    """Return the SHA-256 of each note type by its name: fields, templates and style."""
    return {kind.name: _note_type_digest(kind) for kind in NOTE_TYPES}


def _note_type_digest(kind: NoteType) -> str:
    sides = [(card.front, card.back) for card in kind.templates]
    return _sha256([astuple(kind), sides, card_style()])


def _sha256(data: object) -> str:
    return hashlib.sha256(json.dumps(data).encode("ascii")).hexdigest()


def _content(note: model.Note, medium: Medium) -> Mapping[str, Markup]:
    match note:
        case model.Question(prompt, aids, answer):
            hint = _bare(note.hint, medium)
            front = _prompt(prompt, aids, medium)
            return {"Front": front, "Back": _text(answer, medium), "Hint": hint}
        case model.Term(name, definitions):
            return {"Front": _line(name, medium), "Back": _definitions(definitions, medium)}
        case model.TitleNote(title, definition):
            return {"Front": _line(title, medium), "Back": _text(definition, medium)}
        case model.ClozeFact(content):
            return {"Text": _bare(content, medium)}


def _footnotes(note: model.Note) -> tuple[model.Footnote, ...]:
    """Return the footnotes of a note in order, each once."""
    found = (each for each in inlines_in(note_content(note)) if isinstance(each, model.Footnote))
    return tuple({footnote.paragraphs: footnote for footnote in found}.values())


def _extra(note: model.Note, footnotes: Iterable[model.Footnote], medium: Medium) -> Markup:
    """Return what stands below the answer: what goes beyond it, and the footnotes."""
    more = blocks(note.more, medium) if isinstance(note, model.Question) else Markup("")
    below = (
        Markup("<p>{} {}</p>").format(footnote_mark(number), _line_below(footnote, medium))
        for number, footnote in enumerate(footnotes, 1)
    )
    return Markup("\n").join(filter(None, (more, *below)))


def _line_below(footnote: model.Footnote, medium: Medium) -> Markup:
    return Markup("<br>").join(inlines(each, medium) for each in footnote.paragraphs)


def _prompt(prompt: model.Inlines, aids: model.Blocks, medium: Medium) -> Markup:
    if not aids:
        return _line(prompt, medium)
    return Markup("<p>{}</p>\n{}").format(headline(prompt, medium), blocks(aids, medium))


def _definitions(definitions: tuple[model.Blocks, ...], medium: Medium) -> Markup:
    if len(definitions) == 1:
        return _text(definitions[0], medium)
    items = (Markup("<li>{}</li>").format(_bare(each, medium)) for each in definitions)
    return Markup("<ol>\n{}\n</ol>").format(Markup("\n").join(items))


def _text(content: model.Blocks, medium: Medium) -> Markup:
    html = _bare(content, medium)
    alone = len(content) == 1 and isinstance(content[0], model.Paragraph)
    return _as_word(html) if alone and _is_word(blocks_text(content)) else html


def _line(content: model.Inlines, medium: Medium) -> Markup:
    html = headline(content, medium)
    return _as_word(html) if _is_word(inlines_text(content)) else html


def _bare(content: model.Blocks, medium: Medium) -> Markup:
    """A paragraph alone needs no element of its own, and is easier to edit in Anki without."""
    return blocks(content, medium, tight=len(content) == 1)


def _is_word(text: str) -> bool:
    return len(text) <= _WORD and "\n" not in text and not text.endswith(_SENTENCE_ENDS)


def _as_word(html: Markup) -> Markup:
    return Markup('<div class="word">{}</div>').format(html)


def _is_reversed(note: model.Note, course: model.Course) -> bool:
    if note.attributes.reverse is None:
        return isinstance(note, model.Term) and course.reverse_terms
    return note.attributes.reverse


def _place(note: model.Note, topic: model.Topic, course: model.Course) -> str:
    """Say where the note stands, without the answer: the topic's title asks for its definition."""
    if isinstance(note, model.TitleNote):
        return course.title
    title = " ".join(inlines_text(topic.title).split())
    label = _section_label(note, topic, course)
    return f"{title} · {label}" if label else title


def _section_label(note: model.Note, topic: model.Topic, course: model.Course) -> str:
    begun = [section for section in topic.sections if section.span <= note.span]
    match begun[-1:]:
        case [model.Facts()]:
            return course.labels["facts"]
        case [model.Questions()]:
            return course.labels["questions"]
        case [model.Terms()]:
            return course.labels["terms"]
    return ""
