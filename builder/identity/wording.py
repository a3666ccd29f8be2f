"""What a note is recognised by: its prompt and answer as plain text, read from its Anki fields.

The lock keeps the fields as they were last built, so the text of a note and that of a line of the
lock are taken in the same way, and an import's effect can be shown from the same source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from builder.model import NoteKind

# Our own HTML: the author's `<`, `{{` and `::` in a deletion are entities (rendering.anki_html).
_DELETION = re.compile(r"\{\{c(\d+)::(.*?)(?:::(.*?))?\}\}", re.DOTALL)
_NUMBER = re.compile(r"\{\{c\d+::")
_PICTURE = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>')
_LINE = re.compile(r"<(?:br|hr|/p|/div|/li|/tr|/h\d|/pre|/blockquote|/d[dt]|/figure)\b[^>]*>")
_CELL = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")


class Wording(NamedTuple):
    """What a note is recognised by.

    The answer of a cloze fact is its deletions, one a line, and its `frame` all the rest.  `code`
    is a known note's visible code; in a note of the text it is an id that looks like one, by which
    the author says that it is that note.  (A named tuple, as a course has thousands of them.)
    """

    kind: NoteKind
    topic: str
    prompt: str
    answer: str
    id: str = ""
    code: str = ""
    frame: str = ""
    is_retired: bool = False


def wording(kind: NoteKind, topic: str, fields: Mapping[str, str], name: str = "") -> Wording:
    """Return the wording of a note with these Anki fields; `name` is its `{#id}`."""
    if kind == "cloze":
        text = fields.get("Text", "")
        answer = "\n".join(_deletions(text))
        frame = plain(_DELETION.sub("…", text))
        return Wording(kind, topic, plain(text), answer, name, frame=frame)
    return Wording(kind, topic, plain(fields.get("Front", "")), plain(fields.get("Back", "")), name)


def renumbered(text: str, numbers: Iterable[int]) -> str:
    """Return a cloze field whose deletions, in their order, have these numbers."""
    waiting = iter(numbers)
    return _NUMBER.sub(lambda _: f"{{{{c{next(waiting)}::", text)


def plain(field: str) -> str:
    """Return a field as text: a line for each block, deletions and pictures by their words."""
    if "{{" in field:
        field = _DELETION.sub(r"\2", field)
    if "<" in field:
        field = _PICTURE.sub(r"\1", field)
        field = _TAG.sub("", _CELL.sub("\t", _LINE.sub("\n", field)))
    lines = (" ".join(line.split(" ")).strip() for line in html.unescape(field).splitlines())
    return "\n".join(filter(None, lines))


def deletion_texts(field: str) -> dict[int, str]:
    """Return the text of each number in a cloze field; those of one number are joined."""
    texts: dict[int, str] = {}
    for number, text, _hint in _DELETION.findall(field):
        one = " ".join(plain(text).split())
        known = texts.get(int(number))
        texts[int(number)] = f"{known} … {one}" if known else one
    return texts


def _deletions(field: str) -> list[str]:
    return [" ".join(plain(text).split()) for _number, text, _hint in _DELETION.findall(field)]
