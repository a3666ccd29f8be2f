"""Call-outs, hints and footnotes: where they stand in each output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from anki.collection import Collection
from markupsafe import Markup
from pikepdf import NameTree

from builder.rendering.footnotes import with_footnotes
from tests import flashcard_reading
from tests.anki_fixture import collection, take_in
from tests.courses import build_in, errors, write_course
from tests.handout_reading import Reading, bare

TOPIC = """\
# Leaf

Green it is.[^green]

[^green]: Chlorophyll does
    it.

    Second paragraph.

::: warning Mind *this*
Poisonous indeed.
:::

## Key facts

- Leaves breathe through {{stomata}}.[^secret]

[^secret]: These are stomata.

## Review questions

### Why is a leaf green?[^green]

::: hint
Think of light.
:::

Because of chlorophyll.[^green][^more]

[^more]: Of which there is *a lot*.

::: more
Carotene is yellow.
:::

::: tip
Look closely.
:::
"""


# Another topic with a footnote of the same number.
ROOT = """\
# Root

White it is.[^1] And so on.[^1]

[^1]: Most of it.
"""


TEXTS = {"0": Markup("first"), "1": Markup("second")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("callouts")
    write_course(folder / "content", {"leaf": TOPIC, "root": ROOT})
    assert errors(build_in(folder)) == []
    return folder / "output" / "th"


@pytest.fixture
def anki(built: Path, tmp_path: Path) -> Iterator[Collection]:
    with collection(tmp_path) as found:
        take_in(found, (built / "th.apkg").read_bytes())
        yield found


def test_the_handout_has_all_of_it(built: Path) -> None:
    reading = Reading((built / "handouts/leaf.pdf").read_bytes())
    asked = "".join(bare(reading.text(page)) for page in range(len(reading.pages) - 1))
    answers = bare(reading.text(len(reading.pages) - 1))
    assert all(bare(words) in asked for words in ("Mind this", "Poisonous", "Hint", "Think of"))
    assert all(bare(words) in answers for words in ("More", "Carotene", "Tip", "Look closely"))
    assert "Carotene" not in asked
    assert bare("Chlorophyll does it. Second paragraph.") in asked


def test_a_footnote_is_numbered_where_its_mark_stands(built: Path) -> None:
    """It is there once; further marks, also on later pages, have its number and lead to it.

    The prompt above the answer has none, and the answer begins no new row.
    """
    reading = Reading((built / "handouts/leaf.pdf").read_bytes())
    assert [found.page for found in reading.find("Chlorophyll does it.")] == [0]
    assert len(reading.find("These are stomata.")) == 1
    assert bare("Why is a leaf green?1") in bare(reading.text(0))
    assert bare("Because of chlorophyll.1,3") in bare(reading.text(1))
    assert _led_to(built / "handouts/leaf.pdf") == [0, 0]


def test_bound_to_one_file_marks_lead_to_the_footnotes_of_their_own_topic(built: Path) -> None:
    assert _led_to(built / "th-handouts.pdf") == [0, 0, 2]


def test_marks_are_numbered_in_the_order_of_the_page() -> None:
    """A course's own template decides about it; it may also write a mark that means nothing."""
    address = '<span class="footnote web">a.org</span>'
    page = with_footnotes(f"<footnote-1> {address} <footnote-0><footnote-1><footnote-9>", TEXTS)
    assert re.sub(r"<[^>]+>", "", page) == "second a.org first,1,"
    assert re.findall(r' id="note-(\d)"', page) == ["1", "3", "4"]


def _led_to(path: Path) -> list[int]:
    """Return the number of each page that a link inside the file leads to."""
    with pikepdf.open(path) as pdf:
        links = [
            each.Dest for page in pdf.pages for each in page.get("/Annots", ()) if "/Dest" in each
        ]
        names = NameTree(pdf.Root.Names.Dests) if "/Names" in pdf.Root else {}
        found = (names[str(link)] if isinstance(link, pikepdf.String) else link for link in links)
        pages = [page.obj.objgen for page in pdf.pages]
        return [pages.index(place[0].objgen) for place in found]


def test_on_cards_a_footnote_stands_below_the_answer(built: Path) -> None:
    printed = flashcard_reading.read((built / "flashcards/leaf.pdf").read_bytes())
    faces = {front.code: (front.text, back.text) for front, back in printed.fronts_and_backs()}
    front, back = faces["TH-2"]
    assert front == "Whyisaleafgreen?1"
    assert back.startswith("Becauseofchlorophyll.1,2")
    assert back.endswith("1Chlorophylldoesit.Secondparagraph.2Ofwhichthereisalot.")
    assert "Think" not in front + back
    assert "Carotene" not in back
    assert "Tip" in back


def test_no_footnote_gives_away_a_deletion(built: Path) -> None:
    printed = flashcard_reading.read((built / "flashcards/leaf.pdf").read_bytes())
    fronts = {front.code: front.text for front, _ in printed.fronts_and_backs()}
    assert "stomata" not in fronts["TH-1"]


def test_in_anki_hint_and_more_have_their_fields(anki: Collection) -> None:
    note = anki.get_note(anki.find_notes("Code:TH-2")[0])
    assert note["Hint"] == "Think of light."
    assert note["Extra"].startswith("<p>Carotene is yellow.</p>")
    assert note["Extra"].count("Chlorophyll does") == 1
    assert note["Back"].startswith("<p>Because of chlorophyll.<sup>1</sup><sup>,2</sup></p>")


def test_in_anki_a_fact_shows_its_footnote_on_the_back_only(anki: Collection) -> None:
    (card,) = (anki.get_card(found) for found in anki.find_cards("Code:TH-1"))
    assert "These are" not in card.render_output().question_text
    assert "These are" in card.render_output().answer_text
