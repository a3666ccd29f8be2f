"""Fonts that a course chooses for its texts and headings, ours and those of the machine."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import uharfbuzz as hb
from fontTools.ttLib import TTFont

from builder import fonts
from builder.fonts import FACES, SANS, SERIF, Face, face_data, machine_faces
from builder.model import Course, FontFile
from builder.source import system_fonts
from builder.source.course_fonts import CourseFonts
from builder.source.system_fonts import REGULAR, STYLES, find_font
from builder.span import Span
from tests.courses import build_in, errors, write_course
from tests.handout_reading import Reading, bare

HEAD = 'title = "Botany"\ncode = "BO"\n'
TOPIC = """\
# Leaf

A *leaf* has {{stomata}} and **veins**, &amp;c.

## Review questions

### Why is it green?

By ***chlorophyll***.
"""


def _write(folder: Path, face: Face, family: str) -> None:
    """Write a face of ours as a font of the machine that is called otherwise."""
    font = TTFont(io.BytesIO(face_data(face)))
    for record in [each for each in font["name"].names if each.nameID in {1, 16}]:
        font["name"].setName(
            family, record.nameID, record.platformID, record.platEncID, record.langID
        )
    font.save(folder / f"{face.weight}{face.style}.ttf")


@pytest.fixture(scope="module")
def gothic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the machine one font: our sans without its bold italic, called Test Gothic."""
    folder = tmp_path_factory.mktemp("fonts")
    for face in FACES:
        if face.family == SANS and (face.weight, face.style) in STYLES[:3]:
            _write(folder, face, "Test Gothic")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system_fonts, "font_folders", lambda: (folder,))
        find_font.cache_clear()
        yield
    find_font.cache_clear()


@pytest.fixture(scope="module")
def built(gothic: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    settings = (
        '[theme]\ntext = "test gothic"\nheadings = "serif"\n[fonts]\nalso = ["Test Gothic"]\n'
    )
    topics = {"leaf": TOPIC, "root": TOPIC.replace("Leaf", "Root").replace("leaf", "root")}
    write_course(folder / "content", topics, HEAD + settings)
    assert errors(build_in(folder, "handouts", "flashcards")) == []
    return folder / "output/th"


def _styles_of_the_machine(names: set[str]) -> list[str]:
    """Return the styles of the one font of the machine that is among these."""
    found = [name.split("-", 2) for name in names if name.startswith("system")]
    assert len({family for _, family, *_ in found}) == 1
    return sorted("".join(style) for _, _, *style in found)


@pytest.mark.parametrize(
    "name", ["handouts/leaf.pdf", "flashcards/leaf.pdf", "th-handouts.pdf", "th-flashcards.pdf"]
)
def test_texts_are_in_the_font_of_the_machine(built: Path, name: str) -> None:
    """In its regular, bold and italic faces; the headings are in ours, and each is there once."""
    fonts = set(Reading((built / name).read_bytes()).fonts())
    assert _styles_of_the_machine(fonts) == ["", "Bold", "Bold-Italic", "Italic"]
    heading = "Semi-Bold" if "flashcards" in name else "Bold"
    assert {each for each in fonts if each.startswith("Rectoverso-Serif")} == {
        f"Rectoverso-Serif-{heading}"
    }


def test_no_letter_of_it_is_missing(built: Path) -> None:
    reading = Reading((built / "handouts/leaf.pdf").read_bytes())
    assert "Aleafhasstomataandveins,&c." in bare(reading.text(0))


def test_the_order_of_files_does_not_name_a_family(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that renders knows them in another order than the one that has read them."""
    monkeypatch.setattr(fonts, "_SYSTEM", {})
    files = [
        FontFile(f"{weight}", f"{weight}".encode(), "", 0, 0, "M", weight) for weight in (400, 700)
    ]
    assert machine_faces(files) == machine_faces(reversed(files))


@pytest.mark.usefixtures("gothic")
def test_a_face_that_the_machine_lacks_is_one_of_ours() -> None:
    faces = find_font("TEST gothic")
    assert list(faces) == list(STYLES)
    found = {style: face.get_name(1) or "" for style, face in faces.items()}
    assert found.pop((700, "italic")).startswith("Source Serif")
    assert set(found.values()) == {"Test Gothic"}
    assert faces[REGULAR].blob.data != faces[700, "normal"].blob.data


@pytest.mark.usefixtures("gothic")
def test_what_the_regular_face_lacks_no_other_one_has() -> None:
    """A letter that only the bold italic has would stand in bold italic among the others."""
    serif, sans = (
        set(hb.Face(hb.Blob(face_data(face))).unicodes)
        for family in (SERIF, SANS)
        for face in FACES
        if (face.family, face.weight, face.style) == (family, 700, "italic")
    )
    letter = min(serif - sans)
    name = "Test Gothic"
    course = Course("b", Path(), Span("b/course.toml"), "B", "B", fonts=(name,), text_font=name)
    found = CourseFonts(course)
    assert found.find({}) == found.check(f"a{chr(letter)}", "b/leaf.md") == []
    files = found.assets().values()
    held = [set(hb.Face(hb.Blob(file.data)).unicodes) for file in files]
    assert [(ord("a") in each, letter in each) for each in held] == [(True, False)] * 4
