"""Style sheets and templates are read by the first process, and the next make the same of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.build.cache import Cache, Pieces
from builder.kept import keeping
from builder.rendering import pdf, templates
from tests.programs import run_program

PAGE = """\
<ol start=3><li>One<li><pre class=code><span class=c1>two</span></pre></ol>
<p lang=en class="cell c0 terms">Any <i>word</i> <b>office</b> and <a href=#x>x</a>
"""
PROGRAM = """
import hashlib
import tinycss2, jinja2
read = []
def noting(parse):
    return lambda text: read.append(text) or parse(text)
tinycss2.parse_stylesheet = noting(tinycss2.parse_stylesheet)
compiled = []
jinja2.Environment.compile = lambda *values, plain=jinja2.Environment.compile, **named: (
    compiled.append(values[2]) or plain(*values, **named)
)
from builder.build.ready import get_ready
get_ready()
from builder.build.code import code_digest
from builder.build.cache import Cache, Pieces
from builder.build.user_folders import cache_folder
from builder.kept import keeping
from builder.rendering import pdf
from builder.rendering.templates import read_text
from tests.test_sheets import PAGE
with keeping(Pieces(Cache(cache_folder()), code_digest())):
    made = pdf.lay_out(PAGE, read_text("handout.css"), {})
print(hashlib.sha256(made.write_pdf()).hexdigest())
print(sum("@font-face" not in text for text in read), sorted(compiled))
"""


def test_only_the_first_process_reads_style_sheets_and_templates(tmp_path: Path) -> None:
    plain, _ = run_program(PROGRAM, "off")
    first, said = run_program(PROGRAM, tmp_path)
    later, said_later = run_program(PROGRAM, tmp_path)
    assert first == later == plain
    assert said == "4 ['flashcards.html', 'handout.html']"
    assert said_later == "0 []"


@pytest.mark.parametrize("name", ["handout.css", "flashcards.css", "code.css"])
def test_a_sheet_that_was_kept_sets_the_same_page(name: str, tmp_path: Path) -> None:
    css, pages = str(templates.read_text(name)), []
    for place in (Cache(None), Cache(tmp_path), Cache(tmp_path)):
        pdf._style.cache_clear()
        with keeping(Pieces(place, "code")):
            pages.append(pdf.lay_out(PAGE, css, {}).write_pdf())
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize(
    "rule",
    [
        '@import "https://example.org/a.css";',
        "@\\69mport url(file:///etc/passwd);",
        '@color-profile device-cmyk { src: url("file:///etc/passwd") }',
    ],
)
def test_a_sheet_fetches_nothing_whether_it_was_kept_or_not(rule: str, tmp_path: Path) -> None:
    with keeping(Pieces(Cache(tmp_path), "code")):
        for _ in range(2):
            with pytest.raises(pdf.NotFetchedError):
                pdf.lay_out("<p>word", rule, {})


def test_a_sheet_of_ours_declares_no_font(tmp_path: Path) -> None:
    used = 'p { font-family: own, "Rectoverso Serif" }'
    mono = 'font-family: own; src: url("font:rectoverso-mono-400-normal.ttf")'
    with keeping(Pieces(Cache(tmp_path), "code")):
        plain = pdf.lay_out("<p>word", used, {}).write_pdf()
        ruled = pdf.lay_out("<p>word", f"@\\66ont-face {{ {mono} }} {used}", {}).write_pdf()
    assert plain == ruled
