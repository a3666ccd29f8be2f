"""Blocks, inlines and notes as plain text: for counting, comparing and naming."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from builder import model
from builder.walk import deletions_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What messages call the kinds of notes.
KIND_WORDS = {"question": "question", "term": "term", "cloze": "fact", "definition": "title"}

_BELOW = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)) | {"−": "₋"}
_ABOVE = dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True)) | {"−": "⁻"}
_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛′`", "'") | dict.fromkeys("“”„‟″«»", '"'))


def comparable(text: str) -> str:
    """Return the text as texts are compared: NFC; case, white space and quotes don't matter."""
    if text.isascii():  # most are, and there is less to do
        return " ".join(text.lower().replace("`", "'").split())
    return " ".join(fold_name(text).translate(_QUOTES).split())


def fold_name(name: str) -> str:
    """Return a file's name as a disk that doesn't tell cases apart sees it."""
    if name.isascii():  # most are
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def plain_name(heading: str) -> str:
    """Return a section's name as names are compared: case, final colon and space don't matter."""
    return " ".join(fold_name(heading).split()).rstrip(":： ")


def note_prompt(note: model.Note) -> str:
    """Return what the note asks; for a cloze fact its whole text."""
    match note:
        case model.Question(prompt, aids):
            return "\n".join(filter(None, (inlines_text(prompt), blocks_text(aids))))
        case model.Term(name):
            return inlines_text(name)
        case model.ClozeFact(blocks):
            return blocks_text(blocks)
        case model.TitleNote(title):
            return inlines_text(title)


def note_answer(note: model.Note) -> str:
    """Return what the note answers; for a cloze fact its deletions, one a line."""
    match note:
        case model.Question(_, _, answer):
            return blocks_text(answer)
        case model.Term(_, definitions):
            return "\n".join(map(blocks_text, definitions))
        case model.ClozeFact(blocks):
            found = deletions_in(blocks)
            return "\n".join(f"{d.number} {inlines_text(d.children)}" for d in found)
        case model.TitleNote(_, definition):
            return blocks_text(definition)


def blocks_text(blocks: Iterable[model.Block]) -> str:
    """Return the words of the blocks, each block on a line of its own, blank ones left out.

    Deletions give their text (not the hint), pictures their alternative text, list items no
    number or bullet, table rows one line each with a tab between cells.
    """
    return "\n".join(text for text in map(_block, blocks) if text.strip())


def inlines_text(inlines: Iterable[model.Inline]) -> str:
    """Return the words of the inlines; a soft line end gives a space, a hard one a new line."""
    return "".join(map(_inline, inlines))


def _block(block: model.Block) -> str:
    match block:
        case model.Paragraph(children) | model.Heading(_, children):
            return inlines_text(children)
        case model.List(items):
            return "\n".join(blocks_text(item.children) for item in items)
        case model.Quote(children):
            return blocks_text(children)
        case model.Callout(children, _, title):
            return "\n".join(filter(None, (inlines_text(title), blocks_text(children))))
        case model.CodeBlock(text):
            return text
        case model.Table(head, rows):
            return "\n".join("\t".join(map(inlines_text, row)) for row in (head, *rows))
        case model.DefinitionList(entries):
            return "\n".join(_entry(name, definitions) for name, definitions in entries)
        case model.Rule():
            return ""


def _entry(name: model.Inlines, definitions: tuple[model.Blocks, ...]) -> str:
    return "\n".join([inlines_text(name), *map(blocks_text, definitions)])


def _inline(inline: model.Inline) -> str:
    match inline:
        case model.Text(text) | model.Code(text):
            return text
        case model.Subscript(children):
            return _script(inlines_text(children), _BELOW, "_")
        case model.Superscript(children):
            return _script(inlines_text(children), _ABOVE, "^")
        case model.Styled(children):
            return inlines_text(children)
        case model.Link(_, children) | model.Deletion(_, children):
            return inlines_text(children)
        case model.Image(_, alt, _, caption):
            return f"{alt} {inlines_text(caption)}".rstrip()
        case model.Audio(_, alt):
            return alt
        case model.Maths(tex):
            return tex
        case model.Footnote(paragraphs):
            return f" ({' '.join(map(inlines_text, paragraphs))})"
        case model.Break(hard):
            return "\n" if hard else " "


def _script(text: str, signs: Mapping[str, str], mark: str) -> str:
    """Return small signs where Unicode has all of them, else the text behind a mark."""
    if all(sign in signs for sign in text):
        return "".join(signs[sign] for sign in text)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"
