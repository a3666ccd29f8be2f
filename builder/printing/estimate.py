"""How high blocks will be on a card: advance widths and greedy line breaking, no layout.

It knows the proportions of `templates/flashcards.css`, all of them in em, so that a text is taken
apart into words only once for all sizes.  It is right for nearly all running text; where it can't
be sure, its low and high bounds lie apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from builder import model
from builder.fonts import MONO, SANS
from builder.printing.words import CODE, Line, Type, Word, break_lines, is_foreseen, words_of
from builder.rendering.typefaces import Typefaces
from builder.walk import figure_in

# The proportions of the style sheet, in em of the face's size.
LINE = 1.3  # a line of text
GAP = 0.5  # between blocks
ITEM_GAP = 0.25  # between list items, and between the blocks of one
INDENT = 1.3  # of a list or a definition
CAPTION = 0.85  # the size of a picture's caption
QUOTE_INDENT = 1.15  # with its rule
DEEPEST = 6  # so many lists and quotations inside each other are indented
CODE_LINE = 1.35  # a line of code, in em of its own size
CODE_HANG = 1.5 * CODE  # how far the further lines of one that is too long are moved in
TABLE, TABLE_LINE = 0.95, 1.25  # a table's size; its lines in em of that size
CELL_PADDING, COLUMN_GAP = 0.2, 0.8  # above and below a row, and beside a cell, in a table's em
HEAD_WEIGHT = 600  # of a table's head
RULE = 0.55  # a rule's height

# A picture's greatest height as a part of the box's; what is asked about it needs room as well.
PICTURE = 0.62
POINTS_PER_PIXEL = 0.75

# The prompt of a card is a heading of this level; those of authors begin at 3.
PROMPT_LEVEL = 1
PROMPT_WEIGHT = 600

# Advance widths and layout differ by about a thousandth (rounding), the heights of tables, code and
# pictures by a hundredth; what our fonts don't have, very long words and narrow columns can't be
# foreseen.
_TOLERANCE = 0.004
_DOUBT, _GREAT_DOUBT = 0.04, 0.3
_ROOMY_COLUMNS = 5

_Entry = tuple[model.Inlines, tuple[model.Blocks, ...]]


@dataclass(frozen=True, slots=True)
class Box:
    """The room for a face's text: width and height in pt."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Estimator:
    """Measures in one box; `pictures` gives the natural width and height of each asset in pt."""

    box: Box
    pictures: Mapping[str, tuple[float, float]]
    typefaces: Typefaces = field(default_factory=Typefaces)

    def height(self, blocks: model.Blocks, size: float, *, asking: bool = False) -> float:
        """Return the most likely height in pt at a size in pt; asked deletions are blanks."""
        return self._height(blocks, size, asking, 1.0)

    def least_height(self, blocks: model.Blocks, size: float, *, asking: bool = False) -> float:
        """Return a height in pt that the text will at least have."""
        doubt = _doubt(blocks, self.typefaces.chosen)
        return self._height(blocks, size, asking, 1 + _TOLERANCE) * (1 - doubt)

    def greatest_height(self, blocks: model.Blocks, size: float, *, asking: bool = False) -> float:
        """Return a height in pt that the text will hardly exceed."""
        doubt = _doubt(blocks, self.typefaces.chosen)
        return self._height(blocks, size, asking, 1 - _TOLERANCE) * (1 + doubt)

    def columns(self, blocks: model.Blocks, size: float) -> Mapping[model.Table, tuple[float, ...]]:
        """Return the width of each column of each table in the blocks, as a part of its room.

        Columns are as wide as their widest cell if there is room, and the table is narrower then;
        else between that and their longest word, as automatic tables are.
        """
        setting = _Setting(self, size, asking=False)
        tables = setting.tables(blocks, self.box.width / size)
        return {table: _shares(setting.columns(table), room) for table, room in tables}

    def breaks_words(self, blocks: model.Blocks, size: float) -> bool:
        """Tell whether a table in the blocks has no room for its longest words."""
        setting = _Setting(self, size, asking=False)
        return any(
            sum(least for least, _ in setting.columns(table)) > room
            for table, room in setting.tables(blocks, self.box.width / size)
        )

    def lines(
        self,
        block: model.Paragraph | model.Heading,
        size: float,
        part: float = 1.0,
        *,
        asking: bool = False,
    ) -> list[float]:
        """Return the width in em of each line of a prompt or a paragraph.

        The lines are as wide as this part of the box.
        """
        setting = _Setting(self, size, asking)
        kind = setting.body
        if isinstance(block, model.Heading):
            kind = Type(self.typefaces.headings, PROMPT_WEIGHT)
        room = self.box.width * part / size
        return [line.width for line in setting.lines(block.children, room, kind)]

    def _height(self, blocks: model.Blocks, size: float, asking: bool, stretch: float) -> float:  # noqa: FBT001
        setting = _Setting(self, size, asking)
        return size * setting.height(blocks, self.box.width / size * stretch, GAP, setting.body)


@dataclass(frozen=True, slots=True)
class _Setting:
    """One size in pt, and whether deletions are asked; all lengths are in em of that size."""

    estimator: Estimator
    size: float
    asking: bool

    @property
    def body(self) -> Type:
        """Return how running text is set."""
        return Type(self.estimator.typefaces.text)

    def height(self, blocks: Iterable[model.Block], room: float, gap: float, kind: Type) -> float:
        return _piled((self._block(block, room, kind) for block in blocks), gap)

    def lines(self, inlines: model.Inlines, room: float, kind: Type) -> list[Line]:
        return break_lines(self._words(inlines, kind), room, LINE)

    def tables(
        self, blocks: Iterable[model.Block], room: float
    ) -> Iterator[tuple[model.Table, float]]:
        """Yield the tables in the blocks, each with the width that it has."""
        for block in blocks:
            match block:
                case model.Table():
                    yield block, room
                case model.List(items):
                    for item in items:
                        yield from self.tables(item.children, self._indented(room, INDENT))
                case model.Quote(children) | model.Callout(children):
                    yield from self.tables(children, self._indented(room, QUOTE_INDENT))
                case model.DefinitionList(entries):
                    for definition in chain.from_iterable(each for _, each in entries):
                        yield from self.tables(definition, self._indented(room, INDENT))

    def columns(self, table: model.Table) -> list[tuple[float, float]]:
        """Return the least and the wanted width of each column, with the space behind it."""
        columns = [self._column(*cells) for cells in zip(table.head, *table.rows, strict=True)]
        gap = COLUMN_GAP * TABLE
        return [*((least + gap, wanted + gap) for least, wanted in columns[:-1]), columns[-1]]

    def _column(self, head: model.Inlines, *cells: model.Inlines) -> tuple[float, float]:
        """Return the widths of the longest word and of the widest cell."""
        column = [self._cell(head, HEAD_WEIGHT), *map(self._cell, cells)]
        longest = max((word.width for cell in column for word in cell), default=0.0)
        widest = max(sum(word.width + word.space for word in cell) for cell in column)
        return longest * (1 + _TOLERANCE), widest * (1 + _TOLERANCE)

    def _block(self, block: model.Block, room: float, kind: Type) -> float:
        match block:
            case model.Paragraph(children):
                return self._text(children, room, kind) + self._caption(block, room, kind)
            case model.Heading(level, children):
                weight = PROMPT_WEIGHT if level == PROMPT_LEVEL else 700 if level < 5 else 400
                family = self.estimator.typefaces.headings
                return self._text(children, room, Type(family, weight, level > 4, kind.scale))
            case model.List(items):
                inner = self._indented(room, INDENT)
                parts = (self._part(item.children, inner, kind) for item in items)
                return _piled(parts, ITEM_GAP)
            case model.Quote(children):
                return self.height(children, self._indented(room, QUOTE_INDENT), GAP, kind)
            case model.Callout(children, _, title, span):
                head = (model.Paragraph((model.Strong(title),), span),) if title else ()
                inner = self._indented(room, QUOTE_INDENT)
                return self.height((*head, *children), inner, GAP, kind)
            case model.CodeBlock(text):
                return self._code(text, room)
            case model.Table():
                return self._table(block, room)
            case model.DefinitionList(entries):
                return self._definitions(entries, room, kind)
            case model.Rule():
                return RULE

    def _text(self, inlines: model.Inlines, room: float, kind: Type) -> float:
        return sum(line.height for line in self.lines(inlines, room, kind))

    def _caption(self, block: model.Block, room: float, kind: Type) -> float:
        image = figure_in(block)
        if image is None or not image.caption:
            return 0.0
        words = self._words(image.caption, replace(kind, scale=CAPTION))
        return ITEM_GAP + sum(line.height for line in break_lines(words, room, CAPTION * LINE))

    def _indented(self, room: float, indent: float) -> float:
        """Return what is left of a width; the innermost lists and quotations are not indented."""
        deepest = self.estimator.box.width / self.size - DEEPEST * INDENT
        return max(room - indent, min(room, deepest))

    def _part(self, blocks: model.Blocks, room: float, kind: Type) -> float:
        """Return the height of an item or a definition; an empty one has a line."""
        return self.height(blocks, room, ITEM_GAP, kind) or LINE

    def _definitions(self, entries: Iterable[_Entry], room: float, kind: Type) -> float:
        inner = self._indented(room, INDENT)
        bold = replace(kind, weight=700)
        heights = (
            height
            for name, definitions in entries
            for height in (
                self._text(name, room, bold),
                *(self._part(blocks, inner, kind) for blocks in definitions),
            )
        )
        return _piled(heights, ITEM_GAP)

    def _code(self, text: str, room: float) -> float:
        kind = Type(MONO, scale=CODE)
        lines = 0
        for line in text.rstrip("\n").expandtabs(4).split("\n"):
            # Spaces count in code, so they are words here; further lines are moved in.
            words = self._words((model.Text(line.replace(" ", "\N{NO-BREAK SPACE}")),), kind)
            hung = (
                word._replace(width=word.width - CODE_HANG * (not i))
                for i, word in enumerate(words)
            )
            lines += max(1, len(break_lines(hung, room - CODE_HANG, 1.0)))
        return lines * CODE * CODE_LINE

    def _table(self, table: model.Table, room: float) -> float:
        columns = _shares(self.columns(table), room)
        gap = COLUMN_GAP * TABLE
        rooms = [*(part * room - gap for part in columns[:-1]), columns[-1] * room]
        head = [self._cell(cell, HEAD_WEIGHT) for cell in table.head]
        rows = ([self._cell(cell) for cell in row] for row in table.rows)
        return sum(_row_height(row, rooms) for row in (head, *rows))

    def _cell(self, cell: model.Inlines, weight: int = 400) -> tuple[Word, ...]:
        return self._words(cell, Type(SANS, weight, scale=TABLE))

    def _words(self, inlines: model.Inlines, kind: Type) -> tuple[Word, ...]:
        words = words_of(inlines, kind, self.asking)
        if any(word.picture for word in words):
            return tuple(self._sized(word) if word.picture else word for word in words)
        return words

    def _sized(self, word: Word) -> Word:
        """Return a picture's word with its size, which is not in em."""
        box = self.estimator.box
        width, height = self.estimator.pictures.get(word.picture, (box.width, box.height))
        wanted = word.width * box.width / width if word.width else 1.0
        scale = min(wanted, box.width / width, PICTURE * box.height / height)
        return word._replace(width=width * scale / self.size, height=height * scale / self.size)


def _piled(heights: Iterable[float], gap: float) -> float:
    """Return the height of what is one below the other."""
    return max(0.0, sum(height + gap for height in heights) - gap)


def _row_height(row: Iterable[tuple[Word, ...]], rooms: Iterable[float]) -> float:
    line = TABLE * TABLE_LINE
    cells = (break_lines(words, room, line) for words, room in zip(row, rooms, strict=True))
    heights = (sum(each.height for each in lines) for lines in cells)
    return max(line, *heights) + 2 * CELL_PADDING * TABLE


def _shares(widths: Sequence[tuple[float, float]], room: float) -> tuple[float, ...]:
    """Divide the room between columns of which the least and the wanted width are known."""
    least, wanted = sum(width[0] for width in widths), sum(width[1] for width in widths)
    if wanted <= room:
        return tuple(width[1] / room for width in widths)
    if least >= room:
        return tuple(width[0] / least for width in widths)
    part = (room - least) / (wanted - least)
    return tuple((low + part * (high - low)) / room for low, high in widths)


# --- Doubt -----------------------------------------------------------------------------------


def _doubt(content: Iterable[model.Block | model.Inline], families: tuple[str, ...]) -> float:
    """Return by which part the height may be wrong, beyond what a line's width can do."""
    return max((_doubt_of(node, families) for node in content), default=0.0)


def _doubt_of(node: model.Block | model.Inline, families: tuple[str, ...]) -> float:
    match node:
        case model.Text(text) | model.Code(text):
            return 0.0 if is_foreseen(text, families) else _GREAT_DOUBT
        case model.Image(_, _, _, caption):
            return max(_DOUBT, _doubt(caption, families))
        case model.Maths():
            return _DOUBT
        case model.CodeBlock(text):
            return _DOUBT if is_foreseen(text, families) else _GREAT_DOUBT
        case model.Table(head, rows):
            width = _DOUBT if len(head) <= _ROOMY_COLUMNS else _GREAT_DOUBT
            return max(width, *(_doubt(cell, families) for row in (head, *rows) for cell in row))
        case model.List(items):
            return max((_doubt(item.children, families) for item in items), default=0.0)
        case model.DefinitionList(entries):
            parts = (part for name, definitions in entries for part in (name, *definitions))
            return max(_DOUBT, *(_doubt(part, families) for part in parts))
        case model.Break() | model.Rule() | model.Footnote():
            return 0.0
        case model.Audio(_, alt):
            return 0.0 if is_foreseen(alt, families) else _GREAT_DOUBT
        case _:
            return _doubt(node.children, families)
