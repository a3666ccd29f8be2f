"""`rectoverso watch`: one warm process that builds what changed, as soon as it is saved."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import Change, watch

from builder.build import run as builds
from builder.build.hashes import file_sha
from builder.build.ready import ready_workers
from builder.build.request import Request
from builder.build.shelf import KeptShelf, open_shelf
from builder.build.workers import cores
from builder.commands import FINE, build_report
from builder.commands.build import problem_of, request_of
from builder.commands.terminal import Progress, show, wrong_usage
from builder.diagnostics import ordered
from builder.identity.lock import NAME as LOCK
from builder.rendering import MissingLibraryError

if TYPE_CHECKING:
    import argparse

    from builder.build.ready import Worker

_STEP, _DEBOUNCE = 20, 200  # ms without a change after which a build begins, and at the latest
_QUIET = 1.5  # seconds without a change after which the PDFs of whole courses are made
_LONG = 0.3  # seconds; if binding takes longer, it waits until then
_POLL = 0.5  # seconds between looks for a content folder that is gone


def run(parsed: argparse.Namespace) -> int:
    """Build, and build again after each change, until it is interrupted."""
    request = request_of(parsed)
    if isinstance(request, str):
        return wrong_usage(request)
    workers = ready_workers(min(2, request.jobs or cores()))
    try:
        with open_shelf(request.content) as shelf:
            return _Watch(request, workers, shelf).run()
    except KeyboardInterrupt:
        return FINE
    except MissingLibraryError as error:
        return wrong_usage(f"{error}; type make setup, which installs it or says how")
    finally:
        workers.close()


@dataclass(slots=True)
class _Watch:
    """Builds after each change; `locks` are the locks as the last build left them."""

    request: Request
    workers: Worker
    shelf: KeptShelf
    locks: dict[str, str] = field(default_factory=dict)
    binding: float = 0.0  # seconds that the last binding took
    is_unbound: bool = False
    built: float = 0.0

    def run(self) -> int:
        for changed in _changes(self.request.content):
            problem = ""
            if any(map(self._is_news, changed)):
                problem = self._build(is_quick=self.binding > _LONG)
            elif self.is_unbound and time.monotonic() - self.built > _QUIET:
                problem = self._build()
            if problem:
                return wrong_usage(problem)
        return FINE

    def _build(self, *, is_quick: bool = False) -> str:
        """Build and tell what was done; return what is wrong with the command."""
        started = time.monotonic()
        progress = Progress()
        request = replace(self.request, is_quick=is_quick)
        report = builds.build(request, progress, self.workers, self.shelf)
        progress.clear()
        self.built = time.monotonic()
        self.is_unbound = bool(report.postponed)
        if not is_quick:
            self.binding = report.timings.get("binding", 0.0)
        self.locks = {os.path.realpath(path): file_sha(path) for path in self._lock_files()}
        show(ordered(report.diagnostics), sys.stderr)
        style = build_report.Style(is_brief=True)
        for line, stream in build_report.lines(report, self.built - started, style):
            print(line, file=stream, flush=True)
        return problem_of(request, report)

    def _lock_files(self) -> Iterator[Path]:
        return self.request.content.glob(f"*/{LOCK}")

    def _is_news(self, change: tuple[Change, str]) -> bool:
        """Tell whether a change is somebody else's: not that of a lock which the build wrote."""
        path = Path(change[1])
        return path.name != LOCK or self.locks.get(os.path.realpath(path)) != file_sha(path)


def _changes(content: Path) -> Iterator[set[tuple[Change, str]]]:
    """Yield what changed in the content folder; an empty set where nothing did for a moment.

    The folder itself is yielded when it begins to be watched, and when it is gone.  One that was
    moved away or replaced is watched again as soon as it is there.
    """
    while True:
        was = _identity(content)
        if was is None:
            time.sleep(_POLL)
            continue
        is_begun = False
        for changes in watch(
            content,
            watch_filter=_counts,
            debounce=_DEBOUNCE,
            step=_STEP,
            rust_timeout=_STEP * 5,
            yield_on_timeout=True,
        ):
            yield changes if is_begun else {(Change.added, str(content))}
            is_begun = True
            if _identity(content) != was:
                break
        yield {(Change.deleted, str(content))}


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _counts(_change: Change, path: str) -> bool:
    """Leave out what editors write beside the files."""
    name = Path(path).name
    return not name.startswith(".") and not name.endswith(("~", ".swp", ".tmp"))
