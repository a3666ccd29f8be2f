"""Other scripts: found by Unicode, marked, in fonts that have them, running the right way."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given
from hypothesis import strategies as st

from builder.fonts import SCRIPT_FACES, covered
from builder.model import FONT_TYPE
from builder.outputs import Context, all_outputs
from builder.outputs.handout import handout_html
from builder.printing.cards import cards
from builder.printing.fitting import Piece
from builder.printing.topic_cards import typesetter
from builder.rendering.anki_html import anki_medium
from builder.rendering.fields import fields_of
from builder.rendering.html import blocks
from builder.scripts import direction, foreign_runs, script_of, text_direction
from builder.source import system_fonts
from builder.source.course import read_course
from builder.source.labels import KEYS, LABELS
from builder.source.parser import parse_topic
from tests import flashcard_fixture as fx
from tests import flashcard_reading
from tests.courses import build_in, errors, write_course
from tests.handout_reading import MM, Reading, bare

ARABIC = """\
# القلب

القلب **عضو** عضلي يضخ الدم بضغط 120/80 mmHg في الجسم.

## Key facts

- وزنه نحو {{ثلاثمئة}} غرام.

## Review questions

### ما هو القلب؟

- عضلة

  | اسم | قيمة |
  |---|---|
  | قلب | ثلاثمئة غرام نحو ثلاثمئة غرام نحو ثلاثمئة غرام |

- An item in English
"""


# --- Scripts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "runs"),
    [
        ("only Latin, ö", "de", [("", "", "only Latin, ö")]),
        ("a שלום עולם, b", "en", [("", "", "a "), ("he", "rtl", "שלום עולם"), ("", "", ", b")]),
        ("α-Zerfall", "de", [("", "", "α-Zerfall")]),
        ("die Ψυχή", "de", [("", "", "die "), ("el", "", "Ψυχή")]),
        ("日本 and ほん", "en", [("ja", "", "日本"), ("", "", " and "), ("ja", "", "ほん")]),
        ("mean 本", "en", [("", "", "mean "), ("und-Hani", "", "本")]),
        ("日本語の本", "ja", [("", "", "日本語の本")]),
        ("الدم 120/80 mmHg", "ar", [("", "", "الدم "), ("und-Latn", "ltr", "120/80 mmHg")]),
        ("latin да", "sr-Latn", [("", "", "latin "), ("und-Cyrl", "", "да")]),
    ],
)
def test_other_scripts_are_found(
    text: str, language: str, runs: list[tuple[str, str, str]]
) -> None:
    assert list(foreign_runs(text, language)) == runs


@pytest.mark.parametrize(
    ("table", "elsewhere", "language"),
    [
        ("", "", "und-Hani"),
        ("", "ほん", "ja"),
        ('[languages]\nhan = "zh-Hant"', "ほん", "zh-Hant"),
    ],
)
def test_han_characters_say_their_language_in_all_outputs(
    table: str, elsewhere: str, language: str
) -> None:
    text = f"# Words\n\nRead {elsewhere}.\n\n## Review questions\n\n### What is 本?\n\nA book.\n"
    tables = {output.table: dict(output.settings) for output in all_outputs()}
    course, _ = read_course(f'title = "T"\n{table}', Path("t"), "t/course.toml", tables)
    assert course
    topic = parse_topic(text, "words", "t/words.md", course).topic
    assert topic
    context = Context(course, (topic,), {}, {})
    (card,) = cards(topic.notes, reverse=False)
    front = Piece(card.passages[0].blocks, asking=False, size=11.0)
    shown = (
        handout_html(context),
        dict(fields_of(topic.notes[0], topic, context).fields)["Front"],
        typesetter(context).html(front),
    )
    assert [f'<span lang="{language}">本</span>' in html for html in shown] == [True] * 3


def test_what_runs_the_other_way_is_in_its_own_language() -> None:
    """In it, words of the course's language are the foreign ones, and keep their measures."""
    arabic, english = fx.para("بضغط 120/80 mmHg."), fx.para("In English.")
    medium = anki_medium({})
    right = '<p lang="ar" dir="rtl">بضغط <span lang="en" dir="ltr">120/80 mmHg</span>.</p>'
    assert blocks((arabic, english), medium) == f"{right}\n<p>In English.</p>"
    assert blocks((arabic,), medium, tight=True) == right
    inner = blocks((fx.bullets((arabic, english)),), medium)
    assert '<li lang="ar" dir="rtl">بضغط <span lang="en" dir="ltr">' in inner
    assert '<p lang="en" dir="ltr">In English.</p>' in inner
    term = blocks((fx.definitions(("القلب", "The heart.")),), medium)
    assert term == '<dl><dt lang="ar" dir="rtl">القلب</dt>\n<dd>The heart.</dd></dl>'


SIGNS = st.text(st.sampled_from("a b1.,αΨдשאن本ほ한ไ%/-"), max_size=20)


@given(SIGNS, st.sampled_from(["en", "ar", "ja"]))
def test_no_sign_is_lost_between_scripts(text: str, language: str) -> None:
    assert "".join(part for _, _, part in foreign_runs(text, language)) == text


def test_directions() -> None:
    assert [direction(each) for each in ("en", "ar", "he-IL", "ja", "az-Arab")] == [
        *("ltr", "rtl", "rtl", "ltr", "rtl"),
    ]
    assert [text_direction(each) for each in ("1. a", "12 א", "…", "é")] == [
        "ltr",
        "rtl",
        "",
        "ltr",
    ]


def test_each_script_has_its_font() -> None:
    letters = "שقहខதతไ"
    assert {script_of(letter) for letter in letters} == SCRIPT_FACES.keys()
    assert covered() >= set(map(ord, letters))


def test_each_language_has_all_labels() -> None:
    assert len(LABELS) == 12
    assert all(labels.keys() == KEYS and all(labels.values()) for labels in LABELS.values())


# --- From right to left ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arabic")
    settings = 'title = "أحياء"\ncode = "AH"\nlanguage = "ar"'
    write_course(folder / "content", {"heart": ARABIC}, settings)
    report = build_in(folder)
    assert [each.code for each in report.diagnostics if each.code != "lock-begun"] == []
    return folder / "output" / "th"


def test_an_arabic_handout_is_mirrored_and_whole(arabic: Path) -> None:
    reading = Reading((arabic / "handouts/heart.pdf").read_bytes())
    whole = bare(reading.text(0))
    assert [word for word in ("القلب", "عضلي", "الجسم", "ثلاثمئة") if word not in whole] == []
    code, *_ = reading.find("AH")
    assert code.x > 160 * MM
    assert "Rectoverso-Arab" in reading.fonts()


def test_a_measure_stays_before_its_unit(arabic: Path) -> None:
    """In Arabic, a number between Arabic and Latin would go to the other side of its unit."""
    reading = Reading((arabic / "handouts/heart.pdf").read_bytes())
    (number,), (unit,) = reading.find("120/80"), reading.find("mmHg")
    assert number.x < unit.x
    assert number.y == unit.y


def test_lists_on_arabic_cards_stay_inside_them(arabic: Path) -> None:
    """Tables in them, and items that have their bullets on the other side."""
    printed = flashcard_reading.read((arabic / "flashcards/heart.pdf").read_bytes())
    inset = flashcard_reading.kept(printed).side
    faces = [face for pair in printed.fronts_and_backs() for face in pair]
    assert any("Anitem" in face.text for face in faces)
    for face in faces:
        left, right = face.cell.x + inset, face.cell.x + face.cell.width - inset
        assert all(left - 0.1 < g.left and g.right < right + 0.1 for g in face.glyphs)


# --- Fonts of the machine --------------------------------------------------------------------


def _font(path: Path, family: str, char: str, *, is_cff: bool = False) -> None:
    """Write a font of one character, a square, with TrueType's outlines or those of CFF."""
    pen = T2CharStringPen(800, None) if is_cff else TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 700), (700, 700), (700, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.getCharString() if is_cff else pen.glyph()
    font = FontBuilder(1000, isTTF=not is_cff)
    font.setupGlyphOrder([".notdef", "square"])
    font.setupCharacterMap({ord(char): "square"})
    glyphs = {".notdef": square, "square": square}
    if is_cff:
        font.setupCFF(family.replace(" ", ""), {}, glyphs, {})
    else:
        font.setupGlyf(glyphs)
    font.setupHorizontalMetrics({".notdef": (800, 0), "square": (800, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": family, "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all that the system has of fonts."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    monkeypatch.setattr(system_fonts, "font_folders", lambda: (folder,))
    system_fonts.find_font.cache_clear()
    return folder


@pytest.mark.parametrize("is_cff", [False, True])
def test_a_font_that_a_course_names_fills_the_gap(
    machine: Path, tmp_path: Path, *, is_cff: bool
) -> None:
    """In the text, at the foot of cards, and where several topics share the font."""
    _font(machine / "han.otf", "Test Han", "本", is_cff=is_cff)
    settings = 'title = "T"\ncode = "TT"\n[fonts]\nalso = ["test han"]'
    topics = {name: f"# 本 {name}\n\nA 本 {{{{here}}}}, {name}.\n" for name in ("a", "b")}
    write_course(tmp_path / "content", topics, settings)
    report = build_in(tmp_path, "handouts", "flashcards")
    assert [each.code for each in report.diagnostics if each.code != "lock-begun"] == []
    for name in ("handouts/a.pdf", "th-handouts.pdf"):
        reading = Reading((tmp_path / "output/th" / name).read_bytes())
        assert "A本here,a." in bare(reading.text(0))
        assert any(font.startswith("system") for font in reading.fonts())
    cards = (tmp_path / "output/th/th-flashcards.pdf").read_bytes()
    text = pdfium.PdfDocument(cards)[0].get_textpage().get_text_bounded()
    assert text.count("本") >= 4


def test_a_font_that_is_not_there_is_an_error_at_its_name(machine: Path, tmp_path: Path) -> None:
    (machine / "broken.ttf").write_bytes(b"not a font")
    settings = 'title = "T"\ncode = "TT"\n[fonts]\nalso = ["Test Han"]'
    write_course(tmp_path / "content", {"a": "# A\n\nA 本 here.\n"}, settings)
    report = build_in(tmp_path)
    assert errors(report) == ["font-missing"]
    (found,) = (each for each in report.diagnostics if each.code == "font-missing")
    assert (found.span.line, found.span.column) == (4, 9)


def test_no_font_of_the_machine_is_used_unasked(machine: Path, tmp_path: Path) -> None:
    _font(machine / "han.ttf", "Test Han", "本")
    settings = 'title = "T"\ncode = "TT"\n[languages]\nhan = "zh-Hant"'
    write_course(tmp_path / "content", {"a": "# A\n\nA 本 here.\n"}, settings)
    report = build_in(tmp_path, "handouts")
    (found,) = (each for each in report.diagnostics if each.code == "glyph-missing")
    assert "Noto Sans CJK TC" in found.hint
    assert FONT_TYPE == "font/otf"
