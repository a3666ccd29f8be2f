"""Call-outs, hints and footnotes: where they stand in each output."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection

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

Because of chlorophyll.[^green]

::: more
Carotene is yellow.
:::

::: tip
Look closely.
:::
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("callouts")
    write_course(folder / "content", {"leaf": TOPIC})
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
    """One for each mark; the prompt above the answer has none, and the answer begins no new row."""
    reading = Reading((built / "handouts/leaf.pdf").read_bytes())
    assert [found.page for found in reading.find("Chlorophyll does it.")] == [0, 0, 1]
    assert len(reading.find("These are stomata.")) == 1


def test_on_cards_a_footnote_stands_below_the_answer(built: Path) -> None:
    printed = flashcard_reading.read((built / "flashcards/leaf.pdf").read_bytes())
    faces = {front.code: (front.text, back.text) for front, back in printed.fronts_and_backs()}
    front, back = faces["TH-2"]
    assert front == "Whyisaleafgreen?1"
    assert back.startswith("Becauseofchlorophyll.1")
    assert back.endswith("1Chlorophylldoesit.Secondparagraph.")
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
    assert note["Back"].startswith("<p>Because of chlorophyll.<sup>1</sup></p>")


def test_in_anki_a_fact_shows_its_footnote_on_the_back_only(anki: Collection) -> None:
    (card,) = (anki.get_card(found) for found in anki.find_cards("Code:TH-1"))
    assert "These are" not in card.render_output().question_text
    assert "These are" in card.render_output().answer_text
