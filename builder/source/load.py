"""Reading all courses: the one place that goes from folders to checked topics."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from builder.checks import check_course
from builder.diagnostics import Diagnostic, has_errors, quoted, warning
from builder.model import Asset, Audio, Course, Image, Span, Topic
from builder.source.assets import read_asset
from builder.source.course import MAX_BYTES, NAME, Tables, read_course
from builder.source.course_templates import read_templates
from builder.source.discover import Found, find_courses, find_topics
from builder.source.glyphs import check_glyphs
from builder.source.links import image_target
from builder.source.parser import parse_topic
from builder.source.read import MAX_TOPIC_BYTES, check_characters, lies_inside, read_text
from builder.source.toml_places import toml_places
from builder.source.typography import with_quotes
from builder.suggest import did_you_mean
from builder.walk import topic_inlines

if TYPE_CHECKING:
    import uharfbuzz as hb


@dataclass(frozen=True, slots=True)
class Loaded:
    """One course: its topics without errors, in order, and the names of those with errors."""

    course: Course
    topics: tuple[Topic, ...]
    broken: frozenset[str]
    assets: Mapping[str, Asset]


@dataclass(frozen=True, slots=True)
class Library:
    """All courses that could be read, and everything that was found wrong.

    `folders` names every course folder, also those that could not be read.
    """

    courses: tuple[Loaded, ...]
    diagnostics: tuple[Diagnostic, ...] = field(default=())
    folders: tuple[str, ...] = ()


def load(content: Path, shown: str, tables: Tables) -> Library:
    """Read every course of a content folder; mistakes become diagnostics, never exceptions."""
    found, problems = find_courses(content, shown)
    courses = []
    for course in found:
        loaded, more = load_course(course, tables)
        problems += more
        if loaded:
            courses.append(loaded)
    return Library(tuple(courses), tuple(problems), tuple(course.name for course in found))


def load_course(found: Found, tables: Tables) -> tuple[Loaded | None, list[Diagnostic]]:
    """Read one course folder; without a sound course.toml only for what is wrong in it."""
    path = f"{found.shown}/{NAME}"
    text, problems = _course_text(found, path)
    if text is None:
        return None, problems
    course, more = read_course(text, found.path, path, tables)
    problems += more + check_characters(text, path)
    if course is None:
        return None, problems
    templates, wrong = read_templates(found.path, found.shown)
    logo, problem = image_target(course.logo, "", course.span) if course.logo else ("", None)
    course = replace(course, templates=templates, logo=logo)
    pictures, fonts = _Pictures(course), _Fonts(course)
    problems += [*wrong, *([problem] if problem else pictures.read_logo())]
    problems += fonts.find(toml_places(text, path)) + fonts.check(text, path)
    files, found_problems = find_topics(found)
    files, order_problems = _in_order(files, course, text)
    if not files and not found_problems + order_problems:
        hint = "write a topic, a file whose name ends in .md; see docs/format.md"
        problems.append(
            warning("course-empty", "this course has no topics", Span(found.shown), hint)
        )
    is_sound = not has_errors(problems)
    loaded, problems = _checked(
        course, files, (pictures, fonts), problems + found_problems + order_problems
    )
    return (loaded if is_sound else None), problems


def _course_text(found: Found, path: str) -> tuple[str | None, list[Diagnostic]]:
    file = found.path / NAME
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
    course: Course,
    files: list[Found],
    used: tuple[_Pictures, _Fonts],
    problems: list[Diagnostic],
) -> tuple[Loaded, list[Diagnostic]]:
    pictures, fonts = used
    drafts = []
    for file in files:
        draft, more = _topic(file, course, fonts)
        problems += more
        if draft:
            drafts.append(draft)
            problems += pictures.read(draft)
    problems += check_course(drafts, [file.name for file in files])
    wrong = {found.span.path for found in problems if found.severity == "error"}
    good = tuple(topic for topic in drafts if topic.span.path not in wrong)
    broken = frozenset(file.name for file in files) - {topic.name for topic in good}
    if course.span.path in wrong:  # a topic that is listed but missing, say
        broken |= {course.span.path}
    return Loaded(course, good, broken, pictures.assets() | fonts.assets()), problems


def _topic(file: Found, course: Course, fonts: _Fonts) -> tuple[Topic | None, list[Diagnostic]]:
    """Read and parse a topic, as far as that goes."""
    text, problems = read_text(file.path, file.shown, MAX_TOPIC_BYTES)
    if text is None:
        return None, problems
    parsed = parse_topic(text, file.name, file.shown, course)
    problems += parsed.diagnostics
    problems += check_characters(text, file.shown) + fonts.check(text, file.shown)
    draft = parsed.draft and with_quotes(parsed.draft, course.language)
    return draft, problems


@dataclass(frozen=True, slots=True)
class _Fonts:
    """The fonts of the machine that a course names, and the characters that it holds."""

    course: Course
    known: dict[str, hb.Face] = field(default_factory=dict)
    characters: set[str] = field(default_factory=set)

    def find(self, places: Mapping[tuple[str | int, ...], Span]) -> list[Diagnostic]:
        """Find the fonts, and report those that the machine doesn't have."""
        from builder.source.system_fonts import find_font  # noqa: PLC0415 - few courses name any

        problems = []
        for index, family in enumerate(self.course.fonts):
            if face := find_font(family):
                self.known[family] = face
                continue
            span = places.get(("fonts", "also", index)) or places.get(("fonts", "also"))
            message = f"this machine has no font {quoted(family)}"
            hint = "install it, or write the family's name as the system shows it"
            problems.append(Diagnostic("font-missing", message, span or self.course.span, hint))
        return problems

    def check(self, text: str, path: str) -> list[Diagnostic]:
        """Warn of characters of a file that no font has, and remember the others."""
        if not text.isascii():
            self.characters.update(text)
        covered = frozenset[int]().union(*(face.unicodes for face in self.known.values()))
        return check_glyphs(text, path, self.course.han or self.course.language, covered)

    def _printed(self) -> set[str]:
        """Return the characters of the course, and of the words that we add."""
        return self.characters.union(*self.course.labels.values())

    def assets(self) -> dict[str, Asset]:
        """Return the fonts, cut to the course's characters."""
        from builder.source.system_fonts import as_asset  # noqa: PLC0415 - few courses name any

        made = (as_asset(*font, self._printed()) for font in self.known.items())
        return {asset.name: asset for asset in made}


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The pictures and sounds of a course; each file is read once."""

    course: Course
    known: dict[str, tuple[Asset | None, Diagnostic | None]] = field(default_factory=dict)

    def read(self, topic: Topic) -> list[Diagnostic]:
        """Read the pictures of a topic and return what is wrong with them."""
        problems = []
        shown = self.course.span.path.removesuffix(f"/{NAME}")
        for image in topic_inlines(topic):
            if not isinstance(image, Image | Audio) or not image.asset:
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
