"""Footnotes in a handout: each stands at the foot of the page on which its first mark is.

WeasyPrint takes a footnote to the foot of the page and leaves a number, once for each text.  So a
mark is an element of ours until the page is filled in, by which its order is known: the first one
then gives way to the text, and all others to the number that it has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from builder import model
from builder.rendering.html import Medium, inlines
from builder.walk import topic_inlines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A mark, or the address of a link, which is a footnote as well and counts.
_FOOTNOTE = re.compile(r'<footnote-(?P<name>\d+)>|<span class="footnote\b[^<]*</span>', re.ASCII)

_FIRST = Markup('<span class="footnote" id="note-{}">{}</span>')
_LATER = Markup('<sup class="mark"><a href="#note-{0}">{0}</a></sup>')
_BETWEEN = Markup('<sup class="mark">,</sup>')


def footnote_marks(topic: model.Topic) -> Callable[[model.Footnote], Markup]:
    """Return what gives the mark of each of a topic's footnotes, for `with_footnotes`."""
    names = {paragraphs: name for name, paragraphs in enumerate(_texts(topic))}
    return lambda footnote: Markup("<footnote-{}>").format(names[footnote.paragraphs])


def footnote_texts(topic: model.Topic, medium: Medium) -> Mapping[str, Markup]:
    """Return what a topic's footnotes say, by the names that their marks have."""
    return {
        # At the foot of a page WeasyPrint doesn't make a space of a line's end.
        str(name): Markup("<br>").join(inlines(each, medium) for each in text).replace("\n", " ")
        for name, text in enumerate(_texts(topic))
    }


def with_footnotes(page: str, texts: Mapping[str, Markup]) -> str:
    """Return the page with texts and numbers in the place of marks."""
    numbers: dict[str, int] = {}
    made, end = 0, -1

    def placed(found: re.Match[str]) -> str:
        nonlocal made, end
        between = _BETWEEN if found.start() == end else Markup()
        name, end = found["name"], found.end()
        if name in numbers:
            return between + _LATER.format(numbers[name])
        made += 1
        if name is None:
            return f"{between}{found[0]}"
        numbers[name] = made
        return between + _FIRST.format(made, texts.get(name, ""))

    return _FOOTNOTE.sub(placed, page)


def _texts(topic: model.Topic) -> Mapping[tuple[model.Inlines, ...], None]:
    """Return what a topic's footnotes say, each once, in order."""
    found = (each for each in topic_inlines(topic) if isinstance(each, model.Footnote))
    return dict.fromkeys(footnote.paragraphs for footnote in found)
