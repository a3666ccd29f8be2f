"""Where the keys of a TOML text stand; `tomllib` tells what they hold, but not where.

Only for texts that `tomllib` has read without an error: that a string ends, say, is known.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from builder.span import Span

_STRING_OR_COMMENT = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?!")'
    r"|'''.*?'''(?!')"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
    r"|#[^\n]*",
    re.DOTALL,
)
_FILLER = "\0"  # stands for each character of a string; TOML allows none
_STRING = re.compile(f"{_FILLER}+")

Path = tuple[str | int, ...]  # ("handout", "answers"), or ("topics", 2) for an item of a list


@dataclass(frozen=True, slots=True)
class _Statement:
    """A table's head, or a key with its value: where it begins and ends in the text."""

    start: int
    end: int


def toml_places(text: str, path: str) -> dict[Path, Span]:
    """Return the span of each table, key, and string in a list, by its path in the data."""
    masked = _STRING_OR_COMMENT.sub(_masked, text)
    found: dict[Path, Span] = {}
    table: Path = ()
    for statement in _statements(masked):
        head = masked[statement.start] == "["
        key = _key(text, masked, statement, head=head)
        here = key if head else (*table, *key)
        table = key if head else table
        line_end = text.find("\n", statement.start, statement.end)
        line = masked[statement.start : line_end if line_end >= 0 else statement.end].rstrip()
        span = _span(text, statement.start, len(line), path)
        for length in range(1, len(here) + 1):
            found.setdefault(here[:length], span)
        if not head:
            found |= _items(text, masked, statement, here, path)
    return found


def _masked(found: re.Match[str]) -> str:
    """Blank a comment, and make one word of a string, both as long as before."""
    return (" " if found[0].startswith("#") else _FILLER) * len(found[0])


def _statements(masked: str) -> Iterator[_Statement]:
    start, depth = -1, 0
    for offset, char in enumerate(masked + "\n"):
        depth += (char in "[{") - (char in "]}")
        if start < 0 and not char.isspace():
            start = offset
        elif char == "\n" and depth == 0 and start >= 0:
            yield _Statement(start, offset)
            start = -1


def _key(text: str, masked: str, statement: _Statement, *, head: bool) -> tuple[str, ...]:
    """Let tomllib read the key, which may be dotted and quoted."""
    end = masked.index("]" if head else "=", statement.start)
    written = text[statement.start : end].lstrip("[")
    names: list[str] = []
    data = tomllib.loads(f"{written} = 0")
    while isinstance(data, dict):
        ((name, data),) = data.items()
        names.append(name)
    return tuple(names)


def _items(text: str, masked: str, statement: _Statement, key: Path, path: str) -> dict[Path, Span]:
    """Return the spans of the strings of a list."""
    value = masked.index("=", statement.start) + 1
    if not masked[value : statement.end].lstrip().startswith("["):
        return {}
    return {
        (*key, index): _span(text, found.start(), len(found[0]), path)
        for index, found in enumerate(_STRING.finditer(masked, value, statement.end))
    }


def _span(text: str, start: int, length: int, path: str) -> Span:
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return Span(path, line, column, line, column + length)
