"""Eight releases of a course in a real Anki, with studying in between: nothing learned is lost."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from anki.collection import Collection
from anki.decks import DeckId
from anki.notes import Note, NoteId
from anki.scheduler.v3 import CardAnswer, Scheduler

from builder.build.identify import Demands
from builder.difference.package import read_package
from tests.anki_fixture import collection, take_in
from tests.courses import ALLIANCE, build_in, errors, lock_of, prompt_of, write_course
from tests.histories_reading import OPEN

if TYPE_CHECKING:
    from anki.cards import CardId  # first of anki's modules it can't be imported

HISTORY = OPEN / "pharmacology"
SETTINGS = 'title = "Course"\ncode = "TH"'
FIRST, STEP = 1_700_000_000, 100_000  # seconds
_TRUTH = re.compile(r"\{#t-[^}]*\}")


def _texts(version: Path) -> dict[str, str]:
    """Return the topics of a version as an author writes them: without the truth beside them."""
    return {
        path.relative_to(version).with_suffix("").as_posix(): _TRUTH.sub(
            "", path.read_text(encoding="utf-8")
        )
        for path in version.rglob("*.md")
    }


@dataclass(slots=True)
class Author:
    """Somebody who releases one version of a course after the other."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    seconds: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST, STEP))

    def release(self, topics: dict[str, str], settings: str = SETTINGS) -> bytes:
        """Write the topics in place of the earlier ones, build, and return the package."""
        self.monkeypatch.setenv("SOURCE_DATE_EPOCH", str(next(self.seconds)))
        for old in (self.folder / "content").rglob("*.md"):
            old.unlink()
        write_course(self.folder / "content", topics, settings)
        assert errors(build_in(self.folder, "anki", "retired")) == []
        return (self.folder / "output/th/th.apkg").read_bytes()


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Author:
    return Author(tmp_path, monkeypatch)


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Collection]:
    with collection(tmp_path) as opened:
        yield opened


def _rows(anki: Collection, table: str, columns: str) -> dict[int, tuple[object, ...]]:
    assert anki.db
    return {row[0]: tuple(row) for row in anki.db.all(f"SELECT {columns} FROM {table}")}  # noqa: S608


def _learned(
    anki: Collection,
) -> tuple[dict[int, tuple[object, ...]], dict[int, tuple[object, ...]]]:
    """Return all that a student has built up: every review, and each card's state and deck."""
    cards = "id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, left, flags, data"
    return _rows(anki, "cards", cards), _rows(
        anki, "revlog", "id, cid, ease, ivl, lastIvl, factor, type"
    )


def _study(anki: Collection, card: CardId, rating: int) -> None:
    seen = anki.get_card(card)
    seen.start_timer()
    states = anki._backend.get_scheduling_states(card)
    scheduler = anki.sched
    assert isinstance(scheduler, Scheduler)
    answer = scheduler.build_answer(
        card=seen, states=states, rating=CardAnswer.Rating.ValueType(rating)
    )
    scheduler.answer_card(answer)


def _plain_rows(anki: Collection) -> dict[str, tuple[str, ...]]:
    assert anki.db
    return {
        guid: tuple(fields.split("\x1f"))
        for guid, fields in anki.db.all("SELECT guid, flds FROM notes")
    }


def _is_current(anki: Collection, author: Author) -> bool:
    """Tell whether Anki holds each note of the package once, with its present text and tags."""
    path = author.folder / "output/th/th.apkg"
    held = _plain_rows(anki)
    assert anki.db
    guids = Counter(guid for (guid,) in anki.db.all("SELECT guid FROM notes"))
    assert set(guids.values()) == {1}
    for entry in read_package(path):
        shown = {text for text in held[entry.guid] if text}
        if not shown >= set(entry.fields.values()):
            return False
    return True


def test_eight_releases_keep_all_that_was_learned(author: Author, anki: Collection) -> None:
    """Every card's state, deck, flag and suspension, and every review, before and after each."""
    versions = [_texts(HISTORY / f"v{number}") for number in range(1, 8)]
    versions.append(versions[0])  # the last one brings back what was there at first
    settings = f'{SETTINGS}\n[sections]\nterms = ["Related terms", "Abbreviations"]'
    for number, texts in enumerate(versions, 1):
        data = author.release(texts, settings)
        before = _learned(anki)
        log = take_in(anki, data).log
        assert len(log.conflicting) == 0
        cards, reviews = _learned(anki)
        assert before[0].items() <= cards.items(), f"release {number} changed cards"
        assert before[1] == reviews
        assert _is_current(anki, author)
        again = take_in(anki, data).log
        assert [len(again.new), len(again.updated), len(again.conflicting)] == [0, 0, 0]
        _work_through(anki, number)
    entries = lock_of(author.folder / "content/th").entries
    assert anki.note_count() == len(entries)
    assert len(_learned(anki)[1]) > 50


def _work_through(anki: Collection, number: int) -> None:
    """Study some cards, flag one, suspend one, and move one to a deck of one's own."""
    cards = sorted(anki.find_cards("-is:suspended"))
    for card in cards[number::5]:
        _study(anki, card, 2 + number % 2)
    anki.set_user_flag_for_cards(1 + number % 4, [cards[number]])
    anki.sched.suspend_cards([cards[number + 1]])
    own = anki.decks.id(f"My own {number}")
    assert own
    anki.set_deck([cards[number + 2]], DeckId(own))


def test_what_a_student_changed_stays_until_the_author_changes_that_note(
    author: Author, anki: Collection
) -> None:
    """With the defaults of the import dialog: the later of the two wins, note by note."""
    take_in(anki, author.release({"a": ALLIANCE}))
    _edit_as_student(anki, "What builds it?", "My own words.", FIRST + 10)
    take_in(anki, author.release({"a": ALLIANCE.replace("easy", "light")}))
    assert _back(anki, "What builds it?") == "My own words."
    assert "light" in _back(anki, "Rapport")
    take_in(anki, author.release({"a": ALLIANCE.replace("Listening and", "Listening, warmth and")}))
    assert "warmth" in _back(anki, "What builds it?")


def test_restamp_sends_a_note_out_over_a_students_change(author: Author, anki: Collection) -> None:
    take_in(anki, author.release({"a": ALLIANCE}))
    _edit_as_student(anki, "What builds it?", "A wrong answer.", FIRST + 10)
    take_in(anki, author.release({"a": ALLIANCE}))
    assert _back(anki, "What builds it?") == "A wrong answer."
    (number,) = (
        entry.number
        for entry in lock_of(author.folder / "content/th").entries
        if prompt_of(entry) == "What builds it?"
    )
    author.monkeypatch.setenv("SOURCE_DATE_EPOCH", str(next(author.seconds)))
    build_in(author.folder, "anki", demands=Demands(restamp=(f"TH-{number}",)))
    take_in(anki, (author.folder / "output/th/th.apkg").read_bytes())
    assert _back(anki, "What builds it?") == "Listening and validating."


def _edit_as_student(anki: Collection, prompt: str, answer: str, second: int) -> None:
    note = _note(anki, prompt)
    note["Back"] = answer
    anki.update_note(note)
    assert anki.db
    anki.db.execute("UPDATE notes SET mod = ? WHERE id = ?", second, note.id)


def _note(anki: Collection, prompt: str) -> Note:
    (found,) = (
        anki.get_note(NoteId(each))
        for each in anki.find_notes("")
        if prompt in dict(anki.get_note(NoteId(each)).items()).get("Front", "")
    )
    return found


def _back(anki: Collection, prompt: str) -> str:
    return _note(anki, prompt)["Back"]


def test_a_deletion_put_before_others_moves_no_review_to_another_blank(
    author: Author, anki: Collection
) -> None:
    """Anki knows the card of a blank by its number alone."""
    fact = "# A\n\n## Key facts\n\n- A leaf takes in {{carbon dioxide}} and gives off {{oxygen}}.\n"
    take_in(anki, author.release({"a": fact}))
    by_blank = {_blank(anki, card): card for card in anki.find_cards("")}
    _study(anki, by_blank["oxygen"], 3)
    take_in(anki, author.release({"a": fact.replace("A leaf", "A {{leaf}}")}))
    after = {_blank(anki, card): card for card in anki.find_cards("")}
    assert after.keys() == {"carbon dioxide", "oxygen", "leaf"}
    assert {blank: after[blank] for blank in by_blank} == by_blank
    assert [anki.get_card(after[blank]).reps for blank in ("oxygen", "leaf")] == [1, 0]


def _blank(anki: Collection, card: CardId) -> str:
    back = re.sub(r"<style>.*?</style>", "", anki.get_card(card).answer(), flags=re.DOTALL)
    (found,) = re.findall(r'class="cloze"[^>]*>([^<]*)<', back)
    return str(found)


def test_a_retired_note_is_tagged_and_keeps_its_text_and_reviews(
    author: Author, anki: Collection
) -> None:
    """The second package holds no cards; a note that comes back loses the tag again."""
    take_in(anki, author.release({"a": ALLIANCE}))
    cards = anki.find_cards("")
    for card in cards:
        _study(anki, card, 3)
    gone = ALLIANCE.replace("### What builds it?\n\nListening and validating.\n", "")
    take_in(anki, author.release({"a": gone}))
    before, fields = _learned(anki), _plain_rows(anki)
    retired = (author.folder / "output/th/th-retired.apkg").read_bytes()
    take_in(anki, retired)
    assert _learned(anki) == before
    (found,) = anki.find_notes('"tag:th::retired"')
    note = anki.get_note(NoteId(found))
    assert (note["Front"], note["Back"]) == ("What builds it?", "Listening and validating.")
    assert note["Retired"]
    assert [guid for guid, row in _plain_rows(anki).items() if row != fields[guid]] == [note.guid]
    take_in(anki, author.release({"a": ALLIANCE}))
    assert anki.find_notes('"tag:th::retired"') == []
    assert _note(anki, "What builds it?")["Retired"] == ""
    assert _learned(anki) == before


def test_the_list_of_retired_notes_has_a_search_that_finds_them(
    author: Author, anki: Collection
) -> None:
    take_in(anki, author.release({"a": ALLIANCE}))
    author.release({"a": ALLIANCE.partition("## Review questions")[0]})
    build_in(author.folder, "retired-list")
    text = (author.folder / "output/th/th-retired.txt").read_text(encoding="utf-8")
    search = text.partition("browser:\n\n")[2].partition("\n\n")[0].strip()
    found = {anki.get_note(NoteId(each))["Front"] for each in anki.find_notes(search)}
    assert found == {
        "Why does trust matter here?",
        "What builds it?",
        '<div class="word">Rapport</div>',
    }
    assert "What builds it?" in text


def test_a_renamed_topic_leaves_all_cards_in_one_deck(author: Author, anki: Collection) -> None:
    """New notes go to the deck where the topic's cards are, whatever the topic is called now."""
    take_in(anki, author.release({"a": ALLIANCE}))
    more = (
        ALLIANCE.replace("# Alliance", "# The working alliance")
        + "\nBond\n: What ties two people.\n"
    )
    take_in(anki, author.release({"unit-1/b": more}))
    decks = {anki.decks.name(anki.get_card(card).did) for card in anki.find_cards("")}
    assert decks == {"Course::Alliance"}


def test_two_pictures_of_one_name_both_arrive_and_an_unchanged_one_keeps_its_name(
    author: Author, anki: Collection
) -> None:
    text = ALLIANCE.replace("Listening and", "![A](one/p.png) ![B](two/p.png) Listening and")
    folder = author.folder / "content/th"
    for name, colour in (("one", "red"), ("two", "blue")):
        _picture(folder / name / "p.png", colour)
    take_in(anki, author.release({"a": text}))
    first = {path.name for path in Path(anki.media.dir()).iterdir()}
    assert len(first) == 2
    _picture(folder / "two" / "p.png", "green")
    take_in(anki, author.release({"a": text}))
    second = {path.name for path in Path(anki.media.dir()).iterdir()}
    assert len(second - first) == 1
    shown = set(re.findall(r'src="([^"]+)"', _back(anki, "What builds it?")))
    assert len(shown) == 2
    assert len(shown & first) == 1
    assert shown <= second


def _picture(path: Path, colour: str) -> None:
    from PIL import Image  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (20, 20), colour).save(path)


def test_the_same_source_and_lock_give_the_same_bytes(author: Author) -> None:
    data = author.release({"a": ALLIANCE})
    lock = (author.folder / "content/th/notes.lock").read_bytes()
    later = author.release({"a": ALLIANCE})
    assert later == data
    assert (author.folder / "content/th/notes.lock").read_bytes() == lock


def test_a_package_can_be_opened_as_sqlite_says(author: Author) -> None:
    """No row of cards is in the package of retired notes."""
    author.release({"a": ALLIANCE})
    author.release({"a": ALLIANCE.partition("## Related")[0]})
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(author.folder / "output/th/th-retired.apkg") as file:
        data = file.read("collection.anki2")
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(data)
        assert database.execute("SELECT COUNT(*) FROM cards").fetchone() == (0,)
        assert database.execute("SELECT COUNT(*) FROM notes").fetchone() == (1,)
