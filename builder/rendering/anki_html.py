r"""HTML for Anki's fields: what an author wrote never turns into Anki's own syntax.

Anki reads a field as text before it reads it as HTML, and finds there

    {{c1::…}} }} ::            deletions, and inside them their end and their hint
    image-occlusion:           at a deletion's start: a shape over a picture
    [sound:…] [anki:…]         players
    [latex] [$] [$$]           LaTeX, which is run as a program
    [[type:…]]                 a box to type in
    \( \[                      maths, which MathJax looks for in the page's text

An entity hides a sign from all but MathJax, and MathJax reads across `<wbr>` and comments, but not
across an empty element.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from builder.rendering.anki_names import media_name
from builder.rendering.html import Medium

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from builder import model

_WEB = ("http://", "https://", "mailto:")

# Our own HTML: `<` and `>` of the author are escaped, also inside attributes.
_TAG_OR_TEXT = re.compile(r"(?P<tag><[^>]*>)|[^<]+")
_LIVE = re.compile(r"[{}]|\[(?=sound:|anki:|latex\]|\$|\[)|\\(?=[(\[])", re.IGNORECASE)
_LIVE_IN_DELETION = re.compile(r"^:|:$|:(?=:)|(?<=:):|^i(?=mage-occlusion:)")

# In maths they would begin or end others.
_BRACKETS = re.compile(r"\\(?=[()\[\]])")

# Deletions and maths are marked by elements of no other use until all text around is harmless.
_MARK = re.compile(r"<cloze-(\d+)>|<sound-([\w.-]+)>|<(/cloze|hint|/?maths|/?display)>", re.ASCII)
_MARKS = {
    "/cloze": "}}",
    "hint": "::",
    "maths": r"\(",
    "/maths": r"\)",
    "display": r"\[",
    "/display": r"\]",
}

_CONTROLS = {code: None for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n"}


def anki_medium(
    assets: Mapping[str, model.Asset],
    footnotes: Sequence[model.Footnote] = (),
    language: str = "en",
    han: str = "",
) -> Medium:
    """Return how Anki shows a note; `harmless` must have the last word.

    The note's `footnotes` are numbered in order.
    """
    numbers = {footnote.paragraphs: number for number, footnote in enumerate(footnotes, 1)}
    return Medium(
        image=lambda image: media_name(assets[image.asset]),
        audio=lambda audio: Markup("<sound-{}>").format(media_name(assets[audio.asset])),
        maths=_maths,
        footnote=lambda each: footnote_mark(numbers[each.paragraphs], follows=each.follows),
        link=_link,
        deletion=_deletion,
        language=language,
        han=han,
    )


def footnote_mark(number: int, *, follows: bool = False) -> Markup:
    """Return a footnote's number, as it stands in the text and before what the footnote says."""
    return Markup("<sup>{}{}</sup>").format("," if follows else "", number)


def harmless(html: Markup) -> str:
    """Return HTML of `anki_medium` as a field's text, in which nothing but our deletions lives."""
    quiet = _TAG_OR_TEXT.sub(_quieten, str(html).translate(_CONTROLS))
    return _MARK.sub(_as_anki_writes, quiet)


def deletion_numbers(field: str) -> tuple[int, ...]:
    """Return the numbers of a field's deletions, each once, ascending."""
    return tuple(sorted({int(number) for number in re.findall(r"\{\{c(\d+)::", field)}))


def _link(link: model.Link, inner: Markup) -> Markup:
    """A link to a topic has nowhere to lead in Anki."""
    if link.topic or not link.href.lower().startswith(_WEB):
        return inner
    title = Markup(' title="{}"').format(link.title) if link.title else ""
    return Markup('<a href="{}"{}>{}</a>').format(link.href, title, inner)


def _maths(maths: model.Maths) -> Markup:
    r"""MathJax reads the page's text, so entities may hide what is live in a field: `\\[2pt]`."""
    name = "display" if maths.display else "maths"
    tex = _BRACKETS.sub("&#92;", escape(maths.tex))
    return Markup("<{0}>{1}</{0}>").format(name, Markup(tex))  # noqa: S704 - escaped above


def _deletion(deletion: model.Deletion, inner: Markup) -> Markup:
    hint = Markup("<hint>{}").format(_guarded(escape(deletion.hint))) if deletion.hint else ""
    return Markup("<cloze-{}>{}{}</cloze>").format(deletion.number, _guarded(inner), hint)


def _guarded(inner: Markup) -> Markup:
    """Hide what would end a deletion's text too early or change its kind; braces come later."""
    return Markup(_LIVE_IN_DELETION.sub(_entity, inner))  # noqa: S704  # was HTML, stays HTML


def _quieten(part: re.Match[str]) -> str:
    if part["tag"]:
        return _LIVE.sub(_entity, part["tag"])
    # Quotes are harmless outside tags, and Anki's search looks for them as they are written.
    text = part[0].replace("&#39;", "'").replace("&#34;", '"')
    return _LIVE.sub(_entity_or_break, text)


def _entity(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"


def _entity_or_break(sign: re.Match[str]) -> str:
    return "\\<span></span>" if sign[0] == "\\" else _entity(sign)


def _as_anki_writes(mark: re.Match[str]) -> str:
    number, sound, name = mark.groups()
    if sound:
        return f"[sound:{sound}]"
    return f"{{{{c{number}::" if number else _MARKS[name]
