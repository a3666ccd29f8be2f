"""Work done by several processes, of which each may die without taking more than its own piece.

The workers run the same function as a build without them; what they are is an `Executor`'s
business, so another kind of them is another executor.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures import TimeoutError as FuturesTimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from builder.build.process import OneProcess

Piece = TypeVar("Piece")
Result = TypeVar("Result")

Fatal = tuple[type[Exception], ...]
LONGEST = 300.0  # seconds that one piece may take
THRESHOLD = 12  # pieces; to start a pool for fewer takes longer than it saves


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a piece has no result, in words for people."""

    reason: str


def cores() -> int:
    """Return how many processors this process may use: affinity, and the quota of its cgroup."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(usable or 1, _quota()))


def _quota() -> int:
    """Return the processors that cgroup v2 grants, rounded up; many where it grants all."""
    with contextlib.suppress(OSError, ValueError):
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:  # noqa: PTH123
            quota, period = file.read().split()
        if quota != "max":
            return max(1, -(-int(quota) // int(period)))
    return 1_000_000


def _kill(executor: Executor) -> None:
    """End an executor at once, if it can be; another one when it has done what it was given."""
    if isinstance(executor, OneProcess):
        executor.kill()
    else:
        executor.shutdown(wait=False, cancel_futures=True)


def in_this_process(
    work: Callable[[Piece], Result], pieces: Sequence[Piece], fatal: Fatal = ()
) -> Iterator[tuple[Piece, Result | Failure]]:
    """Yield each piece with its result, one after the other."""
    for piece in pieces:
        yield piece, _done(partial(work, piece), fatal)


def _done(call: Callable[[], Result], fatal: Fatal) -> Result | Failure:
    try:
        return call()
    except fatal:
        raise
    except BrokenProcessPool:
        return Failure("its process died")
    except FuturesTimeoutError:
        return Failure("it took too long")
    except MemoryError:
        return Failure("the memory was not enough for it")
    except Exception as error:  # noqa: BLE001  # a mistake of ours costs its own piece only
        return Failure(f"{type(error).__name__}: {error}")


@dataclass(slots=True)
class _Worker(Generic[Piece, Result]):
    """An executor of one process, and the pieces that it was given; it is at work on the first.

    `since` is when it began with that, in seconds of a clock that only goes forward.
    """

    executor: Executor
    pieces: deque[tuple[Piece, Future[Result]]] = field(default_factory=deque)
    since: float = 0.0

    def give(self, work: Callable[[Piece], Result], piece: Piece) -> None:
        if not self.pieces:
            self.since = time.monotonic()
        self.pieces.append((piece, self.executor.submit(work, piece)))

    @property
    def is_done(self) -> bool:
        """Tell whether the piece that it is at work on is done."""
        return bool(self.pieces) and self.pieces[0][1].done()

    def take(self) -> tuple[Piece, Future[Result]]:
        self.since = time.monotonic()
        return self.pieces.popleft()


@dataclass(slots=True)
class Workers(Generic[Piece, Result]):
    """Processes that each work on one piece at a time, so that one which dies costs that piece.

    Each is started when it is first needed, and stays until `close`.  A piece whose process died
    is tried once more: where the memory is not enough, the system may end any process.
    """

    work: Callable[[Piece], Result]
    size: int
    fatal: Fatal = ()
    longest: float = LONGEST
    make_executor: Callable[[], Executor] = OneProcess
    _workers: list[_Worker[Piece, Result]] = field(default_factory=list)
    _suspects: list[Piece] = field(default_factory=list)
    _most: int = 0

    def results(
        self, pieces: Iterable[Piece], most: int = 0
    ) -> Iterator[tuple[Piece, Result | Failure]]:
        """Hand out the first pieces now, and return an iterator.

        It gives each piece with its result, in the order in which they are done, by at most so
        many processes, or `size` if that is more.
        """
        self._most = most
        waiting = iter(pieces)
        self._hand_out(waiting)
        return self._results(waiting)

    def prepare(self, call: Callable[[], object]) -> None:
        """Let all processes get ready, by a call that each needs before its first piece."""
        while len(self._workers) < self.size:
            self._new().executor.submit(call)

    @property
    def has_room(self) -> bool:
        """Tell whether one more piece can be handed out now.

        One that works alone takes the next piece before it is done: whoever hands it out may be
        busy then.
        """
        least = min((len(worker.pieces) for worker in self._workers), default=0)
        return len(self._workers) < self._limit or least < (2 if self._limit == 1 else 1)

    def begin(self, piece: Piece) -> None:
        """Hand out a piece now, for which there is room; its result comes with those of others."""
        worker = min(self._workers, key=lambda worker: len(worker.pieces), default=None)
        if worker is None or (worker.pieces and len(self._workers) < self._limit):
            worker = self._new()
        try:
            worker.give(self.work, piece)
        except BrokenProcessPool:  # somebody ended it while it had nothing to do
            self._begin_again(worker, piece)

    def finished(self) -> Iterator[tuple[Piece, Result | Failure]]:
        """Yield each piece that is done now with its result, and wait for none."""
        for worker in list(self._workers):
            while worker.is_done:
                yield from self._outcome(worker)

    def forget(self) -> None:
        """Take from the workers what is done and nobody asked for, to have room again."""
        for worker in self._workers:
            while worker.is_done:
                worker.take()

    @property
    def started(self) -> int:
        """Return how many processes there are."""
        return len(self._workers)

    def close(self, left: int = 0) -> None:
        """End all processes but for so many."""
        self._most = 0
        for worker in self._workers[left:]:
            _kill(worker.executor)
        del self._workers[left:]

    def _new(self) -> _Worker[Piece, Result]:
        worker = _Worker[Piece, Result](self.make_executor())
        self._workers.append(worker)
        return worker

    @property
    def _limit(self) -> int:
        return max(self.size, self._most)

    def _hand_out(self, waiting: Iterator[Piece]) -> None:
        while self.has_room:
            for piece in waiting:
                self.begin(piece)
                break
            else:
                return

    def _results(self, waiting: Iterator[Piece]) -> Iterator[tuple[Piece, Result | Failure]]:
        try:
            while any(worker.pieces for worker in self._workers):
                yield from self._awaited()
                self._hand_out(waiting)
            self._suspects.clear()
        except BaseException:
            self.close()
            raise

    def _awaited(self) -> Iterator[tuple[Piece, Result | Failure]]:
        busy = [worker for worker in self._workers if worker.pieces]
        oldest = min(busy, key=lambda worker: worker.since)
        patience = max(0.0, oldest.since + self.longest - time.monotonic())
        futures = [worker.pieces[0][1] for worker in busy]
        done, _ = wait(futures, timeout=patience, return_when=FIRST_COMPLETED)
        if done:
            yield from self.finished()
        else:
            piece, _ = oldest.take()
            self._begin_again(oldest)
            yield piece, Failure(f"it took longer than {self.longest:.0f} seconds")

    def _outcome(self, worker: _Worker[Piece, Result]) -> Iterator[tuple[Piece, Result | Failure]]:
        piece, future = worker.take()
        if not isinstance(future.exception(), BrokenProcessPool):
            yield piece, _done(future.result, self.fatal)
        elif any(piece is suspect for suspect in self._suspects):
            self._begin_again(worker)
            yield piece, _done(future.result, self.fatal)
        else:
            self._suspects.append(piece)
            self._begin_again(worker, piece)

    def _begin_again(self, worker: _Worker[Piece, Result], *pieces: Piece) -> None:
        """Put another process in the place of one; it gets these pieces and those left."""
        _kill(worker.executor)
        again = _Worker[Piece, Result](self.make_executor())
        self._workers[self._workers.index(worker)] = again
        for piece in (*pieces, *(left for left, _ in worker.pieces)):
            again.give(self.work, piece)
        worker.pieces.clear()  # they are the other's now
