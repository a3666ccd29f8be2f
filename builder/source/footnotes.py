"""What footnotes say, read before the texts in which their marks stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from builder import model
from builder.source.blocks import BlockParser, groups
from builder.span import Span
from builder.walk import deletions_in


def read_footnotes(parser: BlockParser, tokens: Sequence[Token]) -> dict[str, Span]:
    """Give the parser what footnotes say; return the place of each by its name."""
    places: dict[str, Span] = {}
    for group in _footnote_groups(tokens):
        label, span = group[0].meta["label"], parser.span(group[0])
        first = places.setdefault(label, span)
        if first is not span:
            message = f"this footnote stands here again; the first is in line {first.line}"
            parser.report("footnote-unused", message, span, "give it another name")
            continue
        parser.inline.footnotes[label] = _paragraphs(parser, group, span)
    return places


def report_unused(parser: BlockParser, places: dict[str, Span]) -> None:
    """Report footnotes whose mark stands nowhere: they would reach no output."""
    for label, span in places.items():
        if label not in parser.inline.explained:
            hint = f"write [^{label}] where it belongs, or delete it"
            parser.report("footnote-unused", "this footnote has no mark in the text", span, hint)


def _paragraphs(
    parser: BlockParser, group: Sequence[Token], span: Span
) -> tuple[model.Inlines, ...]:
    known = len(parser.problems)
    blocks = parser.blocks(group[1:-1])
    parser.inline.no_deletions(blocks, "a footnote")
    if any(deletions_in(blocks)):
        return ()  # or they would be reported at each mark
    paragraphs = tuple(b.children for b in blocks if isinstance(b, model.Paragraph))
    hint = "write it behind the colon; further paragraphs are moved in by four spaces"
    if len(paragraphs) < len(blocks):
        parser.report("footnote-misplaced", "a footnote holds only paragraphs", span, hint)
    elif not blocks and len(parser.problems) == known:
        parser.report("footnote-missing", "this footnote has no text", span, hint)
    return paragraphs


def _footnote_groups(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield what explains footnotes, wherever it stands."""
    for index, token in enumerate(tokens):
        if token.type == "footnote_reference_open":
            yield groups(tokens[index:])[0]
