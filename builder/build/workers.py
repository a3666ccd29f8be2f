"""Work done by several processes, of which each may die without taking more than its own piece.

The workers run the same function as a build without them; what they are is an `Executor`'s
business, so another kind of them is another executor.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures import TimeoutError as FuturesTimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

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


def _serve() -> None:
    """Leave Ctrl-C to the process that started the workers, which ends them; end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is gone: killed, it could tell nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _pool(size: int) -> ProcessPoolExecutor:
    # A forked process would share locks and open files of this one in unknown states.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(size, mp_context=context, initializer=_serve)


def _kill(pool: Executor) -> None:
    """End a pool's processes at once, whatever they are doing."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        with contextlib.suppress(OSError):
            process.kill()
    for process in processes:
        process.join()


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
class Workers(Generic[Piece, Result]):
    """A pool that is made anew when one of its processes dies or hangs.

    As many pieces are handed out as there are processes (and `ahead` more), so if the pool breaks,
    only those are suspect; they are tried once more, each alone.
    """

    work: Callable[[Piece], Result]
    size: int
    fatal: Fatal = ()
    longest: float = LONGEST
    make_pool: Callable[[int], Executor] = _pool
    ahead: int = 0
    _pool: Executor | None = None
    _running: dict[Future[Result], tuple[Piece, float]] = field(default_factory=dict)

    def results(self, pieces: Sequence[Piece]) -> Iterator[tuple[Piece, Result | Failure]]:
        """Hand out the first pieces now, and return an iterator.

        It gives each piece with its result, in the order in which they are done.  The processes
        stay for more, until `close`.
        """
        waiting = deque(pieces)
        self._hand_out(waiting)
        return self._results(waiting)

    def prepare(self, call: Callable[[], object]) -> None:
        """Let a process get ready, by a call that it needs before its first piece."""
        if self._pool is None:
            self._pool = self.make_pool(self.size)
        self._pool.submit(call)

    def _hand_out(self, waiting: deque[Piece]) -> None:
        while waiting and len(self._running) < self.size + self.ahead:
            self._start(waiting.popleft())

    def _results(self, waiting: deque[Piece]) -> Iterator[tuple[Piece, Result | Failure]]:
        try:
            while waiting or self._running:
                self._hand_out(waiting)
                yield from self._finished()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End all processes."""
        if self._pool:
            _kill(self._pool)
        self._pool = None
        self._running.clear()

    def _start(self, piece: Piece) -> None:
        if self._pool is None:
            self._pool = self.make_pool(self.size)
        self._running[self._pool.submit(self.work, piece)] = (piece, time.monotonic())

    def _finished(self) -> Iterator[tuple[Piece, Result | Failure]]:
        oldest = min(started for _, started in self._running.values())
        patience = max(0.0, oldest + self.longest - time.monotonic())
        done, _ = wait(self._running, timeout=patience, return_when=FIRST_COMPLETED)
        if not done:
            yield from self._give_up(oldest)
            return
        broken = [future for future in done if isinstance(future.exception(), BrokenProcessPool)]
        for future in done.difference(broken):
            piece, _ = self._running.pop(future)
            yield piece, _done(future.result, self.fatal)
        if broken:
            yield from self._after_a_death()

    def _give_up(self, oldest: float) -> Iterator[tuple[Piece, Result | Failure]]:
        """End what hangs; the others that were running begin again."""
        pieces = [(piece, started == oldest) for piece, started in self._running.values()]
        self.close()
        for piece, hangs in pieces:
            if hangs:
                yield piece, Failure(f"it took longer than {self.longest:.0f} seconds")
            else:
                self._start(piece)

    def _after_a_death(self) -> Iterator[tuple[Piece, Result | Failure]]:
        """Try each suspect alone: one of them kills its process, the others are innocent."""
        suspects = [piece for piece, _ in self._running.values()]
        self.close()
        for piece in suspects:
            alone = Workers(self.work, 1, self.fatal, self.longest, self.make_pool)
            yield piece, alone.only_result(piece)

    def only_result(self, piece: Piece) -> Result | Failure:
        """Return the result of a piece in a process of its own."""
        self._start(piece)
        (future,) = self._running
        try:
            return _done(partial(future.result, self.longest), self.fatal)
        finally:
            self.close()
