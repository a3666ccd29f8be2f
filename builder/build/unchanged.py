"""Knowing without reading any of it that a build would change nothing: the bytes are the same.

After a build, its report is kept with a hash of all that went in and of each file that came out.
If a later build of the same folders finds all of them as they were, it tells the same report.  It
imports next to nothing, so that a build with nothing to do takes as long as reading the files.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from builder.build.cache import Cache
from builder.build.code import code_digest
from builder.build.files import files_in
from builder.build.report import Made, Report
from builder.build.user_folders import cache_folder
from builder.diagnostics import restored
from builder.hashes import file_sha, sha

_KIND = "unchanged"
_LOCK, _COURSE, _FONTS = "notes.lock", "course.toml", b"[fonts"
_LARGEST = 50_000_000  # bytes; what is larger can't be part of a course
# What is said of a change of the lock is not said again.
_ONCE = {
    "lock-begun",
    "note-recognised",
    "note-unsure",
    "note-retired",
    "code-changed",
    "deck-kept",
}


@dataclass(frozen=True, slots=True)
class Plain:
    """A build without options but for what is built, from where to where."""

    content: Path
    output: Path
    only: Sequence[str]
    targets: Sequence[str]
    printers: Path

    @property
    def key(self) -> str:
        """Return the name under which the last such build is remembered."""
        where = (Path.cwd(), self.content.absolute(), self.output.absolute())
        parts = (*map(str, where), *sorted(self.only), "", *sorted(self.targets))
        return sha("\n".join(parts).encode("utf-8", "surrogateescape"))

    def inputs(self) -> Iterator[tuple[str, str]]:
        """Yield all that goes into the build, but for the locks, which it writes.

        Each comes with what tells its content.  What was changed last comes first, since it is most
        likely to be new.
        """
        yield "", f"{code_digest()} {file_sha(self.printers)}"
        files = (each for each in files_in(self.content) if not _is_called(each[0], _LOCK))
        found = [(name, path, _status(path)) for name, path in files]
        found.sort(key=lambda each: each[2].st_mtime_ns if each[2] else 0, reverse=True)
        for name, path, status in found:
            yield name, _described(path, status)

    def locks(self) -> str:
        """Return the hash of the locks."""
        locks = (each for each in files_in(self.content) if _is_called(each[0], _LOCK))
        found = "\n".join(f"{name} {_described(path, _status(path))}" for name, path in locks)
        return sha(found.encode("utf-8", "surrogateescape"))


@dataclass(frozen=True, slots=True)
class LastBuild:
    """What is kept of the last build of its kind: nothing, where there was none."""

    build: Plain
    known: Mapping[str, Any]

    @classmethod
    def of(cls, build: Plain) -> LastBuild:
        """Return what is kept of such a build."""
        with contextlib.suppress(ValueError):
            known = json.loads(Cache(cache_folder()).get(_KIND, build.key) or b"{}")
            if isinstance(known, dict):
                return cls(build, known)
        return cls(build, {})

    def inputs(self, changed: Callable[[], object]) -> Mapping[str, str]:
        """Return what goes into the build; call `changed` as soon as it is clear that it did."""
        known, inputs = self.known.get("inputs", {}), dict[str, str]()
        is_same = isinstance(known, dict)
        for name, content in self.build.inputs():
            inputs[name] = content
            if is_same and known.get(name) != content:
                is_same = False
                changed()
        return inputs

    def report(self, inputs: Mapping[str, str]) -> Report | None:
        """Return the report of the last build, if this one would change nothing."""
        known = self.known
        with contextlib.suppress(KeyError, TypeError):
            if known["inputs"] == inputs and known["locks"] == self.build.locks():
                report = _report(known)
                if all(file_sha(made.path) == made.sha for made in report.made):
                    return report
        return None

    def keep(self, inputs: Mapping[str, str], report: Report) -> None:
        """Keep a report for the next build."""
        if report.wrong_usage or any(each.severity == "error" for each in report.diagnostics):
            return  # what is wrong is looked at again
        known = {
            "inputs": inputs,
            "locks": self.build.locks(),
            "made": [{**asdict(made), "changed": False} for made in report.made],
            "diagnostics": [asdict(each) for each in report.diagnostics if each.code not in _ONCE],
            "names": sorted(report.names),
        }
        Cache(cache_folder()).put(_KIND, self.build.key, json.dumps(known).encode())


def _report(known: Mapping[str, Any]) -> Report:
    made = [Made(**each) for each in known["made"]]
    said = [restored(each) for each in known["diagnostics"]]
    return Report(diagnostics=said, made=made, names=set(known["names"]))


def _is_called(path: str, name: str) -> bool:
    return path.rpartition(os.sep)[2] == name


def _status(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except OSError:
        return None


def _described(path: str, found: os.stat_result | None) -> str:
    """Return what a file holds, or what it is if it is none; it is never waited for."""
    if found is None:
        return "unreadable"
    try:
        if stat.S_ISLNK(found.st_mode):
            return f"-> {os.readlink(path)}"  # noqa: PTH115  # as files_in
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            return f"{found.st_mode} {found.st_size} {found.st_mtime_ns}"
        if _is_called(path, _COURSE) and _FONTS in Path(path).read_bytes():
            return str(time.time_ns())  # fonts of the machine are no part of the course: never same
    except OSError:
        return "unreadable"
    return file_sha(path)
