"""Topics as an author could write them, at random: pairs of Markdown and what `dump` shows of it.

The two are made side by side and not one from the other, so that the parser has to agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from hypothesis import strategies as st

Pair = tuple[str, str]

# A deletion without a number is shown with this one, until the note that it is in is complete.
_FREE = "<?: "

_SPACE: Pair = (" ", " ")
_BREAKS: tuple[Pair, ...] = (_SPACE, ("\n", "<nl>"), ("\\\n", "<br>"))
_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


# --- inlines -----------------------------------------------------------------


@cache  # to make a strategy anew takes longer than to draw from it
@st.composite
def _atoms(draw: st.DrawFn, kinds: str = "wsc") -> Pair:
    """Return a word, a sign, code (`w`, `s`, `c`), styled text or a deletion (`t`, `d`)."""
    match draw(st.sampled_from(kinds)):
        case "w":
            word = draw(st.text("abxyzäßαβ日本", min_size=1, max_size=5))
            return word, word
        case "s":
            sign = draw(st.sampled_from(_SIGNS))
            return f"\\{sign}", sign
        case "c":
            code = draw(st.text("ab*_{}:<&", min_size=1, max_size=4))
            return f"`{code}`", f"<code {code}>"
        case "t":
            return draw(_styled())
    return draw(_deletions())


@cache
@st.composite
def _styled(draw: st.DrawFn) -> Pair:
    inner, shown = draw(_runs("wsc"))
    word = draw(_atoms("w"))[0]
    return draw(
        st.sampled_from(
            [
                (f"*{inner}*", f"<em {shown}>"),
                (f"**{inner}**", f"<strong {shown}>"),
                (f"[{inner}](root.md)", f"<link topic unit-1/root: {shown}>"),
                (f"[{inner}](http://a.b 'c')", f"<link http://a.b (c): {shown}>"),
                (f"![{word}](x.png)", f"<image unit-1/x.png: {word}>"),
            ]
        )
    )


@cache
@st.composite
def _deletions(draw: st.DrawFn) -> Pair:
    number = draw(st.integers(0, 4))
    answer = draw(_runs("wsct", _BREAKS))
    written, shown = (f"c{number}::", f"<{number}: ") if number else ("", _FREE)
    if draw(st.booleans()):
        return f"{{{{{written}{answer[0]}}}}}", f"{shown}{answer[1]}>"
    hint = draw(_runs("ws"))
    return f"{{{{{written}{answer[0]}::{hint[0]}}}}}", f"{shown}{answer[1]} :: {hint[1]}>"


@cache
@st.composite
def _runs(draw: st.DrawFn, kinds: str, spaces: Sequence[Pair] = (_SPACE,)) -> Pair:
    """Return some atoms, with a space or a line's end between them."""
    parts = [draw(_atoms(kinds))]
    for _ in range(draw(st.integers(0, 3))):
        parts += [draw(st.sampled_from(spaces)), draw(_atoms(kinds))]
    return "".join(part[0] for part in parts), "".join(part[1] for part in parts)


def _numbered(block: Pair) -> Pair:
    """Give the deletions of a note the smallest numbers that are free."""
    markdown, shown = block
    taken = set(map(int, re.findall(r"<(\d+): ", shown)))
    while _FREE in shown:
        number = min(set(range(1, 99)) - taken)
        taken.add(number)
        shown = shown.replace(_FREE, f"<{number}: ", 1)
    return markdown, shown


# --- blocks ------------------------------------------------------------------


def _moved(text: str, first: str, rest: str) -> str:
    """Put a marker before the first line, and an indent before the others that are not empty."""
    lines = text.split("\n")
    return "\n".join([first + lines[0], *(rest + line if line else "" for line in lines[1:])])


def _together(blocks: Sequence[Pair], between: str = "\n\n") -> Pair:
    return between.join(block[0] for block in blocks), "\n".join(block[1] for block in blocks)


@cache
@st.composite
def _paragraphs(draw: st.DrawFn, kinds: str) -> Pair:
    text = draw(_runs(kinds, _BREAKS))
    return text[0], f"paragraph: {text[1]}"


@cache
@st.composite
def _lists(draw: st.DrawFn, kinds: str, *, deep: bool = True) -> Pair:
    """Return a list; its items hold a paragraph, and perhaps a tight list."""
    items = []
    for _ in range(draw(st.integers(1, 3))):
        inner = [draw(_paragraphs(kinds))]
        if deep and draw(st.booleans()):
            inner.append(draw(_lists(kinds, deep=False)))
        items.append(_numbered(_together(inner, "\n")) if deep else inner[0])
    start = draw(st.none() | st.integers(0, 9))
    # A tight one in a list must not begin with another number than 1 right below a text.
    start = 1 if start is not None and not deep else start
    loose = deep and len(items) > 1 and draw(st.booleans())
    written = []
    for index, item in enumerate(items):
        marker = "- " if start is None else f"{start + index}. "
        written.append(_moved(item[0], marker, " " * len(marker)))
    shown = [_moved(f"item\n{item[1]}", "  ", "    ") for item in items]
    head = f"{'loose' if loose else 'tight'} list{'' if start is None else f' from {start}'}"
    return ("\n\n" if loose else "\n").join(written), "\n".join([head, *shown])


@cache
@st.composite
def _tables(draw: st.DrawFn) -> Pair:
    width = draw(st.integers(1, 3))
    rows = [[draw(_runs("wct")) for _ in range(width)] for _ in range(draw(st.integers(1, 3)))]
    head, *body = (f"| {' | '.join(cell[0] for cell in row)} |" for row in rows)
    shown = [f"  {' | '.join(cell[1] for cell in row)}" for row in rows]
    kinds = f"table {' '.join('-' * width)}"
    return "\n".join([head, "|" + "---|" * width, *body]), "\n".join([kinds, *shown])


@cache
@st.composite
def _fences(draw: st.DrawFn) -> Pair:
    lines = draw(st.lists(st.text("ab *{}#", max_size=5).map(str.rstrip), max_size=3))
    code = "".join(f"{line}\n" for line in lines)
    return f"```py\n{code}```", f"code py: {code!r}"


@cache
@st.composite
def _quotes(draw: st.DrawFn, kinds: str) -> Pair:
    inner = draw(_blocks(kinds, deep=False))
    marked = "\n".join(f"> {line}".rstrip(" ") for line in inner[0].split("\n"))
    return marked, _moved(f"quote\n{inner[1]}", "", "  ")


@cache
@st.composite
def _blocks(draw: st.DrawFn, kinds: str, *, deep: bool = True, rules: bool = True) -> Pair:
    """Return some blocks; a paragraph parts two that would flow together."""
    made = []
    for _ in range(draw(st.integers(1, 2))):
        made.append(_numbered(draw(_paragraphs(kinds))))
        match draw(st.sampled_from("ltcq-." if deep else "tc-.")):
            case "l":
                made.append(draw(_lists(kinds)))
            case "t":
                made.append(draw(_tables()))
            case "c":
                made.append(draw(_fences()))
            case "q":
                made.append(draw(_quotes(kinds)))
            case "-" if rules:
                made.append(("***", "rule"))
    return _together(made)


# --- sections and topics -----------------------------------------------------


@cache
@st.composite
def _headings(draw: st.DrawFn) -> Pair:
    """Return a heading; the word at its end keeps a `#` there from being taken for its own."""
    text, end = draw(_runs("wsct")), draw(_atoms("w"))[0]
    return f"{text[0]} {end}", f"{text[1]} {end}"


def _section(name: str, kind: str, body: Pair) -> Pair:
    return f"## {name}\n\n{body[0]}", f"{kind}: {name}\n{_moved(body[1], '  ', '  ')}"


@cache
@st.composite
def _questions(draw: st.DrawFn) -> Pair:
    prompt, answer = draw(_headings()), draw(_blocks("wsct", rules=False))
    markdown, shown = f"### {prompt[0]}\n\n", f"question: {prompt[1]}\n"
    if draw(st.booleans()):
        aids = draw(_blocks("wsct", rules=False))
        markdown += f"{aids[0]}\n\n---\n\n"
        shown += f"{_moved(aids[1], '  ', '  ')}\n"
    return markdown + answer[0], f"{shown}answer:\n{_moved(answer[1], '  ', '  ')}"


@cache
@st.composite
def _terms(draw: st.DrawFn) -> Pair:
    name = draw(_headings())
    written, shown = [name[0]], [f"term: {name[1]}"]
    for _ in range(draw(st.integers(1, 2))):
        definition = draw(_paragraphs("wsct"))
        written.append(_moved(definition[0], ": ", "  "))
        shown.append(f"definition:\n{_moved(definition[1], '  ', '  ')}")
    return "\n".join(written), "\n".join(shown)


@cache
@st.composite
def topics(draw: st.DrawFn) -> Pair:
    """Return a topic with all kinds of sections."""
    title, definition = draw(_headings()), draw(_blocks("wsctd"))
    prose = draw(_headings())
    asked = [draw(_questions()) for _ in range(draw(st.integers(1, 2)))]
    known = [draw(_terms()) for _ in range(draw(st.integers(1, 2)))]
    parts = [
        (f"# {title[0]}", f"title: {title[1]}"),
        (definition[0], _moved(definition[1], "  ", "  ")),
        _section("Key facts", "facts", draw(_blocks("wsctd"))),
        _section("Review questions", "questions", _together(asked)),
        _section("Related terms", "terms", _together(known)),
    ]
    body = draw(_blocks("wsctd"))
    parts.append(
        (f"## {prose[0]}\n\n{body[0]}", f"prose: {prose[1]}\n{_moved(body[1], '  ', '  ')}")
    )
    markdown, shown = _together(parts)
    return f"{markdown}\n", shown
