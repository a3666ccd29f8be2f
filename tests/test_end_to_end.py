"""The courses of this repository, built once: every word of the source is where it belongs."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from builder import model
from builder.build.courses import check
from builder.build.manifest import NAME as MANIFEST
from builder.source.load import Loaded
from builder.text import blocks_text, inlines_text, note_answer, note_prompt
from builder.walk import topic_inlines
from tests.anki_fixture import collection, take_in
from tests.flashcard_reading import misalignment, read

ROOT = Path(__file__).resolve().parent.parent
COURSES = ("art-therapy", "handbook")


@pytest.fixture(scope="module")
def courses() -> dict[str, Loaded]:
    """Return the courses of this repository as the builder reads them."""
    library = check(ROOT / "content")
    assert library.diagnostics == ()
    return {loaded.course.name: loaded for loaded in library.courses}


def _squeezed(text: str) -> str:
    """Return letters and digits alone: hyphens at line ends and ligatures don't matter."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def _words(text: str) -> Counter[str]:
    return Counter(filter(None, map(_squeezed, text.split())))


def _pdf_text(path: Path) -> str:
    with pdfium.PdfDocument(path) as document:
        return _squeezed("".join(page.get_textpage().get_text_bounded() for page in document))


def _missing(words: Counter[str], text: str) -> list[str]:
    return [word for word, times in words.items() if text.count(word) < times]


def _visible(text: str, content: Iterable[model.Inline]) -> Counter[str]:
    """Return the words of a text without those that only describe its pictures and maths."""
    return _words(text) - _words(" ".join(map(_described, content)))


def _described(inline: model.Inline) -> str:
    match inline:
        case model.Image(_, text) | model.Maths(text):
            return text
        case _:
            return ""


def _topic_text(topic: model.Topic) -> Iterator[str]:
    yield inlines_text(topic.title)
    yield blocks_text(topic.definition)
    for section in topic.sections:
        yield inlines_text(section.heading)
        match section:
            case model.Facts(_, blocks) | model.Prose(_, blocks):
                yield blocks_text(blocks)
            case model.Questions(_, notes) | model.Terms(_, notes):
                for note in notes:
                    yield from (note_prompt(note), note_answer(note))


@pytest.mark.parametrize("name", COURSES)
def test_every_word_of_a_topic_is_in_its_handout(
    name: str, built: Path, courses: dict[str, Loaded]
) -> None:
    for topic in courses[name].topics:
        text = _pdf_text(built / f"output/{name}/handouts/{topic.name}.pdf")
        words = _visible(" ".join(_topic_text(topic)), topic_inlines(topic))
        assert _missing(words, text) == [], topic.name


@pytest.mark.parametrize("name", COURSES)
def test_every_word_of_a_note_is_on_its_cards(
    name: str, built: Path, courses: dict[str, Loaded]
) -> None:
    for topic in courses[name].topics:
        text = _pdf_text(built / f"output/{name}/flashcards/{topic.name}.pdf")
        words = _visible(" ".join(_note_text(note) for note in topic.notes), topic_inlines(topic))
        assert _missing(words, text) == [], topic.name


@pytest.mark.parametrize("name", COURSES)
def test_each_back_lies_behind_its_front(name: str, built: Path) -> None:
    """Within 0.1 mm, on the padded last sheet as well."""
    for file in (built / f"output/{name}/flashcards").rglob("*.pdf"):
        printed = read(file.read_bytes())
        for front, back in printed.fronts_and_backs():
            assert (front.code, front.topic) == (back.code, back.topic)
            assert misalignment(front, back, printed.grid) <= 0.1


@pytest.mark.parametrize("name", COURSES)
def test_the_deck_holds_every_note_with_every_word(
    name: str, built: Path, courses: dict[str, Loaded], tmp_path: Path
) -> None:
    notes = [note for topic in courses[name].topics for note in topic.notes]
    with collection(tmp_path) as anki:
        take_in(anki, (built / f"output/{name}/{name}.apkg").read_bytes())
        assert anki.note_count() == len(notes)
        fields = [anki.get_note(found).fields for found in anki.find_notes("")]
    shown = re.sub(r"<[^>]+>", " ", " ".join(" ".join(values) for values in fields))
    inlines = [inline for topic in courses[name].topics for inline in topic_inlines(topic)]
    words = _visible(" ".join(_note_text(note) for note in notes), inlines)
    text = _squeezed(html.unescape(shown))
    assert _missing(words, text) == []


def _note_text(note: model.Note) -> str:
    if isinstance(note, model.ClozeFact):
        return note_prompt(note)
    return f"{note_prompt(note)} {note_answer(note)}"


@pytest.mark.slow
def test_two_builds_in_different_places_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ein Ordner – mit Zeichen"
    shutil.copytree(built / "content", folder / "content")
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run(
        [sys.executable, "-m", "builder", "build"], cwd=folder, env=environment, check=True
    )
    first, second = (
        {
            path.relative_to(place).as_posix(): path.read_bytes()
            for path in sorted(place.rglob("*"))
            if path.is_file() and path.name != MANIFEST
        }
        for place in (built / "output", folder / "output")
    )
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
