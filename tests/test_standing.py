"""Notes that stand where they stood are found, whatever was moved, doubled or named around them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from builder.briefs import Brief, NoteBrief
from builder.identity.lock import Entry
from builder.identity.shown import ReadNote, ReadTopic, Shown
from builder.identity.standing import unchanged
from builder.model import AnkiFields
from builder.span import Span

TOPICS, TEXTS, IDS = ("a", "b"), ("x", "y"), ("", "", "", "own", "T-1", "T-2")


def _note(line: int, topic: str, texts: tuple[str, str], name: str) -> ReadNote:
    place = Span("f.md", line)
    brief = NoteBrief("question", topic, place, name, place, (texts[0],))
    fields = AnkiFields("Basic", (("Front", texts[0]), ("Back", texts[1]), ("Code", "T-9")), ())
    alone = Brief(topic, "", place, (brief,), (), (), "")
    return ReadNote(brief, ReadTopic(alone, lambda _: [Shown.of(fields, brief)]), 0)


def _entry(number: int, topic: str, texts: tuple[str, str], name: str, retired: int) -> Entry:
    fields = {"Front": texts[0], "Back": texts[1]}
    entry = Entry(number, f"g{number}", "question", topic)
    return entry._replace(id=name, retired=retired, fields=fields)


texts = st.tuples(st.sampled_from(TEXTS), st.sampled_from(TEXTS))
notes = st.lists(st.tuples(texts, st.sampled_from(IDS)), max_size=5)
entries = st.lists(
    st.tuples(st.sampled_from(TOPICS), texts, st.sampled_from(IDS), st.sampled_from((0, 0, 7))),
    max_size=9,
)


def _plainly(read: Sequence[ReadNote], known: Sequence[Entry]) -> dict[int, int]:
    """Take for each note in order the first known one that is left and is the same."""
    claimed = {each.brief.id for each in read}
    left = [
        place
        for place, entry in enumerate(known)
        if not entry.id and not entry.retired and f"T-{entry.number}" not in claimed
    ]
    found = {}
    for index, each in enumerate(read):
        same = (
            place
            for place in left
            if (known[place].topic, known[place].fields) == (each.brief.topic, each.shown.kept)
        )
        place = None if each.brief.id else next(same, None)
        if place is not None:
            found[index] = place
            left.remove(place)
    return found


@given(notes, notes, entries)
def test_each_is_found_in_order(
    first: list[tuple[tuple[str, str], str]],
    second: list[tuple[tuple[str, str], str]],
    before: list[tuple[str, tuple[str, str], str, int]],
) -> None:
    written = [("a", *each) for each in first] + [("b", *each) for each in second]
    read = [_note(line, *each) for line, each in enumerate(written, 1)]
    known = [_entry(number, *each) for number, each in enumerate(before, 1)]
    found = unchanged(read, known, "T")
    assert found == _plainly(read, known)
    assert list(found) == sorted(found)


@given(notes)
def test_nothing_is_looked_for_where_nothing_changed(
    again: list[tuple[tuple[str, str], str]],
) -> None:
    read = [_note(line, "a", said, "") for line, (said, _) in enumerate(again, 1)]
    known = [_entry(number, "a", said, "", 0) for number, (said, _) in enumerate(again, 1)]
    assert unchanged(read, known, "T") == {place: place for place in range(len(again))}
