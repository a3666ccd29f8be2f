"""One build: from the content folder to the files below the output folder."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from builder.build.identify import Demands, Identified, context_of, identify, read_lock
from builder.build.one_at_a_time import one_at_a_time
from builder.build.write import write_atomically
from builder.diagnostics import Diagnostic
from builder.identity import lock as locks
from builder.model import Setting, Span
from builder.outputs import Context, Output, all_outputs
from builder.rendering import NotRenderedError
from builder.source.load import Library, Loaded, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Request:
    """What to build: folders, output kinds (none: all), and targets (none: all).

    A target is a course (`art-therapy`) or a topic of it (`art-therapy/unit-1/rapport`).
    """

    content: Path
    output: Path
    only: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    demands: Demands = field(default_factory=Demands)


class Talk(Protocol):
    """Whoever wants to hear what a build is doing."""

    def progress(self, done: int, total: int, name: str) -> None:
        """Hear that so many files of all are done, and which is next."""

    def waiting(self) -> None:
        """Hear that another build must end first."""


@dataclass(frozen=True, slots=True)
class Made:
    """One output that was rendered; `changed` is False where the file already held these bytes."""

    course: str
    kind: str
    path: Path
    summary: str
    changed: bool


@dataclass(slots=True)
class Report:
    """What a build did: files made, outputs held back (with the reason), and what is wrong."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # what a target may be called
    codes: set[str] = field(default_factory=set)  # and what a note


@dataclass(frozen=True, slots=True)
class _Job:
    """One output to render: its kind, its context, and where it goes."""

    output: Output
    context: Context
    path: Path


def settings_tables() -> Mapping[str, Mapping[str, Setting]]:
    """Return the tables of course.toml that the kinds of output declare."""
    return {output.table: output.settings for output in all_outputs()}


def load_courses(content: Path) -> Library:
    """Read every course of a content folder."""
    return load(content, _shown(content), settings_tables())


def check(content: Path) -> Library:
    """Read and check everything; writes nothing."""
    library = load_courses(content)
    problems = [problem for one in library.courses for problem in read_lock(one)[1]]
    return replace(library, diagnostics=(*library.diagnostics, *problems))


def build(request: Request, talk: Talk) -> Report:
    """Build what is asked for.  What has errors keeps its earlier outputs and lock lines."""
    report = Report()
    if problem := _misplaced(request.content, request.output):
        report.diagnostics.append(problem)
        return report
    with one_at_a_time(request.content, talk.waiting):
        jobs = _prepared(request, report)
        for done, job in enumerate(jobs):
            talk.progress(done, len(jobs), str(job.path))
            _make(job, report)
    return report


def _prepared(request: Request, report: Report) -> list[_Job]:
    """Read the courses, give each note its identity, and return what is to be rendered."""
    library = load_courses(request.content)
    report.diagnostics += library.diagnostics
    report.names |= set(library.folders)  # also of courses that could not be read
    found = [
        (loaded, identify(loaded, request.demands, library.folders)) for loaded in library.courses
    ]
    for loaded, identified in found:
        report.names |= _names(loaded)
        report.codes |= _codes(loaded, identified)
    if not report.codes.issuperset(request.demands.codes):
        return []  # the command was wrong, so nothing is changed
    return [job for each in found for job in _course_jobs(*each, request, report)]


def _course_jobs(
    loaded: Loaded, identified: Identified, request: Request, report: Report
) -> list[_Job]:
    report.diagnostics += identified.diagnostics
    if identified.assigned is None:
        return []
    after = identified.assigned.lock
    if after != identified.before or not (loaded.course.folder / locks.NAME).exists():
        path = loaded.course.folder / locks.NAME
        if not _write(path, locks.written(after).encode(), report):
            return []
    return list(_jobs(loaded, context_of(loaded, identified.assigned), request, report))


def _codes(loaded: Loaded, identified: Identified) -> set[str]:
    entries = identified.before.entries if identified.before else ()
    return {f"{loaded.course.code}-{entry.number}" for entry in entries}


def _shown(folder: Path) -> str:
    """Return the folder as messages name it: from the working folder, with forward slashes."""
    try:
        return folder.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return folder.as_posix()


def _misplaced(content: Path, output: Path) -> Diagnostic | None:
    inner, outer = output.resolve(), content.resolve()
    if inner == outer or inner.is_relative_to(outer):
        hint = "name a folder beside it with --output DIR"
        message = "the output folder lies inside the content folder"
        return Diagnostic("output-inside-content", message, Span(_shown(output)), hint)
    return None


# --- outputs ---


def _jobs(loaded: Loaded, context: Context, request: Request, report: Report) -> Iterator[_Job]:
    course = loaded.course.name
    for output in all_outputs():
        if request.only and output.name not in request.only:
            continue
        if output.scope == "topic":
            for topic in loaded.topics:
                if _is_wanted(request.targets, course, topic.name):
                    path = request.output / output.path(course, topic.name)
                    yield _Job(output, replace(context, topics=(topic,)), path)
        elif _is_wanted(request.targets, course):
            path = request.output / output.path(course)
            if loaded.broken and output.gathers:
                report.held_back.append(f"{path} ({_because(loaded.broken)})")
            elif loaded.topics or not output.gathers:
                yield _Job(output, context, path)


def _names(loaded: Loaded) -> set[str]:
    course = loaded.course.name
    topics = {*(topic.name for topic in loaded.topics), *loaded.broken}
    return {course, *(f"{course}/{topic}" for topic in topics)}


def _is_wanted(targets: Sequence[str], course: str, topic: str = "") -> bool:
    names = {course, f"{course}/{topic}"} if topic else {course}
    return not targets or not names.isdisjoint(targets)


def _because(broken: frozenset[str]) -> str:
    first, *more = sorted(broken)
    return f"errors in {first}" + (f" and {len(more)} more" if more else "")


def _make(job: _Job, report: Report) -> None:
    try:
        rendered = job.output.render(job.context)
    except NotRenderedError as error:
        report.diagnostics.append(error.diagnostic)
        return
    if rendered is None:
        return
    report.diagnostics += rendered.diagnostics
    changed = _read(job.path) != rendered.data
    if changed and not _write(job.path, rendered.data, report):
        return
    course = job.context.course.name
    report.made.append(Made(course, job.output.name, job.path, rendered.summary, changed))


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(path: Path, data: bytes, report: Report) -> bool:
    try:
        write_atomically(path, data)
    except OSError as error:
        why = error.strerror or str(error)
        message, hint = f"this can't be written: {why}", "the earlier file was kept as it was"
        report.diagnostics.append(Diagnostic("not-writable", message, Span(_shown(path)), hint))
        return False
    return True
