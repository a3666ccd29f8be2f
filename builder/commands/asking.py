"""Asking on the terminal which note is which: the known one, and those of the text it may be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from builder.identity.questions import Answer
from builder.identity.wording import wording
from builder.phrases import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from builder.identity.lock import Entry
    from builder.identity.questions import Question
    from builder.span import Span

_SHOWN = 300  # characters of a prompt or an answer


def ask(prefix: str, question: Question) -> Answer | None:
    """Ask until there is an answer that can be understood; Ctrl-D leaves all as it is taken."""
    spans = list(question.candidates)
    for line in _lines(prefix, question):
        print(line, file=sys.stderr)
    while True:
        print(_choices(question, spans), end="", file=sys.stderr, flush=True)
        said = sys.stdin.readline().strip().lower()
        if not said:  # just Enter, or the end of what is typed
            return None
        if said in {"n", "no", "none"}:
            return Answer(None)
        if said in {"y", "yes"} and len(spans) == 1:
            return Answer(spans[0])
        if said.isascii() and said.isdigit() and 0 < int(said) <= len(spans):
            return Answer(spans[int(said) - 1])


def _lines(prefix: str, question: Question) -> Sequence[str]:
    known = question.known
    when = ", gone before" if known.retired else ""
    lines = ["", f"{prefix}-{known.number} was, in {known.topic}{when}:", *_texts(known)]
    is_one = len(question.candidates) == 1
    lines.append("Is it now this note?" if is_one else "Which of these notes is it now?")
    for number, (span, entry) in enumerate(question.candidates.items(), 1):
        mark = "" if is_one else f"{number}  "
        lines += [f"{mark}{span.path}:{span.line}", *_texts(entry)]
    return lines


def _texts(entry: Entry) -> Sequence[str]:
    found = wording(entry.kind, entry.topic, entry.fields)
    # Of a fact, the deletions stand in its text.
    texts = (found.prompt,) if entry.kind == "cloze" else (found.prompt, found.answer)
    return [f"    {cut(text, _SHOWN)}" for text in texts]


def _choices(question: Question, spans: Sequence[Span]) -> str:
    names = ["y"] if len(spans) == 1 else [str(number) for number in range(1, len(spans) + 1)]
    usual = names[spans.index(question.taken)] if question.taken else "none"
    return f"[{', '.join(names)}, or n for none; Enter: {usual}] "
