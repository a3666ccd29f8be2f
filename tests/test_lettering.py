"""Lines of text that are set without a layout: which glyphs, how wide, and cut where."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf

from builder.printing.font_union import FontUnion
from builder.printing.lettering import ELLIPSIS, Letterer, Style, line
from tests.pdf_text import page_text

STYLE = Style(6.5)


def written(*texts: str, style: Style = STYLE) -> bytes:
    """Return a PDF with the texts below each other."""
    pdf, union = Pdf.new(), FontUnion()
    fonts = pdf.make_indirect(Dictionary())
    letterer = Letterer(union, fonts)
    content = [letterer.at(line(text, style), 20, 500 - 20 * row) for row, text in enumerate(texts)]
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 600, 600]),
        Resources=Dictionary(Font=fonts),
        Contents=pdf.make_stream(b"".join(content)),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    union.embed(pdf)
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True)
    return target.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "Sheet 1 of 2 · Fronts",
        "AT-17 · 2 (1/3)",
        "Vorderseiten für Übung",
        "office fi ff fl",
        "Ελλάδα",
    ],
)
def test_what_is_written_can_be_read_and_searched(text: str) -> None:
    """By their operators and by a viewer: each glyph knows what it stands for."""
    data = written(text)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert page_text(pdf.pages[0]).strip() == text
    assert pdfium.PdfDocument(data)[0].get_textpage().get_text_range().strip() == text


def test_a_line_is_as_wide_as_it_is_drawn() -> None:
    """Kerning and letter-spacing count: what stands at the right has to end there."""
    for style in (STYLE, Style(12, 600, spacing=0.06), Style(8.5, is_tabular=True)):
        text = "AVATAR To 111 of 711 N"
        page = pdfium.PdfDocument(written(text, style=style))[0].get_textpage()
        right = max(page.get_charbox(index)[2] for index in range(page.count_chars()))
        shaped = line(text, style)
        assert right == pytest.approx(20 + shaped.width, abs=0.1 * style.size)


@given(st.text("abc WÄ·1", max_size=60), st.floats(10, 200))
def test_a_long_line_is_cut_short_with_an_ellipsis(text: str, room: float) -> None:
    cut = line(text, STYLE, room)
    if line(text, STYLE).width <= room:
        assert cut == line(text, STYLE)
    else:
        assert cut.width <= room
        assert "".join(glyph.text for run in cut.runs for glyph in run.glyphs).endswith(ELLIPSIS)


def test_right_to_left_text_is_set_from_the_right() -> None:
    """Its parts are in the order in which they are read, from the right."""
    runs = line("שלום עולם 12", STYLE).runs
    assert len(runs) > 1
    first = "".join(glyph.text for glyph in runs[-1].glyphs)
    assert set(first) & set("שלום")


def test_figures_for_columns_are_all_as_wide() -> None:
    style = Style(10, is_tabular=True)
    assert line("111", style).width == pytest.approx(line("888", style).width)


def test_each_face_is_embedded_once_however_many_lines() -> None:
    with pikepdf.open(io.BytesIO(written("one", "two", "three"))) as pdf:
        fonts = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0"
        ]
    assert len(fonts) == 1


def test_the_same_lines_give_the_same_bytes() -> None:
    assert written("Sheet 1 of 2") == written("Sheet 1 of 2")
