"""`rectoverso check`: what is wrong in the sources; with `--print`, how cards will be printed."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from builder.build import courses
from builder.build.stamps import kept_hashes
from builder.commands import FINE, WRONG_SOURCE
from builder.commands.terminal import missing_library, show
from builder.diagnostics import as_data, as_json, has_errors, ordered, summary
from builder.phrases import counted
from builder.rendering import MissingLibraryError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from builder.diagnostics import Diagnostic
    from builder.source.load import Library


def run(parsed: argparse.Namespace) -> int:
    """Check all courses."""
    if parsed.print:
        return _check_print(parsed)
    started = time.monotonic()
    with kept_hashes("check", parsed.content):
        library = courses.check(parsed.content)
    found = ordered(library.diagnostics)
    if parsed.format == "json":
        print(as_json(found))
    else:
        show(found, sys.stdout)
        print(_checked(library, found, time.monotonic() - started))
    return WRONG_SOURCE if has_errors(found) else FINE


def _check_print(parsed: argparse.Namespace) -> int:
    from builder.build.preflight import check_print
    from builder.printing import preflight

    started = time.monotonic()
    try:
        checked = check_print(parsed.content)
    except MissingLibraryError as error:
        return missing_library(error)
    found = ordered(checked.library.diagnostics)
    if parsed.format == "json":
        printed = [preflight.as_data(one) for one in checked.printed]
        data = {"diagnostics": as_data(found), "print": printed}
        print(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        show(found, sys.stdout)
        for one in checked.printed:
            print(preflight.as_text(one))
        print(_checked(checked.library, found, time.monotonic() - started))
    return WRONG_SOURCE if has_errors(found) else FINE


def _checked(library: Library, found: Sequence[Diagnostic], seconds: float) -> str:
    topics = sum(len(loaded.topics) for loaded in library.courses)
    notes = sum(len(topic.notes) for loaded in library.courses for topic in loaded.topics.briefs)
    counts = f"{counted(len(library.courses), 'course')}, {counted(topics, 'topic')}, "
    counts += counted(notes, "note")
    return f"{summary(found) or 'no mistakes'} in {counts} ({seconds:.1f} s)"
