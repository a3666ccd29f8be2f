"""Colour, logo and templates of a course's own, also of one that means harm."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import cssselect2
import pypdfium2 as pdfium
import pytest

from builder.build.report import Report
from builder.source.card_style import read_card_style
from tests.courses import build_in, errors, write_course
from tests.golden import PICTURE
from tests.handout_reading import MM, Reading

TOPIC = {"leaf": "# Leaf\n\n## Colours\n\nGreen.\n\n## Review questions\n\n### Why?\n\nSo.\n"}
HEAD = 'title = "Botany"\ncode = "BO"\n'


def _build(folder: Path, settings: str = "", output: str = "handouts", **templates: str) -> Report:
    course = write_course(folder / "content", TOPIC, HEAD + settings)
    (course / "logo.png").write_bytes(PICTURE)
    for name, text in templates.items():
        path = course / "templates" / name.replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return build_in(folder, output)


def _handout(folder: Path) -> bytes:
    return (folder / "output/th/handouts/leaf.pdf").read_bytes()


def test_headings_have_the_accent_colour(tmp_path: Path) -> None:
    assert errors(_build(tmp_path, '[theme]\naccent = "#1A5A8C"')) == []
    assert (0x1A, 0x5A, 0x8C) in _colours(_handout(tmp_path))


def _colours(pdf: bytes) -> set[object]:
    image = pdfium.PdfDocument(pdf)[0].render(scale=4).to_pil()
    return {colour for _, colour in image.getcolors(10**6) or ()}


@pytest.mark.parametrize("colour", ["#ffff00", "red", "#12345", "#000000;}"])
def test_a_colour_that_nobody_could_read_is_an_error(tmp_path: Path, colour: str) -> None:
    assert errors(_build(tmp_path, f'[theme]\naccent = "{colour}"')) == ["course-value"]


def test_the_logo_stands_above_the_title(tmp_path: Path) -> None:
    assert errors(_build(tmp_path, '[theme]\nlogo = "logo.png"')) == []
    reading = Reading(_handout(tmp_path))
    ((left, bottom, _, _),) = reading.pictures(0)
    (title, *_) = reading.find("Leaf")
    assert left > 100 * MM
    assert bottom > title.y


@pytest.mark.parametrize(
    ("logo", "code"),
    [
        ("none.png", "image-missing"),
        ("../secret.png", "path-outside"),
        ("https://example.org/a.png", "image-remote"),
    ],
)
def test_a_logo_is_checked_like_other_pictures(tmp_path: Path, logo: str, code: str) -> None:
    assert errors(_build(tmp_path, f'[theme]\nlogo = "{logo}"')) == [code]


def test_a_courses_own_template_goes_before_ours(tmp_path: Path) -> None:
    page = "<html><body><h1>{{ title }} of ours</h1></body></html>"
    assert errors(_build(tmp_path, handout_html=page)) == []
    assert Reading(_handout(tmp_path)).find("Leaf of ours")


def test_a_style_sheet_may_stand_alone(tmp_path: Path) -> None:
    assert errors(_build(tmp_path, handout_css="@page { size: 100mm 50mm }")) == []
    assert Reading(_handout(tmp_path)).pages[0].get_size()[0] == pytest.approx(100 * MM, abs=1)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<p>\n{{ title\n</p>", 3),
        ("<p>\n{% if title %}\n</p>", 2),
        ("<p>\n{{ titel }}", 2),
        ("\n\n{{ 1 / 0 }}", 3),
        ("\n{{ title.__class__.__mro__ }}", 2),
        ("\n{{ ''.__class__ }}", 2),
        ("\n{{ course.folder.joinpath('x').write_text('x') }}", 2),
        ("{% for a in range(10**9) %}x{% endfor %}", 1),
    ],
)
def test_a_template_that_fails_is_an_error_at_its_line(
    tmp_path: Path, text: str, line: int
) -> None:
    report = _build(tmp_path, handout_html=text)
    (found,) = (each for each in report.diagnostics if each.severity == "error")
    assert found.code == "template-broken"
    assert found.span.path.endswith("th/templates/handout.html")
    assert found.span.line == line
    assert not (tmp_path / "output/th/handouts/leaf.pdf").exists()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<p onclick='x()'>a</p>",
        "<a href='javascript:alert(1)'>a</a>",
        "<a href=' java\nscript:alert(1)'>a</a>",
        "<img src='file:///etc/passwd' alt=''>",
        "<img src='https://example.org/x.png' alt=''>",
        "<iframe src='x'></iframe>",
        "<link rel=stylesheet href='x.css'>",
        "<a href='{{ 'data:text/html,x' }}'>a</a>",
    ],
)
def test_what_a_template_makes_is_never_live(tmp_path: Path, text: str) -> None:
    assert errors(_build(tmp_path, handout_html=text)) == ["template-broken"]


@pytest.mark.parametrize(
    "css",
    [
        "@import 'x.css';",
        "body { background: url(https://example.org/x.png) }",
        "@\\69mport 'https://example.org';",
    ],
)
def test_a_style_sheet_that_fetches_something_is_an_error(tmp_path: Path, css: str) -> None:
    assert errors(_build(tmp_path, handout_css=css)) == ["template-broken"]


def test_other_templates_cant_be_replaced(tmp_path: Path) -> None:
    report = _build(tmp_path, anki_css="", flashcards_html="", handout_htm="")
    assert errors(report) == ["template-unknown"] * 3


# --- Cards -----------------------------------------------------------------------------------


def test_a_style_of_cards_is_added_to_ours(tmp_path: Path) -> None:
    style = "/* prompts */ H1, .hint { Color: #1A5A8C; text-align: left }"
    assert errors(_build(tmp_path, output="flashcards", flashcards_css=style)) == []
    pdf = (tmp_path / "output/th/flashcards/leaf.pdf").read_bytes()
    assert (0x1A, 0x5A, 0x8C) in _colours(pdf)


@pytest.mark.parametrize(
    "rule",
    [
        "h1 { position: absolute }",
        "h1 { font-size: 30pt }",
        "h1 { color: #ffff00 }",
        "h1 { color: #000000 !important }",
        "h1 { color: var(--x) }",
        "h1 { color: #000000; p { color: #000000 } }",
        "h1 { margin-top: -1em }",
        "h1 { margin-top: 2.5em }",
        "h1 { line-height: 0 }",
        "h1 { text-decoration: underline 9em }",
        "h1::before { color: #000000 }",
        "h1:has( { color: #000000 }",
        "h1) { color: #000000 }",
        ":is({}) { color: #000000 }",
        "@page { color: #000000 }",
        "} h1 { color: #000000 }",
        "h1",
    ],
)
def test_a_style_of_cards_may_not_move_anything(rule: str) -> None:
    """Nor hide anything; and what looks as if it did something does it."""
    assert read_card_style(f"{rule}\n", "flashcards.css")[1]


@pytest.mark.parametrize("selector", [".face", ".text", ".end", "html", "*", ".cell > .face"])
def test_a_style_of_cards_reaches_only_what_is_in_a_text(selector: str) -> None:
    css, problems = read_card_style(f"{selector} {{ margin-top: 2em }}", "flashcards.css")
    page = '<html><div class="cell"><div class="face"><div class="text"><p></p>'
    page += '<div class="end"></div></div></div></div></html>'
    root = cssselect2.ElementWrapper.from_xml_root(ET.fromstring(page))  # noqa: S314 - ours
    found = [each.local_name for each in root.query_all(css.partition("{")[0])]
    assert (found, problems) == (["p"] if selector == "*" else [], [])
