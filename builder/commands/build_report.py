"""What a build did, or would do, as lines for people and as JSON for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from builder.build.report import Made, Report

Line = tuple[str, TextIO]


@dataclass(frozen=True, slots=True)
class Style:
    """How much is wanted.

    Only what is wrong; each file by its name; seconds of each phase; only files that were written.
    """

    is_quiet: bool = False
    is_verbose: bool = False
    has_timings: bool = False
    is_brief: bool = False


def lines(report: Report, seconds: float, style: Style) -> Iterator[Line]:
    """Yield what a build did, each line with the stream that it is for."""
    if not style.is_quiet:
        changed = [made for made in report.made if made.changed] if style.is_brief else report.made
        by_name = style.is_verbose or style.is_brief
        made = _each_file(changed) if by_name else _made_lines(changed)
        yield from ((line, sys.stdout) for line in made)
        yield from ((f"removed {path}", sys.stdout) for path in report.removed)
    yield from ((f"kept as it was: {kept}", sys.stderr) for kept in report.held_back)
    if style.is_quiet:
        return
    for path in () if style.is_brief else report.postponed:
        yield f"out of date, left for a build without --quick: {path}", sys.stdout
    if style.has_timings:
        yield from ((line, sys.stdout) for line in _timing_lines(report, seconds))
    yield f"{_counts(report)} ({seconds:.1f} s)", sys.stdout


def _counts(report: Report) -> str:
    from builder.diagnostics import summary
    from builder.phrases import counted

    changed = sum(made.changed for made in report.made)
    counts = f"{counted(changed, 'file')} written, {len(report.made) - changed} unchanged"
    return "; ".join(filter(None, (counts, summary(report.diagnostics))))


def _made_lines(made: Sequence[Made]) -> list[str]:
    """Return a line for each course and kind: where it is and what it holds."""
    from builder.phrases import counted

    found = []
    groups: dict[tuple[str, str, bool], list[Made]] = {}
    for one in made:
        groups.setdefault((one.course, one.kind, one.is_whole_course), []).append(one)
    width = max((len(one.kind) for one in made), default=0) + 2
    for (_, kind, _), files in groups.items():
        parents = {os.path.dirname(one.path) for one in files}  # noqa: PTH120  # of thousands
        alone = len(files) == 1
        where = files[0].path if alone else os.path.commonpath(parents)
        what = files[0].summary if alone else counted(len(files), "file")
        found.append(f"{kind:<{width}}{where}{'' if alone else '/'}  {what}".rstrip())
    return found


def _each_file(made: Sequence[Made]) -> Iterator[str]:
    for one in made:
        yield f"{'written  ' if one.changed else 'unchanged'}  {one.path}  {one.summary}".rstrip()


def _timing_lines(report: Report, seconds: float) -> Iterator[str]:
    rest = seconds - sum(report.timings.values())
    for what, part in [*report.timings.items(), ("all else", rest), ("together", seconds)]:
        yield f"{what:<26}{part:8.2f} s"


def plan_lines(report: Report, *, is_all: bool) -> Iterator[Line]:
    """Yield what a build would make and why; with `is_all` also what it would leave as it is."""
    from builder.phrases import counted

    stale = [planned for planned in report.planned if planned.reasons]
    for planned in report.planned if is_all else stale:
        why = "; ".join(planned.reasons)
        yield f"{planned.path}: {why or 'up to date'}", sys.stdout
    fresh = len(report.planned) - len(stale)
    counts = f"{counted(len(stale), 'file')} to write, {fresh} up to date"
    yield f"{counts}; nothing was written", sys.stdout


def as_json(report: Report, seconds: float) -> str:
    """Return all of it as JSON."""
    import json

    from builder.diagnostics import as_data, ordered

    data = {
        "diagnostics": as_data(ordered(report.diagnostics)),
        "made": [
            {
                "course": made.course,
                "kind": made.kind,
                "path": made.path.replace(os.sep, "/"),
                "summary": made.summary,
                "changed": made.changed,
                "sha256": made.sha,
            }
            for made in report.made
        ],
        "planned": [
            {"job": each.job, "path": each.path.as_posix(), "reasons": list(each.reasons)}
            for each in report.planned
        ],
        "removed": [path.as_posix() for path in report.removed],
        "kept": report.held_back,
        "out_of_date": [path.as_posix() for path in report.postponed],
        "seconds": {**report.timings, "together": seconds},
    }
    return json.dumps(data, indent=2, ensure_ascii=False)
