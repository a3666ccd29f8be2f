"""The jobs of a build: which outputs are to be made of what, and by what they are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from builder.briefs import Brief
from builder.build.fingerprint import Fingerprint, Fingerprints, narrowed
from builder.build.report import Report
from builder.build.request import Request
from builder.diagnostics import has_errors
from builder.outputs import Context, Output, all_outputs
from builder.source.load import Loaded
from builder.span import Span


@dataclass(frozen=True)
class Job:
    """One output to make: its kind, what it is made of, and the topic that it is for.

    Without a topic it is for the course: bound of the `parts` of its topics if there is a way
    to, else rendered.
    """

    output: Output
    prints: Fingerprints
    brief: Brief | None = None
    parts: Sequence[Job] = ()

    @property
    def context(self) -> Context:
        """Return the course's context."""
        return self.prints.context

    @property
    def topic(self) -> str:
        """Return the topic's name, or the empty string."""
        return self.brief.name if self.brief else ""

    @property
    def course(self) -> str:
        """Return the course's name."""
        return self.context.course.name

    @cached_property
    def name(self) -> str:
        """Return the name by which the job is known, and told while it is made."""
        return job_name(self.course, self.output, self.topic)

    @property
    def span(self) -> Span:
        """Return the place of what it is made of."""
        return self.brief.span if self.brief else self.context.course.span

    @property
    def is_bound(self) -> bool:
        """Tell whether it is bound of parts that other jobs render."""
        return self.brief is None and self.output.bind is not None

    def path(self, variant: str = "") -> str:
        """Return where its file goes below the output folder."""
        return self.output.path(self.course, self.topic, variant)

    def fingerprint(self) -> Fingerprint:
        """Return the fingerprint of what it is made of, but for the parts that are bound."""
        if self.brief:
            return self.prints.of_topic(self.output, self.brief)
        return self.prints.of_course(self.output)

    def seen(self) -> Context:
        """Return all that rendering may look at; the topic is read for this."""
        topic = self.prints.topics.named(self.topic) if self.brief else None
        return narrowed(self.context, self.output, topic)


def job_name(course: str, output: Output, topic: str = "") -> str:
    """Return the name of a job."""
    return "/".join(filter(None, (course, output.name, topic)))


@dataclass(frozen=True, slots=True)
class Course:
    """A course whose outputs are to be made: as it was read, and the topics that are wanted."""

    loaded: Loaded
    prints: Fingerprints

    @classmethod
    def of(cls, loaded: Loaded, context: Context, lock: str, request: Request) -> Course:
        """Return the course; `lock` is the hash of its lock."""
        topics = request.printing.topics(context)
        return cls(loaded, Fingerprints(context, topics, lock))

    @property
    def name(self) -> str:
        """Return the course's name."""
        return self.loaded.course.name

    @property
    def topics(self) -> tuple[Brief, ...]:
        """Return the topics that are wanted."""
        return self.prints.topics.briefs


def jobs_of(course: Course, request: Request, report: Report) -> Iterator[Job]:
    """Yield the jobs of a course; report what can't be made, and what stays as it is."""
    for output in all_outputs():
        if not request.asks_for(output.name):
            continue
        problems = output.problems(course.prints.context)
        report.diagnostics += problems
        report.kept |= _kept(course, output)
        if has_errors(problems):
            report.held_back.append(f"{output.name} of {course.name} (see above)")
            report.kept |= {job_name(course.name, output, each) for each in _all_topics(course)}
        elif output.scope == "topic":
            yield from _topic_jobs(output, course, request, report)
        elif request.wants(course.name):
            yield from _course_job(Job(output, course.prints), course, request, report)


def _topic_jobs(output: Output, course: Course, request: Request, report: Report) -> Iterator[Job]:
    """Yield a job for each topic, and one for the course where they are bound to a file."""
    wanted = [brief for brief in course.topics if request.wants(course.name, brief.name)]
    parts = [Job(output, course.prints, brief) for brief in wanted]
    yield from parts
    count = len(course.loaded.topics) + len(course.loaded.broken)
    is_whole = count > 1 and request.wants(course.name)
    if output.bind and (is_whole or request.printing.selection):
        yield from _course_job(Job(output, course.prints, None, parts), course, request, report)


def _course_job(job: Job, course: Course, request: Request, report: Report) -> Iterator[Job]:
    broken, gathers = course.loaded.broken, job.output.gathers
    if broken and gathers and not request.printing.selection:
        path = request.output / job.path()
        report.held_back.append(f"{path} ({_because(broken)})")
        report.kept.add(job.name)
    elif course.loaded.topics or not gathers:
        yield job


def _kept(course: Course, output: Output) -> set[str]:
    """Return the jobs that are not made now, but whose files stay."""
    return {job_name(course.name, output, topic) for topic in course.loaded.broken}


def _all_topics(course: Course) -> tuple[str, ...]:
    return ("", *(topic.name for topic in course.loaded.topics.briefs))


def _because(broken: frozenset[str]) -> str:
    first, *more = sorted(broken)
    return f"errors in {first}" + (f" and {len(more)} more" if more else "")
