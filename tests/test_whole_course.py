"""The files for a whole course, read back: every page, card, link, bookmark, tag and font."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from tests.courses import ALLIANCE, build_in, write_course
from tests.flashcard_reading import misalignment, read

ROOT = Path(__file__).resolve().parent.parent
COURSE = "handbook"  # it has topics in folders, and pictures


@pytest.fixture(scope="module")
def output(built: Path) -> Path:
    """Return the folder of what was built."""
    return built / "output" / COURSE


@pytest.fixture(scope="module")
def topics() -> list[str]:
    """Return the topics in order."""
    text = (ROOT / "content" / COURSE / "course.toml").read_text(encoding="utf-8")
    listed = re.search(r"^topics = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert listed
    return re.findall(r'"(.+?)"', listed[1])


def _pages(path: Path) -> list[str]:
    with pdfium.PdfDocument(path) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


_NUMBER = re.compile(r"Page (\d+) of (\d+)$")


def _unnumbered(page: str) -> str:
    return _NUMBER.sub("", page)


def _unreferred(page: str) -> str:
    """Return a page's text without its number, without those behind links, and without spaces."""
    return re.sub(r"→\s*\d*|\s", "", _unnumbered(page))


# --- handouts --------------------------------------------------------------------------------


def test_the_bound_handouts_have_every_page_in_order(output: Path, topics: list[str]) -> None:
    """Word for word, except for the page numbers, which go on."""
    bound = _pages(output / f"{COURSE}-handouts.pdf")
    apart = [page for topic in topics for page in _pages(output / f"handouts/{topic}.pdf")]
    assert list(map(_unreferred, bound)) == list(map(_unreferred, apart))
    for number, page in enumerate(bound, start=1):
        found = _NUMBER.search(page)
        assert found, page[-60:]
        assert (int(found[1]), int(found[2])) == (number, len(bound))


def test_page_numbers_end_where_they_did(output: Path, topics: list[str]) -> None:
    """At the right edge of the lines to write on, however many figures they have."""
    with pdfium.PdfDocument(output / f"{COURSE}-handouts.pdf") as document:
        edges = [_last_glyph(page) for page in document]
    with pdfium.PdfDocument(output / f"handouts/{topics[0]}.pdf") as document:
        right, bottom = _last_glyph(document[0])
    assert all(edge == pytest.approx(right, abs=1.0) for edge, _ in edges)
    assert all(low == pytest.approx(bottom, abs=0.5) for _, low in edges)


def _last_glyph(page: pdfium.PdfPage) -> tuple[float, float]:
    """Return the right edge and the baseline, in pt, of the last figure of the page number."""
    text = page.get_textpage()
    last = max(
        index for index in range(text.count_chars()) if text.get_text_range(index, 1).isdigit()
    )
    _, bottom, right, _ = text.get_charbox(last)
    return right, bottom


def _first_pages(output: Path, topics: list[str]) -> dict[int, str]:
    """Return the topic that begins on each of these pages of the bound handouts, from 0."""
    first, number = {}, 0
    for topic in topics:
        first[number] = topic
        number += len(_pages(output / f"handouts/{topic}.pdf"))
    return first


def _target(pdf: pikepdf.Pdf, destination: pikepdf.Object) -> int:
    return next(
        number for number, page in enumerate(pdf.pages) if page.obj.objgen == destination[0].objgen
    )


def test_behind_a_link_to_a_topic_stands_its_page(tmp_path: Path) -> None:
    """Also of one that is broken over two lines, and of two to different topics."""
    long = "another link that is long enough to be broken over two lines of the page"
    leaf = f"# Leaf\n\nSee [the root](u/root.md), [{long}](u/root.md) and [a tree](tree.md).\n"
    root = "# Root\n\nBack to [the leaf](../leaf.md).\n"
    topics = {"leaf": leaf, "tree": "# Tree\n\nTall.\n", "u/root": root}
    write_course(tmp_path / "content", topics)
    build_in(tmp_path, "handouts")
    pages = _pages(tmp_path / "output/th/th-handouts.pdf")
    assert re.findall(r"→\d*", " ".join(pages)) == ["→3", "→3", "→2", "→1"]
    (apart, *_) = _pages(tmp_path / "output/th/handouts/leaf.pdf")
    assert re.findall(r"→\d*", apart) == ["→"] * 3


@pytest.mark.parametrize(
    ("written", "apart", "bound"),
    [
        ("Like [it](root.md), too.", "Like it,→ too.", "Like it,→2 too."),
        ("Green (as [it](root.md)). So.", "Green (as it).→ So.", "Green (as it).→2 So."),
        ("[One](root.md)'s, “[it](root.md)!”", "One’s,→ “it!”→", "One’s,→2 “it!”→2"),
        ("[Root](root.md)s, [it](root.md)self", "Roots,→ it→self", "Roots,→2 it→2self"),
        ("See [it](root.md) – now.", "See it→ – now.", "See it→2 – now."),
        ("[根](root.md)的定义。[根](root.md)。", "根→的定义。根。→", "根→2的定义。根。→2"),
    ],
)
def test_the_arrow_of_a_link_stands_behind_the_signs_that_follow_it(
    tmp_path: Path, written: str, apart: str, bound: str
) -> None:
    topics = {"leaf": f"# Leaf\n\n{written}\n", "root": "# Root\n\nBelow.\n"}
    write_course(tmp_path / "content", topics)
    build_in(tmp_path, "handouts")
    for path, wanted in (("handouts/leaf.pdf", apart), ("th-handouts.pdf", bound)):
        (first, *_) = _pages(tmp_path / "output/th" / path)
        assert re.sub(r"\s", "", wanted) in re.sub(r"\s", "", first)


def test_links_between_topics_lead_to_their_pages(output: Path, topics: list[str]) -> None:
    first = _first_pages(output, topics)
    wanted: list[str] = []
    for topic in topics:
        with pikepdf.open(output / f"handouts/{topic}.pdf") as pdf:
            addresses = [str(link.A.URI) for link in _links(pdf) if "/A" in link]
            folder = topic.rpartition("/")[0]
            wanted += [
                str(Path(folder, address).resolve().relative_to(Path.cwd())).removesuffix(".pdf")
                for address in addresses
                if ":" not in address
            ]
    with pikepdf.open(output / f"{COURSE}-handouts.pdf") as pdf:
        inner = [link for link in _links(pdf) if "/Dest" in link]
        assert [first[_target(pdf, link.Dest)] for link in inner] == wanted
        assert len(wanted) >= 3
        assert not [link for link in _links(pdf) if "/A" in link and ":" not in str(link.A.URI)]


def _links(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    for page in pdf.pages:
        yield from page.get("/Annots", [])


def test_bookmarks_name_each_topic_and_its_sections(output: Path, topics: list[str]) -> None:
    first = _first_pages(output, topics)
    with pikepdf.open(output / f"{COURSE}-handouts.pdf") as pdf:
        with pdf.open_outline() as outline:
            items = list(outline.root)
        found = {_target(pdf, item.to_dictionary_object(pdf).Dest): item for item in items}
    assert list(found) == list(first)
    for number, topic in first.items():
        with pikepdf.open(output / f"handouts/{topic}.pdf") as pdf, pdf.open_outline() as outline:
            (own,) = outline.root
            assert found[number].title == own.title
            assert [one.title for one in found[number].children] == [
                one.title for one in own.children
            ]


def test_tags_are_those_of_the_handouts(output: Path) -> None:
    """Each piece of marked content of each page is found by its number in the tree of tags."""
    with pikepdf.open(output / f"{COURSE}-handouts.pdf") as pdf:
        root = pdf.Root.StructTreeRoot
        assert pdf.Root.MarkInfo.Marked
        numbers = list(root.ParentTree.Nums)
        tree = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        assert list(tree) == sorted(set(tree))
        for page in pdf.pages:
            marked = len(re.findall(rb"/MCID \d+", page.Contents.read_bytes()))
            parents = tree[int(page.obj.StructParents)]
            assert len(parents) == marked > 0
            assert {parent.Pg.objgen for parent in parents} == {page.obj.objgen}


# --- both ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["handouts", "flashcards"])
def test_each_font_is_embedded_once(kind: str, output: Path) -> None:
    with pikepdf.open(output / f"{COURSE}-{kind}.pdf") as pdf:
        names = Counter(
            str(thing.BaseFont).partition("+")[2]
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0"
        )
        files = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and "/FontFile2" in thing
        ]
    assert names
    assert set(names.values()) == {1}
    assert len(files) == len(names)


@pytest.mark.parametrize("kind", ["handouts", "flashcards"])
def test_it_is_smaller_than_its_parts(kind: str, output: Path) -> None:
    """Without a second copy of any font it is little more than the text."""
    parts = sum(path.stat().st_size for path in (output / kind).rglob("*.pdf"))
    assert (output / f"{COURSE}-{kind}.pdf").stat().st_size < 0.75 * parts


@pytest.mark.parametrize("kind", ["handouts", "flashcards"])
def test_qpdf_finds_nothing_wrong(kind: str, output: Path) -> None:
    with pikepdf.open(output / f"{COURSE}-{kind}.pdf") as pdf:
        assert pdf.check_pdf_syntax() == []


# --- flashcards ------------------------------------------------------------------------------


def test_all_cards_follow_each_other_on_as_few_sheets_as_hold_them(
    output: Path, topics: list[str]
) -> None:
    """In the order of the topics, without a gap between one and the next."""
    printed = read((output / f"{COURSE}-flashcards.pdf").read_bytes())
    apart = [
        (front.code, front.text, back.text)
        for topic in topics
        for front, back in read(
            (output / f"flashcards/{topic}.pdf").read_bytes()
        ).fronts_and_backs()
    ]
    faces = list(printed.fronts_and_backs())
    assert [(front.code, front.text, back.text) for front, back in faces] == apart
    assert len(printed.pages) == 2 * -(-len(apart) // 8)
    assert all(misalignment(front, back, printed.grid) <= 0.1 for front, back in faces)


def test_sheets_with_cards_of_two_topics_name_both(output: Path) -> None:
    printed = read((output / f"{COURSE}-flashcards.pdf").read_bytes())
    for page, margin in zip(printed.pages, printed.margins, strict=True):
        said = "".join(glyph.text for glyph in margin)
        for topic in {face.topic.rstrip("…") for face in page.values()}:
            assert "".join(topic.split())[:12] in said


def test_a_course_of_one_topic_has_no_second_file(tmp_path: Path) -> None:
    """It would be the same."""
    write_course(tmp_path / "content", {"alliance": ALLIANCE})
    build_in(tmp_path, "handouts", "flashcards")
    built = [path for path in (tmp_path / "output").rglob("*.pdf") if path.is_file()]
    assert sorted(path.parent.name for path in built) == ["flashcards", "handouts"]
