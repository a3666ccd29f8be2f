"""Making the outputs: what is up to date is left alone, what was made before is not made again.

A job is up to date if all that it depends on has the fingerprint of the last time, and its files
are as they were written.  What is not is taken from the cache, or rendered by this process or by
several, and written whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from builder.build.cache import Cache
from builder.build.clock import timed
from builder.build.ready import FATAL
from builder.build.report import Planned
from builder.build.results import Results
from builder.build.task import (
    Lost,
    Outcome,
    Packed,
    Task,
    is_kept,
    keep_outcome,
    kept_outcome,
    render,
    unpacked,
)
from builder.build.user_folders import cache_folder
from builder.build.workers import THRESHOLD, Failure, Workers, cores, in_this_process
from builder.outputs import Rendered

if TYPE_CHECKING:
    from builder.build.fingerprint import Fingerprint
    from builder.build.jobs import Job
    from builder.build.ready import Worker
    from builder.build.request import Request, Talk


_Result = Outcome | Packed | Failure
_MANY_PARTS = 60  # from here on it is worth it to bind in several processes


@dataclass(slots=True)
class _Piece:
    """A job with its fingerprint, and what is known of its outcome.

    `is_begun` tells whether it was handed out, `is_settled` whether it was written or told,
    `is_part` whether there is something to bind, `is_held` whether something is wrong.  The outcome
    itself is only here where no cache has it, for it may be large.
    """

    job: Job
    fingerprint: Fingerprint
    parts: Sequence[_Piece] = ()
    outcome: _Result = field(default_factory=Lost)
    is_begun: bool = False
    is_settled: bool = False
    is_part: bool = False
    is_held: bool = False

    @property
    def key(self) -> str:
        return self.fingerprint.key


@dataclass(slots=True)
class Maker:
    """Makes the jobs of one build."""

    results: Results
    talk: Talk
    cache: Cache
    helper: Worker | None = None
    # What was begun ahead: the fingerprint and the task of each job.
    ahead: Mapping[str, tuple[str, Task]] = field(default_factory=dict)
    is_awaited: bool = False  # whether what was begun ahead shall be there before all else
    meanwhile: Callable[[], None] = lambda: None  # what there is to do while others render
    _pieces: dict[str, _Piece] = field(default_factory=dict)
    _begun: dict[int, tuple[Task, _Piece]] = field(default_factory=dict)  # by the task's identity

    @classmethod
    def begin(cls, results: Results, talk: Talk, helper: Worker | None = None) -> Maker:
        """Return what makes jobs.  The helper is a process that got ready meanwhile."""
        cache = Cache(None if results.request.forced else cache_folder())
        return cls(results, talk, cache, helper)

    @property
    def request(self) -> Request:
        """Return what is asked for."""
        return self.results.request

    def make(self, jobs: Sequence[Job]) -> None:
        """Make the outputs, in the order of the jobs; then remember them."""
        seconds, made = self.results.report.timings, self.results.report.made
        try:
            if self.is_awaited:
                with timed(seconds, "rendering"):
                    self._render_first(jobs)
            with timed(seconds, "looking for what changed"):
                pieces = list(self._with_a_head_start(self._rendered(jobs)))
                waiting = (piece for piece in pieces if not piece.is_settled)
                stale = [piece for piece in waiting if not self._is_up_to_date(piece)]
            with timed(seconds, "rendering"):
                self._render(stale)
            with timed(seconds, "binding"):
                self._bind(list(self._stale_bound(jobs)))
            order = {job.name: place for place, job in enumerate(jobs)}
            made.sort(key=lambda each: order[each.job])
            self.results.tidy(jobs)
        finally:
            with timed(seconds, "remembering"):
                self.results.remember()

    def plan(self, jobs: Sequence[Job]) -> list[Planned]:
        """Return the jobs with the reasons for which they would be made; nothing is made."""
        known = {p.job.name: p.fingerprint for p in (*self._rendered(jobs), *self._bound(jobs))}
        return [
            Planned(
                job.name,
                self.request.output / job.path(),
                self.results.reasons(job, known[job.name]),
            )
            for job in jobs
        ]

    # --- what is to be done ---

    def _rendered(self, jobs: Sequence[Job]) -> Iterator[_Piece]:
        """Yield what is rendered, with its fingerprint."""
        for job in jobs:
            if not job.is_bound:
                if job.name not in self._pieces:
                    self._pieces[job.name] = _Piece(job, job.fingerprint())
                yield self._pieces[job.name]

    def _render_first(self, jobs: Sequence[Job]) -> None:
        """Render what was begun ahead, and rightly: its author waits for that."""
        begun = [job for job in jobs if job.name in self.ahead]
        pieces = [piece for piece in self._rendered(begun) if self._was_begun_ahead(piece)]
        if pieces:
            self._render(pieces)

    def _was_begun_ahead(self, piece: _Piece) -> bool:
        """Tell whether a piece was begun ahead with the right fingerprint, and take it as begun."""
        key, task = self.ahead.get(piece.job.name, ("", None))
        if task is None or piece.key != key or not self._is_surely_stale(piece):
            return False
        self._begin(piece, task)
        return True

    def _with_a_head_start(self, pieces: Iterable[_Piece]) -> Iterator[_Piece]:
        """Let the helper begin with what is surely out of date, before any file is looked at."""
        helper = self.helper
        for piece in pieces:
            is_begun = piece.is_begun or self._was_begun_ahead(piece)
            if helper and helper.has_room and not is_begun and self._is_surely_stale(piece):
                helper.begin(self._begin(piece))
            yield piece

    def _is_surely_stale(self, piece: _Piece) -> bool:
        """Tell whether a topic's output has to be rendered, however its files are."""
        is_of_topic = piece.job.brief is not None
        is_known = self.results.known(piece.job, piece.fingerprint)
        return is_of_topic and not is_known and not is_kept(self.cache, piece.key)

    def _begin(self, piece: _Piece, begun: Task | None = None) -> Task:
        """Return the task of a piece, which is going to be handed out now or was begun before."""
        piece.is_begun, task = True, begun or self._task(piece)
        self._begun[id(task)] = task, piece
        return task

    def _bound(self, jobs: Sequence[Job]) -> Iterator[_Piece]:
        """Yield what is bound of what is rendered, with its fingerprint and its parts."""
        for job in jobs:
            if job.is_bound:
                parts = [self._pieces[each.name] for each in job.parts]
                known = job.fingerprint().joined(part.fingerprint for part in parts)
                yield _Piece(job, known, parts)

    def _stale_bound(self, jobs: Sequence[Job]) -> Iterator[_Piece]:
        """Yield what has to be bound: files for the course of which all topics are well."""
        for piece in self._bound(jobs):
            filled = [part for part in piece.parts if part.is_part]
            held = any(part.is_held for part in piece.parts)
            if self._is_up_to_date(piece) or held or not filled:
                continue
            if self.request.is_quick:
                self.results.report.postponed.append(self.request.output / piece.job.path())
            else:
                yield replace(piece, parts=filled)

    def _is_up_to_date(self, piece: _Piece) -> bool:
        """Tell whether nothing has to be done, as the last build did it."""
        record = self.results.left(piece.job, piece.fingerprint)
        piece.is_part = record is not None and bool(record.files)
        return record is not None

    # --- rendering ---

    def _task(self, piece: _Piece) -> Task:
        keys = tuple(part.key for part in piece.parts)
        return Task(piece.job.output.name, piece.job.seen(), self.request.forced, keys)

    def _render(self, pieces: list[_Piece]) -> None:
        missing = []
        for piece in pieces:
            kept = Lost() if piece.is_begun else kept_outcome(self.cache, piece.key)
            if isinstance(kept, Lost):
                missing.append(piece)
            else:
                self._settle(piece, kept)
        # What is for the course is made here, while others work.
        here = [piece for piece in missing if not piece.job.brief]
        away = [piece for piece in missing if piece.job.brief]
        for piece, outcome in self._told(self._outcomes(here, away), len(missing)):
            if not isinstance(outcome, Failure):
                keep_outcome(self.cache, piece.key, outcome)
            self._settle(piece, outcome)
        self.cache.trim()

    def _told(
        self, outcomes: Iterator[tuple[_Piece, _Result]], total: int
    ) -> Iterator[tuple[_Piece, _Result]]:
        for done, (piece, outcome) in enumerate(outcomes, 1):
            self.talk.progress(done, total, piece.job.name)
            yield piece, outcome

    def _outcomes(
        self, here: Sequence[_Piece], away: Sequence[_Piece]
    ) -> Iterator[tuple[_Piece, _Result]]:
        """Yield the pieces with what they became: some by workers, if that is worth it."""
        size = self._processes(len(away))
        if not size:
            yield from ((piece, self._made_here(piece)) for piece in (*away, *here))
            return
        workers = self.helper or Workers(render, 0, fatal=FATAL)
        are_warm = 1 < max(size, workers.size) <= workers.started
        tasks = (self._begin(piece) for piece in away if not piece.is_begun)
        results = workers.results(tasks, size)
        others = (
            (self._begun.pop(id(task))[1], outcome)
            for task, outcome in results
            if id(task) in self._begun  # and is not what was begun ahead in vain
        )
        own = self._made_meanwhile(here)
        # Warm workers are done before this process is; others begin to import only now.
        try:
            yield from chain(others, own) if are_warm else chain(own, others)
        finally:
            workers.close(workers.size)

    def _made_meanwhile(self, pieces: Sequence[_Piece]) -> Iterator[tuple[_Piece, _Result]]:
        for piece in pieces:
            yield piece, self._made_here(piece)
        self.meanwhile()

    def _made_here(self, piece: _Piece) -> _Result:
        return self._bound_here(piece) if piece.parts else self._rendered_here(piece)

    def _processes(self, pieces: int) -> int:
        """Return how many other processes work on so many pieces: none if this one is as fast."""
        size = min(self.request.jobs or cores(), pieces)
        if size > 1 and (pieces >= THRESHOLD or self.request.jobs):
            return size
        return int(pieces > 0 and self.helper is not None)

    def _rendered_here(self, piece: _Piece) -> _Result:
        ((_, outcome),) = in_this_process(render, [self._task(piece)], FATAL)
        return outcome

    def _settle(self, piece: _Piece, made: _Result) -> None:
        """Let what was rendered be written, or told why it was not."""
        outcome = made.shown if isinstance(made, Packed) else made
        piece.is_settled = True
        piece.is_part = isinstance(outcome, Rendered)
        piece.is_held = not self.results.settle(piece.job, piece.fingerprint, outcome)
        if self.cache.folder is None:
            piece.outcome = made

    # --- files for the whole course ---

    def _bind(self, pieces: list[_Piece]) -> None:
        """Bind the topics' parts to files for the course: all but the first by other processes.

        They take the parts from the cache.  It is not worth it for few parts.
        """
        are_many = sum(len(piece.parts) for piece in pieces) >= _MANY_PARTS
        here = pieces[:1] if are_many and self.cache.folder else pieces
        for piece, outcome in self._told(self._outcomes(here, pieces[len(here) :]), len(pieces)):
            self._settle(piece, self._bound_here(piece) if isinstance(outcome, Lost) else outcome)

    def _bound_here(self, piece: _Piece) -> Outcome | Failure:
        outcomes = [self._outcome(part) for part in piece.parts]
        parts = [each.part for each in outcomes if isinstance(each, Rendered)]
        bind = piece.job.output.bind
        if bind is None or len(parts) < len(outcomes):
            return None
        ((_, outcome),) = in_this_process(lambda each: bind(each.job.seen(), parts), [piece], FATAL)
        return outcome

    def _outcome(self, piece: _Piece) -> Outcome | Failure:
        """Return what a piece became, from the cache or, if that has lost it, rendered again."""
        kept = piece.outcome
        if isinstance(kept, Lost):
            kept = kept_outcome(self.cache, piece.key)
        made = self._rendered_here(piece) if isinstance(kept, Lost) else kept
        return made if isinstance(made, Failure) else unpacked(made)
