"""Reading all courses: the one place that goes from folders to checked topics."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from builder.briefs import Brief, Topics
from builder.checks import check_course
from builder.diagnostics import Diagnostic, has_errors, quoted, warning
from builder.hashes import Stamp, known_sha, learn, sha, stamp_of
from builder.model import Asset, Course, Image, Topic
from builder.source.assets import read_asset
from builder.source.course import MAX_BYTES, NAME, Tables, read_course
from builder.source.course_fonts import CourseFonts
from builder.source.course_templates import read_templates
from builder.source.discover import Found, find_courses, find_topics
from builder.source.drafts import (
    Draft,
    Memory,
    Parse,
    Shelf,
    course_key,
    read_draft,
    read_topic,
    topic_key,
)
from builder.source.links import image_target
from builder.source.read import (
    MAX_TOPIC_BYTES,
    check_characters,
    lies_inside,
    read_bytes,
    read_text,
)
from builder.source.toml_places import toml_places
from builder.source.topic import TopicReader
from builder.span import Span
from builder.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Loaded:
    """One course: its topics without errors, in order, and the names of those with errors.

    `read_again` reads a file that is known to have changed, and gives its topic in brief: if it is
    that of one of these topics and has no errors.
    """

    course: Course
    topics: Topics
    broken: frozenset[str]
    assets: Mapping[str, Asset]
    read_again: Callable[[Path], Brief | None] = lambda _path: None


@dataclass(frozen=True, slots=True)
class Library:
    """All courses that could be read, and everything that was found wrong.

    `folders` names every course folder, also those that could not be read.
    """

    courses: tuple[Loaded, ...]
    diagnostics: tuple[Diagnostic, ...] = field(default=())
    folders: tuple[str, ...] = ()


def load(content: Path, shown: str, tables: Tables, shelf: Shelf | None = None) -> Library:
    """Read every course of a content folder; mistakes become diagnostics, never exceptions.

    Topics that the shelf has are not parsed again.
    """
    shelf = Memory() if shelf is None else shelf
    found, problems = find_courses(content, shown)
    courses = []
    for course in found:
        loaded, more = load_course(course, tables, shelf)
        problems += more
        if loaded:
            courses.append(loaded)
    return Library(tuple(courses), tuple(problems), tuple(course.name for course in found))


def load_course(
    found: Found, tables: Tables, shelf: Shelf
) -> tuple[Loaded | None, list[Diagnostic]]:
    """Read one course folder; without a sound course.toml only for what is wrong in it."""
    path = f"{found.shown}/{NAME}"
    text, problems = _course_text(found, path)
    if text is None:
        return None, problems
    course, more = read_course(text, found.folder, path, tables)
    problems += more + check_characters(text, path)
    if course is None:
        return None, problems
    templates, wrong = read_templates(found.folder, found.shown)
    logo, problem = image_target(course.logo, "", course.span) if course.logo else ("", None)
    course = replace(course, templates=templates, logo=logo)
    pictures, fonts = _Pictures(course), CourseFonts(course)
    problems += [*wrong, *([problem] if problem else pictures.read_logo())]
    problems += fonts.find(toml_places(text, path)) + fonts.check(text, path)
    fonts.remember(text.encode())
    files, found_problems = find_topics(found)
    files, order_problems = _in_order(files, course, text)
    if not files and not found_problems + order_problems:
        hint = "write a topic, a file whose name ends in .md; see docs/format.md"
        problems.append(
            warning("course-empty", "this course has no topics", Span(found.shown), hint)
        )
    is_sound = not has_errors(problems)
    reader = _Reader.of(course, fonts, shelf)
    problems += found_problems + order_problems
    loaded, problems = _checked(files, pictures, reader, problems)
    return (loaded if is_sound else None), problems


def _course_text(found: Found, path: str) -> tuple[str | None, list[Diagnostic]]:
    file = found.folder / NAME
    if not os.path.lexists(file):
        hint = f'write {NAME} with a line title = "…", or begin the folder\'s name with _'
        message = f"this folder has no {NAME}, so it is no course"
        return None, [Diagnostic("course-missing", message, Span(found.shown), hint)]
    if not lies_inside(file, found.path):
        hint = "copy the file into the course: what lies outside is not read"
        message = "this is a link that leads elsewhere"
        return None, [Diagnostic("path-outside", message, Span(path), hint)]
    return read_text(file, path, MAX_BYTES)


# --- topics ---


def _checked(
    files: list[Found], pictures: _Pictures, reader: _Reader, problems: list[Diagnostic]
) -> tuple[Loaded, list[Diagnostic]]:
    course, briefs = reader.course, []
    reader.expect(files)
    for file in files:
        draft = reader.draft(file)
        problems += draft.diagnostics
        if draft.brief:
            briefs.append(draft.brief)
            problems += pictures.read(draft.brief)
    problems += check_course(briefs, [file.name for file in files])
    wrong = {found.span.path for found in problems if found.severity == "error"}
    good = tuple(brief for brief in briefs if brief.span.path not in wrong)
    broken = frozenset(file.name for file in files) - {brief.name for brief in good}
    if course.span.path in wrong:  # a topic that is listed but missing, say
        broken |= {course.span.path}
    assets = pictures.assets() | reader.fonts.assets()
    again = partial(reader.again, {file.name: file for file in files})
    return Loaded(course, Topics(good, reader.topic), broken, assets, again), problems


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the topics of a course; those that the shelf knows are not parsed again."""

    course: Course
    fonts: CourseFonts
    shelf: Shelf
    key: str
    topics: TopicReader
    known: dict[str, tuple[str, Parse]] = field(default_factory=dict)
    unreadable: dict[str, Draft] = field(default_factory=dict)
    last: dict[str, Topic] = field(default_factory=dict)  # the one that was asked for last

    @classmethod
    def of(cls, course: Course, fonts: CourseFonts, shelf: Shelf) -> _Reader:
        covered = fonts.covered()
        return cls(course, fonts, shelf, course_key(course, covered), TopicReader(course, covered))

    def expect(self, files: Iterable[Found]) -> None:
        """Look at the files, and tell the shelf which topics will be asked for."""
        for file in files:
            stamp = _stamp(file.path)  # from before it is read, so that later changes show
            if not stamp or not self._is_known(file, stamp):
                self._read(file, stamp)
        self.shelf.expect(dict(self.known.values()))

    def _is_known(self, file: Found, stamp: Stamp) -> bool:
        """Tell whether the topic in a file need not be read, because the file is as it was."""
        hashed = known_sha(file.path, stamp)
        if not hashed or self.fonts.known:  # which are cut to the characters of all files
            return False
        key = self._key(file, hashed)
        if not self.shelf.has(key):
            return False
        self.known[file.name] = key, partial(self._parse, file, hashed)
        return True

    def _read(self, file: Found, stamp: Stamp | None) -> None:
        data, problem = read_bytes(file.path, file.shown, MAX_TOPIC_BYTES)
        if data is None:
            self.unreadable[file.name] = Draft(None, (problem,) if problem else ())
            return
        self.fonts.remember(data)
        hashed = sha(data)
        if stamp:
            learn(file.path, stamp, hashed)
        self.known[file.name] = self._key(file, hashed), partial(self.topics.read, file, data)

    def _parse(self, file: Found, hashed: str) -> tuple[Topic | None, list[Diagnostic]]:
        """Read a topic that was known, because it is not any more; raises LookupError."""
        data, _ = read_bytes(file.path, file.shown, MAX_TOPIC_BYTES)
        if data is None or sha(data) != hashed:
            message = f"{file.shown} was changed meanwhile: build again"
            raise LookupError(message)
        return self.topics.read(file, data)

    def _key(self, file: Found, hashed: str) -> str:
        return topic_key(self.key, file.name, file.shown, hashed)

    def draft(self, file: Found) -> Draft:
        """Return a topic in brief, as far as it can be read, and what is wrong in it."""
        return self.unreadable.get(file.name) or read_draft(self.shelf, *self.known[file.name])

    def again(self, files: Mapping[str, Found], path: Path) -> Brief | None:
        """Read one of the files anew, and return its topic if there is nothing wrong with it."""
        name, suffix = os.path.splitext(os.path.relpath(path, self.course.folder))  # noqa: PTH122
        file = files.get(name.replace(os.sep, "/")) if suffix == ".md" else None
        if file is None or not lies_inside(file.path, self.course.folder):
            return None
        self.unreadable.pop(file.name, None)
        self.last.clear()
        self.expect([file])
        draft = self.draft(file)
        return None if has_errors(draft.diagnostics) else draft.brief

    def topic(self, name: str) -> Topic:
        """Return a whole topic of those that were read."""
        if name not in self.last:
            topic = read_topic(self.shelf, *self.known[name])
            self.last.clear()
            self.last[name] = topic
        return self.last[name]


def _stamp(path: str) -> Stamp | None:
    with contextlib.suppress(OSError, ValueError):
        return stamp_of(path)
    return None


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The pictures and sounds of a course; each file is read once."""

    course: Course
    known: dict[str, tuple[Asset | None, Diagnostic | None]] = field(default_factory=dict)

    def read(self, topic: Brief) -> list[Diagnostic]:
        """Read the pictures of a topic and return what is wrong with them."""
        problems = []
        shown = self.course.span.path.removesuffix(f"/{NAME}")
        for image in topic.media:
            if not image.asset:
                continue
            if image.asset not in self.known:
                self.known[image.asset] = read_asset(self.course.folder, image, shown)
            problem = self.known[image.asset][1]
            if problem:
                problems.append(replace(problem, span=image.span))
        return problems

    def read_logo(self) -> list[Diagnostic]:
        """Read the picture that stands on each handout."""
        if not self.course.logo:
            return []
        shown = self.course.span.path.removesuffix(f"/{NAME}")
        image = Image(self.course.logo, "", self.course.span)
        self.known[image.asset] = read_asset(self.course.folder, image, shown)
        problem = self.known[image.asset][1]
        return [problem] if problem else []

    def assets(self) -> dict[str, Asset]:
        """Return the good ones by name."""
        return {name: asset for name, (asset, _) in self.known.items() if asset}


# --- order ---


def _in_order(
    files: list[Found], course: Course, text: str
) -> tuple[list[Found], list[Diagnostic]]:
    """Put the topics in the order of course.toml; without one they stay as they are."""
    if course.topics is None:
        return files, []
    by_name = {file.name: file for file in files}
    places = toml_places(text, course.span.path)
    first: dict[str, int] = {}
    problems = []
    for index, name in enumerate(course.topics):
        span = places.get(("topics", index), course.span)
        if first.setdefault(name, index) != index:
            message = f"the topic {quoted(name)} is listed twice"
            problems.append(Diagnostic("topic-missing", message, span, "list each topic once"))
        elif name not in by_name:
            message = f"there is no topic {quoted(name)}"
            problems.append(Diagnostic("topic-missing", message, span, _topic_hint(name, by_name)))
    for file in files:
        if file.name not in first:
            hint = f"add it to topics in {NAME}, or begin its name with _"
            message = "this topic is not listed, so it is in no output"
            problems.append(warning("topic-unlisted", message, Span(file.shown), hint))
    return [by_name[name] for name in first if name in by_name], problems


def _topic_hint(name: str, known: Mapping[str, object]) -> str:
    plain = name.removesuffix(".md").replace("\\", "/").removeprefix("./")
    if plain in known:
        return f"write it as {quoted(plain)}"
    if ".." in plain.split("/") or plain.startswith("/"):
        return "a topic lies inside the course: write its path from there, without .md"
    return did_you_mean(plain, known) or "topics are named by their path in the course, without .md"
