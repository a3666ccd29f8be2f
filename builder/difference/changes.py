"""What an import changes: the notes as they were handed out, beside those of the next package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from builder.identity.assign import Recognised
from builder.identity.lock import Entry
from builder.identity.wording import wording
from builder.span import Span

Kind = Literal["new", "returned", "changed", "moved", "retired", "unsure"]
KINDS: tuple[Kind, ...] = ("new", "returned", "changed", "moved", "retired", "unsure")

_PLACE = "Context"  # the field that says where a note stands, which moves with it


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of Anki before and after, as HTML."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What an import does with one note, seen by its number and where it stands in the text.

    `origin` is the topic from which it was moved, or empty.  `is_late` tells that the note that
    was handed out is not older, so that Anki will pass over this one.  `like` is the note that an
    unsure one may be.
    """

    kind: Kind
    number: int
    prompt: str
    topic: str
    span: Span | None = None
    origin: str = ""
    fields: tuple[FieldChange, ...] = ()
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    is_late: bool = False
    like: Recognised | None = None


@dataclass(frozen=True, slots=True)
class Now:
    """The notes of the next package: the lock as a build would write it, and their places."""

    entries: tuple[Entry, ...]
    spans: Mapping[int, Span]
    unsure: tuple[Recognised, ...] = field(default=())


def changes(before: Iterable[Entry], now: Now) -> list[Change]:
    """Return what differs, in the order of `KINDS` and then of the text."""
    known = {entry.guid: entry for entry in before}
    found = [
        change for entry in now.entries for change in _changes(known.get(entry.guid), entry, now)
    ]
    here = {entry.guid for entry in now.entries}
    found += [
        _retired(entry) for entry in known.values() if not entry.retired and entry.guid not in here
    ]
    found += [_unsure(each, now) for each in now.unsure]
    return sorted(found, key=lambda change: KINDS.index(change.kind))


def _changes(old: Entry | None, entry: Entry, now: Now) -> Iterator[Change]:
    if entry.retired:
        if old and not old.retired:
            yield _retired(old)
    elif old is None:
        yield _change("new", entry, now)
    elif old.retired:
        yield _change("returned", entry, now, old)
    elif _content(old) != _content(entry):
        yield _change("changed" if _is_more_than_moved(old, entry) else "moved", entry, now, old)


def _content(entry: Entry) -> tuple[int, Mapping[str, str], frozenset[str]]:
    return entry.number, entry.fields, frozenset(entry.tags)


def _is_more_than_moved(old: Entry, entry: Entry) -> bool:
    """Tell whether more changed than the place, and the tags that come with it."""
    was, here = ({**each.fields, _PLACE: ""} for each in (old, entry))
    stays = old.topic == entry.topic
    return was != here or old.number != entry.number or (stays and set(old.tags) != set(entry.tags))


def _change(kind: Kind, entry: Entry, now: Now, old: Entry | None = None) -> Change:
    before = old or Entry(0, "", entry.kind, entry.topic)
    names = dict.fromkeys((*before.fields, *entry.fields))
    return Change(
        kind,
        entry.number,
        _prompt(entry),
        entry.topic,
        now.spans.get(entry.number),
        before.topic if before.topic != entry.topic else "",
        tuple(
            FieldChange(name, before.fields.get(name, ""), entry.fields.get(name, ""))
            for name in names
            if old and before.fields.get(name, "") != entry.fields.get(name, "")
        ),
        tuple(tag for tag in entry.tags if old and tag not in before.tags),
        tuple(tag for tag in before.tags if old and tag not in entry.tags),
        is_late=bool(old) and entry.mod <= before.mod,
    )


def _retired(entry: Entry) -> Change:
    return Change("retired", entry.number, _prompt(entry), entry.topic)


def _unsure(each: Recognised, now: Now) -> Change:
    entry = next(entry for entry in now.entries if entry.number == each.number)
    return Change("unsure", each.number, _prompt(entry), entry.topic, each.span, like=each)


def _prompt(entry: Entry) -> str:
    return wording(entry.kind, entry.topic, entry.fields).prompt
