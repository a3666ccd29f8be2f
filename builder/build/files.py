"""The files of a folder in a fixed order, and those that are our own code and templates."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_CODE = (".py", ".js", ".html", ".css", ".conf")


def files_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what is in a folder, links too, in order: its name from there, and its path.

    Both are plain text, since thousands are looked at by each build.
    """
    for parent, folders, names in os.walk(folder):
        folders.sort()
        inside = os.path.relpath(parent, folder)
        start = "" if inside == os.curdir else inside + os.sep
        links = (each for each in folders if Path(parent, each).is_symlink())
        for name in (*sorted(names), *links):
            yield start + name, f"{parent}{os.sep}{name}"


def code_files() -> Iterator[tuple[str, str]]:
    """Yield all of ours that an output is made with; in a wheel, the package has the templates."""
    for folder in (_PACKAGE, _PACKAGE.parent / "templates"):
        yield from (each for each in files_in(folder) if each[0].endswith(_CODE))
