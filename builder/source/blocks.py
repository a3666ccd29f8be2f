"""From markdown-it's block tokens to the model's blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import get_args

from markdown_it.token import Token

from builder import model
from builder.diagnostics import Code, Diagnostic, quoted, warning
from builder.highlighting import languages
from builder.source.inlines import InlineParser, raw_html
from builder.source.places import Placed, Source, placed, placed_cell, placed_heading
from builder.source.read import text_too_long
from builder.source.syntax import MAX_NESTING
from builder.span import Span
from builder.suggest import did_you_mean

_MARKER = re.compile(r"(?:[-+*]|\d{1,9}[.)]|[:~])(?:[ \t]+|$)|>[ \t]*")
_CONTAINERS = {
    "bullet_list_open",
    "ordered_list_open",
    "blockquote_open",
    "dl_open",
    "callout_open",
}
_CALLOUTS: dict[str, model.CalloutKind] = {kind: kind for kind in get_args(model.CalloutKind)}
_TOO_DEEP = MAX_NESTING - 3  # from here on markdown-it may drop what is deeper
_LANGUAGE = re.compile(r"(?:[\w+#.-]{1,20})?")
_NEARLY_HEADING = re.compile(r"#{2,6}[^#\s]|#{7,}\s")


@dataclass(frozen=True, slots=True)
class Headline:
    """A heading at the top level, which sections are made of."""

    level: int
    children: model.Inlines
    attributes: model.Attributes
    span: Span


@dataclass(frozen=True, slots=True)
class TermList:
    """A definition list at the top level: notes among terms, layout elsewhere."""

    terms: tuple[model.Term, ...]
    span: Span


Part = model.Block | Headline | TermList


@dataclass(slots=True)
class BlockParser:
    """Turns the block tokens of one topic into parts and collects what is wrong.

    `attributes` keeps what was written at the end of items and paragraphs, by their span, until
    it is known whether they are notes.  `definitions` has the token of each link definition,
    `labels` the course's words for call-outs.
    """

    source: Source
    inline: InlineParser
    attributes: dict[Span, model.Attributes] = field(default_factory=dict)
    definitions: dict[str, Token] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    # Where we are: by line, the column (0-based) behind the markers of items and quotes that were
    # read; and in how many quotes.
    _begun: dict[int, int] = field(default_factory=dict)
    _quotes: int = 0

    @property
    def problems(self) -> list[Diagnostic]:
        """What was found wrong so far."""
        return self.inline.problems

    def report(self, code: Code, message: str, span: Span, hint: str) -> None:
        """Add an error."""
        self.problems.append(Diagnostic(code, message, span, hint))

    def parts(self, tokens: Sequence[Token]) -> list[Part]:
        """Return the top level of the text."""
        made: list[Part] = []
        for group in groups(tokens):
            if group[0].type == "heading_open":
                made.append(self._headline(group))
            elif group[0].type == "dl_open":
                made.append(self._term_list(group))
            else:
                made += self._block(group)
        return made

    def blocks(self, tokens: Sequence[Token]) -> model.Blocks:
        """Return what stands inside a block."""
        blocks = tuple(block for group in groups(tokens) for block in self._block(group))
        self.check_underlines(blocks)
        return blocks

    def _block(self, group: Sequence[Token]) -> list[model.Block]:
        """Convert one block; a list of none where it is only wrong or only a definition."""
        first = group[0]
        if first.level >= _TOO_DEEP and first.type in _CONTAINERS:
            self._too_deep(first)
            return []
        match first.type:
            case "paragraph_open":
                return self._paragraph(group[1])
            case "bullet_list_open" | "ordered_list_open":
                return [self._list(group)]
            case "blockquote_open":
                return [self._quote(group)]
            case "callout_open":
                return self._callout(group)
            case "fence" | "code_block":
                return [self._code(first)]
            case "table_open":
                return [self._table(group)]
            case "dl_open":
                return [self.layout(self._term_list(group))]
            case "hr":
                return [model.Rule(self.span(first))]
        self._no_block(first)
        return []

    def _no_block(self, token: Token) -> None:
        """Take in what makes no block: a definition, or what can't stand here."""
        span = self.span(token)
        match token.type:
            case "heading_open":
                message = "a heading can't stand inside a list or a quotation"
                hint = "move it out, or write \\# where the sign is meant"
                self.report("heading-misplaced", message, span, hint)
            case "html_block":
                self.problems.append(raw_html(token.content, span))
            case "definition":
                self._definition(token, span)
            case "callout_stray":
                hint = "write ::: and a kind where it begins, for example ::: note"
                self.report("callout-stray", "this line closes nothing", span, hint)
            case "footnote_reference_open":
                pass  # read before all else, by footnotes.py
            case _:
                message = f"no conversion for the block token {token.type}"
                raise AssertionError(message)

    # --- headings and paragraphs ---

    def _headline(self, group: Sequence[Token]) -> Headline:
        line = (group[1].map or [0])[0]
        where = placed_heading(self.source, _written(group[1]), line)
        return Headline(
            int(group[0].tag[1:]),
            self.inline.parse(group[1], where),
            self.inline.attributes(group[1], where),
            self.span(group[0]),
        )

    def _paragraph(self, token: Token) -> list[model.Block]:
        where = self._placed(token)
        span = where.whole()
        if "too_long" in token.meta:
            span = self.span(token)
            self.problems.append(text_too_long("paragraph", token.meta["too_long"], span))
            return []
        self._check_nearly(where)
        attributes = self.inline.attributes(token, where)
        if attributes.span:
            self.attributes[span] = attributes
        children = self.inline.parse(token, where, is_paragraph=True)
        return [model.Paragraph(children, span)] if children else []

    def _check_nearly(self, where: Placed) -> None:
        """Report what is text to Markdown but was hardly meant as text."""
        for index, line in enumerate(where.content.split("\n")):
            text = line.strip()
            span = where.span(where.offsets[index], where.offsets[index] + len(line.rstrip()))
            if _NEARLY_HEADING.match(text):
                hint = "write two to six #, a space and the heading, or \\# where the sign is meant"
                self.problems.append(warning("heading-near", "this is no heading", span, hint))
            elif _nearly_table(text):
                hint = "give the line below a table's head as many cells as the head has"
                self.problems.append(warning("table-near", "this is no table", span, hint))
            elif index and len(text) > 1 and not (text.strip("=") and text.strip("-")):
                self._underlined(span)

    def check_underlines(self, parts: Sequence[Part]) -> None:
        """Report `---` right below a text: elsewhere it makes a heading of it."""
        for above, line in pairwise(parts):
            if isinstance(above, model.Paragraph) and isinstance(line, model.Rule):
                touches = above.span.end_line + 1 == line.span.line
                written = self.source.line(line.span.line - 1)[line.span.column - 1 :]
                if touches and not written.strip().strip("-"):
                    self._underlined(line.span)

    def _underlined(self, span: Span) -> None:
        hint = "write # or ## before a heading; put an empty line above a line that divides"
        message = "underlined headings are not part of the format"
        self.report("heading-underlined", message, span, hint)

    # --- lists, code, tables, terms ---

    def _quote(self, group: Sequence[Token]) -> model.Quote:
        span = self._opened(group[0])
        self._quotes += 1
        children = self._not_empty(group[1:-1], "this quotation is empty", span)
        self._quotes -= 1
        return model.Quote(children, span)

    def _callout(self, group: Sequence[Token]) -> list[model.Block]:
        name, inner = group[0].meta["name"], group[1:-1]
        first = (group[0].map or [0])[0]
        line = self.source.line_span(first, first + 1, self._begin(first))
        title: model.Inlines = (model.Text(self.labels.get(name, name)),)
        if inner and inner[0].type == "inline":
            title, inner = self._title(inner[0]), inner[1:]
        if not group[0].meta["closed"]:
            hint = "write a line ::: below it"
            self.report("callout-unclosed", "this call-out has no end", line, hint)
        children = self._not_empty(inner, "this call-out is empty", line)
        kind = _CALLOUTS.get(name)
        if kind is None:
            near = did_you_mean(name, _CALLOUTS)
            hint = near or f"write one of {', '.join(_CALLOUTS)} behind the colons"
            message = f"there is no call-out {quoted(name)}"
            self.report("callout-unknown", message, line, hint)
            return []
        return [model.Callout(children, kind, title, line)]

    def _title(self, token: Token) -> model.Inlines:
        where = self._placed(token)
        self.unused(self.inline.attributes(token, where))
        title = self.inline.parse(token, where)
        self.inline.no_deletions(title, "the title of a call-out")
        self.inline.no_footnotes(title, "the title of a call-out")
        return title

    def _list(self, group: Sequence[Token]) -> model.List:
        span = self.span(group[0])
        ordered = group[0].type == "ordered_list_open"
        start = int(group[0].attrs.get("start", 1)) if ordered else None
        items = tuple(self._item(item) for item in groups(group[1:-1]))
        inner = group[0].level + 2
        tight = not any(
            token.type == "paragraph_open" and not token.hidden and token.level == inner
            for token in group
        )
        return model.List(items, start, tight, span)

    def _item(self, group: Sequence[Token]) -> model.Item:
        """Convert an item; attributes at the end of its first or last paragraph are its own."""
        span = self._opened(group[0])
        children = self._not_empty(group[1:-1], "this list item is empty", span)
        for paragraph in (*children[:1], *children[-1:]):
            own = paragraph.span in self.attributes and span not in self.attributes
            if isinstance(paragraph, model.Paragraph) and own:
                self.attributes[span] = self.attributes.pop(paragraph.span)
        return model.Item(children, span)

    def _not_empty(self, tokens: Sequence[Token], message: str, span: Span) -> model.Blocks:
        """Return the blocks of a quote or an item; if there are none, somebody must be told."""
        known = len(self.problems)
        children = self.blocks(tokens)
        if not children and len(self.problems) == known:
            self.report("block-empty", message, span, "write it or delete it")
        return children

    def _code(self, token: Token) -> model.CodeBlock:
        if token.type == "fence":
            self._check_fence(token)
        return model.CodeBlock(token.content, token.info.strip(), self.span(token))

    def _check_fence(self, token: Token) -> None:
        start, end = token.map or (0, 1)
        opening = self.source.line_span(start, start + 1, self._begin(start))
        lines = len(token.content.split("\n")) - (not token.content or token.content[-1] == "\n")
        if end - start - 1 <= lines:
            hint = f"write a line {token.markup} below the code"
            self.report("fence-unclosed", "this code has no end", opening, hint)
        language = token.info.strip()
        if not _LANGUAGE.fullmatch(language):
            message = "text beside the fence would not be printed"
            hint = f"write at most a language there ({token.markup}python), and code below"
            self.report("fence-text", message, opening, hint)
        elif language and language.lower() not in languages():
            message = f"we know no language {quoted(language)}, so the code will have no colours"
            hint = did_you_mean(language, languages()) or "leave it out, or write text"
            self.problems.append(warning("fence-language", message, opening, hint))

    def _table(self, group: Sequence[Token]) -> model.Table:
        aligns = tuple(_align(token) for token in group if token.type == "th_open")
        rows: list[list[model.Inlines]] = []
        row = group[0]
        for token in group:
            if token.type == "tr_open":
                rows.append([])
                row = token
                self._check_row(row, len(aligns))
            elif token.type == "inline":
                rows[-1].append(self._cell(token, row, len(rows[-1])))
        head, *body = map(tuple, rows)
        return model.Table(head, tuple(body), aligns, self.span(group[0]))

    def _cell(self, token: Token, row: Token, index: int) -> model.Inlines:
        columns = row.meta["cells"]
        column = columns[index] if index < len(columns) else 0  # it was left out, so it is empty
        where = placed_cell(self.source, _written(token), (row.map or [0])[0], column)
        self.unused(self.inline.attributes(token, where))
        return self.inline.parse(token, where)

    def _check_row(self, row: Token, width: int) -> None:
        """Report cells that the table's head has no column for."""
        count = len(row.meta["cells"])
        if count > width:
            line = (row.map or [0])[0]
            span = self.source.line_span(line, line + 1, row.meta["cells"][width])
            message = f"this row has {count} cells, but the table's head has {width}"
            hint = "give the head as many cells, or write \\| where the sign is meant"
            self.report("table-row", message, span, hint)

    def _term_list(self, group: Sequence[Token]) -> TermList:
        span = self.span(group[0])
        terms: list[model.Term] = []
        for entry in groups(group[1:-1]):
            if entry[0].type == "dd_open":
                term = terms.pop()
                if term.definitions:
                    self._check_joined(entry[1])
                self._opened(entry[1])  # the definition's own first line is not always right
                blocks = self.blocks(entry[1:-1])
                definitions = (*term.definitions, blocks)
                terms.append(model.Term(term.name, definitions, term.attributes, term.span))
            else:
                where = self._placed(entry[1])
                name = self.inline.parse(entry[1], where)
                attributes = self.inline.attributes(entry[1], where)
                terms.append(model.Term(name, (), attributes, where.whole()))
        return TermList(tuple(terms), span)

    def _check_joined(self, definition: Token) -> None:
        """Report a line above a further definition that was hardly meant to go on the one before.

        Without an empty line above it, what should be the next term is no term.
        """
        line = (definition.map or [0])[0] - 1
        text = self.source.line(line)
        if text.strip() and not text.startswith((" ", "\t", ":", "~", ">")):
            message = "this line belongs to the definition above it"
            hint = "write an empty line above a term; move a definition's lines in by two spaces"
            self.report("term-joined", message, self.source.line_span(line, line + 1), hint)

    def layout(self, part: TermList) -> model.DefinitionList:
        """Return a definition list that is layout only; attributes on it would be lost."""
        for term in part.terms:
            self.unused(term.attributes)
        return model.DefinitionList(
            tuple((term.name, term.definitions) for term in part.terms), part.span
        )

    # --- what would be lost ---

    def unused(self, attributes: model.Attributes) -> None:
        """Report attributes where nothing takes them."""
        if attributes.span:
            message = "these attributes belong to no note"
            hint = (
                "they go to a question, a term, or a fact with a cloze deletion; write \\{ where "
                "a brace is meant"
            )
            self.report("attribute-unused", message, attributes.span, hint)

    def _definition(self, token: Token, span: Span) -> None:
        first = self.definitions.setdefault(token.meta["id"], token)
        if first is not token:
            line = self.span(first).line
            message = f"{_label(token)} is defined here again; the first time is in line {line}"
            self.report("reference-unused", message, span, "delete one of them")

    def unused_definitions(self) -> None:
        """Report link definitions that no link uses: their text would reach no output."""
        for label, token in self.definitions.items():
            if label not in self.inline.labels:
                message = f"no link uses the definition of {_label(token)}"
                hint = "use it as [text][name], or delete it"
                self.report("reference-unused", message, self.span(token), hint)

    def _too_deep(self, token: Token) -> None:
        message = "lists and quotations are nested too deeply here"
        hint = f"keep to {MAX_NESTING // 2 - 2} levels"
        self.report("nesting-too-deep", message, self.span(token), hint)

    # --- places ---

    def _placed(self, token: Token) -> Placed:
        return placed(self.source, _written(token), (token.map or [0])[0])

    def span(self, token: Token) -> Span:
        """Return the place of a block."""
        start, end = token.map or (0, 1)
        return self.source.line_span(start, end, self._begin(start))

    def _begin(self, line: int) -> int:
        """Return the column (0-based) at which the next block in a line begins."""
        text = self.source.line(line)
        if line in self._begun:
            return self._begun[line]
        column = len(text) - len(text.lstrip())
        for _ in range(self._quotes):
            if text.startswith(">", column):
                rest = text[column + 1 :]
                column = len(text) - len(rest.lstrip())
        return column

    def _opened(self, token: Token) -> Span:
        """Return the span of an item, a quote or a definition, and step over its marker."""
        span = self.span(token)
        line = span.line - 1
        marker = _MARKER.match(self.source.line(line), span.column - 1)
        if marker:
            self._begun[line] = marker.end()
        return span


def _written(token: Token) -> str:
    """Return an inline's text with the attributes that were taken off."""
    raw: str = token.meta.get("raw", token.content)
    return raw


def groups(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Divide tokens into blocks: an opening token up to its closing one, or a single token."""
    groups, start, depth = [], 0, 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            groups.append(tokens[start : index + 1])
            start = index + 1
    return groups


def _nearly_table(text: str) -> bool:
    """Tell whether a line is what divides a table's head from its rows."""
    return "|" in text and "-" in text and not text.strip("|:- \t")


def _label(token: Token) -> str:
    return quoted(f"[{token.meta['label']}]")


def _align(token: Token) -> model.Align:
    style = str(token.attrs.get("style", ""))
    found: model.Align
    for found in ("left", "center", "right"):
        if style.endswith(found):
            return found
    return ""
