"""Telling two notes of one frame from one note that was reworded.

"What is the half-life of aspirin?" and "… of ibuprofen?" are as alike as two texts can be, and yet
two notes.  What tells them is a word of the prompt that was exchanged, with another answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from builder.identity.corpus import Corpus
from builder.identity.overlap import Overlap
from builder.identity.wording import Wording
from builder.identity.words import is_number_word, length_of, words_of

_SWAPPED = 3  # at most so many words swapped; more is a rewording
_PART_OF = 0.7  # so much of a half is the whole's
_SENTENCE = 12  # words of an answer that is short enough to be a pattern
_PAIR = 2  # words that a swap in the answer exchanges, if all else of it stays
_HALF = 0.55  # an answer that is less alike than this has changed, if one word was swapped
_PART = 5  # or one in so many words of a long prompt
_ANY = 1000  # or all of them, if nothing but a frame stayed
_CLOZE_STAYS, _ANSWER_STAYS = 0.6, 0.75  # an answer that is so much alike has not changed
_ANSWER_CHANGED = 0.35  # and one that is less alike than this is another one
_LONG_STAYS, _LONG = 0.6, 20.0  # the same of an answer that shares much
_TELLING = 4.5  # the weight of words that an answer must share to have stayed
_NOTHING = 0.15  # answers that are less alike than this have nothing in common
_SHORT = 4  # words of an answer that hangs on one of them
_SAME_QUESTION = 0.35  # prompts less alike than this are no frame with a word swapped
_SAME_FRAME = 0.5  # so alike are prompts of one frame in which more was swapped


@dataclass(frozen=True, slots=True)
class _Swap:
    """The telling words that came into a prompt and those that went."""

    come: set[str]
    gone: set[str]

    def without_numbers(self) -> _Swap:
        """Leave out number words: a number that was corrected makes no other question."""
        come, gone = (
            {word for word in words if not is_number_word(word)} for words in (self.come, self.gone)
        )
        return _Swap(come, gone)

    def is_exchange(self, alike: float, few: int) -> bool:
        """Tell whether words were exchanged: a few, or more in prompts that are quite alike."""
        if not self.come or not self.gone:
            return False
        most = max(len(self.come), len(self.gone))
        return most <= few and alike >= (_SAME_QUESTION if most <= _SWAPPED else _SAME_FRAME)


def is_swapped(
    left: Wording, right: Wording, prompt: Overlap, answer: Overlap, corpus: Corpus
) -> bool:
    """Tell whether a note (left) is another one than a known one (right) that it is like."""
    swap = _exchanged_words(left, right, prompt, answer, corpus)
    stayed = answer.likeness
    if left.kind == "cloze":
        # What a deletion holds is the answer; what it gives up or takes in stays in the text.
        stayed = max(stayed, _contained(left, right, corpus), _contained(right, left, corpus))
    if not swap.come and not swap.gone and stayed < _ANSWER_CHANGED:
        # What looked like a slip is another word, as in methane and ethane.
        return any(corpus.is_doubtful(*slip) for slip in prompt.slips)
    both = set(words_of(left.prompt)) & set(words_of(right.prompt))
    is_frame = corpus.is_frame(both, {left.prompt, right.prompt})
    if left.kind != "cloze" and (
        _is_turned_round(left, right, swap) or (is_frame and _is_other_answer(swap, answer, corpus))
    ):
        return True
    if stayed >= _LONG_STAYS:
        swap = swap.without_numbers()
    few = max(_SWAPPED, len(words_of(left.prompt)) // _PART)
    if not swap.is_exchange(prompt.likeness, few if not is_frame else _ANY):
        return False
    if _is_figure_corrected(swap, answer):
        return False
    if _is_parallel(left, right, swap, answer, corpus):
        return True
    if _stays(left, right, stayed, corpus):
        return False
    if stayed < _ANSWER_CHANGED or _lost_its_point(left.answer, right.answer, corpus):
        return True
    # Half of the answer stayed: then the swap counts only if nothing but a frame stayed besides.
    is_one = len(swap.come) == len(swap.gone) == 1
    is_rare = is_one and _is_rarer(swap.come | swap.gone, both, corpus)
    return is_frame or is_rare or (is_one and stayed < _HALF)


def _is_turned_round(left: Wording, right: Wording, swap: _Swap) -> bool:
    """Tell whether one word was exchanged, and the answer has its words in another order.

    “When is the balance active?” – “When exports exceed imports.”
    """
    one, other = words_of(left.answer), words_of(right.answer)
    is_one = len(swap.come) == len(swap.gone) == 1
    return is_one and one != other and sorted(one) == sorted(other)


def _is_other_answer(swap: _Swap, answer: Overlap, corpus: Corpus) -> bool:
    """Tell whether words were exchanged in a frame, and each answer has words of its own.

    “The Mann-Whitney test compares two groups …” and “The Kruskal-Wallis test … three or more …”.
    Of “vitamin A” and “vitamin B3”, one can lack a word that counts; then all else must differ.
    """
    if bool(swap.come) != bool(swap.gone):
        return answer.likeness < _NOTHING
    is_exchange = all(0 < len(words) <= _SWAPPED for words in (swap.come, swap.gone))
    own = (answer.only_left, answer.only_right)
    return is_exchange and all(any(map(corpus.carries_content, words)) for words in own)


def _exchanged_words(
    left: Wording, right: Wording, prompt: Overlap, answer: Overlap, corpus: Corpus
) -> _Swap:
    """Return the telling words that came into the prompt and those that went."""
    shared = prompt.shared + answer.shared
    part = max(
        shared / (side or 1.0) for side in (prompt.left + answer.left, prompt.right + answer.right)
    )
    # Of a note that was split or merged, words come from the other's answer, or go there.
    is_part = part >= _PART_OF
    come = _exchanged(prompt.only_left, left, right if is_part else None, corpus)
    gone = _exchanged(prompt.only_right, right, left if is_part else None, corpus)
    return _Swap(*corpus.without_respelt(come, gone))


def _is_parallel(
    left: Wording, right: Wording, swap: _Swap, answer: Overlap, corpus: Corpus
) -> bool:
    """Tell whether a word of the prompt was swapped, and one of a short answer for yet others.

    “When does the last train leave?” and “… the next train” have answers that are as alike.  A drug
    that is called otherwise is called so in both.
    """
    new, old = (
        set(filter(corpus.carries_content, words))
        for words in (answer.only_left, answer.only_right)
    )
    is_short = max(length_of(left.answer), length_of(right.answer)) <= _SENTENCE
    is_pair = all(0 < len(words) <= _PAIR for words in (swap.come, swap.gone, new, old))
    is_renamed = bool(swap.come & new or swap.gone & old)
    return left.kind != "cloze" and is_short and is_pair and not is_renamed


def _is_figure_corrected(swap: _Swap, answer: Overlap) -> bool:
    """Tell whether figures were exchanged for the same ones in the prompt and in the answer."""
    is_same = swap.come <= set(answer.only_left) and swap.gone <= set(answer.only_right)
    return is_same and all(word.isdigit() for word in swap.come | swap.gone)


def _is_rarer(words: Iterable[str], both: Iterable[str], corpus: Corpus) -> bool:
    """Tell whether words that were exchanged are rarer than all that stayed."""
    heaviest = max(map(corpus.weight, both), default=0.0)
    return all(corpus.weight(word) > heaviest for word in words)


def _exchanged(
    words: Iterable[str], one: Wording, other: Wording | None, corpus: Corpus
) -> set[str]:
    """Return the telling words of a prompt that the other note, if it counts, has nowhere."""
    asked = set(words_of(one.frame if one.kind == "cloze" else one.prompt))
    if other:
        asked -= {*words_of(other.prompt), *words_of(other.answer)}
    return {word for word in words if word in asked and corpus.carries_content(word)}


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
