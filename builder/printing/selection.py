"""Which cards to print when not all are wanted: by code, by when they changed, by tag."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from builder.diagnostics import quoted
from builder.suggest import did_you_mean

if TYPE_CHECKING:
    from builder.model import Note, Topic
    from builder.outputs import Context

_CODES = re.compile(r"([A-Za-z]{2,4})-(\d{1,9})(?:(?:-|\.\.|–)(?:([A-Za-z]{2,4})-)?(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a course from one number to another, as they were written."""

    prefix: str
    first: int
    last: int
    written: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted: notes that meet all that is asked; `since` in seconds since 1970."""

    codes: tuple[Codes, ...] = ()
    since: int | None = None
    tags: tuple[str, ...] = ()


def read_codes(text: str) -> tuple[Codes, ...] | str:
    """Return the codes in `AT-3,AT-9-12`, or what is wrong with them."""
    found = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        match = _CODES.fullmatch(part)
        if not match:
            return f"{quoted(part)} is no code; write for example AT-3 or AT-9-12"
        prefix, first, other, last = match.groups()
        codes = Codes(prefix.upper(), int(first), int(last or first), part)
        if other and other.upper() != codes.prefix:
            return f"{quoted(part)} begins in one course and ends in another"
        if codes.last < codes.first:
            return f"{quoted(part)} ends before it begins"
        found.append(codes)
    return tuple(found) or "there is no code in it; write for example AT-3,AT-9-12"


def selected(context: Context, selection: Selection) -> tuple[Topic, ...]:
    """Return the topics with those of their notes that are wanted; topics without any are left out.

    A topic's own tags count for all of its notes.
    """
    topics = (
        replace(topic, notes=tuple(_wanted(topic, context, selection))) for topic in context.topics
    )
    return tuple(topic for topic in topics if topic.notes)


def unknown(contexts: Sequence[Context], selection: Selection) -> str:
    """Return what is asked for and in none of the courses, with a hint; else the empty string."""
    for codes in selection.codes:
        if problem := _unknown_codes(contexts, codes):
            return problem
    known = {
        tag
        for context in contexts
        for topic in context.topics
        for tag in (*topic.tags, *(tag for note in topic.notes for tag in note.attributes.tags))
    }
    for tag in selection.tags:
        if tag not in known:
            hint = did_you_mean(tag, known) or f"the tags are: {', '.join(sorted(known)) or 'none'}"
            return f"no note has the tag {quoted(tag)}; {hint}"
    return ""


def _wanted(topic: Topic, context: Context, selection: Selection) -> Iterator[Note]:
    for note in topic.notes:
        known = context.identities[note.span]
        is_coded = not selection.codes or any(
            codes.prefix == context.course.code and codes.first <= known.number <= codes.last
            for codes in selection.codes
        )
        is_new = selection.since is None or known.mod >= selection.since
        tags = {*topic.tags, *note.attributes.tags}
        if is_coded and is_new and (not selection.tags or not tags.isdisjoint(selection.tags)):
            yield note


def _unknown_codes(contexts: Iterable[Context], codes: Codes) -> str:
    """Return why a code, or the first or last of a range, is no card of the courses."""
    by_prefix: dict[str, set[int]] = {}
    for context in contexts:
        numbers = {known.number for known in context.identities.values()}
        by_prefix.setdefault(context.course.code, set()).update(numbers)
    if codes.prefix not in by_prefix:
        hint = did_you_mean(codes.prefix, by_prefix) or f"codes begin with {', '.join(by_prefix)}"
        return f"no course has codes like {quoted(codes.written)}; {hint}"
    numbers = by_prefix[codes.prefix]
    for number in (codes.first, codes.last):
        if number not in numbers:
            known = f"the codes go up to {codes.prefix}-{max(numbers, default=0)}"
            return f"there is no card {codes.prefix}-{number}; {known}"
    return ""
