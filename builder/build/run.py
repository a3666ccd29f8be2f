"""One build: from the content folder to the files below the output folder."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from builder.build.clock import build_time
from builder.build.write import write_atomically
from builder.diagnostics import Diagnostic, has_errors
from builder.identity import lock as locks
from builder.identity.assign import Build, assign
from builder.model import Setting, Span
from builder.outputs import Context, Output, Rendered, all_outputs
from builder.printing.request import Printing
from builder.rendering.fields import digest, fields_of, note_types_digest
from builder.source.course import NAME as COURSE_FILE
from builder.source.load import Library, Loaded, load
from builder.source.read import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from builder.model import Identity, Note, Topic

    Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What to build: folders, output kinds (none: all), and targets (none: all).

    A target is a course (`art-therapy`) or a topic of it (`art-therapy/unit-1/rapport`).
    """

    content: Path
    output: Path
    only: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    printing: Printing = field(default_factory=Printing)


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
    wrong_usage: str = ""  # what was asked for and is not there


@dataclass(frozen=True, slots=True)
class _Course:
    """A course as it was read, with its notes identified."""

    loaded: Loaded
    context: Context

    @property
    def name(self) -> str:
        return self.loaded.course.name


@dataclass(frozen=True, slots=True)
class _Job:
    """One output to render: its kind, its context, and the topic that it is for.

    Without a topic it is for the course: gathered from the `parts` of its topics if there is a way
    to, else rendered.  A topic leaves its part there, or None if it has to be held back.
    """

    output: Output
    context: Context
    topic: str
    parts: list[object]


def settings_tables() -> Mapping[str, Mapping[str, Setting]]:
    """Return the tables of course.toml that the kinds of output declare."""
    return {output.table: output.settings for output in all_outputs()}


def check(content: Path) -> Library:
    """Read and check everything; writes nothing."""
    library = load(content, _shown(content), settings_tables())
    problems = [problem for one in library.courses for problem in _read_lock(one)[1]]
    return replace(library, diagnostics=(*library.diagnostics, *problems))


def build(request: Request, progress: Progress) -> Report:
    """Build what is asked for.  What has errors keeps its earlier outputs and lock lines."""
    report = Report()
    if problem := _misplaced(request.content, request.output):
        report.diagnostics.append(problem)
        return report
    library = load(request.content, _shown(request.content), settings_tables())
    report.diagnostics += library.diagnostics
    report.names |= set(library.folders)  # also of courses that could not be read
    jobs = list(_all_jobs(library, request, report))
    for done, job in enumerate(jobs):
        progress(done, len(jobs), job.topic or job.context.course.name)
        _make(job, request, report)
    return report


def _all_jobs(library: Library, request: Request, report: Report) -> Iterator[_Job]:
    courses: list[_Course] = []
    for loaded in library.courses:
        report.names |= _names(loaded)
        context = _identify(loaded, report)
        if context:
            courses.append(_Course(loaded, request.printing.applied(context)))
    report.wrong_usage = request.printing.unknown([course.context for course in courses])
    if not report.wrong_usage:
        for course in courses:
            yield from _jobs(course, request, report)


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


# --- identity ---


def _read_lock(loaded: Loaded) -> tuple[locks.Lock | None, list[Diagnostic]]:
    course = loaded.course
    path = course.folder / locks.NAME
    if not path.exists():
        return locks.Lock(course.name), []
    shown = course.span.path.removesuffix(COURSE_FILE) + locks.NAME
    text, problems = read_text(path, shown, locks.MAX_BYTES)
    return (None, problems) if text is None else locks.read_lock(text, shown)


def _identify(loaded: Loaded, report: Report) -> Context | None:
    """Return the course's context with every note's identity, after the lock was written."""
    lock, problems = _read_lock(loaded)
    report.diagnostics += problems
    if lock is None:
        return None
    bare = Context(loaded.course, loaded.topics, {}, loaded.assets)

    def note_digest(note: Note, topic: Topic, numbers: Mapping[Span, Identity]) -> str:
        return digest(fields_of(note, topic, replace(bare, identities=numbers)))

    build = Build(loaded.topics, loaded.broken, note_digest, note_types_digest(), build_time())
    assigned = assign(build, lock)
    path = loaded.course.folder / locks.NAME
    if assigned.lock != lock and not _write(path, locks.written(assigned.lock).encode(), report):
        return None
    return replace(
        bare, identities=assigned.identities, note_types_mod=assigned.lock.note_types_mod
    )


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
    """Yield a job for each topic, and one for the course where they are gathered to a file."""
    parts: list[object] = []
    for topic in request.printing.topics(course.context):
        if _is_wanted(request.targets, course.name, topic.name):
            context = replace(course.context, topics=(topic,))
            yield _Job(output, context, topic.name, parts)
    count = len(course.loaded.topics) + len(course.loaded.broken)
    is_whole = count > 1 and _is_wanted(request.targets, course.name)
    if output.gather and (is_whole or request.printing.selection):
        yield from _course_job(_Job(output, course.context, "", parts), course, request, report)


def _course_job(job: _Job, course: _Course, request: Request, report: Report) -> Iterator[_Job]:
    broken = course.loaded.broken
    if broken and not request.printing.selection:
        path = request.output / job.output.path(course.name)
        report.held_back.append(f"{path} ({_because(broken)})")
    elif course.loaded.topics:
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
    rendered = _rendered(job)
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
    if job.topic or not job.output.gather:
        return job.output.render(job.context)
    if not job.parts or None in job.parts:
        return None
    return job.output.gather(job.context, job.parts)


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
