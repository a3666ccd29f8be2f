"""Straight quotes become those of the course's language; all other characters stay as written.

Only in text: code and maths keep theirs, and so do measures (5' 3", 19").  Texts are compared
without regard to the kind of quotes, so identity doesn't change with them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import NamedTuple, TypeVar, cast

from builder import model
from builder.span import Span

Node = TypeVar("Node")


class Quotes(NamedTuple):
    """The outer and the inner quotes of a language."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


_NARROW = "\N{NARROW NO-BREAK SPACE}"
_ENGLISH, _GERMAN = Quotes("“", "”", "‘", "’"), Quotes("„", "“", "‚", "‘")
_ANGLED = Quotes("«", "»", "“", "”")
_BY_LANGUAGE = {
    **dict.fromkeys(("en", "nl", "pt", "tr", "ko", "hi"), _ENGLISH),
    **dict.fromkeys(("de", "cs", "sk", "sl", "bg", "is", "lt", "et"), _GERMAN),
    **dict.fromkeys(("es", "it", "ca", "el", "nb", "nn", "no", "sq"), _ANGLED),
    **dict.fromkeys(("ru", "uk", "be"), Quotes("«", "»", "„", "“")),
    **dict.fromkeys(("sv", "fi"), Quotes("”", "”", "’", "’")),
    **dict.fromkeys(("pl", "ro", "hr", "hu", "sr"), Quotes("„", "”", "‚", "’")),
    "fr": Quotes(f"«{_NARROW}", f"{_NARROW}»", "“", "”"),
    "de-ch": Quotes("«", "»", "‹", "›"),
    "pt-pt": _ANGLED,
}
_APOSTROPHE = "’"
_CLOSES = re.compile(r"[^\s']'(?!\w)")
_OPENING = ("Ps", "Pi", "Pd", "Zs", "Cc")  # categories before an opening quote: brackets, dashes


def quotes_of(language: str) -> Quotes | None:
    """Return the quotes of a BCP 47 language, or None where straight ones are left alone."""
    language = language.lower()
    return _BY_LANGUAGE.get(language) or _BY_LANGUAGE.get(language.partition("-")[0])


def with_quotes(topic: model.Topic, language: str) -> model.Topic:
    """Return the topic with the quotes of a language in place of straight ones."""
    quotes = quotes_of(language)
    return _typeset(topic, quotes, _Line(quotes)) if quotes else topic


def _typeset(node: Node, quotes: Quotes, line: _Line) -> Node:
    """Rebuild a part of the model by its shape; each block, and each footnote, begins a line."""
    match node:
        case model.Text(text):
            return cast("Node", model.Text(line.typeset(text)))
        case model.Image(_, _, _, caption):
            line.before = "x"
            return cast("Node", replace(node, caption=_typeset(caption, quotes, _Line(quotes))))
        case model.Code() | model.Maths() | model.Audio():
            line.before = "x"
            return node
        case model.Break():
            line.before = " "
            return node
        case Span():
            return node
        case tuple():
            return cast("Node", tuple(_typeset(part, quotes, line) for part in node))
    if not is_dataclass(node) or isinstance(node, model.Attributes | type):
        return node
    begins = not isinstance(node, model.Inline) or isinstance(node, model.Footnote)
    inside = _Line(quotes) if begins else line
    parts = {each.name: getattr(node, each.name) for each in fields(node)}
    made = {
        name: _typeset(part, quotes, inside)
        for name, part in parts.items()
        if isinstance(part, tuple) and not isinstance(part, Span)
    }
    return cast("Node", replace(node, **made))


@dataclass(slots=True)
class _Line:
    """The characters of a paragraph as they go by: the last one, and which quotes are open."""

    quotes: Quotes
    before: str = " "
    is_open: bool = False
    is_inner_open: bool = False

    def typeset(self, text: str) -> str:
        if '"' not in text and "'" not in text:
            self.before = text[-1:] or self.before
            return text
        made = []
        for place, char in enumerate(text):
            made.append(self._quote(char, text[place + 1 :]) if char in "\"'" else char)
            self.before = char
        return "".join(made)

    def _quote(self, sign: str, rest: str) -> str:
        after = rest[:1] or "x"
        opens = unicodedata.category(self.before) in _OPENING or self.before in "\"'"
        if sign == '"':
            return self._outer(opens=opens and not after.isspace())
        closes_later = self.is_open or _CLOSES.search(rest)
        return self._inner(after, opens=opens and after.isalpha() and bool(closes_later))

    def _outer(self, *, opens: bool) -> str:
        if opens and not self.is_open:
            self.is_open = True
            return self.quotes.opening
        if self.is_open:
            self.is_open = False
            return self.quotes.closing
        return '"'

    def _inner(self, after: str, *, opens: bool) -> str:
        if self.before.isdigit() and not after.isalpha() and not self.is_inner_open:
            return "'"
        if opens and not self.is_inner_open:
            self.is_inner_open = True
            return self.quotes.inner_opening
        if self.is_inner_open and not after.isalnum():
            self.is_inner_open = False
            return self.quotes.inner_closing
        return _APOSTROPHE
