"""The files of a folder in a fixed order, and those that are our own code and templates."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_CODE = (".py", ".js", ".html", ".css", ".conf")


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield what is in a folder, links too, in order and by its name from there."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names) + [each for each in folders if Path(parent, each).is_symlink()]:
            path = Path(parent, name)
            yield os.path.relpath(path, folder), path


def code_files() -> Iterator[tuple[str, Path]]:
    """Yield all of ours that an output is made with; in a wheel, the package has the templates."""
    for folder in (_PACKAGE, _PACKAGE.parent / "templates"):
        yield from (each for each in files_in(folder) if each[0].endswith(_CODE))
