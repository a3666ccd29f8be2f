"""A PDF's tags without those that say nothing, which are two thirds of what WeasyPrint writes.

It wraps each piece of a line into a `Span`, a heading's line into the heading once more, and tags
boxes without content.  A text may stand in its paragraph or heading as it is (ISO 32000-1,
14.7.4.2): screen readers are told the same, and to bind many handouts takes less memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pydyf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from weasyprint.document import Document

_MUTE = {"/Span", "/NonStruct"}  # these only tell that something is there
_BOXES = {"/Div"}  # and these, if they hold something
_LINES = {"/P", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6"}  # one in its like is the box of a line
# These may hold text: ISO 32000-1, tables 334 to 338.
_TEXTS = {"/Lbl", "/LBody", "/TD", "/TH", "/Caption", "/Link", *_LINES, *_MUTE}
_PLAIN = {"Type", "S", "K", "Pg", "P"}  # the keys of what has no attribute, language or name


def simplify_tags(_document: Document, file: pydyf.PDF) -> None:
    """Put what stands in tags that say nothing into their parents; a finisher of WeasyPrint's."""
    objects = {each.reference: each for each in file.objects if isinstance(each, pydyf.Dictionary)}
    root = objects.get(file.catalog.get("StructTreeRoot"))
    if root is None:
        return
    tree = _Tree({of: each for of, each in objects.items() if each.get("Type") == "/StructElem"})
    for element in tree.elements.values():  # parents before their children
        tree.simplify(element)
    numbers = objects[root["ParentTree"]]["Nums"]
    for place, found in enumerate(numbers):
        if isinstance(found, pydyf.Array):
            found[:] = map(tree.holder, found)
        else:
            numbers[place] = tree.holder(found)
    for reference in tree.parents:
        tree.elements[reference].clear()  # it keeps its number


@dataclass(frozen=True, slots=True)
class _Tree:
    """The elements by their references, and where the content of those that go stands then."""

    elements: Mapping[bytes, pydyf.Dictionary]
    parents: dict[bytes, bytes] = field(default_factory=dict)
    done: set[bytes] = field(default_factory=set)

    def simplify(self, element: pydyf.Dictionary) -> None:
        """Simplify what is below an element, from the bottom."""
        if element.reference in self.done:
            return
        self.done.add(element.reference)
        kids = pydyf.Array()
        for kid in element["K"]:
            child = self.elements.get(kid)
            if child is not None:
                self.simplify(child)
            if child is not None and _is_needless(child, element):
                kids.extend(self._moved(child, element))
            else:
                kids.append(kid)
        element["K"] = kids

    def _moved(self, child: pydyf.Dictionary, parent: pydyf.Dictionary) -> Sequence[object]:
        """Return what a child holds, which is now in its parent."""
        self.parents[child.reference] = parent.reference
        for element in filter(None, map(self.elements.get, child["K"])):
            element["P"] = parent.reference
        kids: Sequence[object] = child["K"]
        return kids

    def holder(self, reference: object) -> object:
        """Return the element in which the content of an element stands; anything else as it is."""
        while isinstance(reference, bytes) and reference in self.parents:
            reference = self.parents[reference]
        return reference


def _is_needless(child: pydyf.Dictionary, parent: pydyf.Dictionary) -> bool:
    kind, holds = child["S"], child["K"]
    if not _PLAIN.issuperset(child):
        return False
    if not holds:
        return kind in _MUTE | _BOXES
    is_line = kind in _LINES and kind == parent["S"]
    is_there = parent["S"] in _TEXTS and child["Pg"] == parent.get("Pg")
    return is_there and (is_line or kind in _MUTE)
