"""Blocks and inlines of the model as HTML; what differs between outputs comes in a `Medium`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from builder import model
from builder.rendering.code import code_lines
from builder.scripts import direction, foreign_runs, language_of, text_direction
from builder.span import Span
from builder.walk import figure_in, inlines_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


_TAGS: dict[type[model.Styled], str] = {
    model.Emphasis: "em",
    model.Strong: "strong",
    model.Subscript: "sub",
    model.Superscript: "sup",
    model.Strikethrough: "s",
}


def _plain_deletion(_deletion: model.Deletion, inner: Markup) -> Markup:
    return inner


def _plain_link(link: model.Link, inner: Markup) -> Markup:
    return inner if link.topic else Markup('<a href="{}">{}</a>').format(link.href, inner)


def _no_code(_span: Span) -> str:
    return ""


def _roomy(_table: model.Table) -> bool:
    return False


def _automatic(_table: model.Table) -> Sequence[float]:
    return ()


@dataclass(frozen=True, slots=True)
class Medium:
    """How one output shows what every output shows differently.

    `image` gives a picture's address, `audio`, `maths` and `footnote` the HTML of these.  `link`
    and `deletion` get the element and its inner HTML.
    `code` gives the visible code of the note at a span (for margins), or the empty string.
    `text` gives the HTML of plain characters.  `crowded` tells which tables are too wide for their
    words, so that the style sheet can break these.  `columns` gives the width of each column as a
    part of the room, or nothing where the layout finds them.  `language` is the course's: other
    scripts and directions are marked, and Han characters as `han` if nothing else tells.  `inside`
    is the language of a block that runs the other way, for what is in it.
    """

    image: Callable[[model.Image], str]
    audio: Callable[[model.Audio], Markup]
    maths: Callable[[model.Maths], Markup]
    footnote: Callable[[model.Footnote], Markup]
    link: Callable[[model.Link, Markup], Markup] = _plain_link
    deletion: Callable[[model.Deletion, Markup], Markup] = _plain_deletion
    code: Callable[[Span], str] = _no_code
    text: Callable[[str], Markup] = escape
    crowded: Callable[[model.Table], bool] = _roomy
    columns: Callable[[model.Table], Sequence[float]] = _automatic
    language: str = "en"
    han: str = ""
    inside: str = ""


def blocks(content: Iterable[model.Block], medium: Medium, *, tight: bool = False) -> Markup:
    """Return the blocks as HTML; tight paragraphs lose their `<p>`, as CommonMark has it."""
    return Markup("\n").join(_block(block, medium, tight=tight) for block in content)


def inlines(content: Iterable[model.Inline], medium: Medium) -> Markup:
    """Return the inlines as HTML."""
    return Markup("").join(_inline(inline, medium) for inline in content)


def headline(content: model.Inlines, medium: Medium) -> Markup:
    """Return inlines that stand alone in an element of a template's."""
    attributes, within = _turned(content, medium)
    inner = inlines(content, within)
    turned = Markup('<span class="turned"{}>{}</span>')
    return turned.format(attributes, inner) if attributes else inner


def _block(block: model.Block, medium: Medium, *, tight: bool) -> Markup:
    match block:
        case model.Paragraph(children, span) if (image := figure_in(block)) and image.caption:
            inner = _coded(medium.code(span), inlines(children, medium))
            caption = _directed("figcaption", image.caption, medium)
            return Markup("<figure>{}{}</figure>").format(inner, caption)
        case model.Paragraph(children, span):
            code = medium.code(span)
            if tight and not _turned(children, medium)[0]:
                return _coded(code, inlines(children, medium))
            return _directed("p", children, medium, code)
        case model.Heading(level, children):
            return _directed(f"h{level}", children, medium)
        case model.List():
            return _list(block, medium)
        case model.Quote(children):
            return Markup("<blockquote>\n{}\n</blockquote>").format(blocks(children, medium))
        case model.Callout(children, kind, title):
            return Markup('<div class="callout {}">\n{}{}\n</div>').format(
                kind, _title(title, medium), blocks(children, medium)
            )
        case model.CodeBlock(text, language):
            return Markup("<pre><code>{}</code></pre>").format(code_lines(text, language))
        case model.Table():
            return _table(block, medium)
        case model.DefinitionList(entries):
            return _element("dl", Markup("\n").join(_entry(*entry, medium) for entry in entries))
        case model.Rule():
            return Markup("<hr>")


def _title(title: model.Inlines, medium: Medium) -> Markup:
    """A part of a call-out that goes on from another card has no title."""
    attributes, within = _turned(title, medium)
    head = Markup('<p class="title"{}>{}</p>\n').format(attributes, inlines(title, within))
    return head if title else Markup()


def _inline(inline: model.Inline, medium: Medium) -> Markup:
    match inline:
        case model.Text(text):
            return _text(text, medium)
        case model.Code(text):
            return _element("code", escape(text))
        case model.Styled(children):
            return _element(_TAGS[type(inline)], inlines(children, medium))
        case model.Link(_, children):
            return medium.link(inline, inlines(children, medium))
        case model.Image(_, alt, _, _, width):
            style = Markup(' style="width: {}%"').format(width) if width else ""
            return Markup('<img src="{}" alt="{}"{}>').format(medium.image(inline), alt, style)
        case model.Audio():
            return medium.audio(inline)
        case model.Maths():
            return medium.maths(inline)
        case model.Footnote():
            return medium.footnote(inline)
        case model.Break(hard):
            return Markup("<br>\n") if hard else Markup("\n")
        case model.Deletion(_, children):
            return medium.deletion(inline, inlines(children, medium))


def _text(text: str, medium: Medium) -> Markup:
    """Return plain characters; those in another script than the course's say which it is."""
    return Markup("").join(
        Markup('<span lang="{}"{}>{}</span>').format(language, _dir(way), medium.text(part))
        if language
        else medium.text(part)
        for language, way, part in foreign_runs(
            text, medium.inside or medium.language, medium.han, medium.language
        )
    )


def _directed(tag: str, content: model.Inlines, medium: Medium, code: str = "") -> Markup:
    """Return inlines in an element that says which way it runs, if that isn't the way around it."""
    attributes, within = _turned(content, medium)
    inner = _coded(code, inlines(content, within))
    return Markup("<{0}{1}>{2}</{0}>").format(tag, attributes, inner)


def _turned(content: Iterable[model.Block | model.Inline], medium: Medium) -> tuple[Markup, Medium]:
    """Return the attributes of an element that runs the other way, and the medium within it.

    It runs the way of its first letter, and is in that one's language: so words of the course's
    language in it are marked, and a measure stays before its unit.
    """
    texts = (each.text for each in inlines_in(content) if isinstance(each, model.Text))
    text, way = next(((text, way) for text in texts if (way := text_direction(text))), ("", ""))
    if not way or way == direction(medium.inside or medium.language):
        return Markup(), medium
    language = language_of(text, medium.language, medium.han)
    if not language:
        return _dir(way), medium
    attributes = Markup(' lang="{}"{}').format(language, _dir(way))
    return attributes, replace(medium, inside=language)


def _dir(way: str) -> Markup:
    return Markup(' dir="{}"').format(way) if way else Markup()


def _coded(code: str, inner: Markup) -> Markup:
    """Put a note's visible code before its text; CSS hangs it in the margin."""
    return Markup('<span class="code">{}</span>{}').format(code, inner) if code else inner


def _element(tag: str, inner: Markup) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(tag, inner)


def _list(block: model.List, medium: Medium) -> Markup:
    tag = "ul" if block.start is None else "ol"
    start = "" if block.start in {None, 1} else Markup(' start="{}"').format(block.start)
    items = Markup("\n").join(_item(item, medium, tight=block.tight) for item in block.items)
    return Markup("<{0}{1}>\n{2}\n</{0}>").format(tag, start, items)


def _item(item: model.Item, medium: Medium, *, tight: bool) -> Markup:
    attributes, within = _turned(item.children, medium)
    inner = _coded(medium.code(item.span), blocks(item.children, within, tight=tight))
    return Markup("<li{}>{}</li>").format(attributes, inner)


def _table(block: model.Table, medium: Medium) -> Markup:
    head = _row("th", block.head, block.aligns, medium)
    rows = Markup("\n").join(_row("td", row, block.aligns, medium) for row in block.rows)
    name = Markup(' class="crowded"') if medium.crowded(block) else ""
    parts = medium.columns(block)
    width = _width(sum(parts)) if parts else Markup()
    columns = Markup("").join(
        Markup("<col{}>\n").format(_width(part / sum(parts))) for part in parts
    )
    return Markup("<table{}{}>\n{}<thead>\n{}\n</thead>\n<tbody>\n{}\n</tbody>\n</table>").format(
        name, width, columns, head, rows
    )


def _width(part: float) -> Markup:
    return Markup(' style="width: {:.3f}%"').format(100 * part)


def _row(
    tag: str, cells: tuple[model.Inlines, ...], aligns: tuple[model.Align, ...], medium: Medium
) -> Markup:
    made = (_cell(tag, cell, align, medium) for cell, align in zip(cells, aligns, strict=True))
    return _element("tr", Markup("").join(made))


def _cell(tag: str, cell: model.Inlines, align: model.Align, medium: Medium) -> Markup:
    attributes, within = _turned(cell, medium)
    name = Markup(' class="{}"').format(align) if align else ""
    return Markup("<{0}{1}{2}>{3}</{0}>").format(tag, name, attributes, inlines(cell, within))


def _entry(name: model.Inlines, definitions: tuple[model.Blocks, ...], medium: Medium) -> Markup:
    described = (
        _element("dd", blocks(definition, medium, tight=len(definition) == 1))
        for definition in definitions
    )
    return Markup("\n").join([_directed("dt", name, medium), *described])
