"""Recognising notes: which known note is which note of the text.

Stages, each only among what the earlier ones left:

    id     the author's id
    exact  the same prompt and answer
    prompt the same prompt, where only one note and one known one are left that have it; for a
           cloze fact the same text around its deletions
    answer an answer that no other note has, now or before, below a prompt that has to do with it
    alike  the likest wording, best pairs first
    vague  a wording that is less like, but clearly more so than any other
    place  one unknown note and one missing of its kind between the same two neighbours

Pure.  See likeness.py for where the figures come from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import (
    Callable,
    Collection,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

from builder.identity.corpus import Corpus
from builder.identity.gaps import gaps
from builder.identity.likeness import Likeness, likeness
from builder.identity.shortlist import Shortlist
from builder.identity.wording import Wording
from builder.identity.words import length_of, words_of
from builder.text import comparable

Stage = Literal["id", "exact", "prompt", "answer", "alike", "vague", "place"]


@dataclass(frozen=True, slots=True)
class Least:
    """What a vague likeness must reach: as a whole, in weight shared, and above all rivals."""

    whole: float
    shared: float
    lead: float

    def holds(self, alike: Likeness, lead: float = 1.0) -> bool:
        """Tell whether a likeness is enough to take two notes for one."""
        return self.is_reached(alike) and lead >= self.lead and not alike.swapped

    def is_reached(self, alike: Likeness) -> bool:
        """Tell whether two notes are as alike as this, whatever else speaks against them."""
        is_shared = alike.shared >= self.shared or alike.contained
        return alike.whole >= self.whole and is_shared


_PROMPT, _ANSWER, _WHOLE = 0.72, 0.75, 0.5  # any of these is enough
_TELLING = 6.0  # the weight of words that an answer must share to speak for itself
_PLACED = Least(0.15, 9.0, 0.0)  # a lone note in the place of a lone missing one
_PLACED_NAME = 0.3  # a term goes by its name
_VAGUE = Least(0.28, 9.0, 0.05)  # a note that is gone since the last build
_LONG = Least(0.18, 25.0, 0.06)  # the same of a long text, of which much is shared
_VAGUE_RETIRED = Least(0.3, 15.0, 0.1)  # one that was gone before
_FRAME = 3  # words around a deletion, if they are to say what is asked
# From here on it is said that a new note is like a known one; of those that were gone before it is
# the only word that is said, so it is said sooner.
_DOUBT, _DOUBT_RETIRED = Least(0.3, 0.0, 0.0), Least(0.2, 6.0, 0.0)
_SAME_TOPIC, _RETIRED = 0.1, -0.03
_HALF, _WHOLE_OF = 0.7, 0.8  # how much of a half is the whole's, and the whole is a half's
_HALVES_APART = 0.15  # the most that the second half may be liker than the first
_SAMPLE = 2000  # recognised notes whose words are counted


class Match(NamedTuple):
    """A known note by its index, the stage that found it, and a score from 0 to 1."""

    known: int
    stage: Stage
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class _Pair:
    score: float
    index: int
    known: int
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Matches:
    """The recognised notes by index.

    `unsure` names the known note that a note taken for new could also be, where no other was it.
    """

    found: Mapping[int, Match]
    unsure: Mapping[int, Match] = field(default_factory=dict)


def match(
    notes: Sequence[Wording],
    known: Sequence[Wording],
    closed: Collection[str] = (),
    settled: Mapping[int, Match] = MappingProxyType({}),
    apart: Collection[tuple[int, int]] = (),
) -> Matches:
    """Recognise notes; both stand in the order of the text, topic by topic.

    A known note of a `closed` topic, which can't be read now, is only recognised by its own words.
    `settled` has the matches that need no search, whose wordings are seldom asked for; `apart` are
    notes and known ones that are said to be two.
    """
    search = _Search(notes, known, closed, settled, apart)
    for stage, key, only_one in _EQUAL:
        search.take_equal(stage, key, only_one=only_one)
    search.take_alike()
    search.take_by_place()
    search.doubt()
    return Matches(search.found, search.unsure)


Key = Callable[[Wording], Hashable]


def _code(one: Wording) -> Hashable:
    return (one.kind == "cloze", one.code) if one.code else None


def _id(one: Wording) -> Hashable:
    return (one.kind == "cloze", one.id) if one.id else None


def _id_and_text(one: Wording) -> Hashable:
    return (_id(one), _text(one)) if one.id else None


def _text(one: Wording) -> Hashable:
    return one.kind, comparable(one.prompt), comparable(one.answer)


def _prompt(one: Wording) -> Hashable:
    if one.kind != "cloze":
        return one.kind, comparable(one.prompt)
    return (one.kind, comparable(one.frame)) if length_of(one.frame) >= _FRAME else None


def _answer(one: Wording) -> Hashable:
    return one.kind, comparable(one.answer)


def _in_topic(key: Key) -> Key:
    return lambda one: (one.topic, found) if (found := key(one)) is not None else None


def _unchanged(one: Wording) -> Hashable:
    return one.topic, one.kind, one.prompt, one.answer


_EQUAL: tuple[tuple[Stage, Key, bool], ...] = (
    ("id", _code, False),
    ("id", _id_and_text, False),  # of two lines with one id, which a merge can leave
    ("id", _id, False),
    ("exact", _unchanged, False),  # most are, and this is known without folding their texts
    ("exact", _in_topic(_text), False),
    ("exact", _text, False),
    ("prompt", _in_topic(_prompt), True),
    ("prompt", _prompt, True),
)


class _Search:
    """One run over the stages; what is found leaves `waiting` and `left`."""

    def __init__(
        self,
        notes: Sequence[Wording],
        known: Sequence[Wording],
        closed: Collection[str],
        settled: Mapping[int, Match],
        apart: Collection[tuple[int, int]],
    ) -> None:
        self.notes, self.known, self.closed, self.apart = notes, known, closed, apart
        self.found = dict(settled)
        taken = {match.known for match in settled.values()}
        self.waiting = {i: notes[i] for i in range(len(notes)) if i not in settled}
        self.left = {place: known[place] for place in range(len(known)) if place not in taken}
        self.unsure: dict[int, Match] = {}
        self._corpus = Corpus([], [])
        self._doubtful: list[_Pair] = []

    def take(self, index: int, match: Match) -> None:
        """Pair a note with a known one."""
        self.found[index] = match
        del self.waiting[index], self.left[match.known]

    # --- equal ---

    def take_equal(self, stage: Stage, key: Key, *, only_one: bool) -> None:
        """Pair what has the same key, in order; with `only_one` just where each side has one."""
        known: dict[Hashable, list[int]] = defaultdict(list)
        asked: dict[Hashable, list[int]] = defaultdict(list)
        for place, one in self.left.items():
            known[key(one)].append(place)
        for index, one in self.waiting.items():
            asked[key(one)].append(index)
        for value, indexes in asked.items():
            if value is None or (only_one and not len(indexes) == len(known[value]) == 1):
                continue
            for index, place in zip(indexes, known[value], strict=False):
                score = self._score(index, place) if stage == "prompt" else 1.0
                self.take(index, Match(place, stage, score))

    def _score(self, index: int, place: int) -> float:
        """Return how alike two notes are whose prompts are the same, by their letters."""
        texts = (f"{one.prompt}\n{one.answer}" for one in (self.notes[index], self.known[place]))
        return Indel.normalized_similarity(*map(comparable, texts))

    # --- alike ---

    def take_alike(self) -> None:
        """Pair the likest first; remember what was nearly as like."""
        if not self.waiting or not self.left:
            return
        self._corpus = self._corpus_of_all()
        self._take_same_answers()
        pairs = sorted(self._compared(), key=lambda pair: (-pair.score, pair.index, pair.known))
        strong = [pair for pair in pairs if _is_same(self.notes[pair.index], pair.likeness)]
        best: dict[int, _Pair] = {}
        for pair in strong:
            best.setdefault(pair.index, pair)
        for pair in strong:
            half = best.get(pair.index - 1)
            chosen = half if half and _is_split(half, pair) else pair
            if self._is_open(pair) and self._is_open(chosen):
                self.take(chosen.index, Match(pair.known, "alike", chosen.likeness.whole))
        self._take_vague([pair for pair in pairs if self._is_open(pair)])
        self._doubtful = [pair for pair in pairs if self._is_open(pair)]

    def _take_same_answers(self) -> None:
        """Pair what has an answer that no other note has or had, if the prompts have to do."""
        notes, known = (Counter(map(_answer, s.values())) for s in (self.waiting, self.left))
        settled = {self.notes[index].answer for index in self.found}
        places = {_answer(one): place for place, one in self.left.items()}
        for index, one in list(self.waiting.items()):
            answer = _answer(one)
            place = places.get(answer)
            is_only = notes[answer] == known[answer] == 1 and one.answer not in settled
            if one.kind == "cloze" or not is_only or place is None:
                continue
            if self._are_apart(index, place):
                continue
            both = set(words_of(one.prompt)) & set(words_of(self.known[place].prompt))
            if self._tells(both) and self._tells(words_of(one.answer)):
                self.take(index, Match(place, "answer", self._score(index, place)))

    def _tells(self, words: Iterable[str]) -> bool:
        """Tell whether a word says what is meant; a figure says it of many things."""
        return any(self._corpus.carries_content(word) and not word.isdigit() for word in words)

    def _are_apart(self, index: int, place: int) -> bool:
        """Tell whether a note can't be a known one, or must not be now."""
        known = self.known[place]
        has_other_id = bool(self.notes[index].id and known.id)
        return has_other_id or known.topic in self.closed or (index, place) in self.apart

    def _corpus_of_all(self) -> Corpus:
        """Return the words of what is open, and of so much of the rest that rare ones show."""
        rest = sorted(self.found)[:: 1 + len(self.found) // _SAMPLE]
        return Corpus(
            [*self.waiting.values(), *(self.notes[index] for index in rest)],
            [*self.left.values(), *(self.known[self.found[index].known] for index in rest)],
        )

    def _is_open(self, pair: _Pair) -> bool:
        return pair.index in self.waiting and pair.known in self.left

    def _take_vague(self, pairs: Sequence[_Pair]) -> None:
        """Pair what is not very like, where no other choice comes near."""
        by_note: dict[int, list[float]] = defaultdict(list)
        by_known: dict[int, list[float]] = defaultdict(list)
        for pair in pairs:
            by_note[pair.index].append(pair.score)
            by_known[pair.known].append(pair.score)
        for pair in pairs:
            rivals = by_note[pair.index], by_known[pair.known]
            lead = min(pair.score - _rival(pair.score, scores) for scores in rivals)
            enough = (_VAGUE_RETIRED,) if self.known[pair.known].is_retired else (_VAGUE, _LONG)
            if self._is_open(pair) and any(least.holds(pair.likeness, lead) for least in enough):
                self.take(pair.index, Match(pair.known, "vague", pair.likeness.whole))

    def _compared(self) -> Iterator[_Pair]:
        open_ = {place: one for place, one in self.left.items() if one.topic not in self.closed}
        shortlist = Shortlist(open_, self._corpus)
        for index, note in self.waiting.items():
            for place in shortlist.nearest(note):
                known = open_[place]
                if self._are_apart(index, place):
                    continue
                alike = likeness(note, known, self._corpus)
                yield _Pair(_score(alike, note, known), index, place, alike)

    # --- place ---

    def take_by_place(self) -> None:
        """Pair a lone unknown note with the lone missing one between the same neighbours."""
        if not self.waiting or not self.left:
            return
        found = {index: match.known for index, match in self.found.items()}
        for run, gap in list(gaps(self.notes, self.known, found)):
            missing = [place for place in gap if place in self.left]
            for kind in ("question", "term", "cloze", "definition"):
                notes = [index for index in run if self.notes[index].kind == kind]
                lost = [place for place in missing if self.known[place].kind == kind]
                if len(notes) == len(lost) == 1:
                    self._take_placed(notes[0], lost[0])

    def _take_placed(self, index: int, place: int) -> None:
        note, known = self.notes[index], self.known[place]
        if self._are_apart(index, place):
            return
        alike = likeness(note, known, self._corpus)
        is_named = note.kind in {"question", "cloze"} or alike.prompt >= _PLACED_NAME
        if is_named and _PLACED.holds(alike):
            self.take(index, Match(place, "place", alike.whole))
        else:
            self.unsure[index] = Match(place, "place", alike.whole)

    # --- doubt ---

    def doubt(self) -> None:
        """Note for what is new which known note it could be after all, the likest first."""
        for pair in sorted(self._doubtful, key=lambda pair: -pair.score):
            alike = pair.likeness
            least = _DOUBT_RETIRED if self.known[pair.known].is_retired else _DOUBT
            if self._is_open(pair) and least.is_reached(alike):
                self.unsure.setdefault(pair.index, Match(pair.known, "alike", alike.whole))


def _rival(score: float, scores: Sequence[float]) -> float:
    """Return the highest of the other scores; `scores` are descending and hold this one."""
    if len(scores) == 1:
        return 0.0
    return scores[1] if scores[0] == score else scores[0]


def _is_split(first: _Pair, second: _Pair) -> bool:
    """Tell whether two neighbours are halves of one known note; then the first one keeps it."""
    halves = first.likeness, second.likeness
    return (
        first.known == second.known
        and min(half.within for half in halves) >= _HALF
        and max(half.covers for half in halves) <= _WHOLE_OF
        and second.score - first.score <= _HALVES_APART
    )


def _is_same(note: Wording, alike: Likeness) -> bool:
    if alike.swapped:
        return False
    answers = note.kind != "cloze" and alike.answer_shared >= _TELLING
    return alike.prompt >= _PROMPT or (answers and alike.answer >= _ANSWER) or alike.whole >= _WHOLE


def _score(alike: Likeness, note: Wording, known: Wording) -> float:
    """Return the likeness, with a little for the same topic and against what was long gone."""
    same_topic = _SAME_TOPIC if known.topic == note.topic else 0.0
    return alike.whole + same_topic + (_RETIRED if known.is_retired else 0.0)
