"""Two texts beside one another, word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

# Scripts without spaces are compared character by character.
_PIECE = re.compile(r"\s+|[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\W_]+|.", re.DOTALL)
_MOST = 4000  # pieces; of longer texts only the whole is shown as replaced
_AROUND = 30  # characters of unchanged text left around a change


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text that stayed, was deleted or was inserted."""

    kind: Literal["same", "deleted", "inserted"]
    text: str


def word_changes(before: str, after: str) -> list[Part]:
    """Return the parts of both texts in order; what stayed is cut to what stands near a change."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > _MOST:
        return [Part("deleted", before), Part("inserted", after)]
    parts = list(_parts(old, new))
    return [
        _near(part, is_first=at == 0, is_last=at == len(parts) - 1) for at, part in enumerate(parts)
    ]


def _parts(old: list[str], new: list[str]) -> Iterator[Part]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Part("same", "".join(old[i1:i2]))
            continue
        if i1 < i2:
            yield Part("deleted", "".join(old[i1:i2]))
        if j1 < j2:
            yield Part("inserted", "".join(new[j1:j2]))


def _near(part: Part, *, is_first: bool, is_last: bool) -> Part:
    """Leave of an unchanged stretch what stands beside its changes."""
    text = part.text
    before, after = (0 if is_first else _AROUND), (0 if is_last else _AROUND)
    if part.kind != "same" or len(text) <= before + after + 3:
        return part
    return Part("same", f"{text[:before]}…{text[len(text) - after :]}")
