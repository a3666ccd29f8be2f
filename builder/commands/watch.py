"""`rectoverso watch`: one warm process that builds what changed, as soon as it is saved."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import Change, watch

from builder.build import run as builds
from builder.build.files import files_in
from builder.build.process import TemporaryFolder
from builder.build.ready import ready_workers
from builder.build.request import Request
from builder.build.shelf import KeptShelf, open_shelf
from builder.build.workers import cores
from builder.commands import FINE, build_report
from builder.commands.build import problem_of, request_of
from builder.commands.terminal import Progress, missing_library, show, wrong_usage
from builder.diagnostics import ordered
from builder.hashes import file_sha
from builder.identity.lock import NAME as LOCK
from builder.rendering import MissingLibraryError

if TYPE_CHECKING:
    import argparse

    from builder.build.ready import Worker

_STEP, _DEBOUNCE = 20, 200  # ms without a change after which a build begins, and at the latest
_QUIET = 1.5  # seconds without a change after which the PDFs of large courses are made
_LARGE = 60  # topics from which on these are made by a process that can be ended at any time
_MODEST = 10  # the niceness of that process: whatever an author does meanwhile goes before
_POLL = 0.5  # seconds between looks for a content folder that is gone


def run(parsed: argparse.Namespace) -> int:
    """Build, and build again after each change, until it is interrupted."""
    request = request_of(parsed)
    if isinstance(request, str):
        return wrong_usage(request)
    workers = ready_workers(min(2, request.jobs or cores()))
    try:
        with open_shelf(request.content) as shelf:
            return _Watch(request, workers, shelf, Binder(_command(parsed))).run()
    except KeyboardInterrupt:
        return FINE
    except MissingLibraryError as error:
        return missing_library(error)
    finally:
        workers.close()


def _command(parsed: argparse.Namespace) -> list[str]:
    """Return the build that makes all which is watched."""
    command = [sys.executable, "-m", "builder", "build", *parsed.targets, "--format", "json"]
    command += ["--content", str(parsed.content), "--output", str(parsed.output)]
    for kind in parsed.only:
        command += ["--only", kind]
    for name in ("duplex", "printer", "jobs"):
        if value := getattr(parsed, name):
            command += [f"--{name}", str(value)]
    return command


@dataclass(slots=True)
class Binder:
    """A build in a process of its own, which may be killed: it writes whole files or none."""

    command: list[str]
    process: subprocess.Popen[str] | None = None
    folder: TemporaryFolder | None = None

    def start(self) -> None:
        """Begin, if it has not."""
        if self.process is None:
            self.folder = TemporaryFolder()
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.folder.environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
            if hasattr(os, "setpriority"):
                with contextlib.suppress(OSError):  # it has ended
                    os.setpriority(os.PRIO_PGRP, self.process.pid, _MODEST)

    def stop(self) -> None:
        """End it at once with all that it started: an author needs the processors."""
        if self.process is not None:
            if hasattr(os, "killpg"):
                with contextlib.suppress(OSError):  # it has ended
                    os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()
            if self.process.stdout:
                self.process.stdout.close()
            self._forget()

    def finished(self) -> list[str] | None:
        """Return the files that it has written, or None while it has not ended."""
        if self.process is None or self.process.poll() is None:
            return None
        said, _ = self.process.communicate()
        self._forget()
        with contextlib.suppress(ValueError, KeyError):  # it was killed by somebody else
            return [made["path"] for made in json.loads(said)["made"] if made["changed"]]
        return []

    def _forget(self) -> None:
        self.process = None
        if self.folder:
            self.folder.remove()


@dataclass(slots=True)
class _Watch:
    """Builds after each change; `locks` are the locks as the last build left them."""

    request: Request
    workers: Worker
    shelf: KeptShelf
    binder: Binder
    locks: dict[str, str] = field(default_factory=dict)
    is_unbound: bool = False
    built: float = 0.0

    def run(self) -> int:
        try:
            for changed in _changes(self.request.content):
                if any(map(self._is_news, changed)):
                    self.binder.stop()
                    if problem := self._build([Path(path) for _, path in changed]):
                        return wrong_usage(problem)
                else:
                    self._bind()
        finally:
            self.binder.stop()
        return FINE

    def _bind(self) -> None:
        """Have the PDFs of large courses made, once nothing has been saved for a moment."""
        if (written := self.binder.finished()) is not None:
            for path in written:
                print(f"written    {path}", flush=True)
        elif self.is_unbound and time.monotonic() - self.built > _QUIET:
            self.is_unbound = False
            self.binder.start()

    def _build(self, changed: Collection[Path]) -> str:
        """Build and tell what was done; return what is wrong with the command."""
        started = time.monotonic()
        progress = Progress()
        topics = sum(name.endswith(".md") for name, _ in files_in(self.request.content))
        request = replace(self.request, is_quick=topics >= _LARGE)
        report = builds.build(request, progress, self.workers, self.shelf, changed)
        progress.clear()
        self.built = time.monotonic()
        self.is_unbound = bool(report.postponed)
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
