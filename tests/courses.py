"""Courses for tests: written to a folder, built through the real pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from builder.build.identify import Demands
from builder.build.manifest import NAME as MANIFEST
from builder.build.report import Report
from builder.build.request import Request
from builder.build.run import build
from builder.identity.lock import Entry, Lock, read_lock
from builder.identity.questions import Answer, Question
from builder.identity.wording import wording

ALLIANCE = """\
# Alliance

The bond of therapist and client.

## Key facts

- Bordin named {{goals}}, {{tasks::what is done}} and bond.
- A plain fact.

## Review questions

### Why does trust matter here?

Clients who feel safe take on *demanding* work.

### What builds it?

Listening and validating.

## Related terms

Rapport
: An easy and friendly contact.
"""

EMPATHY = """\
# Empathy

Feeling into another person.

## Review questions

### Who wrote of empathic understanding?

Rogers did, in 1957.
"""


def write_course(
    content: Path, topics: Mapping[str, str], settings: str = 'title = "Therapy"', name: str = "th"
) -> Path:
    """Write a course below a content folder and return the course's folder."""
    folder = content / name
    for topic, text in topics.items():
        path = folder / f"{topic}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "course.toml").write_text(settings + "\n", encoding="utf-8")
    return folder


class Silence:
    """Hears nothing of a build."""

    def progress(self, done: int, total: int, name: str) -> None: ...

    def waiting(self) -> None: ...

    def ask(self, prefix: str, question: Question) -> Answer | None: ...


def build_in(
    folder: Path,
    *only: str,
    targets: tuple[str, ...] = (),
    demands: Demands | None = None,
    forced: bool = False,
) -> Report:
    """Build `content/` of a folder to its `output/`."""
    request = Request(folder / "content", folder / "output", only, targets, demands or Demands())
    return build(replace(request, forced=forced), Silence())


def outputs_in(folder: Path) -> dict[str, bytes]:
    """Return what was built in a folder, by its path below `output/`."""
    return {
        path.relative_to(folder / "output").as_posix(): path.read_bytes()
        for path in sorted((folder / "output").rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def lock_of(course: Path) -> Lock:
    """Read a course's lock."""
    path = course / "notes.lock"
    lock, problems = read_lock(path.read_text(encoding="utf-8"), str(path))
    assert lock is not None, problems
    return lock


def prompt_of(entry: Entry) -> str:
    """Return what a note of the lock asks, as plain text."""
    return wording(entry.kind, entry.topic, entry.fields).prompt


def errors(report: Report) -> list[str]:
    """Return the codes of a report's errors."""
    return [found.code for found in report.diagnostics if found.severity == "error"]
