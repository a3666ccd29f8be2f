"""One build: from the content folder to the files below the output folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from builder.build.ahead import Ahead, Remembered
from builder.build.clock import timed
from builder.build.courses import load_courses
from builder.build.identify import Identified, context_of, identify, proof
from builder.build.jobs import Course, Job, jobs_of
from builder.build.lock_file import known_lines
from builder.build.make import Maker
from builder.build.one_at_a_time import one_at_a_time
from builder.build.report import Planned, Report, shown, write
from builder.build.results import Results
from builder.build.shelf import KeptLock, KeptShelf, Standing, opened
from builder.build.write import remove_abandoned
from builder.diagnostics import Diagnostic
from builder.hashes import file_sha, sha
from builder.identity import lock as locks
from builder.source.load import Loaded
from builder.span import Span

if TYPE_CHECKING:
    from collections.abc import Collection

    from builder.build.ready import Worker
    from builder.build.request import Request, Talk


def build(
    request: Request,
    talk: Talk,
    helper: Worker | None = None,
    shelf: KeptShelf | None = None,
    changed: Collection[Path] = (),
) -> Report:
    """Build what is asked for.  What has errors keeps its earlier outputs and lock lines.

    The helper is a worker that was told to get ready when it was clear that there is work; the
    shelf is what an earlier build of this process left, and `changed` are files that changed since.
    """
    report = Report()
    if problem := _misplaced(request.content, request.output):
        report.diagnostics.append(problem)
        return report
    held = one_at_a_time(request.content, talk.waiting)
    with held, opened(shelf, request.content, request.jobs) as known:
        ahead = Ahead(request, known.last, helper)
        ahead.begin_with(changed)
        jobs = _prepared(request, report, known, talk, ahead)
        results = Results.of(request, report)
        maker = Maker.begin(results, talk, helper)
        maker.ahead, maker.meanwhile = ahead.tasks, known.save
        maker.is_awaited = shelf is not None  # so this process builds after each edit
        if results.manifest.is_newer:
            report.diagnostics.append(_newer(request.output))
        elif request.is_dry:
            report.planned += maker.plan(jobs)
        else:
            maker.make(jobs)
            for course in {job.course for job in jobs}:
                remove_abandoned(request.content / course)
                remove_abandoned(request.output / course)
    return report


def _prepared(
    request: Request, report: Report, shelf: KeptShelf, talk: Talk, ahead: Ahead
) -> list[Job]:
    """Read the courses, give each note its identity, and return what is to be rendered."""
    with timed(report.timings, "reading"):
        library = load_courses(request.content, shelf)
    report.diagnostics += library.diagnostics
    report.names |= set(library.folders)  # also of courses that could not be read
    report.untouched |= set(library.folders)
    ahead.begin(library.courses)
    with timed(report.timings, "recognising notes"):
        found = [
            (loaded, identify(loaded, request.demands, library.folders, shelf, ask))
            for loaded in library.courses
            for ask in [partial(talk.ask, loaded.course.code) if request.demands.asks else None]
        ]
    for loaded, identified in found:
        report.names |= _names(loaded)
        report.codes |= _codes(loaded, identified)
    contexts = [
        (loaded, identified, request.printing.applied(context_of(loaded, assigned)))
        for loaded, identified in found
        if (assigned := identified.assigned)
    ]
    report.wrong_usage = request.printing.unknown([context for _, _, context in contexts])
    if report.wrong_usage or not report.codes.issuperset(request.demands.codes):
        return []  # the command was wrong, so nothing is changed
    for _, _, context in contexts:
        ahead.begin_known(context, shelf.parsed)
    report.diagnostics += [each for _, identified in found for each in identified.diagnostics]
    jobs: list[Job] = []
    for loaded, identified, context in contexts:
        shelf.last[loaded.course.name] = Remembered.of(loaded, context.identities)
        if lock := _hash_of_lock(loaded, identified, request, report, shelf):
            jobs += jobs_of(Course.of(loaded, context, lock, request), request, report)
            report.untouched.remove(loaded.course.name)
    return jobs


def _hash_of_lock(
    loaded: Loaded, identified: Identified, request: Request, report: Report, shelf: KeptShelf
) -> str:
    """Write the lock where it changed; return its hash, or nothing where that is impossible."""
    assert identified.assigned is not None  # noqa: S101  # for mypy
    name, proved = loaded.course.name, proof(loaded)
    path, after = loaded.course.folder / locks.NAME, identified.assigned.lock
    hashed = file_sha(path) if after == identified.before else ""
    if hashed:
        shelf.keep_lock(name, KeptLock(after, hashed, proved))
    else:
        data = locks.encoded(after, known_lines(loaded, shelf))
        hashed = sha(data)
        if request.is_dry:
            report.planned.append(Planned(name, path, ("the notes changed",)))
            return hashed
        if not write(path, data, report, is_durable=True):
            return ""
        shelf.keep_lock(name, KeptLock(after, hashed, proved, is_ours=True))
    shelf.keep_standing(name, Standing(hashed, proved, identified.standing))
    return hashed


def _names(loaded: Loaded) -> set[str]:
    course = loaded.course.name
    topics = {*(topic.name for topic in loaded.topics.briefs), *loaded.broken}
    return {course, *(f"{course}/{topic}" for topic in topics)}


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
