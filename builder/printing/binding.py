"""Handouts bound to one PDF: bookmarks, links, tags and page numbers for the whole; no new layout.

The page number of each page is set in a colour of its own (`templates/handout.css`), by which it is
found here and written anew.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple
from urllib.parse import unquote

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, Pdf

from builder.printing.font_union import FontUnion, taken_out
from builder.printing.lettering import Letterer, Style, line
from builder.printing.pdf_file import Imprint, inscribe, saved

# #444445, which nothing else has, and the text in it: its place and all up to its end.
_NUMBER = re.compile(
    rb"0\.266667 0\.266667 0\.270588 rg\s+BT\s+1 0 0 -1 ([\d.]+) ([\d.]+) Tm\s.*?ET\b", re.DOTALL
)
# #444446, and the arrow behind a link to another handout.
_ARROW = re.compile(
    rb"0\.266667 0\.266667 0\.27451 rg\s+BT\s+1 0 0 -1 ([\d.]+) ([\d.]+) Tm\s.*?ET\b", re.DOTALL
)
_BESIDE = 24.0  # pt; so near to the end of a link is its arrow, behind a few signs at most
_ABOVE = 4.0  # pt; so far above the line of the link it may stand
# 8.5 pt, in the pixels of WeasyPrint's pages.
_STYLE = Style(8.5 / 0.75, grey=0.267, is_tabular=True)
_REFERENCE = Style(6.5 / 0.75, grey=0.2)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A topic's handout: the topic's name, and the PDF that WeasyPrint wrote."""

    topic: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Cover:
    """What the bound PDF says of itself, and the words around its page numbers."""

    imprint: Imprint
    page: str
    of: str


def bound(leaves: Sequence[Leaf], cover: Cover) -> bytes:
    """Return the handouts one behind the other as one PDF."""
    book = _Book(cover)
    for leaf in leaves:
        book.add(leaf)
    return book.bound()


@dataclass(frozen=True, slots=True)
class _Part:
    """A handout inside the book: its topic, its pages, and its tags and bookmarks if it has any."""

    topic: str
    pages: Sequence[pikepdf.Object]
    tags: pikepdf.Object | None
    bookmarks: pikepdf.Object | None


class _Book:
    def __init__(self, cover: Cover) -> None:
        self._cover = cover
        self._pdf = Pdf.new()
        self._union = FontUnion()
        self._parts: list[_Part] = []

    def add(self, leaf: Leaf) -> None:
        """Copy a handout; what it was read from is not kept, which would take as much again."""
        source = Pdf.open(io.BytesIO(leaf.pdf))
        first = len(self._pdf.pages)
        _without_names(source)
        faces = taken_out(source.pages[0].Resources.Font)
        self._pdf.pages.extend(source.pages)
        pages = [page.obj for page in self._pdf.pages[first:]]
        for annotation in _annotations(pages):
            if "/Dest" in annotation:
                number, *place = list(annotation.Dest)
                annotation.Dest = Array([pages[int(number)], *place])
        tags, bookmarks = (
            self._pdf.copy_foreign(found) if (found := source.Root.get(key)) else None
            for key in ("/StructTreeRoot", "/Outlines")
        )
        for key, face in faces.items():
            self._union.enter(pages[0].Resources.Font, key, *face)
        self._parts.append(_Part(leaf.topic, pages, tags, bookmarks))

    def bound(self) -> bytes:
        self._number()
        self._link()
        self._bookmark()
        self._tag()
        inscribe(self._pdf, self._cover.imprint)
        self._union.embed(self._pdf)
        return saved(self._pdf)

    # --- page numbers ---

    def _number(self) -> None:
        count, number = len(self._pdf.pages), 0
        firsts = self._first_numbers()
        for part in self._parts:
            letterer = Letterer(self._union, part.pages[0].Resources.Font)
            for own, page in enumerate(part.pages, start=1):
                number += 1
                old, new = self._words(own, len(part.pages)), self._words(number, count)
                content = _renumbered(page.Contents.read_bytes(), old, new, letterer)
                targets = list(_targets(page, part.topic, firsts))
                content = _referring(content, float(page.MediaBox[3]), targets, letterer)
                page.Contents = self._pdf.make_stream(content)

    def _first_numbers(self) -> dict[str, int]:
        """Return the number of each topic's first page."""
        counts = accumulate((len(part.pages) for part in self._parts), initial=1)
        return {part.topic: first for part, first in zip(self._parts, counts, strict=False)}

    def _words(self, number: int, count: int) -> str:
        return f"{self._cover.page} {number} {self._cover.of} {count}"

    # --- links ---

    def _link(self) -> None:
        """Make links to other handouts lead to their first pages here."""
        first = {part.topic: part.pages[0] for part in self._parts}
        for part in self._parts:
            for annotation in _annotations(part.pages):
                target = first.get(_topic_of(annotation, part.topic))
                if target is not None:
                    del annotation.A
                    annotation.Dest = _top_of(target)

    # --- bookmarks (ISO 32000-1, 12.3.3) ---

    def _bookmark(self) -> None:
        """Hang each handout's bookmarks below one root, closed below the topics' titles."""
        root = self._pdf.make_indirect(Dictionary(Type=Name.Outlines))
        items = [item for part in self._parts for item in _siblings(part.bookmarks)]
        for item in items:
            item.Parent = root
            if item.get("/Count", 0):
                item.Count = -abs(int(item.Count))
        for one, following in pairwise(items):
            one.Next, following.Prev = following, one
        if items:
            root.First, root.Last, root.Count = items[0], items[-1], len(items)
            self._pdf.Root.Outlines = root
            self._pdf.Root.PageMode = Name.UseOutlines

    # --- tags (ISO 32000-1, 14.7.4) ---

    def _tag(self) -> None:
        """Join the trees of tags; the numbers by which pages find theirs go on from part to part.

        A part without tags (WeasyPrint can't mark a picture as decoration) leaves all without.
        """
        if not all(part.tags for part in self._parts):
            return
        root = self._pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        whole = self._pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
        kids, numbers, spaces, offset = Array(), Array(), Array(), 0
        for part in self._parts:
            tags = part.tags
            assert tags is not None  # noqa: S101  # for mypy
            for kid in _listed(tags.K):
                kid.P, kid.S = whole, Name.Part
                kids.append(kid)
            spaces.extend(_listed(tags.get("/Namespaces", Array())))
            offset = self._renumber(part, tags.ParentTree.Nums, numbers, offset)
        root.K, whole.K, root.Namespaces = whole, kids, spaces
        root.ParentTree = self._pdf.make_indirect(Dictionary(Nums=numbers))
        self._pdf.Root.StructTreeRoot = root
        self._pdf.Root.MarkInfo = Dictionary(Marked=True)

    def _renumber(
        self, part: _Part, old: pikepdf.Object, numbers: pikepdf.Object, offset: int
    ) -> int:
        """Add a part's numbers to those of the book; return where the next part begins."""
        pairs = list(old)
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            numbers.append(int(key) + offset)
            numbers.append(value)
        for page in part.pages:
            page.StructParents = int(page.StructParents) + offset
        for annotation in _annotations(part.pages):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + offset
        return offset + max((int(key) for key in pairs[::2]), default=-1) + 1


def _without_names(source: Pdf) -> None:
    """Let links inside a handout name a page by its number, from 0, and a place on it.

    The names that they had until then are those of other handouts as well.
    """
    if "/Names" not in source.Root:
        return
    pages = [page.obj.objgen for page in source.pages]
    places = NameTree(source.Root.Names.Dests)
    for annotation in _annotations([page.obj for page in source.pages]):
        if isinstance(annotation.get("/Dest"), pikepdf.String):
            page, *place = places[str(annotation.Dest)]
            annotation.Dest = Array([pages.index(page.objgen), *place])
    del source.Root.Names


def _renumbered(content: bytes, old: str, new: str, letterer: Letterer) -> bytes:
    """Return a page's content with another page number, which ends where the old one ended."""

    def written(found: re.Match[bytes]) -> bytes:
        x, y = float(found[1]), float(found[2])
        right = x + line(old, _STYLE).width
        shaped = line(new, _STYLE)
        return letterer.at(shaped, right - shaped.width, y, is_downwards=True)

    return _NUMBER.sub(written, content)


def _topic_of(annotation: pikepdf.Object, seen_from: str) -> str:
    """Return the topic that a link in a topic's handout leads to, or the empty string."""
    address = str(annotation.A.URI) if "/A" in annotation else ":"
    if ":" in address:
        return ""
    path = posixpath.join(posixpath.dirname(seen_from), unquote(address))
    return posixpath.normpath(path).removesuffix(".pdf")


class _Target(NamedTuple):
    """Where a link ends, and about how high its line is, in pt; and the page that it leads to."""

    right: float
    bottom: float
    top: float
    number: int


def _targets(page: pikepdf.Object, topic: str, firsts: Mapping[str, int]) -> Iterator[_Target]:
    for annotation in _annotations([page]):
        number = firsts.get(_topic_of(annotation, topic))
        if number is not None:
            _, one, right, other = map(float, annotation.Rect)
            yield _Target(right, min(one, other), max(one, other), number)


def _referring(
    content: bytes, height: float, targets: Sequence[_Target], letterer: Letterer
) -> bytes:
    """Return a page's content with the numbers of pages behind the arrows of links."""

    def written(found: re.Match[bytes]) -> bytes:
        x, y = float(found[1]), float(found[2])
        left, base = x * 0.75, height - y * 0.75
        near = [
            target
            for target in targets
            if abs(left - target.right) < _BESIDE and target.bottom < base < target.top + _ABOVE
        ]
        if not near:
            return found[0]
        target = min(near, key=lambda target: abs(left - target.right))
        number = line(f"→{target.number}", _REFERENCE)
        return letterer.at(number, x, y, is_downwards=True)

    return _ARROW.sub(written, content)


def _annotations(pages: Iterable[pikepdf.Object]) -> Iterator[pikepdf.Object]:
    for page in pages:
        yield from _listed(page.get("/Annots", Array()))


def _siblings(bookmarks: pikepdf.Object | None) -> Iterator[pikepdf.Object]:
    """Yield the bookmarks of the first level."""
    item = bookmarks.get("/First") if bookmarks is not None else None
    while item is not None:
        yield item
        item = item.get("/Next")


def _listed(found: pikepdf.Object) -> Sequence[pikepdf.Object]:
    """Return what may be one object or an array of them."""
    return list(found) if isinstance(found, Array) else [found]


def _top_of(page: pikepdf.Object) -> Array:
    return Array([page, Name.XYZ, 0, page.MediaBox[3], 0])
