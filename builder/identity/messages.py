"""What is said about identity: matches that were not exact, and whatever else was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from builder.diagnostics import Diagnostic, Severity, quoted
from builder.identity.assign import Assigned, Recognised, Stray
from builder.identity.decks import Renamed
from builder.identity.lock import COURSE, Entry
from builder.identity.match import Stage
from builder.identity.wording import wording
from builder.phrases import counted
from builder.span import Span
from builder.text import KIND_WORDS

_NAMED = 6  # new notes that a message names
_HOW: Mapping[Stage, str] = {
    "prompt": "the prompt is the same",
    "answer": "the answer is the same",
    "alike": "reworded",
    "vague": "reworded so much that this is a guess",
    "place": "known by its place between its neighbours only, so this is a guess",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where things stand, for messages: the lock's path, the course's, and the codes' prefix.

    With `is_strict`, a match that is not exact is an error.
    """

    lock: str
    course: str
    prefix: str
    is_strict: bool = False

    def code(self, number: int) -> str:
        """Return a visible code."""
        return f"{self.prefix}-{number}"


def messages(assigned: Assigned, place: Place, topics: Mapping[str, Span]) -> Iterator[Diagnostic]:
    """Yield what is to be said; `topics` has the span of each topic."""
    yield from (_stray(each, place) for each in assigned.strays)
    yield from (_recognised(each, place) for each in assigned.recognised)
    yield from (_unsure(each, place) for each in assigned.unsure)
    for span, number in assigned.renumbered.items():
        yield _renumbered(span, number, assigned.identities[span].number, place)
    yield from (_retired(entry, may_be(entry, assigned), place) for entry in assigned.retired)
    for each in assigned.decks:
        yield _deck(each, topics.get(each.topic, Span(place.course)))


def begun(assigned: Assigned, place: Place) -> Iterator[Diagnostic]:
    """Say that there was no lock, which may have been lost."""
    numbers = sorted(entry.number for entry in assigned.lock.entries)
    if not numbers:
        return
    codes = " to ".join(dict.fromkeys((place.code(numbers[0]), place.code(numbers[-1]))))
    message = f"there was no lock, so {counted(len(numbers), 'note')} got new codes: {codes}"
    hint = "if the course had one, restore it from version control: it knows the edited notes"
    yield Diagnostic("lock-begun", message, Span(place.lock), hint, "info")


def foreign(course: str, place: Place, *, is_copy: bool) -> Diagnostic:
    """Say that the lock is another course's."""
    message = f"this is the lock of the course {quoted(course)}"
    hint = (
        "delete it if this course began as a copy; its notes then become notes of their own"
        if is_copy
        else "none of its notes stands here; restore this course's own lock, or delete this one"
    )
    return Diagnostic("lock-foreign", message, Span(place.lock), hint)


def outdated(place: Place) -> Diagnostic:
    """Say that the lock would have to change, which `--locked` refuses."""
    message = "the notes are not as the lock has them, and --locked keeps it as it is"
    hint = "build without --locked, look at what is said, and commit the new notes.lock"
    return Diagnostic("lock-outdated", message, Span(place.lock), hint)


def clock_behind(seconds: int, place: Place) -> Diagnostic:
    """Say that the lock is from the future, so that new times must be so as well."""
    message = f"the lock was built {_duration(seconds)} later than this machine's clock says"
    hint = "set the clock; else Anki takes your notes for newer than what students change"
    return Diagnostic("clock-behind", message, Span(place.lock), hint, "warning")


def _duration(seconds: int) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(seconds // size, unit)
    return counted(seconds, "second")


def _prompt(entry: Entry) -> str:
    return quoted(wording(entry.kind, entry.topic, entry.fields).prompt)


def _was(entry: Entry) -> str:
    when = "retired, " if entry.retired else ""
    return f"{when}in {entry.topic}: {_prompt(entry)}"


def _stray(each: Stray, place: Place) -> Diagnostic:
    here, there = KIND_WORDS[each.note.kind], KIND_WORDS[each.entry.kind]
    message = (
        f"this id is that of {place.code(each.entry.number)}, a {there}; a {here} can't be the same"
        " note, as Anki keeps the reviews of the two kinds apart"
    )
    return Diagnostic("id-other-kind", message, each.note.span, "give this note another id")


def _recognised(each: Recognised, place: Place) -> Diagnostic:
    code, stage = place.code(each.number), each.match.stage
    how = f"{min(each.match.score, 1):.0%} alike: {_HOW[stage]}"
    message = f"this is {code}, {how}; it was {_was(each.before)}"
    hint = ""
    if place.is_strict:
        hint = f"write {{#{code}}} behind it if that is right; else build with --retire {code}"
    elif stage in {"vague", "place"}:
        hint = f"if it is a new note, restore notes.lock and build with --retire {code}"
    severity: Severity = "error" if place.is_strict else "info"
    return Diagnostic("note-recognised", message, each.span, hint, severity)


def _unsure(each: Recognised, place: Place) -> Diagnostic:
    code, known = place.code(each.number), place.code(each.before.number)
    message = (
        f"this is taken for a new note, {code}; {known} is {each.match.score:.0%} alike:"
        f" {_was(each.before)}"
    )
    hint = f"if it is {known}, write {{#{known}}} behind it"
    severity: Severity = "error" if place.is_strict else "warning"
    return Diagnostic("note-unsure", message, each.span, hint, severity)


def _renumbered(span: Span, before: int, number: int, place: Place) -> Diagnostic:
    message = (
        f"two branches gave out {place.code(before)}; this note was built later and is now"
        f" {place.code(number)}"
    )
    hint = f"if cards with {place.code(before)} were printed of it, print them again"
    return Diagnostic("code-changed", message, span, hint, "warning")


def may_be(entry: Entry, assigned: Assigned) -> Mapping[Span, Entry]:
    """Return the first new notes that a note which is gone may have become: of its topic and kind.

    If its topic is gone as well, they are those of the topics in which that one's notes stand now.
    Nobody would look for it in those of which it was said that they may be it or another one.
    """
    topics = {entry.topic, *assigned.heirs.get(entry.topic, ())}
    doubted = {each.span for each in assigned.unsure}
    found = (
        (span, new)
        for span, new in assigned.new.items()
        if new.topic in topics
        and (new.kind == "cloze") == (entry.kind == "cloze")
        and span not in doubted
    )
    return dict(islice(found, _NAMED))


def _retired(entry: Entry, others: Mapping[Span, Entry], place: Place) -> Diagnostic:
    code = place.code(entry.number)
    message = f"{code} is gone from {entry.topic}: {_prompt(entry)}"
    hint = f"it stays in Anki: see {place.course}-retired.txt"
    if others:
        named = (f"{place.code(new.number)} (line {span.line})" for span, new in others.items())
        hint += f"; if it is the new {' or '.join(named)}, write {{#{code}}} behind that"
    return Diagnostic("note-retired", message, Span(place.lock), hint, "info")


def _deck(each: Renamed, span: Span) -> Diagnostic:
    what = "topic" if each.topic != COURSE else "course"
    message = (
        f"the {what} is now called {quoted(each.deck.title)}; its deck in Anki is still"
        f" {quoted(each.deck.name)}, where its cards are"
    )
    hint = "to rename it, rename the deck in Anki, then build once with --rename-decks"
    return Diagnostic("deck-kept", message, span, hint, "info")
