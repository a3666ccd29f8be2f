"""Dividing blocks between cards: where a text may be cut, where best, and the parts as trees.

A text is a row of *leaves*, the pieces that stay whole: a word, a line of code, a table's row, a
picture.  A part is cut out of the model's tree from one leaf to another, so emphasis, quotations
and lists are closed and opened again by themselves, a list goes on with its numbers, and a table
repeats its head.  What continues a list item has no number or bullet of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache, lru_cache
from itertools import chain, pairwise

from builder import model
from builder.printing.words import SPACE
from builder.span import Span
from builder.text import inlines_text

# A word longer than this may be divided; no language's longest common words are.
LONGEST_WORD = 40

_PICTURE = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: stands for a picture

# A word with the space around it; and what a longer one is divided into (combining marks and
# joiners stay with the character before them).
_WORD = re.compile(rf"{SPACE}*(?:(?!{SPACE}).)+{SPACE}*", re.DOTALL)
_PIECE = re.compile(rf"(?:\s*\S[\u0300-\u036f\u200d\ufe00-\ufe0f]*){{1,{LONGEST_WORD}}}\s*")
_AFTER_WIDE_END = re.compile(r"(?<=[。！？])(?=\S)")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SENTENCE_END = re.compile(r"""[.!?…]["'’”»)\]]*$""")
_WIDE_SENTENCE_END = re.compile(r"[。！？」』]$")
_ABBREVIATION = re.compile(r"^\W*\w{1,2}\.\W*$")


class Gap(IntEnum):
    """What lies before a leaf, the best place to cut first."""

    BLOCK = 0
    ITEM = 1
    SENTENCE = 2
    WORD = 3
    BOUND = 4  # after a heading, or inside a word


# How far from an even division, as a part of a card, a better place to cut may be.
_PENALTY = {Gap.BLOCK: 0.0, Gap.ITEM: 0.05, Gap.SENTENCE: 0.35, Gap.WORD: 1.0, Gap.BOUND: 3.0}


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is before the leaf, and its weight: about how many characters it is."""

    gap: Gap
    weight: int


def leaves(blocks: model.Blocks) -> tuple[Leaf, ...]:
    """Return the leaves of the blocks, in order; there are as many as `cut` counts."""
    found: list[Leaf] = []
    before = ""
    for gap, text in _walk(blocks, Gap.BLOCK):
        found.append(Leaf(_between(before, text) if gap is None else gap, len(text)))
        before = text
    return tuple(found)


def cut(blocks: model.Blocks, start: int, stop: int) -> model.Blocks:
    """Return the blocks from leaf `start` up to but without leaf `stop`."""
    return _Cutter(start, stop).blocks(blocks)


def parts(blocks: model.Blocks, cuts: tuple[int, ...]) -> tuple[model.Blocks, ...]:
    """Return the blocks divided before each of the leaves that `cuts` names."""
    if not cuts:
        return (blocks,)
    ends = (0, *cuts, len(leaves(blocks)))
    return tuple(cut(blocks, start, stop) for start, stop in pairwise(ends))


def plain(blocks: model.Blocks) -> model.Blocks:
    """Return the blocks as mere paragraphs, which can be cut between any two words.

    The last resort, where a table's cell or a line of code is larger than a card.
    """
    return tuple(paragraph for block in blocks for paragraph in _plain(block))


# --- Choosing where to cut -------------------------------------------------------------------


def choose_cuts(
    row: tuple[Leaf, ...], fits: Callable[[int, int], bool], least: int = 1
) -> tuple[int, ...]:
    """Return before which leaves to cut, so that each part fits and all are about as long.

    `fits(start, stop)` tells whether these leaves fit on a card.  There are at least `least` parts
    (or as many as there are leaves), and no more than needed to cut between sentences; a part that
    is a single leaf is returned even if it doesn't fit.
    """
    chooser = _Chooser(row, fits)
    return chooser.cuts(min(max(least, chooser.count(0)), len(row)))


def weight_beyond(row: tuple[Leaf, ...], fits: Callable[[int, int], bool]) -> int:
    """Return the weight of the leaves that don't fit on the first card."""
    reach = _Chooser(row, fits).reach(0) if row else 0
    return sum(leaf.weight for leaf in row[reach:])


class _Chooser:
    """Remembers how far each part can reach, which is dear to find out."""

    def __init__(self, row: tuple[Leaf, ...], fits: Callable[[int, int], bool]) -> None:
        self._row = row
        self._fits = fits
        self._sums = [0]
        for leaf in row:
            self._sums.append(self._sums[-1] + leaf.weight)
        self.reach = cache(self._find_reach)

    def count(self, start: int) -> int:
        """Return how many parts the leaves from `start` make if each part is filled."""
        parts = 0
        while start < len(self._row):
            start = self._best_end(start, self.reach(start))
            parts += 1
        return parts

    def cuts(self, parts: int) -> tuple[int, ...]:
        """Return the cuts into so many parts."""
        found: list[int] = []
        start = 0
        for left in range(parts, 1, -1):
            start = self._cut(start, left)
            found.append(start)
        return tuple(found)

    def _find_reach(self, start: int) -> int:
        """Return the last place up to which a part from `start` fits, by bisection."""
        low, high = start + 1, len(self._row)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._fits(start, middle) else (low, middle - 1)
        return low

    def _best_end(self, start: int, reach: int) -> int:
        """Return the last place up to `reach` between sentences, else between words, else it."""
        if reach == len(self._row):
            return reach
        places = range(reach, start, -1)
        for worst in (Gap.SENTENCE, Gap.WORD):
            end = next((place for place in places if self._row[place].gap <= worst), None)
            if end is not None:
                return end
        return reach

    def _cut(self, start: int, left: int) -> int:
        """Return the first cut after `start` when so many parts are left to make."""
        furthest = min(self.reach(start), len(self._row) - (left - 1))
        share = (self._sums[-1] - self._sums[start]) / left
        aim = self._sums[start] + share

        def cost(place: int) -> tuple[float, int]:
            distance = abs(self._sums[place] - aim) / max(share, 1)
            return distance + _PENALTY[self._row[place].gap], place

        places = sorted(range(start + 1, furthest + 1), key=cost)
        return next((place for place in places if self.count(place) <= left - 1), furthest)


# --- Leaves ----------------------------------------------------------------------------------

# A leaf as the walk finds it: what is before it, or None where the text decides, and its text.
_Found = tuple[Gap | None, str]


def _between(before: str, after: str) -> Gap:
    """Return what the end of one text and the beginning of the next have between them."""
    word = before.rstrip()
    if _WIDE_SENTENCE_END.search(word):
        return Gap.SENTENCE
    if word == before and after == after.lstrip():
        return Gap.BOUND
    ends = _SENTENCE_END.search(word) and not _ABBREVIATION.search(word)
    return Gap.SENTENCE if ends and not after.lstrip()[:1].islower() else Gap.WORD


def _led(gap: Gap, found: Iterable[_Found]) -> Iterator[_Found]:
    """Yield the leaves with this before the first of them."""
    for number, (own, text) in enumerate(found):
        yield (own if number else gap), text


def _walk(blocks: Iterable[model.Block], gap: Gap) -> Iterator[_Found]:
    """Yield the leaves of the blocks; `gap` is what lies between these blocks."""
    before = gap
    for block in blocks:
        yield from _led(before, _walk_block(block))
        before = Gap.BOUND if isinstance(block, model.Heading) and block.level > 1 else gap


def _walk_block(block: model.Block) -> Iterable[_Found]:
    match block:
        case model.Paragraph(children) | model.Heading(_, children):
            return [(None, text) for text in _texts(children)]
        case model.List(items):
            return chain.from_iterable(_led(Gap.ITEM, _walk_item(item)) for item in items)
        case model.Quote(children):
            return _walk(children, Gap.BLOCK)
        case model.Callout(children, _, title):
            return chain(((None, text) for text in _texts(title)), _walk_below(children))
        case model.CodeBlock(text):
            return [(Gap.ITEM, line) for line in _code_lines(text)]
        case model.Table(_, rows):
            return [(Gap.ITEM, "".join(map(inlines_text, row))) for row in rows or ((),)]
        case model.DefinitionList(entries):
            return chain.from_iterable(_led(Gap.ITEM, _walk_entry(*entry)) for entry in entries)
        case model.Rule():
            return ()


def _walk_below(blocks: model.Blocks) -> Iterable[_Found]:
    """Return the leaves of what stands below a title, from which it is not cut off."""
    return _led(Gap.BOUND, _walk(blocks, Gap.BLOCK))


def _walk_item(item: model.Item) -> Iterable[_Found]:
    """Return the item's leaves; an empty one is a leaf as well, for its number or bullet."""
    return list(_walk(item.children, Gap.ITEM)) or [(None, "")]


def _walk_entry(name: model.Inlines, definitions: tuple[model.Blocks, ...]) -> Iterator[_Found]:
    yield from ((None, text) for text in _texts(name))
    gap = Gap.BOUND
    for definition in definitions:
        yield from _led(gap, _walk(definition, Gap.ITEM))
        gap = Gap.ITEM


def _texts(inlines: model.Inlines) -> list[str]:
    """Return the texts of the inlines' leaves, each with the space after it."""
    found: list[str] = []
    for text, is_leaf in _pieces(inlines):
        if is_leaf:
            found.append(text)
        elif found:
            found[-1] += text
    return found


def _pieces(inlines: model.Inlines) -> Iterator[tuple[str, bool]]:
    """Yield the inlines' texts, and whether each is a leaf or only space."""
    for inline in inlines:
        match inline:
            case model.Text(text) | model.Code(text):
                words = _words(text)
                yield from ((word, True) for word in words)
                if not words:
                    yield text, False
            case model.Image() | model.Maths():
                yield _PICTURE, True
            case model.Audio(_, alt):
                yield alt, True
            case model.Break():
                yield " ", False
            case model.Footnote():
                pass  # cards.py has put it at the end
            case _:
                yield from _pieces(inline.children)


@lru_cache(maxsize=1024)  # a text that is being divided is looked at a hundred times
def _words(text: str) -> tuple[str, ...]:
    """Return the text's words with the space around them; joined they are the text."""
    return tuple(
        piece
        for word in _WORD.findall(text)
        for sentence in _AFTER_WIDE_END.split(word)
        for piece in _PIECE.findall(sentence)
    )


def _code_lines(text: str) -> list[str]:
    """Return the lines with their ends; blank ones belong to the line before."""
    found: list[str] = []
    for line in _LINE.findall(text):
        if found and not (line.strip() and found[-1].strip()):
            found[-1] += line
        else:
            found.append(line)
    return found or [""]


# --- Cutting ---------------------------------------------------------------------------------


def _count(found: Iterable[object]) -> int:
    return sum(1 for _ in found)


class _Cutter:
    """Walks the tree as `leaves` does, keeping what lies between two leaves."""

    def __init__(self, start: int, stop: int) -> None:
        self._start = start
        self._stop = stop
        self._at = 0

    def blocks(self, blocks: Iterable[model.Block]) -> model.Blocks:
        return tuple(kept for block in blocks for kept in self._block(block))

    def _keeps(self, count: int) -> bool | None:
        """Pass over so many leaves if all or none of them are kept; return None otherwise.

        What has no leaf (a rule, a line's end) is kept only between leaves that are.
        """
        begin, end = self._at, self._at + count
        is_inside = self._start <= begin and end <= self._stop
        is_outside = end <= self._start or begin >= self._stop
        if not (is_inside or is_outside):
            return None
        self._at = end
        return is_inside and not is_outside

    def _slice(self, count: int) -> slice:
        """Pass over so many leaves and return which of them are kept."""
        begin = self._at
        self._at += count
        return slice(max(0, self._start - begin), max(0, self._stop - begin))

    def _block(self, block: model.Block) -> model.Blocks:
        keeps = self._keeps(_count(_walk_block(block)))
        if keeps is not None:
            return (block,) if keeps else ()
        match block:
            case model.Paragraph(children) | model.Heading(_, children):
                return (replace(block, children=self._inlines(children)),)
            case model.List():
                return self._list(block)
            case model.Quote(children):
                return (replace(block, children=self.blocks(children)),)
            case model.Callout(children, _, title):
                title = self._inlines(title)
                return (replace(block, children=self.blocks(children), title=title),)
            case model.CodeBlock(text):
                lines = _code_lines(text)
                kept = lines[self._slice(len(lines))]
                return (replace(block, text="".join(kept).rstrip("\n") + "\n"),)
            case model.Table(_, rows):
                return (replace(block, rows=rows[self._slice(len(rows))]),)
            case model.DefinitionList():
                return self._entries(block)
            case model.Rule():
                return ()

    def _list(self, block: model.List) -> model.Blocks:
        continued: model.Blocks = ()
        items: list[model.Item] = []
        first = 0
        for index, item in enumerate(block.items):
            is_begun = self._at < self._start
            kept = self._item(item)
            if kept is None:
                continue
            if is_begun:
                continued = kept.children
            else:
                first = index if not items else first
                items.append(kept)
        start = None if block.start is None else block.start + first
        return (*continued, *((replace(block, items=tuple(items), start=start),) if items else ()))

    def _item(self, item: model.Item) -> model.Item | None:
        keeps = self._keeps(_count(_walk_item(item)))
        if keeps is None:
            return replace(item, children=self.blocks(item.children))
        return item if keeps else None

    def _entries(self, block: model.DefinitionList) -> model.Blocks:
        continued: model.Blocks = ()
        entries: list[tuple[model.Inlines, tuple[model.Blocks, ...]]] = []
        for name, definitions in block.entries:
            is_begun = self._at < self._start
            kept_name = self._inlines(name)
            kept = tuple(filter(None, map(self.blocks, definitions)))
            if is_begun and not kept_name:
                continued = (*continued, *(block for blocks in kept for block in blocks))
            elif kept_name or kept:
                entries.append((kept_name, kept))
        return (*continued, *((replace(block, entries=tuple(entries)),) if entries else ()))

    def _inlines(self, inlines: model.Inlines) -> model.Inlines:
        return tuple(kept for inline in inlines for kept in self._inline(inline))

    def _inline(self, inline: model.Inline) -> model.Inlines:
        keeps = self._keeps(len(_texts((inline,))))
        if keeps is not None:
            return (inline,) if keeps else ()
        match inline:
            case model.Text(text) | model.Code(text):
                words = _words(text)
                kept = "".join(words[self._slice(len(words))])
                # White space at a line's end can make WeasyPrint break the line before it.
                return (replace(inline, text=kept.rstrip() if self._at >= self._stop else kept),)
            case model.Image() | model.Audio() | model.Maths() | model.Footnote() | model.Break():
                return ()
            case _:
                return (replace(inline, children=self._inlines(inline.children)),)


# --- The last resort -------------------------------------------------------------------------


def _plain(block: model.Block) -> model.Blocks:
    match block:
        case model.Paragraph() | model.Heading() | model.Rule():
            return (block,)
        case model.CodeBlock(text, _, span):
            lines = filter(str.strip, text.split("\n"))
            return tuple(model.Paragraph((model.Code(line),), span) for line in lines)
        case model.Table(head, rows, _, span):
            return tuple(_plain_row(row, span) for row in (head, *rows) if any(row))
        case model.List(items, start):
            numbers = ("•" if start is None else f"{start + index}." for index in range(len(items)))
            pairs = zip(numbers, items, strict=True)
            return tuple(chain.from_iterable(_plain_item(*pair) for pair in pairs))
        case model.Quote(children):
            return plain(children)
        case model.Callout(children, _, title, span):
            return (model.Paragraph((model.Strong(title),), span), *plain(children))
        case model.DefinitionList(entries, span):
            return tuple(chain.from_iterable(_plain_entry(*entry, span) for entry in entries))


def _plain_item(number: str, item: model.Item) -> model.Blocks:
    mark = model.Text(f"{number} ")
    match plain(item.children):
        case (model.Paragraph(children) as first, *others):
            return (replace(first, children=(mark, *children)), *others)
        case others:
            return (model.Paragraph((mark,), item.span), *others)


def _plain_row(row: tuple[model.Inlines, ...], span: Span) -> model.Paragraph:
    cells = filter(None, row)
    divided = chain.from_iterable((model.Text(" · "), *cell) for cell in cells)
    return model.Paragraph(tuple(divided)[1:], span)


def _plain_entry(
    name: model.Inlines, definitions: tuple[model.Blocks, ...], span: Span
) -> model.Blocks:
    blocks = tuple(chain.from_iterable(definitions))
    return (model.Paragraph((model.Strong(name),), span), *plain(blocks))
