"""WeasyPrint's own style sheet for HTML, without what it says of elements that have no use for it.

It has rules for the markers of lists and for calls and markers of notes that hold for any element.
So WeasyPrint computes six styles beside that of each: a twelfth of the time in which it lays out a
page.  Here they hold for the elements that have such a thing in our pages.
"""

from __future__ import annotations

from copy import copy
from typing import Any

# What the templates make a list item or a note of.
_ITEM, _FOOTNOTE = "li", "footnote"


def narrowed(sheet: Any) -> Any:  # noqa: ANN401  # a style sheet of WeasyPrint, which has no types
    """Return the style sheet with its rules for any element narrowed to those that need them."""
    found = copy(sheet)
    found.matcher = matcher = copy(sheet.matcher)
    items = list(matcher.lower_local_name_selectors.get(_ITEM, ()))
    notes = list(matcher.class_selectors.get(_FOOTNOTE, ()))
    others = []
    for rule in matcher.other_selectors:
        _, _, _, pseudo_element, _ = rule
        match pseudo_element:
            case "marker":
                items.append(rule)
            case "footnote-call" | "footnote-marker":
                notes.append(rule)
            case "note-call" | "note-marker" | "note-callback":
                pass  # of notes in the margin, which we don't have
            case _:
                others.append(rule)
    matcher.lower_local_name_selectors = {**matcher.lower_local_name_selectors, _ITEM: items}
    matcher.class_selectors = {**matcher.class_selectors, _FOOTNOTE: notes}
    matcher.other_selectors = others
    return found
