"""What the next import of each course will do; reads everything and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.build.courses import load_courses
from builder.build.identify import Demands, identify
from builder.build.shelf import KeptShelf, open_shelf
from builder.diagnostics import Diagnostic
from builder.difference.changes import Now, changes
from builder.difference.package import read_package
from builder.difference.text import CourseChanges
from builder.identity.assign import Assigned
from builder.identity.lock import Entry
from builder.source.load import Loaded


@dataclass(frozen=True, slots=True)
class Difference:
    """The changes of each course, what is wrong, and the names that a course may have."""

    courses: tuple[CourseChanges, ...]
    diagnostics: tuple[Diagnostic, ...]
    names: tuple[str, ...]


def diff(content: Path, course: str = "", since: Path | None = None) -> Difference:
    """Compare with the last build, or with a package that was handed out.

    Without a course all are compared; with a package, those that share a note with it.  Raises
    `PackageError` if the package can't be read.
    """
    handed_out = read_package(since) if since else None
    with open_shelf(content) as shelf:
        return _differences(content, course, handed_out, shelf)


def _differences(
    content: Path, course: str, handed_out: Sequence[Entry] | None, shelf: KeptShelf
) -> Difference:
    library = load_courses(content, shelf)
    found = list(library.diagnostics)
    compared = []
    for loaded in library.courses:
        if course not in {"", loaded.course.name}:
            continue
        identified = identify(loaded, Demands(), library.folders, shelf)
        found += [each for each in identified.diagnostics if each.severity == "error"]
        before = handed_out
        if before is None and identified.before:
            before = identified.before.entries
        assigned = identified.assigned
        if assigned is None or before is None:
            continue
        if handed_out is None or course or _shares(assigned, before):
            compared.append(_compared(loaded, assigned, before))
    return Difference(tuple(compared), tuple(found), library.folders)


def _compared(loaded: Loaded, assigned: Assigned, before: Sequence[Entry]) -> CourseChanges:
    course = loaded.course
    spans = {identity.number: span for span, identity in assigned.identities.items()}
    now = Now(assigned.lock.entries, spans, assigned.unsure)
    return CourseChanges(course.name, course.code, changes(before, now))


def _shares(assigned: Assigned, before: Sequence[Entry]) -> bool:
    here = {entry.guid for entry in assigned.lock.entries}
    return any(entry.guid in here for entry in before)
