r"""Cloze deletions: `{{answer}}`, `{{answer::hint}}`, `{{c1::answer::hint}}`.

An inline rule.  It makes `cloze_open` (meta: `pos`, `end`, `number` or None, `hint`) and
`cloze_close` around the parsed answer, or one `cloze_error` (meta: `pos`, `end`, `code`).

    {{  opens; `\{{` is text            ::  starts the hint; `\::` is text
    }}  closes; a lone `}}` is text      code spans are never syntax, neither inside nor outside
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it.common.utils import unescapeAll

from builder.model import LAST_NUMBER

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

    from builder.diagnostics import Code

# Also what was hardly meant otherwise: {{C1::a}}, {{c1,2::a}}, {{c 1::a}}, {{c1:a}}.
_NUMBER = re.compile(r"[cC]\s*\d[\d,\s]*::|c\d+\s*:")
_RIGHT_NUMBER = re.compile(r"c([1-9][0-9]{0,2})::")


@dataclass(frozen=True, slots=True)
class _Scan:
    """Where the deletion's parts lie in the inline's text: answer, `::` (or -1), end."""

    answer: int
    divider: int
    end: int
    number: int | None = None
    problem: Code | None = None


def install(md: MarkdownIt) -> None:
    """Add the rule; no other begins with a brace."""
    md.inline.ruler.before("link", "cloze", _cloze)


def _cloze(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    start = state.pos
    if not state.src.startswith("{{", start) or start + 2 > state.posMax:
        return False
    scan = _scan(state, start)
    if not silent:
        _push(state, start, scan)
    state.pos = scan.end
    return True


def _push(state: StateInline, start: int, scan: _Scan) -> None:
    if scan.problem:
        # What is not closed swallows the rest, but only the braces are to blame.
        end = start + 2 if scan.problem == "cloze-unclosed" else scan.end
        token = state.push("cloze_error", "", 0)
        token.meta = {"pos": start, "end": end, "code": scan.problem}
        return
    answer_end = scan.end - 2 if scan.divider < 0 else scan.divider
    hint = "" if scan.divider < 0 else state.src[scan.divider + 2 : scan.end - 2]
    hint = " ".join(unescapeAll(hint).split())
    opened = state.push("cloze_open", "", 1)
    opened.meta = {"pos": start, "end": scan.end, "number": scan.number, "hint": hint}
    before = state.pos, state.posMax
    state.pos, state.posMax = _trimmed(state.src, scan.answer, answer_end)
    state.md.inline.tokenize(state)
    state.pos, state.posMax = before
    if state.tokens[-1].type == "text":  # markdown-it's rule for text may step over the end
        state.tokens[-1].content = state.tokens[-1].content.rstrip()
    state.push("cloze_close", "", -1)


def _scan(state: StateInline, start: int) -> _Scan:
    """Find the deletion's end, stepping over escapes, code and links; leaves the state alone."""
    numbered = _NUMBER.match(state.src, start + 2, state.posMax)
    answer = numbered.end() if numbered else start + 2
    before = state.pos
    state.pos = answer
    depth, divider, nested = 1, -1, False
    while state.pos < state.posMax:
        here = state.src[state.pos : min(state.pos + 2, state.posMax)]
        if here == "{{":
            depth, nested = depth + 1, True
        elif here == "}}":
            depth -= 1
            if not depth:
                break
        elif here != "::" or depth > 1:
            state.md.inline.skipToken(state)
            continue
        elif divider < 0:
            divider = state.pos
        state.pos += 2
    end = min(state.pos + 2, state.posMax)
    state.pos = before
    if depth:
        return _Scan(answer, divider, state.posMax, problem="cloze-unclosed")
    return _judged(state.src, _Scan(answer, divider, end), numbered, nested=nested)


def _judged(src: str, scan: _Scan, numbered: re.Match[str] | None, *, nested: bool) -> _Scan:
    """Return the scan with its number, or with what is wrong."""
    answer = src[scan.answer : scan.end - 2 if scan.divider < 0 else scan.divider]
    hint = src[scan.divider + 2 : scan.end - 2]
    right = _RIGHT_NUMBER.fullmatch(numbered[0]) if numbered else None
    number = int(right[1]) if right else None
    problem: Code | None = None
    if nested:
        problem = "cloze-nested"
    elif numbered and (number is None or number > LAST_NUMBER):
        problem = "cloze-number"
    elif not answer.strip() or (scan.divider >= 0 and not hint.strip()):
        problem = "cloze-empty"
    return _Scan(scan.answer, scan.divider, scan.end, number, problem)


def _trimmed(src: str, start: int, end: int) -> tuple[int, int]:
    """Step over the space at both ends of an answer; what is not blank stays at least."""
    text = src[start:end]
    return start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
