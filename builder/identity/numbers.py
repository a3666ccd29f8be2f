"""Cloze numbers that last: a deletion keeps its number, and so its card, through every edit.

Anki knows a cloze card by its number.  If a deletion is put in before others, they must not move
up by one, or each review history would go on with another blank.  So the lock remembers every
number that a note ever had and the text it stood for; new deletions get numbers never used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

from rapidfuzz.distance import Indel

from builder.model import LAST_NUMBER, Deletion
from builder.span import Span
from builder.text import comparable, inlines_text

_ALIKE = 0.6  # from here on a deletion is the old one, corrected


def lasting_numbers(
    deletions: Sequence[Deletion], present: Mapping[int, str], gone: Mapping[int, str], prompt: str
) -> dict[Span, int]:
    """Return each deletion's number, by its span.

    `present` are the numbers that the note had in the last build, with their texts; `gone` those
    that it had before; `prompt` is its whole text now.  Numbers that the author wrote stay.
    """
    numbers = {deletion.span: deletion.number for deletion in deletions if deletion.fixed}
    waiting = [deletion for deletion in deletions if not deletion.fixed]
    free, away = (
        {number: text for number, text in known.items() if number not in numbers.values()}
        for known in (present, gone)
    )
    for pairs, left in ((_equal, free), (_equal, away), (_alike, free), (_replaced, free)):
        for deletion, number in list(pairs(waiting, left, prompt)):
            if deletion in waiting and number in left:
                numbers[deletion.span] = number
                waiting.remove(deletion)
                del left[number]
    fresh = _unused({*present, *gone, *numbers.values()})
    return numbers | {deletion.span: next(fresh) for deletion in waiting}


def _unused(used: Collection[int]) -> Iterator[int]:
    """Yield numbers never used: those above all others, and only after the last the gaps below."""
    above = max(used, default=0) + 1
    return (n for n in chain(range(above, LAST_NUMBER + 1), range(1, above)) if n not in used)


Pairs = Iterator[tuple[Deletion, int]]


def _equal(waiting: Sequence[Deletion], left: Mapping[int, str], _prompt: str) -> Pairs:
    for deletion in waiting:
        for number, text in left.items():
            if comparable(_text(deletion)) == comparable(text):
                yield deletion, number


def _alike(waiting: Sequence[Deletion], left: Mapping[int, str], _prompt: str) -> Pairs:
    scored = [
        (Indel.normalized_similarity(comparable(_text(deletion)), comparable(text)), place, number)
        for place, deletion in enumerate(waiting)
        for number, text in left.items()
    ]
    for score, place, number in sorted(scored, key=lambda found: (-found[0], *found[1:])):
        if score >= _ALIKE:
            yield waiting[place], number


def _replaced(waiting: Sequence[Deletion], left: Mapping[int, str], prompt: str) -> Pairs:
    """Pair a lone new deletion with the lone old one whose words are gone from the text.

    Words that still stand there, but not as a deletion, are a blank that was moved.
    """
    text = comparable(prompt)
    gone = [number for number, old in left.items() if comparable(old) not in text]
    if len(waiting) == len(gone) == len(left) == 1:
        yield waiting[0], gone[0]


def _text(deletion: Deletion) -> str:
    return " ".join(inlines_text(deletion.children).split())
