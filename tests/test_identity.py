"""Who a note is: guids, numbers, cloze numbers and `mod` through any sequence of edits."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from itertools import cycle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builder import model
from builder.briefs import Brief, Topics
from builder.identity.assign import Assigned, Build, Wishes, assign
from builder.identity.lock import COURSE as ALL
from builder.identity.lock import (
    Deck,
    Entry,
    Lock,
    encoded,
    lines_of,
    read_lock,
    retired_mod,
    written,
)
from builder.identity.questions import Answer, Question, decided
from builder.identity.shown import Shown
from builder.identity.wording import deletion_texts
from builder.rendering.anki_names import deck_titles
from builder.rendering.fields import fields_of
from builder.span import Span
from tests import anki_fixture as sample

NOW = 1_700_000_000
Pair = tuple[str, str]  # prompt, answer


def _span(topic: str, line: int) -> Span:
    return Span(topic, line, 1, line, 2)


def _question(pair: Pair, topic: str, line: int, attributes: model.Attributes) -> model.Question:
    span = _span(topic, line)
    answer = (model.Paragraph((model.Text(pair[1]),), span),)
    return model.Question((model.Text(pair[0]),), (), answer, attributes, span)


def _topic(name: str, pairs: list[Pair], ids: tuple[str, ...] = (), title: str = "") -> model.Topic:
    notes = tuple(
        _question(pair, name, line, model.Attributes(id=ids[line] if line < len(ids) else ""))
        for line, pair in enumerate(pairs)
    )
    section = model.Questions((model.Text("Review questions"),), notes, _span(name, 99))
    shown = (model.Text(title or name),)
    return model.Topic(name, shown, (), (section,), notes, (), _span(name, 98))


def _parsed(text: str, name: str = "a") -> model.Topic:
    (topic,) = sample.topics({name: text}, COURSE)
    return topic


COURSE = sample.course("c", code="CC")
BARE = replace(sample.context({"x": "# X\n"}, COURSE), identities={})


def _shown(topics: Topics, brief: Brief) -> list[Shown]:
    topic = topics.named(brief.name)
    fields = (fields_of(note, topic, BARE) for note in topic.notes)
    return [Shown.of(*pair) for pair in zip(fields, brief.notes, strict=True)]


def _digest(fields: model.AnkiFields, code: str) -> str:
    return hashlib.sha256(repr((fields, code)).encode()).hexdigest()


def _assigned(
    topics: list[model.Topic],
    lock: Lock,
    now: int = NOW,
    broken: tuple[str, ...] = (),
    wishes: Wishes | None = None,
) -> Assigned:
    return assign(_build(topics, now, broken, wishes or Wishes()), lock)


def _build(topics: list[model.Topic], now: int, broken: tuple[str, ...], wishes: Wishes) -> Build:
    known = Topics.of(topics)
    decks = deck_titles(COURSE, known.briefs)
    types = {"one": "types", "two": "same"}
    render = partial(_shown, known)
    return Build("CC", known, broken, render, _digest, decks, types, now, wishes)


def _codes(assigned: Assigned, topic: model.Topic) -> list[int]:
    return [assigned.identities[note.span].number for note in topic.notes]


def test_numbers_are_given_in_the_order_of_the_text() -> None:
    topics = [_topic("a", [("p", "1"), ("q", "2")]), _topic("b", [("r", "3")])]
    assigned = _assigned(topics, Lock("c"))
    assert [_codes(assigned, topic) for topic in topics] == [[1, 2], [3]]


def test_a_build_without_an_edit_changes_nothing() -> None:
    topics = [_topic("a", [("p", "1"), ("q", "2")])]
    first = _assigned(topics, Lock("c"))
    again = _assigned(topics, first.lock, NOW + 1000)
    assert written(again.lock) == written(first.lock)
    assert again.identities == first.identities


def test_an_edited_answer_keeps_guid_and_number_and_only_its_mod_rises() -> None:
    before = [_topic("a", [("p", "1"), ("q", "2")])]
    first = _assigned(before, Lock("c"))
    after = [_topic("a", [("p", "1"), ("q", "two, corrected")])]
    second = _assigned(after, first.lock, NOW + 60)
    old = [first.identities[note.span] for note in before[0].notes]
    new = [second.identities[note.span] for note in after[0].notes]
    assert [one.guid for one in new] == [one.guid for one in old]
    assert [one.number for one in new] == [1, 2]
    assert [one.mod for one in new] == [NOW, NOW + 60]


def test_mod_rises_even_when_the_clock_was_set_back() -> None:
    first = _assigned([_topic("a", [("p", "1")])], Lock("c"))
    second = _assigned([_topic("a", [("p", "2")])], first.lock, NOW - 10_000)
    assert [entry.mod for entry in second.lock.entries] == [NOW + 1]


def test_a_note_keeps_its_identity_when_it_is_moved_to_another_topic() -> None:
    first = _assigned([_topic("a", [("p", "1"), ("q", "2")]), _topic("b", [])], Lock("c"))
    moved = [_topic("a", [("p", "1")]), _topic("b", [("q", "2")])]
    second = _assigned(moved, first.lock)
    assert _codes(second, moved[1]) == [2]


def test_an_id_settles_identity_when_all_the_text_changed() -> None:
    first = _assigned([_topic("a", [("p", "1"), ("q", "2")], ("", "mine"))], Lock("c"))
    after = [_topic("a", [("new", "new"), ("other", "other")], ("mine", ""))]
    second = _assigned(after, first.lock)
    assert _codes(second, after[0]) == [2, 3]
    assert second.recognised == ()


def test_a_removed_note_is_remembered_and_its_number_never_given_again() -> None:
    first = _assigned([_topic("a", [("p", "1"), ("q", "2")])], Lock("c"))
    second = _assigned([_topic("a", [("p", "1")])], first.lock, NOW + 5)
    assert [(e.number, e.retired) for e in second.lock.entries] == [(1, 0), (2, NOW + 5)]
    third = _assigned([_topic("a", [("p", "1"), ("r", "3")])], second.lock, NOW + 9)
    assert [e.number for e in third.lock.entries if not e.retired] == [1, 3]


def test_a_note_that_comes_back_is_the_same_note() -> None:
    topics = [_topic("a", [("p", "1"), ("q", "2")])]
    first = _assigned(topics, Lock("c"))
    without = _assigned([_topic("a", [("p", "1")])], first.lock, NOW + 5)
    back = _assigned(topics, without.lock, NOW + 9)
    assert {(e.guid, e.retired) for e in back.lock.entries} == {
        (e.guid, 0) for e in first.lock.entries
    }


def test_notes_of_a_topic_with_errors_stay_as_they_are() -> None:
    both = [_topic("a", [("p", "1")]), _topic("b", [("q", "2")])]
    first = _assigned(both, Lock("c"))
    second = _assigned(both[:1], first.lock, NOW + 5, broken=("b",))
    assert second.lock.entries == first.lock.entries


def test_a_lost_lock_gives_the_same_guids_to_notes_never_edited() -> None:
    topics = [_topic("a", [("p", "1"), ("q", "2")])]
    once, again = (_assigned(topics, Lock("c")).lock.entries for _ in range(2))
    assert [entry.guid for entry in once] == [entry.guid for entry in again]


def test_two_courses_give_different_guids_to_the_same_text() -> None:
    topics = [_topic("a", [("p", "1")])]
    guids = {_assigned(topics, Lock(course)).lock.entries[0].guid for course in ("c", "d")}
    assert len(guids) == 2


def test_typography_does_not_make_a_new_note() -> None:
    first = _assigned([_topic("a", [('Why "trust"?', "It's safe.")])], Lock("c"))
    after = [_topic("a", [("Why  “trust”?", "It’s safe.")])]
    assert _codes(_assigned(after, first.lock), after[0]) == [1]


_words = st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "zeta eta theta iota"])
_texts = st.lists(_words, min_size=1, max_size=4).map(" ".join)
_versions = st.lists(
    st.lists(st.lists(st.tuples(_texts, _texts), unique=True, max_size=5), min_size=2, max_size=2),
    min_size=1,
    max_size=6,
)


def _sent(entry: Entry) -> int:
    """Return the `mod` with which a note was last handed out."""
    return retired_mod(entry) if entry.retired else entry.mod


@given(_versions, st.sets(st.integers(0, 5)), st.integers(-20, 20))
def test_any_edits_keep_guids_unique_numbers_unused_and_mod_rising(
    versions: list[list[list[Pair]]], broken: set[int], clock: int
) -> None:
    """Whatever is edited, deleted, brought back or broken for a while, and whatever the clock."""
    lock = Lock("c")
    known: dict[str, Entry] = {}
    for step, (first, second) in enumerate(versions):
        topics = [_topic("a", first), *([] if step in broken else [_topic("b", second)])]
        away = ("b",) if step in broken else ()
        assigned = _assigned(topics, lock, NOW + step * clock, away)
        lock = assigned.lock
        entries = lock.entries
        assert len({entry.guid for entry in entries}) == len(entries)
        assert len({entry.number for entry in entries}) == len(entries)
        assert len(assigned.identities) == sum(len(topic.notes) for topic in topics)
        for entry in entries:
            before = known.get(entry.guid, entry)
            assert entry.number == before.number
            changed = (entry.hash, entry.retired > 0) != (before.hash, before.retired > 0)
            assert (_sent(entry) > _sent(before)) == changed
            assert _sent(entry) >= _sent(before)
        assert known.keys() <= {entry.guid for entry in entries}
        known = {entry.guid: entry for entry in entries}
        again = _assigned(topics, lock, NOW + 999, away)
        assert written(again.lock) == written(lock)


@given(_versions, st.lists(st.integers(0, 6), min_size=1, max_size=9))
def test_whatever_an_author_answers_guids_and_numbers_are_unique_and_last(
    versions: list[list[list[Pair]]], answers: list[int]
) -> None:
    said = cycle(answers)

    def ask(question: Question) -> Answer | None:
        spans, choice = list(question.candidates), next(said)
        if choice == 0:
            return None
        return Answer(spans[choice - 1] if choice <= len(spans) else None)

    lock = Lock("c")
    known: dict[str, int] = {}
    for step, (first, second) in enumerate(versions):
        topics = [_topic("a", first), _topic("b", second)]
        build = _build(topics, NOW + step, (), Wishes())
        assigned = decided(build, lock, assign(build, lock), ask)
        lock = assigned.lock
        numbers = {entry.guid: entry.number for entry in lock.entries}
        assert len(numbers) == len(set(numbers.values())) == len(lock.entries)
        assert known.items() <= numbers.items()
        assert len(assigned.identities) == len(first) + len(second)
        again = _assigned(topics, lock, NOW + 999)
        assert written(again.lock) == written(lock)
        known = numbers


_named = st.none() | st.tuples(
    st.sampled_from(["own", "CC-1", "CC-2", "CC-3"]), st.sampled_from("ab"), st.integers(0, 4)
)
_step = st.tuples(_named, st.sets(st.sampled_from("ab")), st.sets(st.integers(1, 4), max_size=1))


@pytest.mark.parametrize("retires", [False, True])
@given(versions=_versions, steps=st.lists(_step, min_size=6, max_size=6))
@example(
    versions=[[[("alpha", "beta")], [("gamma", "delta")]], [[("epsilon", "alpha")], []]],
    steps=[(None, {"a", "b"}, set()), (("CC-2", "a", 0), {"a"}, set())],
)
def test_topics_that_stand_give_what_they_would_if_they_were_looked_at(
    versions: list[list[list[Pair]]],
    steps: list[tuple[tuple[str, str, int] | None, set[str], set[int]]],
    *,
    retires: bool,
) -> None:
    """Whatever is edited around them, named as one of them, sent out again or given up."""
    lock, before = Lock("c"), dict[str, model.Topic]()
    texts: dict[str, list[Pair]] = {"a": [], "b": []}
    for step, (pairs, (named, edited, numbers)) in enumerate(zip(versions, steps, strict=False)):
        texts |= {name: row for name, row in zip("ab", pairs, strict=True) if name in edited}
        topics = [_topic(name, row, _ids(name, named)) for name, row in texts.items()]
        chosen = frozenset(numbers)
        wishes = Wishes(retire=chosen) if retires else Wishes(restamp=chosen)
        build = replace(_build(topics, NOW + 7 * step, (), wishes), is_proved=True)
        standing = frozenset(topic.name for topic in topics if before.get(topic.name) == topic)
        looked_at = assign(build, lock)
        assert assign(replace(build, standing=standing), lock) == looked_at
        lock, before = looked_at.lock, {topic.name: topic for topic in topics}


def _ids(topic: str, named: tuple[str, str, int] | None) -> tuple[str, ...]:
    """Return the ids of a topic's notes, of which one may have one."""
    if named is None or named[1] != topic:
        return ()
    return ("",) * named[2] + (named[0],)


def test_of_topics_that_stand_nothing_is_looked_at() -> None:
    def topics(answer: str) -> list[model.Topic]:
        return [_topic("a", [("p", answer), ("q", "2")]), _topic("b", [("r", "3"), ("s", "4")])]

    lock = _assigned(topics("1"), Lock("c")).lock
    build = _build(topics("one"), NOW + 5, (), Wishes())
    asked: list[str] = []

    def render(brief: Brief) -> list[Shown]:
        asked.append(brief.name)
        return list(build.render(brief))

    again = replace(build, render=render, standing=frozenset({"b"}), is_proved=True)
    assert assign(again, lock) == assign(build, lock)
    assert asked == ["a"]


_blanks = st.lists(st.sampled_from(["one", "two", "three", "four", "five"]), unique=True)


@given(st.lists(_blanks.filter(bool), min_size=1, max_size=6))
def test_a_blank_keeps_its_number_for_ever_and_no_other_gets_it(versions: list[list[str]]) -> None:
    """Deletions come, go, return and change places; each number stands for one text."""
    lock = Lock("c")
    texts: dict[int, str] = {}
    for blanks in versions:
        rest = " and ".join(f"{{{{{blank}}}}}" for blank in blanks)
        topic = _parsed(
            f"# T\n\n## Key facts\n\n- The same fact, always known by this, holds {rest}.\n"
        )
        assigned = _assigned([topic], lock)
        lock = assigned.lock
        (entry,) = lock.entries
        now = deletion_texts(entry.fields["Text"])
        assert sorted(now.values()) == sorted(blanks)
        for number, text in now.items():
            if text in texts.values():
                assert texts.get(number) == text
        assert not set(now) & set(entry.gone)
        texts |= now


@given(_versions)
def test_the_lock_reads_back_as_it_was_written(versions: list[list[list[Pair]]]) -> None:
    """And it is written alike with the lines of the one before."""
    lock = Lock("c", decks=_assigned([], Lock("c")).lock.decks)
    for step, (first, second) in enumerate(versions):
        lines = lines_of(lock, encoded(lock))
        lock = _assigned([_topic("a", first), _topic("b", second)], lock, NOW + step).lock
        assert encoded(lock, lines) == encoded(lock)
        read, problems = read_lock(written(lock), "notes.lock")
        assert problems == []
        assert read is not None
        assert written(read) == written(lock)


def test_a_line_of_the_lock_is_a_note() -> None:
    lock = _assigned([_topic("a", [("p\u2028q", "1\n2"), ("“é”", "2")])], Lock("c")).lock
    lines = written(lock).split("\n")
    assert len(lines) == 5
    assert '"Front": "<div class=\\"word\\">“é”</div>"' in lines[3]
    assert lines[4] == ""


# --- mod -------------------------------------------------------------------------------------


def test_a_note_that_comes_back_is_sent_out_again() -> None:
    """In Anki it may be tagged as retired, and only a later `mod` takes that away."""
    topics = [_topic("a", [("p", "1"), ("q", "2")])]
    first = _assigned(topics, Lock("c"))
    without = _assigned([_topic("a", [("p", "1")])], first.lock, NOW + 5)
    (gone,) = without.retired
    back = _assigned(topics, without.lock, NOW + 5)
    assert [entry.mod for entry in back.lock.entries] == [NOW, retired_mod(gone) + 1]


def test_restamp_renews_chosen_notes_only() -> None:
    topics = [_topic("a", [("p", "1"), ("q", "2")])]
    first = _assigned(topics, Lock("c"))
    again = _assigned(topics, first.lock, NOW + 7, wishes=Wishes(restamp=frozenset({2})))
    assert [entry.mod for entry in again.lock.entries] == [NOW, NOW + 7]


def test_a_tag_and_a_code_are_part_of_what_is_sent() -> None:
    first = _assigned([_topic("a", [("p", "1")])], Lock("c"))
    tagged = replace(_topic("a", [("p", "1")]), tags=("exam",))
    assert _assigned([tagged], first.lock, NOW + 1).lock.entries[0].mod == NOW + 1


def test_each_note_type_has_a_time_of_its_own() -> None:
    topics = [_topic("a", [("p", "1")])]
    first = _assigned(topics, Lock("c"))
    restyled = {"one": "restyled", "two": "same"}
    build = replace(_build(topics, NOW + 3, (), Wishes()), note_types=restyled)
    second = assign(build, first.lock)
    assert {name: stamp.mod for name, stamp in second.lock.note_types.items()} == {
        "one": NOW + 3,
        "two": NOW,
    }


# --- what the author decides -------------------------------------------------------------------


def test_an_id_that_is_a_code_names_that_note() -> None:
    """The way to say “it is this one” where everything was rewritten."""
    first = _assigned([_topic("a", [("p", "1"), ("q", "2")])], Lock("c"))
    after = _topic("a", [("p", "1"), ("wholly new words", "other")], ("", "CC-2"))
    assert _codes(_assigned([after], first.lock), after) == [1, 2]


def test_an_id_that_is_a_code_corrects_an_earlier_build() -> None:
    first = _assigned([_topic("a", [("p", "1"), ("q", "2")])], Lock("c"))
    after = [("p", "1"), ("wholly new words", "other")]
    taken_for_new = _assigned([_topic("a", after)], first.lock)
    assert _codes(taken_for_new, _topic("a", after)) == [1, 3]
    named = _topic("a", after, ("", "CC-2"))
    assert _codes(_assigned([named], taken_for_new.lock), named) == [1, 2]


def test_retire_says_that_no_note_is_this_one_any_more() -> None:
    before = [("Why do leaves turn yellow in autumn?", "Chlorophyll is broken down.")]
    after = [_topic("a", [("Why do leaves turn red in autumn?", "Chlorophyll is broken down.")])]
    first = _assigned([_topic("a", before)], Lock("c"))
    assert _codes(_assigned(after, first.lock), after[0]) == [1]
    second = _assigned(after, first.lock, wishes=Wishes(retire=frozenset({1})))
    assert _codes(second, after[0]) == [2]
    assert [entry.number for entry in second.retired] == [1]


def test_an_id_of_another_kind_of_note_is_a_stray() -> None:
    first = _assigned([_parsed("# T\n\n## Key facts\n\n- A {{leaf}}. {#x}\n")], Lock("c"))
    question = _parsed("# T\n\n## Review questions\n\n### What is a leaf? {#x}\n\nAn organ.\n")
    second = _assigned([question], first.lock)
    assert [stray.entry.number for stray in second.strays] == [1]


def test_a_question_that_becomes_a_term_under_its_id_is_the_same_note() -> None:
    """They are one note type in Anki, so their reviews can go on."""
    first = _assigned([_topic("a", [("Stoma", "A pore.")], ("x",))], Lock("c"))
    term = _parsed("# T\n\n## Related terms\n\nStoma {#x}\n: A pore of the leaf.\n")
    second = _assigned([term], first.lock)
    assert [(entry.number, entry.kind) for entry in second.lock.entries] == [(1, "term")]
    assert second.strays == ()


# --- decks -----------------------------------------------------------------------------------


def _decks(assigned: Assigned) -> dict[str, str]:
    return {topic: deck.name for topic, deck in assigned.lock.decks.items()}


def test_a_renamed_topic_keeps_its_deck_until_the_author_says_otherwise() -> None:
    """Whether its title or its file was renamed: the cards that students have are there."""
    pairs = [("p", "1"), ("q", "2")]
    first = _assigned([_topic("leaf", pairs, title="Leaf")], Lock("c"))
    titled = _assigned([_topic("leaf", pairs, title="Leaves")], first.lock)
    assert _decks(titled) == {ALL: "Art therapy", "leaf": "Leaf"}
    assert [(each.topic, each.deck) for each in titled.decks] == [("leaf", Deck("Leaf", "Leaves"))]
    again = _assigned([_topic("leaf", pairs, title="Leaves")], titled.lock)
    assert again.decks == ()  # said once, not at every build
    moved = _assigned([_topic("unit/leaf", pairs, title="Leaves")], again.lock)
    assert _decks(moved) == {ALL: "Art therapy", "unit/leaf": "Leaf"}
    wished = _assigned(
        [_topic("unit/leaf", pairs, title="Leaves")], moved.lock, wishes=Wishes(rename_decks=True)
    )
    assert _decks(wished)["unit/leaf"] == "Leaves"


def test_a_new_topic_never_gets_the_deck_of_another() -> None:
    first = _assigned([_topic("leaf", [("p", "1")], title="Leaf")], Lock("c"))
    renamed = _topic("leaf", [("p", "1")], title="Stem")
    second = _assigned([renamed, _topic("new", [("q", "2")], title="leaf")], first.lock)
    assert _decks(second) == {ALL: "Art therapy", "leaf": "Leaf", "new": "leaf (new)"}


# --- merges ----------------------------------------------------------------------------------


def _entry(number: int, guid: str, mod: int = NOW, **more: object) -> Entry:
    plain = Entry(
        number, guid, "question", "a", mod=mod, hash="0", fields={"Front": guid, "Back": "x"}
    )
    return plain._replace(**more)  # type: ignore[arg-type]


def test_of_two_notes_with_one_number_the_later_gets_a_new_one() -> None:
    """Two branches gave it out; both notes are good, and the one that was there first keeps it."""
    lock = Lock("c", (_entry(1, "one"), _entry(2, "late", NOW + 9), _entry(2, "early", NOW + 5)))
    topic = _topic("a", [("one", "x"), ("late", "x"), ("early", "x")])
    assigned = _assigned([topic], lock, NOW + 20)
    assert _codes(assigned, topic) == [1, 3, 2]
    assert list(assigned.renumbered.values()) == [2]
    assert [entry.mod for entry in assigned.lock.entries if entry.guid == "late"] == [NOW + 20]


def test_lines_of_one_note_become_one_and_keep_all_its_numbers() -> None:
    lines = [_entry(4, "one", NOW + 5), _entry(2, "one", NOW, gone={3: "blank"}), _entry(3, "two")]
    text = written(Lock("c", tuple(lines), {ALL: Deck("C", "C")}))
    lock, problems = read_lock(text, "notes.lock")
    assert lock is not None, problems
    one, _two = lock.entries
    assert (one.number, one.also, one.mod, one.gone) == (2, (4,), NOW + 5, {3: "blank"})
    assert lock.next_number == 5


def test_a_course_that_is_called_otherwise_keeps_all_its_notes() -> None:
    topics = [_topic("a", [("p", "1")])]
    first = _assigned(topics, Lock("c"))
    second = _assigned(topics, replace(first.lock, course="d"))
    assert [e.guid for e in second.lock.entries] == [e.guid for e in first.lock.entries]


@pytest.mark.parametrize("gone", [(0,), (1,), (0, 1), (1, 2), (3,), (0, 1, 2, 3)])
def test_the_line_of_a_note_that_is_gone_stays_where_it_was(gone: tuple[int, ...]) -> None:
    """So a diff of the lock shows one line, and merges rarely conflict."""
    pairs = [(f"prompt number {n}", f"answer {n} {'xyz' * n}") for n in range(4)]
    first = _assigned([_topic("a", pairs)], Lock("c"))
    left = [pair for place, pair in enumerate(pairs) if place not in gone]
    second = _assigned([_topic("a", left)], first.lock)
    assert [e.number for e in second.lock.entries] == [e.number for e in first.lock.entries]
