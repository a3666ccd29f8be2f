"""What commands have in common on the terminal: diagnostics, wrong usage, names, progress."""

from __future__ import annotations

import os
import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from builder.commands import WRONG_USAGE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from builder.diagnostics import Diagnostic
    from builder.identity.questions import Answer, Question
    from builder.rendering import MissingLibraryError

_AFTER = 1.0  # seconds that a build may take without a word


def wrong_usage(problem: str) -> int:
    """Say what is wrong with the command, and return the exit status."""
    print(f"rectoverso: {problem}", file=sys.stderr)
    return WRONG_USAGE


def missing_library(error: MissingLibraryError) -> int:
    """Say which library the machine lacks, and return the exit status."""
    return wrong_usage(f"{error}; type make setup, which installs it or says how")


def has_colours(stream: TextIO) -> bool:
    """Tell whether colours can be seen there and are wanted (no-color.org)."""
    return stream.isatty() and "NO_COLOR" not in os.environ


def show(found: Iterable[Diagnostic], stream: TextIO) -> None:
    """Show diagnostics with the lines of the sources that they are about."""
    from builder.diagnostics import as_text

    lines = cache(_source_lines)
    for one in found:
        print(as_text(one, lines, colour=has_colours(stream)), file=stream)


def _source_lines(path: str) -> list[str]:
    """Return a source file's lines for an excerpt, also where it is not quite text."""
    from builder.source.read import MAX_BYTES, read_bytes

    data, _ = read_bytes(Path(path), path, MAX_BYTES)
    text = (data or b"").decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def unknown(names: Iterable[str], known: Collection[str], what: str) -> str:
    """Return what is wrong with names that are not known, or the empty string."""
    from builder.suggest import did_you_mean

    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            return f"there is no {what} “{name}”" + (f"; {hint}" if hint else "")
    return ""


def target(text: str, content: Path) -> str:
    """Return a target's name; a path below the content folder is as good."""
    path = Path(text)
    if path.is_absolute() or path.parts[: len(content.parts)] == content.parts:
        try:
            path = path.resolve().relative_to(content.resolve())
        except ValueError:
            return text
    return path.as_posix().removesuffix(".md")


class Progress:
    """One line on a terminal, once a build has taken longer than a second."""

    def __init__(self, *, is_quiet: bool = False) -> None:
        self._started = time.monotonic()
        self._is_shown = sys.stderr.isatty() and not is_quiet

    def waiting(self) -> None:
        """Say that another build must end first."""
        print("another build of these courses is running; waiting for it", file=sys.stderr)

    def ask(self, prefix: str, question: Question) -> Answer | None:
        """Ask on the terminal which note is which."""
        from builder.commands.asking import ask

        return ask(prefix, question)

    def progress(self, done: int, total: int, name: str) -> None:
        """Show how many files are done, and which was the last."""
        if self._is_shown and time.monotonic() - self._started > _AFTER:
            print(f"\r\x1b[K{done}/{total} {name}"[:100], end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
