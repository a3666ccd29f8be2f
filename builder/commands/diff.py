"""`rectoverso diff`: what the next import of each course will do."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from builder.build.diff import diff
from builder.commands import FINE, WRONG_SOURCE
from builder.commands.terminal import has_colours, show, target, unknown, wrong_usage
from builder.diagnostics import has_errors, ordered
from builder.difference.package import PackageError
from builder.difference.text import as_data, as_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from builder.difference.text import CourseChanges


def run(parsed: argparse.Namespace) -> int:
    """Show what the next import will do, against the last build or a package."""
    course = target(parsed.course, parsed.content) if parsed.course else ""
    try:
        found = diff(parsed.content, course, parsed.since)
    except PackageError as error:
        return wrong_usage(f"{parsed.since} can't be compared with: {error}")
    show(ordered(found.diagnostics), sys.stderr)
    if problem := unknown(filter(None, [course]), found.names, "course"):
        return wrong_usage(problem)
    if parsed.since and not found.courses and not has_errors(found.diagnostics):
        return wrong_usage(f"no course here shares a note with {parsed.since}")
    _print_changes(found.courses, parsed.format)
    return WRONG_SOURCE if has_errors(found.diagnostics) else FINE


def _print_changes(courses: Iterable[CourseChanges], form: str) -> None:
    if form == "json":
        found = [change for course in courses for change in as_data(course)]
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    colour = has_colours(sys.stdout)
    for course in courses:
        print(as_text(course, colour=colour))
