"""Making the outputs: what is up to date is left alone, what was made before is not made again.

A job is up to date if all that it depends on has the fingerprint of the last time, and its files
are as they were written.  What is not is taken from the cache, or rendered by this process or by
several, and written whole.
"""

from __future__ import annotations

import contextlib
import importlib
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from builder.build.cache import Cache, Pieces, cache_folder
from builder.build.code import code_digest
from builder.build.fingerprint import fingerprint
from builder.build.hashes import sha
from builder.build.manifest import Record, read_manifest, removed, write_manifest
from builder.build.report import Made, shown, write
from builder.build.workers import THRESHOLD, Failure, Workers, cores, in_this_process
from builder.diagnostics import Diagnostic, has_errors
from builder.kept import keeping
from builder.model import Span
from builder.outputs import Context, Output, Rendered, Slow, all_outputs
from builder.rendering import MissingLibraryError, NotRenderedError

if TYPE_CHECKING:
    from builder.build.jobs import Job
    from builder.build.manifest import Manifest
    from builder.build.report import Report
    from builder.build.request import Request, Talk

_KIND, _SLOW = "rendered", "slow"  # of pieces in the cache
FATAL = (MissingLibraryError,)  # these end the build, whatever was being made


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is told: which kind of output, and all that it may look at.

    The part that takes long is taken from the cache, unless all is to be made anew.
    """

    output: str
    context: Context
    is_forced: bool = False


Outcome = Rendered | Diagnostic | None | Failure
Helper = Workers[Task, Rendered | Diagnostic | None]


def render(task: Task) -> Rendered | Diagnostic | None:
    """Render one output, in whichever process; or say why the course can't be rendered so."""
    (output,) = (each for each in all_outputs() if each.name == task.output)
    cache = Cache(None if task.is_forced else cache_folder())
    with keeping(Pieces(cache, code_digest())):
        try:
            if output.slow is None or cache.folder is None:
                return output.render(task.context)
            made = _made_once(output, output.slow, task.context, cache)
            return None if made is None else output.slow.finish(task.context, made)
        except NotRenderedError as error:
            return error.diagnostic


def _made_once(output: Output, slow: Slow, context: Context, cache: Cache) -> object:
    """Return the part that takes long, from the cache if it has it."""
    key = fingerprint(output, slow.seen(context), "slow")
    kept = cache.get(_SLOW, key)
    if kept is not None:
        return pickle.loads(kept)  # noqa: S301  # from the user's own cache
    made = slow.do(context)
    _keep(cache, _SLOW, key, made)
    return made


def get_ready() -> None:
    """Import what rendering a topic needs, which takes half a second."""
    with contextlib.suppress(MissingLibraryError):  # said when something is rendered
        for module in ("weasyprint", "pikepdf", "jinja2"):
            importlib.import_module(module)
        all_outputs()


def _keep(cache: Cache, kind: str, key: str, made: object) -> None:
    cache.put(kind, key, pickle.dumps(made, protocol=5))


@dataclass(slots=True)
class _Piece:
    """A job with its fingerprint, and its outcome as soon as that is known."""

    job: Job
    key: str
    outcome: Outcome = None
    is_known: bool = False


@dataclass(slots=True)
class Maker:
    """Makes the jobs of one build."""

    request: Request
    report: Report
    talk: Talk
    manifest: Manifest
    cache: Cache
    helper: Helper | None = None
    _pieces: dict[str, _Piece] = field(default_factory=dict)

    @classmethod
    def begin(
        cls, request: Request, report: Report, talk: Talk, helper: Helper | None = None
    ) -> Maker:
        """Read what the last build left.  The helper is a process that got ready meanwhile."""
        folder = None if request.forced else cache_folder()
        manifest = read_manifest(request.output)
        return cls(request, report, talk, manifest, Cache(folder), helper)

    def make(self, jobs: Sequence[Job]) -> None:
        """Make the outputs, in the order of the jobs; then remember them."""
        try:
            self._render(list(self._stale(jobs)))
            for job in jobs:
                if job.is_bound:
                    self._bind(job)
            order = {job.name: place for place, job in enumerate(jobs)}
            self.report.made.sort(key=lambda made: order[made.job])
            self._tidy(jobs)
        finally:
            self._remember()

    # --- what is to be done ---

    def _stale(self, jobs: Sequence[Job]) -> Iterator[_Piece]:
        """Yield what has to be rendered; what is up to date is reported as it was."""
        for job in jobs:
            if job.is_bound:
                continue
            piece = self._pieces[job.name] = _Piece(job, job.key())
            if not self._is_up_to_date(job, piece.key):
                yield piece

    def _is_up_to_date(self, job: Job, key: str) -> bool:
        """Tell whether nothing has to be done, and report what the last build did."""
        record = self.manifest.records.get(job.name)
        if self.request.forced or self.request.printing.selection or record is None:
            return False
        if not record.is_up_to_date(key, self.request.output):
            return False
        problems = self.request.printing.judged(record.diagnostics)
        if has_errors(problems):
            return False
        self.report.diagnostics += problems
        for path, hashed in record.files.items():
            self._report_made(job, path, hashed, record.summary, changed=False)
        return True

    # --- rendering ---

    def _task(self, piece: _Piece) -> Task:
        return Task(piece.job.output.name, piece.job.seen(), self.request.forced)

    def _render(self, pieces: list[_Piece]) -> None:
        missing = []
        for piece in pieces:
            kept = self.cache.get(_KIND, piece.key)
            if kept is None:
                missing.append(piece)
            else:
                self._settle(piece, pickle.loads(kept))  # noqa: S301  # from the user's own cache
        total = len(missing)
        for done, (piece, outcome) in enumerate(self._outcomes(missing), 1):
            self.talk.progress(done, total, piece.job.name)
            if not isinstance(outcome, Failure):
                _keep(self.cache, _KIND, piece.key, outcome)
            self._settle(piece, outcome)
        self.cache.trim()

    def _outcomes(self, pieces: list[_Piece]) -> Iterator[tuple[_Piece, Outcome]]:
        """Yield the pieces with what they became: those of topics by workers, if it is worth it.

        What is for the course is made here, while others work.
        """
        away = [piece for piece in pieces if piece.job.brief]
        workers = self._workers(len(away))
        if workers is None:
            yield from ((piece, self._rendered_here(piece)) for piece in pieces)
            return
        tasks = {id(task): (task, piece) for piece in away for task in [self._task(piece)]}
        try:
            results = workers.results([task for task, _ in tasks.values()])
            for piece in pieces:
                if not piece.job.brief:
                    yield piece, self._rendered_here(piece)
            for task, outcome in results:
                yield tasks[id(task)][1], outcome
        finally:
            workers.close()

    def _workers(self, pieces: int) -> Helper | None:
        """Return the workers for so many pieces, or None where this process is as fast."""
        size = min(self.request.jobs or cores(), pieces)
        if size > 1 and (pieces >= THRESHOLD or self.request.jobs):
            return Workers(render, size, fatal=FATAL)
        return self.helper if pieces else None

    def _rendered_here(self, piece: _Piece) -> Outcome:
        ((_, outcome),) = in_this_process(render, [self._task(piece)], FATAL)
        return outcome

    def _settle(self, piece: _Piece, outcome: Outcome) -> None:
        """Write what was rendered, or say why it was not."""
        piece.outcome, piece.is_known = outcome, True
        if isinstance(outcome, Failure):
            self._fail(piece.job, outcome)
        elif isinstance(outcome, Diagnostic):
            self.report.diagnostics.append(outcome)
        else:
            self._write(piece.job, piece.key, outcome)
        is_final = piece.job.output.bind is None  # what is bound to a file is looked at again
        if isinstance(outcome, Rendered) and self.cache.folder and is_final:
            piece.outcome, piece.is_known = None, False  # the cache has it, and it may be large

    def _fail(self, job: Job, failure: Failure) -> None:
        message = f"{job.name} was not made: {failure.reason}"
        hint = "its earlier file is kept; if it happens again, report it with the topic"
        place = Span(job.span.path)
        self.report.diagnostics.append(Diagnostic("output-failed", message, place, hint))
        self.report.held_back.append(f"{job.name} (see above)")

    # --- files for the whole course ---

    def _bind(self, job: Job) -> None:
        """Bind the topics' parts to one file, if all of them are there."""
        pieces = [self._pieces[each.name] for each in job.parts]
        key = sha("\n".join((job.key(), "bound", *(piece.key for piece in pieces))).encode())
        if self._is_up_to_date(job, key):
            return
        outcomes = [self._outcome(piece) for piece in pieces]
        rendered = [each for each in outcomes if isinstance(each, Rendered)]
        held = any(self._is_held_back(each) for each in outcomes)
        if held or not rendered or job.output.bind is None:
            return
        self.talk.progress(1, 1, job.name)
        self._write(job, key, job.output.bind(job.seen(), [each.part for each in rendered]))

    def _is_held_back(self, outcome: Outcome) -> bool:
        if isinstance(outcome, Rendered):
            return has_errors(self.request.printing.judged(outcome.diagnostics))
        return outcome is not None

    def _outcome(self, piece: _Piece) -> Outcome:
        """Return what a piece became, from the cache or, if that has lost it, rendered again."""
        if piece.is_known:
            return piece.outcome
        kept = self.cache.get(_KIND, piece.key)
        if kept is not None:
            found: Outcome = pickle.loads(kept)  # noqa: S301  # from the user's own cache
            return found
        return self._rendered_here(piece)

    # --- files ---

    def _write(self, job: Job, key: str, rendered: Rendered | None) -> None:
        if rendered is None:
            self._record(job, key, {}, Rendered(b""))
            return
        problems = self.request.printing.judged(rendered.diagnostics)
        self.report.diagnostics += problems
        if has_errors(problems):
            path = self.request.output / job.path()
            self.report.held_back.append(f"{path} (see above)")
            return
        selection = self.request.printing.selection is not None
        if selection and job.topic:
            return
        files = {}
        for variant, data in rendered.files.items():
            name = job.path("-".join(filter(None, ("selection" if selection else "", variant))))
            path = self.request.output / name
            changed = _read(path) != data
            if changed and not write(path, data, self.report):
                return
            files[name] = sha(data)
            self._report_made(job, name, files[name], rendered.summary, changed=changed)
        if not selection:
            self._record(job, key, files, rendered)

    def _record(self, job: Job, key: str, files: dict[str, str], rendered: Rendered) -> None:
        """Remember the job, and remove files of it that it no longer makes."""
        before = self.manifest.records.get(job.name)
        left = {} if before is None else {n: h for n, h in before.files.items() if n not in files}
        self.report.removed += removed(left, self.request.output)
        origin = shown(self.request.content)
        self.manifest.records[job.name] = Record(
            key, job.course, job.output.name, origin, files, rendered.summary, rendered.diagnostics
        )

    def _report_made(
        self, job: Job, name: str, hashed: str, summary: str, *, changed: bool
    ) -> None:
        path, is_whole = self.request.output / name, job.brief is None
        made = Made(job.course, job.output.name, path, summary, changed, is_whole, job.name, hashed)
        self.report.made.append(made)

    # --- what is gone ---

    def _tidy(self, jobs: Sequence[Job]) -> None:
        """Remove the outputs of topics and courses that are gone, where all was to be built."""
        if not self.request.is_whole:
            return
        origin = shown(self.request.content)
        names = {job.name for job in jobs} | self.report.kept
        gone = [
            name
            for name, record in self.manifest.records.items()
            if record.origin == origin
            and name not in names
            and record.course not in self.report.unread
        ]
        self.report.removed += self.manifest.remove(gone, self.request.output)

    def _remember(self) -> None:
        if not self.manifest.records and not self.report.made:
            return
        try:
            write_manifest(self.manifest, self.request.output)
        except OSError:
            return  # the outputs are there; the next build only has more to do


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
