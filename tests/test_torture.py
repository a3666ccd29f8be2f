"""Every element in every place: built, read back from each output, and no word missing."""

from __future__ import annotations

import html
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from builder import model
from builder.build.courses import check
from builder.source.load import Loaded
from builder.walk import inlines_in, note_content, topic_inlines
from tests.anki_fixture import collection, take_in
from tests.courses import build_in

HERE = Path(__file__).parent / "torture"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("torture")
    shutil.copytree(HERE / "content", folder / "content")
    report = build_in(folder)
    assert {found.code for found in report.diagnostics} <= {"card-split", "lock-begun"}
    return folder / "output" / "torture"


@pytest.fixture(scope="module")
def course() -> Loaded:
    library = check(HERE / "content")
    assert library.diagnostics == ()
    return library.courses[0]


def _bare(text: str) -> str:
    """Return letters and digits alone, of letters that are joined each by itself."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def _pdf_text(path: Path) -> str:
    with pdfium.PdfDocument(path) as document:
        return _bare("".join(page.get_textpage().get_text_bounded() for page in document))


def _words(content: Iterable[model.Inline]) -> Iterator[str]:
    """Yield the words that can be read, without those that stand for pictures and maths."""
    for inline in content:
        match inline:
            case model.Text(text) | model.Code(text):
                yield from map(_bare, text.split())
            case model.Deletion(_, _, hint):
                yield _bare(hint)


def test_everything_is_there(course: Loaded) -> None:
    """A kind of element that this course lacks would not be tested."""
    everything = course.topics[0]
    inlines = list(topic_inlines(everything))
    kinds = {type(inline) for inline in inlines}
    assert kinds >= {*model.Styled.__subclasses__(), model.Text, model.Code, model.Maths}
    assert kinds >= {model.Link, model.Image, model.Audio, model.Footnote, model.Deletion}


def test_every_word_is_in_the_handout(built: Path, course: Loaded) -> None:
    """Also of right-to-left text, and of what belongs into the blanks."""
    text = _pdf_text(built / "handouts/everything.pdf")
    words = set(_words(topic_inlines(course.topics[0])))
    assert [word for word in words if word not in text] == []


def test_every_word_of_a_note_is_on_its_cards(built: Path, course: Loaded) -> None:
    """But for hints and what goes beyond, and the footnotes of facts."""
    text = _pdf_text(built / "flashcards/everything.pdf")
    for note in course.topics[0].notes:
        content = note_content(note)
        if isinstance(note, model.Question):
            content = (*note.prompt, *note.aids, *note.answer)
        found = set(_words(inlines_in(content)))
        if isinstance(note, model.ClozeFact):
            found -= set(_words(_footnotes(content)))
        assert [word for word in found if word not in text] == []


def _footnotes(content: Iterable[model.Block | model.Inline]) -> Iterator[model.Inline]:
    for inline in inlines_in(content):
        if isinstance(inline, model.Footnote):
            yield from inlines_in(part for each in inline.paragraphs for part in each)


def test_every_word_of_a_note_is_in_anki(built: Path, course: Loaded, tmp_path: Path) -> None:
    notes = [note for topic in course.topics for note in topic.notes]
    with collection(tmp_path) as anki:
        take_in(anki, (built / "torture.apkg").read_bytes())
        fields = " ".join(" ".join(anki.get_note(n).fields) for n in anki.find_notes(""))
        cards = [anki.get_card(found).render_output() for found in anki.find_cards("")]
    text = _bare(html.unescape(re.sub(r"<[^>]+>", " ", fields)))
    words = {word for note in notes for word in _words(inlines_in(note_content(note)))}
    assert [word for word in words if word not in text] == []
    shown = " ".join(card.question_text + card.answer_text for card in cards)
    assert not re.search(r"\{\{|\}\}|unknown field|Error", shown)


def test_maths_are_left_to_anki(built: Path, course: Loaded, tmp_path: Path) -> None:
    with collection(tmp_path) as anki:
        take_in(anki, (built / "torture.apkg").read_bytes())
        cards = [anki.get_card(found).render_output() for found in anki.find_cards("")]
    shown = html.unescape(" ".join(card.answer_text for card in cards))
    content = [part for note in course.topics[0].notes for part in note_content(note)]
    maths = {each for each in inlines_in(content) if isinstance(each, model.Maths)}
    assert len(maths) > 10
    for each in maths:
        opening, closing = (r"\[", r"\]") if each.display else (r"\(", r"\)")
        assert f"{opening}{each.tex}{closing}" in shown
