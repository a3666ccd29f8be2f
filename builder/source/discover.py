"""Finding courses and topics on the disk; links that lead elsewhere are not followed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from builder.diagnostics import Diagnostic, warning
from builder.source.course import NAME
from builder.source.names import name_problem, package_problem
from builder.source.read import lies_inside
from builder.span import Span
from builder.text import fold_name

DirEntry = os.DirEntry[str]

_MAX_DEPTH = 20  # folders inside a course

# Names by which others know Markdown; a topic's name ends in .md.
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")


class Found(NamedTuple):
    """A file or folder: its name inside the content or the course, its path, and as shown."""

    name: str
    path: str
    shown: str
    is_link: bool = False

    @property
    def folder(self) -> Path:
        """Return the path of a course's folder."""
        return Path(self.path)


def find_courses(content: Path, shown: str) -> tuple[list[Found], list[Diagnostic]]:
    """Return the folders of `content/`, by name; each is meant to be a course."""
    try:
        entries = _entries(content)
    except OSError as error:
        why = error.strerror or str(error)
        message, hint = f"there is no readable folder here: {why}", "name it with --content DIR"
        return [], [Diagnostic("course-none", message, Span(shown), hint)]
    courses = [
        Found(entry.name, entry.path, f"{shown}/{entry.name}", entry.is_symlink())
        for entry in entries
        if _is_folder(entry)
    ]
    problems = [
        _ignored(f"{shown}/{entry.name}", "it lies in no course", "move it into a course")
        for entry in entries
        if _kind(entry.name) in _MARKDOWN and _is_lost(Path(entry.path))
    ]
    if not courses:
        hint = f"make a folder with a {NAME} and a topic, for example {shown}/my-course"
        problems.append(Diagnostic("course-none", "there is no course here", Span(shown), hint))
    usable = _usable(courses, content, problems)
    reserved = {
        one.name: found for one in usable if (found := package_problem(one.name, one.shown))
    }
    problems += [*reserved.values(), *_collisions(courses, "course")]
    return [one for one in usable if one.name not in reserved], problems


def find_topics(course: Found) -> tuple[list[Found], list[Diagnostic]]:
    """Return the course's Markdown files in natural order, a folder's files before its folders."""
    files: list[Found] = []
    problems: list[Diagnostic] = []
    for name, entry in _walk(course.path, "", problems, course):
        shown = f"{course.shown}/{name}"
        if name.endswith(".md"):
            topic = name.removesuffix(".md")
            files.append(Found(topic, entry.path, shown, entry.is_symlink()))
        elif _kind(name) in _MARKDOWN:
            hint = f"call it {Path(entry.name).stem}.md"
            problems.append(_ignored(shown, "a topic's name ends in .md", hint))
    return _usable(files, course.folder, problems), problems + _collisions(files, "topic")


def _usable(found: Iterable[Found], folder: Path, problems: list[Diagnostic]) -> list[Found]:
    """Return what lies inside the folder under a name that outputs can have."""
    usable = []
    for one in found:
        problem = name_problem(one.name, one.shown)
        if problem:
            problems.append(problem)
        if one.is_link and not lies_inside(one.path, folder):
            problems.append(_outside(one.shown))
        elif not problem or problem.severity == "warning":
            usable.append(one)
    return usable


def _walk(
    folder: Path | str, inside: str, problems: list[Diagnostic], course: Found, depth: int = 0
) -> Iterator[tuple[str, DirEntry]]:
    """Yield the files of a folder, which lies `inside` the course, by their names in the course."""
    shown = f"{course.shown}/{inside}".removesuffix("/")
    try:
        entries = _entries(folder)
    except OSError as error:
        message = f"this folder can't be read: {error.strerror or error}"
        hint = "check that you may read it"
        problems.append(Diagnostic("file-unreadable", message, Span(shown), hint))
        return
    if depth > _MAX_DEPTH:
        message, hint = "the folders are nested too deeply", f"keep to {_MAX_DEPTH} levels"
        problems.append(Diagnostic("nesting-too-deep", message, Span(shown), hint))
        return
    yield from ((inside + entry.name, entry) for entry in entries if not _is_folder(entry))
    for entry in filter(_is_folder, entries):
        if entry.is_symlink():
            problems.append(_outside(f"{course.shown}/{inside}{entry.name}"))
        else:
            yield from _walk(entry.path, f"{inside}{entry.name}/", problems, course, depth + 1)


def _entries(folder: Path | str) -> list[DirEntry]:
    """Return what counts in a folder, in natural order; not as paths, since there are thousands."""
    with os.scandir(folder) as found:
        entries = [entry for entry in found if not entry.name.startswith((".", "_"))]
    return sorted(entries, key=lambda entry: natural_key(entry.name.removesuffix(".md")))


def _is_folder(entry: DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself, say
        return False


def _kind(name: str) -> str:
    """Return the end of a file's name, from its last dot, in small letters."""
    return os.path.splitext(name)[1].lower()  # noqa: PTH122  # of thousands


def _is_lost(path: Path) -> bool:
    """Tell whether somebody may have meant this for a topic."""
    return path.stem.upper() != "README" and path.is_file()


def natural_key(name: str) -> tuple[tuple[tuple[int, int | str], ...], str]:
    """Return a key that puts 2 before 10, a name before longer ones, and ignores case."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts), name


def _collisions(found: Iterable[Found], what: str) -> list[Diagnostic]:
    """Report names that are one name on a disk that doesn't tell cases apart."""
    first: dict[str, Found] = {}
    problems = []
    for one in found:
        other = first.setdefault(fold_name(one.name), one)
        if other is not one:
            message = f"this {what} would write the same files as {other.shown}"
            hint = "rename one: many disks don't tell upper from lower case"
            problems.append(Diagnostic("output-collision", message, Span(one.shown), hint))
    return problems


def _ignored(shown: str, why: str, hint: str) -> Diagnostic:
    return warning("file-ignored", f"this file is not read: {why}", Span(shown), hint)


def _outside(shown: str) -> Diagnostic:
    return Diagnostic(
        "path-outside",
        "this is a link that leads elsewhere",
        Span(shown),
        "copy what it leads to into the course: what lies outside is not read",
    )
