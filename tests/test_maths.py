"""Maths: set as Anki sets it, standing on the line of its text, and harmless."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import model
from builder.build.cache import Cache, Pieces
from builder.kept import keeping
from builder.maths import KNOWN, LONGEST, NotSetError, commands, set_formula
from builder.outputs import handout
from builder.rendering.anki_html import anki_medium, deletion_numbers, harmless
from builder.rendering.html import inlines
from builder.span import Span
from tests import handout_fixture as fx
from tests.handout_reading import Reading
from tests.test_anki_fields import read

HERE = Span("leaf.md", 3, 1, 3, 2)
SCHOOL = (
    r"x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}",
    r"\ce{2H2 + O2 -> 2H2O}",
    r"\begin{cases} x & \text{für } x \ge 0 \\ -x & \text{sonst} \end{cases}",
    r"\begin{array}{c|c} p & q \\ \hline T & F \end{array}",
    r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}",
    r"\overleftrightarrow{AB} \xrightarrow{\text{Wärme}} \textit{größer}",
)


def maths(tex: str, *, display: bool = False) -> model.Maths:
    return model.Maths(tex, display, HERE)


# --- What is set -----------------------------------------------------------------------------


@pytest.mark.parametrize("tex", SCHOOL)
def test_an_expression_becomes_shapes_and_nothing_else(tex: str) -> None:
    """Text would depend on the fonts of whoever looks at it."""
    formula = set_formula(tex, is_display=True)
    elements = set(re.findall(r"<(\w+)", formula.svg))
    assert elements <= {"svg", "g", "path", "rect", "line", "polygon", "ellipse"}
    assert not re.search(r"href|style=|currentColor", formula.svg)


def test_what_hangs_below_the_line_is_known() -> None:
    line, fraction = (set_formula(tex, is_display=False) for tex in ("x", r"\frac{1}{2}"))
    assert line.depth < 0.05
    assert 0.2 < fraction.depth < fraction.height
    assert set_formula(r"\sum_i^n", is_display=True).height > 1.5 * line.height


def test_words_have_the_letters_of_the_text() -> None:
    """MathJax's own fonts have no umlauts, and its guess of their width is no good."""
    narrow, wide = (set_formula(rf"\text{{{text}}}", is_display=False) for text in ("ill", "mmm"))
    assert wide.width > 2 * narrow.width
    bold = set_formula(r"\textbf{größe}", is_display=False)
    assert bold.width > set_formula(r"\text{größe}", is_display=False).width


@pytest.mark.parametrize(
    "tex",
    [
        r"\unknown",
        r"\frac{1",
        "x & y",
        r"\left( x",
        r"\href{https://example.org}{x}",
        r"\class{code}{x}",
        r"\style{color: red}{x}",
        r"\mmlToken{mi}[href=x]{y}",
        r"\newcommand{\x}{1}\x",
        r"\def\a{\a\a}\a",
        r"\require{html}",
        r"\unicode{65}",
        r"\label{a}x",
        r"\DeclareMathOperator{\foo}{foo}",
        "{" * 500 + "x" + "}" * 500,
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_wrong_or_reaches_out_of_a_formula_is_refused(tex: str) -> None:
    with pytest.raises(NotSetError):
        set_formula(tex, is_display=False)


def test_after_a_refusal_others_are_set_as_before() -> None:
    before = set_formula("x^2", is_display=False)
    KNOWN.clear()
    with pytest.raises(NotSetError):
        set_formula(r"\def\pi{3}\pi", is_display=False)
    assert set_formula("x^2", is_display=False) == before


def test_commands_are_known_for_hints() -> None:
    assert {r"\frac", r"\ce", r"\alpha", r"\mathbb"} <= set(commands())
    assert r"\mmlToken" not in commands()


def test_what_was_set_once_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    KNOWN.clear()
    with keeping(Pieces(Cache(tmp_path), "")):
        first = set_formula(r"\frac{1}{7}", is_display=True)
    KNOWN.clear()
    monkeypatch.setattr("builder.maths._set", None)  # it would fail
    with keeping(Pieces(Cache(tmp_path), "")):
        assert set_formula(r"\frac{1}{7}", is_display=True) == first


# --- On paper --------------------------------------------------------------------------------


def _handout(*content: model.Block, title: model.Inline | None = None) -> bytes:
    topic = model.Topic("leaf", (title or model.Text("Leaf"),), content, (), (), (), HERE)
    return handout.render(fx.context(topic)).data


def test_a_formula_stands_on_the_line_of_its_text() -> None:
    """The foot of an x in maths is where the text's characters stand, within 0.2 pt."""
    paragraph = model.Paragraph((model.Text("word "), maths("x")), HERE)
    reading = Reading(_handout(paragraph))
    (word,) = reading.find("word")
    shapes = [box for box in reading.shapes(0) if box[0] > word.x and abs(box[1] - word.y) < 20]
    assert min(abs(bottom - word.y) for _, bottom, _, _ in shapes) < 0.35


def test_a_formula_is_as_large_as_its_text() -> None:
    """An expression in the title is larger than the same one in the text, by the sizes' ratio."""
    data = _handout(model.Paragraph((maths("H"),), HERE), title=maths("H"))
    heights = sorted(top - bottom for _, bottom, _, top in Reading(data).shapes(0) if top > bottom)
    assert heights[-1] / heights[-2] == pytest.approx(28 / 13, rel=0.05)


def test_the_source_stands_for_those_who_cant_see_it() -> None:
    data = _handout(model.Paragraph((maths(r"\frac{1}{2}"),), HERE))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        words = {str(each.Alt) for each in pdf.objects if _has_alt(each)}
    assert r"\frac{1}{2}" in words


def _has_alt(each: pikepdf.Object) -> bool:
    return isinstance(each, pikepdf.Dictionary) and "/Alt" in each


# --- In Anki ---------------------------------------------------------------------------------

TEX = st.text(st.sampled_from("{}[]()\\:$<>&\"'^_ab1 "), min_size=1, max_size=20)


@given(TEX)
def test_anki_reads_maths_as_they_were_written(tex: str) -> None:
    field = harmless(inlines((maths(tex),), anki_medium({})))
    assert read(field) == rf"\({tex}\)"
    assert not re.search(r"\{\{|\}\}|\[sound:|\[\$|\[latex", field)


@given(TEX)
def test_maths_in_a_deletion_end_neither_it_nor_begin_its_hint(tex: str) -> None:
    fact = model.Deletion(1, (maths(tex),), "hint", HERE)
    field = harmless(inlines((fact, model.Text(" rest")), anki_medium({})))
    assert deletion_numbers(field) == (1,)
    inside = field.removeprefix("{{c1::").partition("}}")[0]
    assert inside.endswith("::hint")
    assert "::" not in inside.removesuffix("::hint")
