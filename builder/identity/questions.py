"""What only an author can know: which text a known note has now, where it could be another one.

Whoever asks is a function from a question to an answer, so this is as pure as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from builder.identity.assign import Assigned, Build, assign
from builder.identity.lock import Entry, Lock
from builder.identity.messages import may_be
from builder.span import Span

_GUESSED = {"vague", "place"}  # stages


@dataclass(frozen=True, slots=True)
class Question:
    """Which of these notes of the text, by their spans, a known note is; or none of them.

    `taken` is the one that it is taken for as long as nobody answers.
    """

    known: Entry
    candidates: Mapping[Span, Entry]
    taken: Span | None

    @property
    def key(self) -> tuple[int, frozenset[Span]]:
        """Return what makes it the same question."""
        return self.known.number, frozenset(self.candidates)


@dataclass(frozen=True, slots=True)
class Answer:
    """The place of the note, or None where it is none of those."""

    span: Span | None


Ask = Callable[[Question], Answer | None]  # None: whatever it is taken for


def questions(assigned: Assigned) -> Iterator[Question]:
    """Yield what is not sure, a question for each known note."""
    entries = {entry.number: entry for entry in assigned.lock.entries}
    known: dict[int, Entry] = {}
    spans: dict[int, dict[Span, Entry]] = {}
    taken: dict[int, Span] = {}
    for each in (*assigned.recognised, *assigned.unsure):
        number = each.before.number
        if each.number == number and each.match.stage not in _GUESSED:
            continue
        known[number] = each.before
        spans.setdefault(number, {})[each.span] = entries[each.number]
        if each.number == number:
            taken[number] = each.span
    for entry in assigned.retired:
        if others := may_be(entry, assigned):
            known.setdefault(entry.number, entry._replace(retired=0))  # it was there until now
            spans.setdefault(entry.number, {}).update(others)
    for number, entry in sorted(known.items()):
        yield Question(entry, spans[number], taken.get(number))


def decided(build: Build, lock: Lock, assigned: Assigned, ask: Ask) -> Assigned:
    """Return what `assign` gives when all that is not sure in what it gave was asked."""
    wishes, asked = build.wishes, set[tuple[int, frozenset[Span]]]()
    while waiting := [each for each in questions(assigned) if each.key not in asked]:
        question = waiting[0]
        asked.add(question.key)
        if answer := ask(question):
            wishes = wishes.told(question.known.number, question.candidates, answer.span)
            assigned = assign(replace(build, wishes=wishes), lock)
    return assigned
