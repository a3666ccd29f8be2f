"""How alike two wordings of a note are: prompt, answer and as a whole.

The figures here and in the modules beside were set on the histories of tests/histories and on no
others; bench/recognition.py measures what they are worth.
"""

from __future__ import annotations

from dataclasses import dataclass

from builder.identity.corpus import Corpus
from builder.identity.overlap import overlap
from builder.identity.swapping import is_swapped
from builder.identity.wording import Wording

_PROMPT, _CLOZE_PROMPT = 0.65, 0.85  # a prompt's share; a cloze fact's answers stand in its prompt
_NAME = 3.0  # the weight of a prompt that is all in another one


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two wordings are, from 0 to 1; `shared` is the weight of the words in both.

    `within` is the part of the first one's words that the other has too, and `covers` the part of
    the other's that the first one has.  `contained` tells that one prompt holds all of the other.
    `swapped` tells that a content word of the prompt was exchanged and the answer changed with
    it: two notes of one frame, not one note reworded.
    """

    prompt: float
    answer: float
    whole: float
    answer_shared: float
    shared: float
    within: float
    covers: float
    contained: bool
    swapped: bool


def likeness(left: Wording, right: Wording, corpus: Corpus) -> Likeness:
    """Compare two wordings of the same kind."""
    prompt = overlap(left.prompt, right.prompt, corpus)
    answer = overlap(left.answer, right.answer, corpus)
    share = _CLOZE_PROMPT if left.kind == "cloze" else _PROMPT
    whole = share * prompt.likeness + (1 - share) * answer.likeness
    shared = prompt.shared + answer.shared
    within = shared / (prompt.left + answer.left) if shared else 0.0
    covers = shared / (prompt.right + answer.right) if shared else 0.0
    shorter = min(prompt.left, prompt.right)
    contained = not prompt.slips and prompt.shared >= max(_NAME, 0.99 * shorter)
    swapped = is_swapped(left, right, prompt, answer, corpus)
    return Likeness(
        prompt.likeness,
        answer.likeness,
        whole,
        answer.shared,
        shared,
        within,
        covers,
        contained,
        swapped,
    )
