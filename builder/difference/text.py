"""Changes as people read them on a terminal, and as other programs do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from builder.difference.changes import KINDS, Change, FieldChange
from builder.difference.words import Part, word_changes
from builder.identity.assign import Recognised
from builder.identity.wording import plain, wording
from builder.phrases import cut

_SHOWN = 80  # characters of a prompt
_COLOURS = {
    "new": "32",
    "returned": "32",
    "changed": "33",
    "moved": "36",
    "retired": "31",
    "unsure": "1;35",
    "deleted": "31;9",
    "inserted": "32",
}
_BARE = {"same": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}
_FIELDS = {"Front": "prompt", "Back": "answer", "Context": "place"}


@dataclass(frozen=True, slots=True)
class CourseChanges:
    """What an import of a course's package will do."""

    course: str
    prefix: str
    changes: Sequence[Change]


def as_text(found: CourseChanges, *, colour: bool) -> str:
    """Return a line that counts, and one for each note with what changes in it."""
    counts = Counter(change.kind for change in found.changes)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])
    lines = [f"{found.course}: {told or 'an import changes nothing'}"]
    for change in found.changes:
        lines += _lines(change, found.prefix, colour=colour)
    return "\n".join(lines)


def as_data(found: CourseChanges) -> list[dict[str, Any]]:
    """Return the changes for JSON."""
    return [_data(change, found) for change in found.changes]


def _lines(change: Change, prefix: str, *, colour: bool) -> Iterator[str]:
    kind = _painted(f"{change.kind:<8}", change.kind, colour=colour)
    span = change.span
    place = f"{span.path}:{span.line}" if span else change.topic
    yield f"  {kind} {prefix}-{change.number}  {place}  {cut(change.prompt, _SHOWN)}"
    for name, text in _details(change, prefix, colour=colour):
        yield f"           {name:<8} {text}"


def _details(change: Change, prefix: str, *, colour: bool) -> Iterator[tuple[str, str]]:
    if change.origin:
        yield "topic", f"{change.origin} → {change.topic}"
    for each in change.fields:
        yield _FIELDS.get(each.name, each.name.lower()), _wordwise(each, colour=colour)
    tags = [f"+{tag}" for tag in change.tags_added] + [f"-{tag}" for tag in change.tags_removed]
    if tags:
        yield "tags", " ".join(tags)
    if change.is_late:
        code = f"{prefix}-{change.number}"
        yield "but", f"Anki has one that is as new: build with --restamp {code}"
    if change.like:
        yield "like", _like(change.like, prefix)


def _like(like: Recognised, prefix: str) -> str:
    was = wording(like.before.kind, like.before.topic, like.before.fields).prompt
    code = f"{prefix}-{like.before.number}"
    return f"{code} ({like.match.score:.0%}): {cut(was, _SHOWN)}"


def _wordwise(change: FieldChange, *, colour: bool) -> str:
    before, after = (" ".join(plain(html).split()) for html in (change.before, change.after))
    if before == after:
        return "(only its form: emphasis, pictures or hints)"
    return "".join(_shown(part, colour=colour) for part in word_changes(before, after))


def _shown(part: Part, *, colour: bool) -> str:
    if part.kind == "same":
        return part.text
    return (
        _painted(part.text, part.kind, colour=True)
        if colour
        else _BARE[part.kind].format(part.text)
    )


def _painted(text: str, role: str, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m" if colour else text


def _data(change: Change, found: CourseChanges) -> dict[str, Any]:
    data: dict[str, Any] = {
        "course": found.course,
        "kind": change.kind,
        "code": f"{found.prefix}-{change.number}",
        "prompt": change.prompt,
        "topic": change.topic,
        "path": change.span.path if change.span else None,
        "line": change.span.line if change.span else None,
        "moved_from": change.origin or None,
        "fields": {each.name: [each.before, each.after] for each in change.fields},
        "tags_added": list(change.tags_added),
        "tags_removed": list(change.tags_removed),
        "is_late": change.is_late,
        "like": None,
    }
    if change.like:
        code = f"{found.prefix}-{change.like.before.number}"
        data["like"] = {"code": code, "score": round(change.like.match.score, 2)}
    return data
