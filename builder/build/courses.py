"""All courses read and checked; nothing that makes outputs is imported for this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from builder.build.lock_file import lock_problems
from builder.build.report import shown
from builder.build.shelf import KeptShelf, open_shelf
from builder.model import Setting
from builder.outputs import all_outputs
from builder.source.load import Library, load


def settings_tables() -> Mapping[str, Mapping[str, Setting]]:
    """Return the tables of course.toml that the kinds of output declare."""
    return {output.table: output.settings for output in all_outputs()}


def load_courses(content: Path, shelf: KeptShelf) -> Library:
    """Read every course of a content folder."""
    return load(content, shown(content), settings_tables(), shelf)


def check(content: Path) -> Library:
    """Read and check everything; writes nothing."""
    with open_shelf(content) as shelf:
        return check_courses(content, shelf)


def check_courses(content: Path, shelf: KeptShelf) -> Library:
    """Read and check everything, as far as it is not known."""
    library = load_courses(content, shelf)
    problems = [problem for one in library.courses for problem in lock_problems(one, shelf)]
    return replace(library, diagnostics=(*library.diagnostics, *problems))
