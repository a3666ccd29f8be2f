"""One build: from the content folder to the files below the output folder."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from builder.build.formula_cache import formulas_kept
from builder.build.identify import Demands, Identified, context_of, identify, read_lock
from builder.build.one_at_a_time import one_at_a_time
from builder.build.write import write_atomically
from builder.diagnostics import Diagnostic, has_errors
from builder.identity import lock as locks
from builder.model import Setting, Span
from builder.outputs import Context, Output, Rendered, all_outputs
from builder.printing.request import Printing
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
    printing: Printing = field(default_factory=Printing)


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
    is_whole_course: bool = False


@dataclass(slots=True)
class Report:
    """What a build did: files made, outputs held back (with the reason), and what is wrong."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # what a target may be called
    codes: set[str] = field(default_factory=set)  # and what a note
    wrong_usage: str = ""  # what was asked for and is not there


@dataclass(frozen=True, slots=True)
class _Course:
    """A course as it was read, with its notes identified."""

    loaded: Loaded
    identified: Identified
    context: Context

    @property
    def name(self) -> str:
        return self.loaded.course.name


@dataclass(frozen=True, slots=True)
class _Job:
    """One output to render: its kind, its context, and the topic that it is for.

    Without a topic it is for the course: bound of the `parts` of its topics if there is a way
    to, else rendered.  A topic leaves its part there, or None if it has to be held back.
    """

    output: Output
    context: Context
    topic: str
    parts: list[object]

    @property
    def name(self) -> str:
        """Return what is told while it is made."""
        return "/".join(filter(None, (self.context.course.name, self.output.name, self.topic)))


def settings_tables() -> Mapping[str, Mapping[str, Setting]]:
    """Return the tables of course.toml that the kinds of output declare."""
    return {output.table: output.settings for output in all_outputs()}


def load_courses(content: Path) -> Library:
    """Read every course of a content folder."""
    with formulas_kept():
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
            talk.progress(done, len(jobs), job.name)
            _make(job, request, report)
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
    courses = [
        _Course(loaded, identified, request.printing.applied(context_of(loaded, assigned)))
        for loaded, identified in found
        if (assigned := identified.assigned)
    ]
    report.wrong_usage = request.printing.unknown([course.context for course in courses])
    if report.wrong_usage or not report.codes.issuperset(request.demands.codes):
        return []  # the command was wrong, so nothing is changed
    report.diagnostics += [each for _, identified in found for each in identified.diagnostics]
    return [job for course in courses for job in _course_jobs(course, request, report)]


def _course_jobs(course: _Course, request: Request, report: Report) -> list[_Job]:
    before, after = course.identified.before, course.context.lock
    path = course.loaded.course.folder / locks.NAME
    is_outdated = after != before or not path.exists()
    if is_outdated and not _write(path, locks.written(after).encode(), report):
        return []
    return list(_jobs(course, request, report))


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


def _jobs(course: _Course, request: Request, report: Report) -> Iterator[_Job]:
    for output in all_outputs():
        if request.only and output.name not in request.only:
            continue
        problems = list(output.check(course.context)) if output.check else []
        report.diagnostics += problems
        if has_errors(problems):
            report.held_back.append(f"{output.name} of {course.name} (see above)")
        elif output.scope == "topic":
            yield from _topic_jobs(output, course, request, report)
        elif _is_wanted(request.targets, course.name):
            yield from _course_job(_Job(output, course.context, "", []), course, request, report)


def _topic_jobs(
    output: Output, course: _Course, request: Request, report: Report
) -> Iterator[_Job]:
    """Yield a job for each topic, and one for the course where they are bound to a file."""
    parts: list[object] = []
    for topic in request.printing.topics(course.context):
        if _is_wanted(request.targets, course.name, topic.name):
            context = replace(course.context, topics=(topic,))
            yield _Job(output, context, topic.name, parts)
    count = len(course.loaded.topics) + len(course.loaded.broken)
    is_whole = count > 1 and _is_wanted(request.targets, course.name)
    if output.bind and (is_whole or request.printing.selection):
        yield from _course_job(_Job(output, course.context, "", parts), course, request, report)


def _course_job(job: _Job, course: _Course, request: Request, report: Report) -> Iterator[_Job]:
    broken, gathers = course.loaded.broken, job.output.gathers
    if broken and gathers and not request.printing.selection:
        path = request.output / job.output.path(course.name)
        report.held_back.append(f"{path} ({_because(broken)})")
    elif course.loaded.topics or not gathers:
        yield job


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


def _make(job: _Job, request: Request, report: Report) -> None:
    try:
        rendered = _rendered(job)
    except NotRenderedError as error:
        report.diagnostics.append(error.diagnostic)
        job.parts.append(None)
        return
    if rendered is None:
        return
    problems = request.printing.judged(rendered.diagnostics)
    report.diagnostics += problems
    course, is_selection = job.context.course.name, request.printing.selection is not None
    if has_errors(problems):
        path = request.output / job.output.path(course, job.topic)
        report.held_back.append(f"{path} (see above)")
        job.parts.append(None)
        return
    job.parts.append(rendered.part)
    if is_selection and job.topic:
        return
    for variant, data in rendered.files.items():
        name = "-".join(filter(None, ("selection" if is_selection else "", variant)))
        path = request.output / job.output.path(course, job.topic, name)
        changed = _read(path) != data
        if not changed or _write(path, data, report):
            made = Made(course, job.output.name, path, rendered.summary, changed, not job.topic)
            report.made.append(made)


def _rendered(job: _Job) -> Rendered | None:
    """Return the output; None where there is nothing to write, or not everything for it."""
    if job.topic or not job.output.bind:
        return job.output.render(job.context)
    if not job.parts or None in job.parts:
        return None
    return job.output.bind(job.context, job.parts)


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
