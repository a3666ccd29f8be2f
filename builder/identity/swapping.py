"""Telling two notes of one frame from one note that was reworded.

"What is the half-life of aspirin?" and "… of ibuprofen?" are as alike as two texts can be, and yet
two notes.  What tells them is a word of the prompt that was exchanged, with another answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from builder.identity.corpus import Corpus
from builder.identity.overlap import Overlap
from builder.identity.wording import Wording
from builder.identity.words import words_of

_SWAPPED = 3  # at most so many words swapped; more is a rewording
_PART = 5  # or one in so many words of a long prompt
_ANY = 1000  # or all of them, if nothing but a frame stayed
_CLOZE_STAYS, _ANSWER_STAYS = 0.6, 0.75  # an answer that is so much alike has not changed
_ANSWER_CHANGED = 0.35  # and one that is less alike than this is another one
_LONG_STAYS, _LONG = 0.6, 20.0  # the same of an answer that shares much
_TELLING = 4.5  # the weight of words that an answer must share to have stayed
_SHORT = 4  # words of an answer that hangs on one of them
_SAME_QUESTION = 0.35  # prompts less alike than this are no frame with a word swapped
_SAME_FRAME = 0.5  # so alike are prompts of one frame in which more was swapped


def is_swapped(
    left: Wording, right: Wording, prompt: Overlap, answer: Overlap, corpus: Corpus
) -> bool:
    """Tell whether a note (left) is another one than a known one (right) that it is like."""
    come = _exchanged(prompt.only_left, left, right, corpus)
    gone = _exchanged(prompt.only_right, right, left, corpus)
    come, gone = corpus.without_respelt(come, gone)
    stayed = answer.likeness
    if left.kind == "cloze":
        # What a deletion holds is the answer; what it gives up or takes in stays in the text.
        stayed = max(stayed, _contained(left, right, corpus), _contained(right, left, corpus))
    if not come and not gone and stayed < _ANSWER_CHANGED:
        # What looked like a slip is another word, as in methane and ethane.
        return any(corpus.is_doubtful(*slip) for slip in prompt.slips)
    both = set(words_of(left.prompt)) & set(words_of(right.prompt))
    is_frame = corpus.is_frame(both, {left.prompt, right.prompt})
    few = max(_SWAPPED, len(words_of(left.prompt)) // _PART)
    if not _is_exchange(come, gone, prompt.likeness, few if not is_frame else _ANY):
        return False
    if _stays(left, right, stayed, corpus):
        return False
    if stayed < _ANSWER_CHANGED or _lost_its_point(left.answer, right.answer, corpus):
        return True
    # Half of the answer stayed: then the swap counts only if nothing but a frame stayed besides.
    return is_frame or _is_rarer(come, gone, both, corpus)


def _is_exchange(come: tuple[str, ...], gone: tuple[str, ...], alike: float, few: int) -> bool:
    """Tell whether words were exchanged, not more than a few, or more in what is quite alike."""
    if not come or not gone:
        return False
    most = max(len(come), len(gone))
    return most <= few and alike >= (_SAME_QUESTION if most <= _SWAPPED else _SAME_FRAME)


def _is_rarer(
    come: tuple[str, ...], gone: tuple[str, ...], both: Iterable[str], corpus: Corpus
) -> bool:
    """Tell whether one word was exchanged for another that are rarer than all that stayed."""
    heaviest = max(map(corpus.weight, both), default=0.0)
    return len(come) == len(gone) == 1 and all(
        corpus.weight(word) > heaviest for word in (*come, *gone)
    )


def _exchanged(
    words: Iterable[str], one: Wording, other: Wording, corpus: Corpus
) -> tuple[str, ...]:
    """Return the telling words of a prompt that the other note has nowhere."""
    elsewhere = {*words_of(other.prompt), *words_of(other.answer)}
    asked = set(words_of(one.frame if one.kind == "cloze" else one.prompt))
    return tuple(
        word
        for word in words
        if word in asked and word not in elsewhere and corpus.carries_content(word)
    )


def _stays(left: Wording, right: Wording, stayed: float, corpus: Corpus) -> bool:
    """Tell whether an answer is the same; figures are no evidence, as many answers have them."""
    if left.kind == "cloze":
        return stayed >= _CLOZE_STAYS
    both = set(words_of(left.answer)) & set(words_of(right.answer))
    telling = corpus.total(word for word in both if not word.isdigit())
    return (stayed >= _ANSWER_STAYS and telling >= _TELLING) or (
        stayed >= _LONG_STAYS and telling >= _LONG
    )


def _lost_its_point(left: str, right: str, corpus: Corpus) -> bool:
    """Tell whether each of two short answers has a telling word that the other lacks."""
    one, other = set(words_of(left)), set(words_of(right))
    if max(len(one), len(other)) > _SHORT:
        return False
    return any(map(corpus.carries_content, one - other)) and any(
        map(corpus.carries_content, other - one)
    )


def _contained(one: Wording, other: Wording, corpus: Corpus) -> float:
    """Return how much of a fact's deletions stands in the other fact's text."""
    words = words_of(one.answer)
    text = set(words_of(other.prompt))
    total = corpus.total(words)
    return corpus.total(word for word in words if word in text) / total if total else 0.0
