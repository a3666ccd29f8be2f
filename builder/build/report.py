"""What a build did, and writing its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from builder.build.write import write_atomically
from builder.diagnostics import Diagnostic
from builder.span import Span


@dataclass(frozen=True, slots=True)
class Made:
    """One output that was made; `changed` is False where the file already held these bytes.

    `sha` is the SHA-256 of the file.  Its path is plain text, since thousands are told.
    """

    course: str
    kind: str
    path: str
    summary: str
    changed: bool
    is_whole_course: bool = False
    job: str = ""
    sha: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One job as a build would find it: its file, and why that is out of date, if it is."""

    job: str
    path: Path
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """What a build did: files made and removed, outputs held back (with the reason), mistakes.

    `kept` names the jobs whose files stay although they were not made: those of topics with
    errors; `untouched` the courses of which nothing is made or removed: they or their locks can't
    be read or written.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    removed: list[Path] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)  # where nothing was to be made
    timings: dict[str, float] = field(default_factory=dict)  # seconds of each phase
    postponed: list[Path] = field(default_factory=list)  # out of date, left for a later build
    names: set[str] = field(default_factory=set)  # what a target may be called
    codes: set[str] = field(default_factory=set)  # and what a note
    wrong_usage: str = ""  # what was asked for and is not there
    kept: set[str] = field(default_factory=set)
    untouched: set[str] = field(default_factory=set)


def shown(folder: Path) -> str:
    """Return the folder as messages name it: from the working folder, with forward slashes."""
    try:
        return folder.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return folder.as_posix()


def write(path: Path, data: bytes, report: Report, *, is_durable: bool = False) -> bool:
    """Write a file whole, or report why that is impossible; then the earlier file is kept."""
    try:
        write_atomically(path, data, is_durable=is_durable)
    except OSError as error:
        why = error.strerror or str(error)
        message, hint = f"this can't be written: {why}", "the earlier file was kept as it was"
        report.diagnostics.append(Diagnostic("not-writable", message, Span(shown(path)), hint))
        return False
    return True
