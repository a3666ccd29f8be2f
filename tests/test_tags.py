"""A handout's tags: fewer than WeasyPrint writes, with all that they say, for screen readers."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence

import pikepdf
import pytest

from builder.rendering import pdf
from builder.rendering.tags import simplify_tags

TABLE = "<table><tr><th>Head<th>Two</tr><tr><td>one <i>cell</i><td></tr></table>"
LINK = (
    '<p>To <a href="#here">a <b>place</b></a>.</p><p id="here"><a href="https://x.org">out</a></p>'
)
DOT = '<svg width="9" height="9"><title>Dot</title><rect width="9" height="9"/></svg>'
LINES = {"/P", *(f"/H{level}" for level in range(1, 7))}
PAGES = {
    "texts": "<h1>Title <em>of</em> it</h1><p>Some <b>bold <i>and</i></b> words.</p><div></div>",
    "absolute": '<h3><span style="position: absolute; right: 0">AT-1</span>What is it?</h3>',
    "lists": "<ul><li>one<li><p>two</p><ul><li>three</ul></ul><dl><dt>a<dd>b</dl>",
    "table": TABLE,
    "links": LINK,
    "picture": f"<p>A {DOT}</p>",
    "pages": f"<p>{'So many words that they fill pages. ' * 300}</p>" * 2,
    "margin": "<style>@page { @bottom-left { content: 'Foot ' counter(page) } }</style><p>a</p>",
    "all": f"<section><h2>In</h2><blockquote>it {TABLE}</blockquote><code>x</code></section>",
}


def _made(body: str, *, is_simple: bool) -> pikepdf.Pdf:
    document = pdf.lay_out(f'<html lang="en"><body>{body}</body></html>', "", {})
    finisher = simplify_tags if is_simple else None
    return pikepdf.open(io.BytesIO(document.write_pdf(finisher=finisher, pdf_tags=True)))


def _kids(element: pikepdf.Object) -> list[object]:
    return list(element.get("/K", pikepdf.Array()))


def _elements(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield an element and those below it, and see that each knows where it hangs."""
    yield element
    for kid in _kids(element):
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
            assert kid.P.objgen == element.objgen
            yield from _elements(kid)


def _root(file: pikepdf.Pdf) -> pikepdf.Object:
    (root,) = _kids(file.Root.StructTreeRoot)
    assert isinstance(root, pikepdf.Object)
    return root


def _content(file: pikepdf.Pdf) -> list[tuple[object, ...]]:
    """Return all that is read aloud, in its order: pieces of pages, and links."""
    pages = {page.obj.objgen: number for number, page in enumerate(file.pages)}

    def inside(element: pikepdf.Object) -> Iterator[tuple[object, ...]]:
        for kid in _kids(element):
            if isinstance(kid, int):
                yield pages[element.Pg.objgen], kid
            elif isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
                yield "link", int(kid.Obj.StructParent)
            elif isinstance(kid, pikepdf.Object):
                yield from inside(kid)

    return list(inside(_root(file)))


def _holders(file: pikepdf.Pdf) -> dict[int, Sequence[pikepdf.Object] | pikepdf.Object]:
    numbers = list(file.Root.StructTreeRoot.ParentTree.Nums)
    return dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_the_same_is_read_in_the_same_order(name: str) -> None:
    plain, simple = (_made(PAGES[name], is_simple=way) for way in (False, True))
    assert _content(simple) == _content(plain)
    assert _content(simple)


@pytest.mark.parametrize("name", PAGES)
def test_each_piece_of_a_page_is_found_where_it_stands(name: str) -> None:
    file = _made(PAGES[name], is_simple=True)
    holders = _holders(file)
    for page in file.pages:
        for number, element in enumerate(holders[int(page.obj.StructParents)]):
            assert number in _kids(element)
            assert element.Pg.objgen == page.obj.objgen
    for element in itertools.chain.from_iterable(map(_elements, [_root(file)])):
        for kid in _kids(element):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
                holder = holders[int(kid.Obj.StructParent)]
                assert isinstance(holder, pikepdf.Object)
                assert holder.objgen == element.objgen


@pytest.mark.parametrize("name", PAGES)
def test_what_says_something_stays(name: str) -> None:
    """Kinds, words for pictures, and which headings a cell of a table has."""
    plain, simple = (_made(PAGES[name], is_simple=way) for way in (False, True))
    assert list(_said(simple)) == list(_said(plain))


def _said(file: pikepdf.Pdf) -> Iterator[str]:
    for element in _elements(_root(file)):
        is_line = element.P.get("/S") == element.S and str(element.S) in LINES
        is_empty = element.S == "/Div" and not _kids(element)
        if not is_line and not is_empty and element.S not in ("/Span", "/NonStruct"):
            yield f"{element.S} {element.get('/A')!r} {element.get('/Alt')} {element.get('/ID')!r}"


@pytest.mark.parametrize("name", ["texts", "absolute", "links", "pages"])
def test_no_tag_is_there_that_says_nothing(name: str) -> None:
    file = _made(PAGES[name], is_simple=True)
    for element in _elements(_root(file)):
        assert element.S not in ("/Span", "/NonStruct")
        assert element.P.get("/S") != element.S
        assert _kids(element)
