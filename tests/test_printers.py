"""Printers that put backs off: what is read from the calibration sheet makes them good."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.build.printers import load_printers
from builder.build.user_folders import printers_file
from builder.cli import main
from builder.outputs.flashcards import placed, typeset_topic
from builder.printing.calibration import Reading, calibration_sheet, offset_from, places
from builder.printing.imposition import Axis, Flip, axis
from builder.printing.paper import PAPERS, Paper
from builder.printing.profiles import (
    Offset,
    Printers,
    Profile,
    correction,
    reach,
    read_printers,
    written,
)
from tests import flashcard_fixture as fx
from tests.courses import ALLIANCE, write_course
from tests.flashcard_reading import POINT, Glyph, glyphs_of

A4 = PAPERS["A4"]
BOTH = (A4, A4.turned)
offsets = st.builds(
    Offset,
    st.floats(-3, 3),
    st.floats(-3, 3),
    st.floats(-1, 1),
    st.floats(0.99, 1.01),
)
papers = st.sampled_from(BOTH)
axes = st.sampled_from(["upright", "level"])


def put(offset: Offset, x: float, y: float) -> tuple[float, float]:
    """Return where such a printer puts a point, in mm from the centre, as seen from the front."""
    angle = math.radians(offset.rotation)
    x, y = (
        offset.scale * (x * math.cos(angle) - y * math.sin(angle)),
        offset.scale * (x * math.sin(angle) + y * math.cos(angle)),
    )
    return x + offset.x, y + offset.y


def seen_from_front(paper: Paper, around: Axis, x: float, y: float) -> tuple[float, float]:
    """Return a point of the back page (y upwards) in mm from the centre, seen from the front."""
    across, up = x - paper.width / 2, y - paper.height / 2
    return (-across, up) if around == "upright" else (across, -up)


@given(offsets, papers, axes, st.floats(0, 210), st.floats(0, 210))
def test_what_is_corrected_comes_out_where_it_should(
    offset: Offset, paper: Paper, around: Axis, x: float, y: float
) -> None:
    """The printer undoes what the correction did, wherever on the back and however it is turned."""
    a, b, c, d, e, f = correction(offset, paper, around)
    moved = a * x + c * y + e, b * x + d * y + f
    printed = put(offset, *seen_from_front(paper, around, *moved))
    assert printed == pytest.approx(seen_from_front(paper, around, x, y), abs=1e-6)


@given(offsets, papers)
def test_the_reading_of_both_places_tells_the_offset(offset: Offset, paper: Paper) -> None:
    """To a thousandth of a mm all over the sheet, if the scales are read exactly."""
    readings = []
    for x, y in places(paper):
        right, up = put(offset, x, y)
        readings.append((right - x, up - y))
    found = offset_from(Reading(*readings), paper)
    for x in (-100.0, 0.0, 100.0):
        for y in (-100.0, 0.0, 100.0):
            assert put(found, x, y) == pytest.approx(put(offset, x, y), abs=0.001)


def test_an_offset_of_nothing_moves_nothing() -> None:
    assert correction(Offset(), A4, "upright") == pytest.approx((1, 0, 0, 1, 0, 0))
    assert reach(Offset(), A4, "level") == pytest.approx(0)
    assert reach(Offset(x=-2.0), A4, "level") == pytest.approx(2)


# --- the calibration sheet -------------------------------------------------------------------


@pytest.mark.parametrize("flip", ["long-edge", "short-edge"])
@pytest.mark.parametrize("paper", BOTH, ids=["portrait", "landscape"])
def test_against_the_light_the_crosses_lie_on_the_scales(paper: Paper, flip: Flip) -> None:
    """Read from the PDF: each back cross, mirrored, has its middle where the scales have theirs."""
    front, back = pdfium.PdfDocument(calibration_sheet(paper, flip))
    wanted = [(x, y) for x, y in places(paper)]
    crosses = [
        seen_from_front(paper, axis(paper, flip), x, y) for x, y in _middles(back, length=18)
    ]
    scales = [(x - paper.width / 2, y - paper.height / 2) for x, y in _middles(front, length=10)]
    for found in (crosses, scales):
        assert sorted(found) == [pytest.approx(place, abs=0.05) for place in sorted(wanted)]


def _middles(page: pdfium.PdfPage, length: float) -> list[tuple[float, float]]:
    """Return the middles of the upright lines of a length, in mm from the lower left corner."""
    found = []
    for thing in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = (side * POINT for side in thing.get_bounds())
        if right - left < 1 and top - bottom == pytest.approx(length, abs=0.2):
            found.append(((left + right) / 2, (bottom + top) / 2))
    return found


def test_both_sides_have_a_ruler_of_100_mm() -> None:
    for page in pdfium.PdfDocument(calibration_sheet(A4, "long-edge")):
        lengths = [
            (right - left) * POINT
            for thing in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_PATH])
            for left, _, right, _ in [thing.get_bounds()]
        ]
        # The bounds have the line's thickness at both ends.
        assert any(length == pytest.approx(100, abs=0.15) for length in lengths)


def test_the_sheet_says_how_to_go_on() -> None:
    front, back = pdfium.PdfDocument(calibration_sheet(A4.turned, "short-edge"))
    text = front.get_textpage().get_text_range()
    assert "flipped on the short edge" in text
    assert "rectoverso calibrate NAME --landscape --a" in text
    assert "This is the back" in back.get_textpage().get_text_range()


# --- backs of cards --------------------------------------------------------------------------


@pytest.mark.parametrize("duplex", ["long-edge", "short-edge"])
@pytest.mark.parametrize("card", ["fill", "A7"])
def test_backs_are_moved_and_fronts_are_not(card: str, duplex: str) -> None:
    """Whole pages with their marks and names; nothing is laid out again, and nothing lost."""
    context = fx.context(fx.ordinary_notes(), settings={"card": card, "duplex": duplex})
    typeset = typeset_topic(context)
    assert typeset is not None
    offset = Offset(x=0.8, y=-0.5, rotation=0.3)
    plain = placed([typeset.faces], context, "t").files[""]
    moving = replace(context, printer=Profile(portrait=offset, landscape=offset))
    moved = placed([typeset.faces], moving, "t").files[""]
    for number, (before, after) in enumerate(
        zip(pdfium.PdfDocument(plain), pdfium.PdfDocument(moved), strict=True)
    ):
        old, new = list(glyphs_of(before)), list(glyphs_of(after))
        if number % 2 == 0:
            assert old == new
            continue
        width, height = (side * POINT for side in before.get_size())
        paper = Paper("", width, height)
        matrix = correction(offset, paper, axis(paper, duplex))  # type: ignore[arg-type]
        assert len(old) == len(new)
        for one, other in zip(old, new, strict=True):
            assert one.text == other.text
            assert _middle(other) == pytest.approx(_through(matrix, one, height), abs=0.15)


def _middle(glyph: Glyph) -> tuple[float, float]:
    return (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2


def _through(matrix: tuple[float, ...], glyph: Glyph, height: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    x, y = _middle(glyph)
    up = height - y
    return a * x + c * up + e, height - (b * x + d * up + f)


def test_a_portrait_reading_is_not_used_for_landscape_sheets() -> None:
    """Paper goes through the printer the other way round, so it has to be measured as well."""
    profile = Profile(portrait=Offset(x=1.0))
    assert profile.offset(A4) == Offset(x=1.0)
    assert profile.offset(A4.turned) == Offset()


# --- the file --------------------------------------------------------------------------------


profiles = st.builds(Profile, st.none() | offsets, st.none() | offsets)


@given(st.dictionaries(st.text(min_size=1, max_size=8), profiles, max_size=3))
def test_printers_are_read_as_they_were_written(known: dict[str, Profile]) -> None:
    printers = Printers(known, next(iter(known), ""))
    assert read_printers(written(printers)) == printers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"printers": 1}',
        '{"printers": {"a": 1}}',
        '{"printers": {"a": {"portrait": {"x": "wide"}}}}',
        '{"printers": {"a": {"portrait": {"x": NaN}}}}',
        '{"printers": {"a": {"portrait": {"z": 1}}}}',
        '{"printers": {"a": {"portrait": {"x": 500}}}}',
        '{"printers": {}, "default": "a"}',
    ],
)
def test_a_file_that_is_not_ours_is_refused(text: str) -> None:
    assert read_printers(text) is None


# --- the commands ----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_reading_is_kept_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "desk", "--a", "0.6", "-0.4", "--b", "0.8", "-0.4"]) == 0
    assert main(["calibrate", "attic", "--a", "1", "0", "--b", "1", "0", "--default"]) == 0
    capsys.readouterr()
    assert main(["printers"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "attic (default)  portrait: backs come out 1.00 mm to the right, 0.00 mm up",
        "desk  portrait: backs come out 0.70 mm to the right, 0.40 mm down, +0.05°",
    ]
    printers = load_printers()
    assert isinstance(printers, Printers)
    assert printers.profiles["desk"].portrait == Offset(0.7, -0.4, 0.0505, 1.0)


def test_landscape_is_kept_beside_portrait(capsys: pytest.CaptureFixture[str]) -> None:
    main(["calibrate", "desk", "--a", "0.6", "0", "--b", "0.6", "0"])
    main(["calibrate", "desk", "--landscape", "--a", "-0.2", "0", "--b", "-0.2", "0"])
    printers = load_printers()
    assert isinstance(printers, Printers)
    assert printers.profiles["desk"] == Profile(Offset(x=0.6), Offset(x=-0.2))


def test_a_printer_becomes_the_default_and_is_forgotten(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["calibrate", "desk", "--a", "0.6", "0", "--b", "0.6", "0"])
    assert main(["printers", "--default", "desk"]) == 0
    assert "desk (default)" in capsys.readouterr().out
    assert main(["printers", "--default", "none"]) == 0
    assert "(default)" not in capsys.readouterr().out
    assert main(["printers", "--forget", "desk"]) == 0
    assert "no printer has been calibrated" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["calibrate", "desk"], "say what you read"),
        (["calibrate", "desk", "--a", "1", "1"], "say what you read"),
        (["calibrate", "desk", "--a", "nan", "0", "--b", "0", "0"], "no printer is so far off"),
        (["calibrate", "desk", "--a", "90", "0", "--b", "90", "0"], "no printer is so far off"),
        (["calibrate", "desk", "--a", "-9", "0", "--b", "9", "0"], "no printer is so far off"),
        (["calibrate", "none", "--a", "0", "0", "--b", "0", "0"], "can't be called “none”"),
        (["calibrate", "--paper", "A44"], "no paper called “A44”; did you mean “A4”?"),
        (["calibrate", "--paper", "3x5"], "too small"),
        (["calibrate", "--duplex", "fold"], "long-edge or short-edge, not fold"),
        (["calibrate", "--printer", "desk"], "no printer “desk”"),
        (["printers", "--default", "desk"], "no printer “desk”"),
        (["printers", "--forget", "desk"], "no printer “desk”"),
        (["build", "--printer", "desk"], "no printer “desk”"),
    ],
)
def test_wrong_usage_is_said_and_nothing_is_kept(
    arguments: list[str], said: str, working_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
    assert not printers_file().exists()
    assert list(working_folder.iterdir()) == []


def test_a_broken_file_of_printers_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """And not written over: it may hold more than we can read."""
    printers_file().parent.mkdir(parents=True)
    printers_file().write_text("{", encoding="utf-8")
    assert main(["printers"]) == 2
    assert str(printers_file()) in capsys.readouterr().err
    assert main(["calibrate", "desk", "--a", "0", "0", "--b", "0", "0"]) == 2
    assert printers_file().read_text(encoding="utf-8") == "{"


def test_a_broken_file_of_printers_is_no_matter_where_nothing_is_printed(
    working_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A deck and a handout can be built all the same."""
    printers_file().parent.mkdir(parents=True)
    printers_file().write_text("{", encoding="utf-8")
    write_course(working_folder / "content", {"alliance": ALLIANCE})
    assert main(["build"]) == 2
    assert str(printers_file()) in capsys.readouterr().err
    assert main(["build", "--only", "anki"]) == 0
    assert main(["build", "--printer", "none"]) == 0


def test_the_sheet_is_written_and_can_be_checked(
    working_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate"]) == 0
    plain = (working_folder / "calibration.pdf").read_bytes()
    main(["calibrate", "desk", "--a", "0.6", "0", "--b", "0.6", "0"])
    assert main(["calibrate", "--printer", "desk", "--output", "sub/check.pdf"]) == 0
    moved = (working_folder / "sub" / "check.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(plain)) as one, pikepdf.open(io.BytesIO(moved)) as other:
        assert one.pages[0].Contents.read_bytes() == other.pages[0].Contents.read_bytes()
        assert one.pages[1].Contents.read_bytes() != other.pages[1].Contents.read_bytes()


def test_a_sheet_that_cant_be_written_is_wrong_usage(
    working_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (working_folder / "calibration.pdf").mkdir()
    assert main(["calibrate"]) == 2
    assert "can't be written" in capsys.readouterr().err
