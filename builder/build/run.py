"""One build: from the content folder to the files below the output folder."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from builder.build.formula_cache import formulas_kept
from builder.build.identify import Demands, Identified, context_of, identify, read_lock
from builder.build.make import Maker
from builder.build.one_at_a_time import one_at_a_time
from builder.build.report import Report, shown, write
from builder.diagnostics import Diagnostic, has_errors
from builder.identity import lock as locks
from builder.model import Setting, Span
from builder.outputs import Context, Output, all_outputs
from builder.printing.request import Printing
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
    jobs: int = 0  # processes; 0: as many as this one may use, if there is much to do
    forced: bool = False  # make all anew, whatever is there


class Talk(Protocol):
    """Whoever wants to hear what a build is doing."""

    def progress(self, done: int, total: int, name: str) -> None:
        """Hear that so many files of all are done, and which is next."""

    def waiting(self) -> None:
        """Hear that another build must end first."""


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
class Job:
    """One output to make: its kind, its context, and the topic that it is for.

    Without a topic it is for the course: bound of the `parts` of its topics if there is a way
    to, else rendered.
    """

    output: Output
    context: Context
    topic: str
    parts: Sequence[Job] = ()

    @property
    def name(self) -> str:
        """Return the name by which the job is known, and told while it is made."""
        return _job_name(self.context.course.name, self.output, self.topic)

    @property
    def is_bound(self) -> bool:
        """Tell whether it is bound of parts that other jobs render."""
        return not self.topic and self.output.bind is not None

    def path(self, variant: str = "") -> str:
        """Return where its file goes below the output folder."""
        return self.output.path(self.context.course.name, self.topic, variant)


def _job_name(course: str, output: Output, topic: str = "") -> str:
    return "/".join(filter(None, (course, output.name, topic)))


def settings_tables() -> Mapping[str, Mapping[str, Setting]]:
    """Return the tables of course.toml that the kinds of output declare."""
    return {output.table: output.settings for output in all_outputs()}


def load_courses(content: Path) -> Library:
    """Read every course of a content folder."""
    with formulas_kept():
        return load(content, shown(content), settings_tables())


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
        maker = Maker.begin(request, report, talk)
        if maker.manifest.is_newer:
            report.diagnostics.append(_newer(request.output))
            return report
        maker.make(jobs)
    return report


def _prepared(request: Request, report: Report) -> list[Job]:
    """Read the courses, give each note its identity, and return what is to be rendered."""
    library = load_courses(request.content)
    report.diagnostics += library.diagnostics
    report.names |= set(library.folders)  # also of courses that could not be read
    report.unread |= set(library.folders) - {each.course.name for each in library.courses}
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


def _course_jobs(course: _Course, request: Request, report: Report) -> list[Job]:
    before, after = course.identified.before, course.context.lock
    path = course.loaded.course.folder / locks.NAME
    is_outdated = after != before or not path.exists()
    if is_outdated and not write(path, locks.written(after).encode(), report):
        return []
    return list(_jobs(course, request, report))


def _codes(loaded: Loaded, identified: Identified) -> set[str]:
    entries = identified.before.entries if identified.before else ()
    return {f"{loaded.course.code}-{entry.number}" for entry in entries}


def _misplaced(content: Path, output: Path) -> Diagnostic | None:
    inner, outer = output.resolve(), content.resolve()
    if inner == outer or inner.is_relative_to(outer):
        hint = "name a folder beside it with --output DIR"
        message = "the output folder lies inside the content folder"
        return Diagnostic("output-inside-content", message, Span(shown(output)), hint)
    return None


def _newer(output: Path) -> Diagnostic:
    hint = "use that version, or name another folder with --output DIR"
    message = "a newer version of rectoverso built what is here"
    return Diagnostic("output-newer", message, Span(shown(output)), hint)


# --- outputs ---


def _jobs(course: _Course, request: Request, report: Report) -> Iterator[Job]:
    for output in all_outputs():
        if request.only and output.name not in request.only:
            continue
        problems = list(output.check(course.context)) if output.check else []
        report.diagnostics += problems
        report.kept |= _kept(course, output)
        if has_errors(problems):
            report.held_back.append(f"{output.name} of {course.name} (see above)")
            report.kept |= {_job_name(course.name, output, each) for each in _all_topics(course)}
        elif output.scope == "topic":
            yield from _topic_jobs(output, course, request, report)
        elif _is_wanted(request.targets, course.name):
            yield from _course_job(Job(output, course.context, ""), course, request, report)


def _topic_jobs(output: Output, course: _Course, request: Request, report: Report) -> Iterator[Job]:
    """Yield a job for each topic, and one for the course where they are bound to a file."""
    parts: list[Job] = []
    for topic in request.printing.topics(course.context):
        if _is_wanted(request.targets, course.name, topic.name):
            context = replace(course.context, topics=(topic,))
            parts.append(Job(output, context, topic.name))
            yield parts[-1]
    count = len(course.loaded.topics) + len(course.loaded.broken)
    is_whole = count > 1 and _is_wanted(request.targets, course.name)
    if output.bind and (is_whole or request.printing.selection):
        yield from _course_job(Job(output, course.context, "", parts), course, request, report)


def _course_job(job: Job, course: _Course, request: Request, report: Report) -> Iterator[Job]:
    broken, gathers = course.loaded.broken, job.output.gathers
    if broken and gathers and not request.printing.selection:
        path = request.output / job.path()
        report.held_back.append(f"{path} ({_because(broken)})")
        report.kept.add(job.name)
    elif course.loaded.topics or not gathers:
        yield job


def _kept(course: _Course, output: Output) -> set[str]:
    """Return the jobs that are not made now, but whose files stay."""
    return {_job_name(course.name, output, topic) for topic in course.loaded.broken}


def _all_topics(course: _Course) -> tuple[str, ...]:
    return ("", *(topic.name for topic in course.loaded.topics))


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
