"""Finding courses and topics on the disk; links that lead elsewhere are not followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from builder.diagnostics import Diagnostic, warning
from builder.source.course import NAME
from builder.source.names import name_problem, package_problem
from builder.source.read import lies_inside
from builder.span import Span
from builder.text import fold_name

_MAX_DEPTH = 20  # folders inside a course

# Names by which others know Markdown; a topic's name ends in .md.
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")


@dataclass(frozen=True, slots=True)
class Found:
    """A file or folder: its name inside the content or the course, its path, and as shown."""

    name: str
    path: Path
    shown: str


def find_courses(content: Path, shown: str) -> tuple[list[Found], list[Diagnostic]]:
    """Return the folders of `content/`, by name; each is meant to be a course."""
    try:
        entries = _entries(content)
        courses = [Found(p.name, p, f"{shown}/{p.name}") for p in entries if p.is_dir()]
    except OSError as error:
        why = error.strerror or str(error)
        message, hint = f"there is no readable folder here: {why}", "name it with --content DIR"
        return [], [Diagnostic("course-none", message, Span(shown), hint)]
    problems = [
        _ignored(f"{shown}/{path.name}", "it lies in no course", "move it into a course")
        for path in entries
        if path.suffix.lower() in _MARKDOWN and path.stem.upper() != "README" and path.is_file()
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
    for path in _walk(course.path, problems, course):
        name = path.relative_to(course.path).as_posix()
        shown = f"{course.shown}/{name}"
        if path.suffix == ".md":
            files.append(Found(name.removesuffix(".md"), path, shown))
        elif path.suffix.lower() in _MARKDOWN:
            hint = f"call it {path.stem}.md"
            problems.append(_ignored(shown, "a topic's name ends in .md", hint))
    return _usable(files, course.path, problems), problems + _collisions(files, "topic")


def _usable(found: Iterable[Found], folder: Path, problems: list[Diagnostic]) -> list[Found]:
    """Return what lies inside the folder under a name that outputs can have."""
    usable = []
    for one in found:
        problem = name_problem(one.name, one.shown)
        if problem:
            problems.append(problem)
        if one.path.is_symlink() and not lies_inside(one.path, folder):
            problems.append(_outside(one.shown))
        elif not problem or problem.severity == "warning":
            usable.append(one)
    return usable


def _walk(
    folder: Path, problems: list[Diagnostic], course: Found, depth: int = 0
) -> Iterator[Path]:
    shown = f"{course.shown}/{folder.relative_to(course.path).as_posix()}".removesuffix("/.")
    try:
        entries = _entries(folder)
        folders = [path for path in entries if path.is_dir()]
    except OSError as error:
        message = f"this folder can't be read: {error.strerror or error}"
        hint = "check that you may read it"
        problems.append(Diagnostic("file-unreadable", message, Span(shown), hint))
        return
    if depth > _MAX_DEPTH:
        message, hint = "the folders are nested too deeply", f"keep to {_MAX_DEPTH} levels"
        problems.append(Diagnostic("nesting-too-deep", message, Span(shown), hint))
        return
    yield from (path for path in entries if path not in folders)
    for path in folders:
        if path.is_symlink():
            problems.append(_outside(f"{shown}/{path.name}"))
        else:
            yield from _walk(path, problems, course, depth + 1)


def _entries(folder: Path) -> list[Path]:
    """Return what counts in a folder, in natural order."""
    entries = (path for path in folder.iterdir() if not path.name.startswith((".", "_")))
    return sorted(entries, key=lambda path: natural_key(path.name.removesuffix(".md")))


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
