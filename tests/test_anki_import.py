"""The deck in Anki's own importer, with the options that a fresh profile's dialog offers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.scheduler.v3 import CardAnswer, Scheduler

from builder import model
from builder.rendering.note_types import NOTE_TYPES
from builder.text import blocks_text, inlines_text
from tests import anki_fixture as sample

LATER = sample.FIRST_BUILD + 1000


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Collection]:
    with sample.collection(tmp_path) as opened:
        yield opened


def rows(anki: Collection, query: str) -> list[list[object]]:
    return [list(row) for row in anki.db.all(query)]  # type: ignore[union-attr]


def test_every_note_and_card_arrives_once_and_again_nothing(anki: Collection) -> None:
    """The first import brings all; the second, of the same file, changes not one row."""
    data = sample.package(sample.context())
    first = sample.take_in(anki, data).log
    # Facts with 2 + 2 + 1 + 2 deletions, 4 questions of which one is reversed, 3 terms.
    assert (len(first.new), anki.note_count(), anki.card_count()) == (11, 11, 15)
    tables = ("notes", "cards", "notetypes", "decks", "revlog")
    before = [rows(anki, f"SELECT * FROM {table} ORDER BY 1") for table in tables]  # noqa: S608
    again = sample.take_in(anki, data).log
    assert [len(again.new), len(again.updated), len(again.conflicting)] == [0, 0, 0]
    assert len(again.duplicate) == 11
    assert before == [
        rows(anki, f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
        for table in tables
    ]


def test_each_topic_has_a_deck_below_the_course(anki: Collection) -> None:
    """`::` in a title makes no deck below another, and the course's deck says what it is."""
    sample.take_in(anki, sample.package(sample.context()))
    names = {deck.name for deck in anki.decks.all_names_and_ids()}
    assert names == {
        "Default",
        "Art therapy",
        "Art therapy::Rapport & trust",
        "Art therapy::Code ∶∶ and signs",
    }
    parent = anki.decks.by_name("Art therapy")
    assert parent
    assert parent["desc"] == "Art therapy<br>Ana &amp; Co<br>CC BY 4.0"
    assert len(anki.find_cards('"deck:Art therapy::Rapport & trust"')) == 11


@pytest.mark.parametrize(
    "title",
    ["a::b", ":a:", "::", '"a"', "a\\b", "*", "_", "<b>", "e\u0301", "x" * 400, "a\x1fb", " a  b "],
)
def test_deck_names_are_such_that_anki_keeps_them(anki: Collection, title: str) -> None:
    """Anki would silently change a name; the next import then found no deck of that name."""
    known = sample.context({"one": "# T\n\n## Related terms\n\nA\n: B\n"})
    (topic,) = known.topics
    odd = replace(topic, title=(model.Text(title),))
    known = replace(known, topics=(odd,), course=replace(known.course, title=title))
    known = sample.with_lock(known, sample.FIRST_BUILD)
    sample.take_in(anki, sample.package(known))
    names = [deck.name for deck in anki.decks.all_names_and_ids() if deck.name != "Default"]
    assert sorted(names) == sorted(sample.deck_names_of(known))
    assert [name.count("::") for name in sorted(names)] == [0, 1]


def test_two_topics_with_one_title_keep_apart(anki: Collection) -> None:
    """Anki knows decks by their names, in any case; the second of two alike is told apart."""
    term = "\n\n## Related terms\n\nA\n: B\n"
    texts = {"one": f"# Trust{term}", "unit/two": f"# TRUST{term.replace('A', 'C')}"}
    sample.take_in(anki, sample.package(sample.context(texts)))
    names = {deck.name for deck in anki.decks.all_names_and_ids()} - {"Default"}
    assert names == {
        "Art therapy",
        "Art therapy::Trust",
        "Art therapy::TRUST (unit/two)",
    }


def test_new_cards_come_in_the_authors_order(anki: Collection) -> None:
    """A card's position is its note's in the text, which the codes count here."""
    sample.take_in(anki, sample.package(sample.context()))
    cards = [anki.get_card(each) for each in anki.find_cards("")]
    assert {f"AT-{card.due}" for card in cards} == {f"AT-{number}" for number in range(1, 12)}
    assert all(card.note()["Code"] == f"AT-{card.due}" for card in cards)


def test_a_reversed_card_asks_with_the_answer(anki: Collection) -> None:
    """The definition alone is asked, the term is told after the line."""
    text = "# T\n\n## Related terms\n\nRapport {reverse=yes}\n: An ease.\n"
    sample.take_in(anki, sample.package(sample.context({"one": text})))
    forward, backward = sorted(
        (anki.get_card(each) for each in anki.find_cards("")), key=lambda card: card.ord
    )
    place = "T · Related terms AT-1"
    assert visible(forward.question()).split() == f"{place} Rapport".split()
    assert visible(forward.answer()).split() == f"{place} Rapport An ease.".split()
    assert visible(backward.question()).split() == f"{place} An ease.".split()
    assert visible(backward.answer()).split() == f"{place} An ease. Rapport".split()
    for card in (forward, backward):
        assert "<hr id=answer>" in card.answer()


def test_the_fields_that_are_empty_today_have_their_place(anki: Collection) -> None:
    """Hint and retirement show with the question, what is extra only with the answer."""
    sample.take_in(anki, sample.package(sample.context()))
    for found in anki.find_notes(""):
        note = anki.get_note(found)
        for field in {"Hint", "Extra", "Retired"} & set(note.keys()):
            note[field] = f"the {field}"
        anki.update_note(note)
        for card in note.cards():
            asked, told = visible(card.question()), visible(card.answer())
            assert ("the Hint" in asked) is ("Hint" in note and card.ord == 0)
            assert "the Retired" in asked
            assert "the Extra" not in asked
            assert "the Extra" in told.replace(asked, "")


def test_tags_arrive_as_written(anki: Collection) -> None:
    """Anki neither splits nor renames a tag; the course and the folders are its levels."""
    sample.take_in(anki, sample.package(sample.context()))
    (core,) = anki.find_notes("tag:core")
    assert anki.get_note(core).tags == [
        "alliance",
        "art-therapy",
        "art-therapy::rapport",
        "core",
        "Vínculo",
    ]
    assert len(anki.find_notes("tag:art-therapy::unit-1::code")) == 3


def test_pictures_arrive_and_only_those_that_are_shown(anki: Collection) -> None:
    """Two pictures called figure.png keep their own content; an unused one stays at home."""
    sample.take_in(anki, sample.package(sample.context()))
    files = {path.name: path.read_bytes() for path in Path(anki.media.dir()).iterdir()}
    expected = {asset.data for name, asset in sample.ASSETS.items() if "unused" not in name}
    assert set(files.values()) == expected
    shown = {
        name
        for (fields,) in rows(anki, "SELECT flds FROM notes")
        for name in files
        if f'src="{name}"' in str(fields)
    }
    assert shown == set(files)


def test_no_word_of_a_note_is_lost(anki: Collection) -> None:
    """Each word of each note stands on the answer side of one of its cards."""
    known = sample.context()
    sample.take_in(anki, sample.package(known))
    for topic in known.topics:
        for note in topic.notes:
            (found,) = anki.find_notes(f"Code:{known.code(note.span)}")
            shown = " ".join(visible(card.answer()) for card in anki.get_note(found).cards())
            missing = [word for word in words(note) if word not in shown]
            assert not missing


def words(note: model.Note) -> list[str]:
    match note:
        case model.Question(prompt, aids, answer):
            text = f"{inlines_text(prompt)} {blocks_text((*aids, *answer))}"
        case model.Term(name, definitions):
            text = f"{inlines_text(name)} {' '.join(map(blocks_text, definitions))}"
        case model.TitleNote(title, definition):
            text = f"{inlines_text(title)} {blocks_text(definition)}"
        case model.ClozeFact(blocks):
            text = blocks_text(blocks)
    return text.split()


class Page(HTMLParser):
    """What a card shows, and what of it could act."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.text += [value or "" for name, value in attrs if name == "alt"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page(html: str) -> Page:
    read = Page()
    read.feed(html.partition("</style>")[2])
    return read


def visible(html: str) -> str:
    return "".join(page(html).text)


def test_what_looks_like_code_is_only_shown(anki: Collection) -> None:
    """No text of an author becomes an element, a script, a player, LaTeX, maths or a box."""
    sample.take_in(anki, sample.package(sample.context()))
    for card in map(anki.get_card, anki.find_cards("")):
        for html in (card.question(), card.answer()):
            read = page(html)
            assert read.tags.isdisjoint({"script", "iframe", "object", "input", "style", "link"})
            assert not [name for name, _ in read.attributes if name.startswith("on")]
            addresses = [value for name, value in read.attributes if name in {"href", "src"}]
            assert all(
                each.startswith("https://example.org/") or each in map_names(anki)
                for each in addresses
            )
            for live in (r"\(", r"\[", "[sound:", "[anki:", "[latex]", "[$]", "[[type:"):
                assert live not in html.partition("</style>")[2]
        assert not card.question_av_tags()
        assert not card.answer_av_tags()


def map_names(anki: Collection) -> set[str]:
    return {path.name for path in Path(anki.media.dir()).iterdir()}


def test_what_looks_like_code_stays_readable(anki: Collection) -> None:
    """Breaking Anki's syntax takes no sign away."""
    sample.take_in(anki, sample.package(sample.context()))
    (found,) = anki.find_notes("Front:*Back*")
    (card,) = anki.get_note(found).cards()
    assert "What does {{Front}} or {{#Back}} mean in [sound:a.mp3]?" in visible(card.question())
    answer = visible(card.answer())
    assert '<script>alert("{{c1::x}}")</script>' in answer
    assert r"\(a<b\) [latex]x[/latex] [$]y[/$] [[type:Front]]" in answer
    assert r"Not maths: \(a<b\) and \[a\], not a tag: <b onclick=x>" in answer
    assert r'\(alt\) "onload=x" [sound:c.mp3] }}' in answer


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("{{a}}", ["[...]"]),
        ("{{a::b}}", ["[b]"]),
        ("{{c2::a}} {{b}}", ["a [...]", "[...] b"]),
        ("{{c1::a}} {{c1::b}}", ["[...] [...]"]),
        ("{{c7::a}}", ["[...]"]),
        (r"{{a\:\:b::c\:\:d}}", ["[c::d]"]),
        (r"{{\{\{x\}\}}}", ["[...]"]),
        ("{{`}}`}} {{`::`}}", ["[...] ::", "}} [...]"]),
        ("{{a:::b}}", ["[:b]"]),
        (r"{{a\:::b}}", ["[b]"]),
        (r"x\{\{c9::y\}\} {{a}}", ["x{{c9::y}} [...]"]),
        ("`{{c9::y}}` {{a}} }}", ["{{c9::y}} [...] }}"]),
        ("{{image-occlusion:rect:left=1}}", ["[...]"]),
        (r"{{\\\\(a}} b \\\\)", [r"[...] b \\)"]),
    ],
)
def test_a_fact_asks_for_its_deletions_and_for_nothing_else(
    anki: Collection, text: str, questions: list[str]
) -> None:
    """Anki finds exactly the deletions that the author wrote, each with its card."""
    known = sample.context({"one": f"# T\n\n## Key facts\n\n- {text}\n"})
    sample.take_in(anki, sample.package(known))
    cards = sorted(map(anki.get_card, anki.find_cards("")), key=lambda card: card.ord)
    place = "T · Key facts AT-1"
    shown = [" ".join(visible(card.question()).split()).removeprefix(place) for card in cards]
    assert [each.strip() for each in shown] == questions
    (note,) = known.topics[0].notes
    assert isinstance(note, model.ClozeFact)
    kept = blocks_text(note.blocks)
    assert all(kept in visible(card.answer()) for card in cards)


def test_anki_agrees_on_which_cards_there_are(anki: Collection) -> None:
    """Anki's own check finds no card too many and makes none that we left out."""
    sample.take_in(anki, sample.package(sample.context()))
    assert not anki.get_empty_cards().notes
    before = anki.card_count()
    anki.after_note_updates(list(anki.find_notes("")), mark_modified=False)
    assert anki.card_count() == before


def test_an_edited_answer_arrives_and_what_was_learned_stays(anki: Collection) -> None:
    """The new text comes; log, interval, due day and the deck that the student chose remain."""
    known = sample.context()
    sample.take_in(anki, sample.package(known))
    (found,) = anki.find_notes("Front:*Rapport*")
    (card,) = anki.get_note(found).cards()
    study(anki, card.id)
    anki.set_deck([card.id], anki.decks.id("My own") or 0)
    before = progress(anki, card.id)
    log = rows(anki, "SELECT * FROM revlog")
    edited = {**sample.SAMPLES}
    edited["rapport"] = edited["rapport"].replace("The ease and goodwill", "The quick goodwill")
    number = int(anki.get_note(found)["Code"].removeprefix("AT-"))
    answer = sample.take_in(
        anki, sample.package(sample.touched(sample.context(edited), number, LATER))
    ).log
    assert [len(answer.new), len(answer.updated), len(answer.conflicting)] == [0, 1, 0]
    assert anki.get_note(found)["Back"].startswith("The quick goodwill")
    assert before == progress(anki, card.id)
    assert log == rows(anki, "SELECT * FROM revlog") != []


def progress(anki: Collection, card: CardId) -> list[object]:
    """Return where a card is and how well it is known."""
    known = anki.get_card(card)
    return [known.did, known.type, known.queue, known.due, known.ivl, known.factor, known.reps]


def study(anki: Collection, wanted: CardId) -> None:
    """Answer one card with Easy, as a student does."""
    card = anki.get_card(wanted)
    anki.sched.set_due_date([card.id], "0")
    card.load()
    states = anki._backend.get_scheduling_states(card.id)
    card.start_timer()
    assert isinstance(anki.sched, Scheduler)
    answer = anki.sched.build_answer(card=card, states=states, rating=CardAnswer.EASY)
    anki.sched.answer_card(answer)
    card.load()
    assert card.reps
    assert card.ivl


def test_new_templates_arrive_and_no_note_is_left_behind(
    anki: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later style reaches the note types that are there; no copy of them is made."""
    sample.take_in(anki, sample.package(sample.context()))
    monkeypatch.setattr("builder.rendering.anki_package.card_style", lambda: ".card { top: 7px }")
    later = sample.with_lock(sample.context(), LATER)
    assert not sample.take_in(anki, sample.package(later)).log.conflicting
    for kind in NOTE_TYPES:
        assert anki.models.get(kind.id)["css"] == ".card { top: 7px }"  # type: ignore[arg-type, index]
    ours = [each.name for each in anki.models.all_names_and_ids() if "Rectoverso" in each.name]
    assert sorted(ours) == ["Rectoverso cloze", "Rectoverso question"]


def test_a_renamed_spare_field_is_no_new_note_type(
    anki: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the ids of the fields are for: a spare gets its use, and learned notes still update."""
    sample.take_in(anki, sample.package(sample.context()))
    renamed = tuple(
        replace(
            kind,
            fields=tuple(
                replace(field, name="Source") if field.name == "Spare1" else field
                for field in kind.fields
            ),
        )
        for kind in NOTE_TYPES
    )
    monkeypatch.setattr("builder.rendering.anki_package.NOTE_TYPES", renamed)
    later = sample.with_lock(sample.touched(sample.context(), 1, LATER), LATER)
    answer = sample.take_in(anki, sample.package(later)).log
    assert [len(answer.updated), len(answer.conflicting)] == [1, 0]
    assert "Source" in anki.models.field_names(anki.models.get(NOTE_TYPES[0].id))  # type: ignore[arg-type]


def test_two_courses_live_side_by_side(anki: Collection) -> None:
    """The ids of rows, which two packages of one second share, are no one's identity."""
    sample.take_in(anki, sample.package(sample.context()))
    other = sample.context(of=sample.course("other", title="Other", code="OT"))
    assert len(sample.take_in(anki, sample.package(other)).log.new) == 11
    assert (anki.note_count(), anki.card_count()) == (22, 30)
    assert len(anki.find_cards("deck:Other")) == 15


@pytest.mark.parametrize("mod", [0, 1])
def test_the_first_seconds_of_1970_can_be_imported(anki: Collection, mod: int) -> None:
    """Anki panics at 0, which is a possible SOURCE_DATE_EPOCH."""
    assert len(sample.take_in(anki, sample.package(sample.context(mod=mod))).log.new) == 11


def test_the_note_types_arrive_complete(anki: Collection) -> None:
    """Ids, order, guarded fields, sort field: what can't be changed later is right at first."""
    sample.take_in(anki, sample.package(sample.context()))
    for kind in NOTE_TYPES:
        known = anki.models.get(kind.id)  # type: ignore[arg-type]
        assert known
        assert known["sortf"] == 1
        assert [(each["name"], each["id"]) for each in known["flds"]] == [
            (field.name, field.id) for field in kind.fields
        ]
        assert all(each["preventDeletion"] for each in known["flds"])
        assert [(each["name"], each["id"]) for each in known["tmpls"]] == [
            (card.name, card.id) for card in kind.templates
        ]
