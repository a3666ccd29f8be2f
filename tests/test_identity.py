"""Who a note is: guids, numbers and `mod` through any sequence of edits."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from builder import model
from builder.identity.assign import Assigned, Build, assign
from builder.identity.lock import Entry, Lock, read_lock, written

NOW = 1_700_000_000
Pair = tuple[str, str]  # prompt, answer


def _span(topic: str, line: int) -> model.Span:
    return model.Span(topic, line, 1, line, 2)


def _question(pair: Pair, topic: str, line: int, attributes: model.Attributes) -> model.Question:
    span = _span(topic, line)
    answer = (model.Paragraph((model.Text(pair[1]),), span),)
    return model.Question((model.Text(pair[0]),), (), answer, attributes, span)


def _topic(name: str, pairs: list[Pair], ids: tuple[str, ...] = ()) -> model.Topic:
    notes = tuple(
        _question(pair, name, line, model.Attributes(id=ids[line] if line < len(ids) else ""))
        for line, pair in enumerate(pairs)
    )
    section = model.Questions((model.Text("Review questions"),), notes, _span(name, 99))
    title = (model.Text(name),)
    return model.Topic(name, title, (), (section,), notes, (), _span(name, 98))


def _digest(note: model.Note, *_rest: object) -> str:
    return hashlib.sha256(repr(note).encode()).hexdigest()


def _assigned(
    topics: list[model.Topic], lock: Lock, now: int = NOW, broken: tuple[str, ...] = ()
) -> Assigned:
    return assign(Build(topics, broken, _digest, "note-types", now), lock)


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


_texts = st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon"])
_versions = st.lists(
    st.lists(st.lists(st.tuples(_texts, _texts), unique=True, max_size=5), min_size=2, max_size=2),
    min_size=1,
    max_size=6,
)


@given(_versions)
def test_any_edits_keep_guids_unique_numbers_unused_and_mod_rising(
    versions: list[list[list[Pair]]],
) -> None:
    lock = Lock("c")
    known: dict[str, Entry] = {}
    for step, (first, second) in enumerate(versions):
        topics = [_topic("a", first), _topic("b", second)]
        assigned = _assigned(topics, lock, NOW + step)
        lock = assigned.lock
        entries = lock.entries
        assert len({entry.guid for entry in entries}) == len(entries)
        assert len({entry.number for entry in entries}) == len(entries)
        assert len(assigned.identities) == len(first) + len(second)
        for entry in entries:
            before = known.get(entry.guid, entry)
            assert entry.number == before.number
            assert (entry.mod > before.mod) == (entry.hash != before.hash)
        assert known.keys() <= {entry.guid for entry in entries}
        known = {entry.guid: entry for entry in entries}


@given(_versions)
def test_the_lock_reads_back_as_it_was_written(versions: list[list[list[Pair]]]) -> None:
    lock = Lock("c")
    for first, second in versions:
        lock = _assigned([_topic("a", first), _topic("b", second)], lock).lock
        read, problems = read_lock(written(lock), "notes.lock")
        assert problems == []
        assert read is not None
        assert written(read) == written(lock)


def test_a_line_of_the_lock_is_a_note() -> None:
    lock = _assigned([_topic("a", [("p\u2028q", "1\n2"), ("“é”", "2")])], Lock("c")).lock
    lines = written(lock).split("\n")
    assert len(lines) == 4
    assert '"prompt": "“é”"' in lines[2]
    assert lines[3] == ""
