"""The kinds of output: each module in this folder is one, found by its `OUTPUT`."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

from builder import model
from builder.identity.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from builder.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a renderer may look at.

    `topics` is the one topic of a per-topic output, or all topics of the course in order.
    `identities` has an entry for the span of each of their notes; `assets` one for each picture.
    `lock` is what is known of the course's notes for ever: also of those that are gone, and the
    names of decks in Anki.
    """

    course: model.Course
    topics: tuple[model.Topic, ...]
    identities: Mapping[model.Span, model.Identity]
    assets: Mapping[str, model.Asset]
    lock: Lock = field(default_factory=lambda: Lock(""))

    def code(self, span: model.Span) -> str:
        """Return the visible code of the note at a span (`AT-17`), or the empty string."""
        known = self.identities.get(span)
        return f"{self.course.code}-{known.number}" if known else ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """An output's bytes, one line for the summary (`9 cards`), and what should be looked at."""

    data: bytes
    summary: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One kind of output.

    `name` is its folder and its word after `--only`; `table` its table in course.toml, whose keys
    `settings` declares; `scope` says whether a file holds one topic or the whole course.
    `render` is pure: a context in, bytes out.  It returns None where there is nothing to write.
    What `gathers` topics is not written while one of them has errors.
    """

    name: str
    table: str
    scope: Literal["topic", "course"]
    extension: str
    render: Callable[[Context], Rendered | None]
    settings: Mapping[str, model.Setting] = field(default_factory=dict)
    gathers: bool = True

    def path(self, course: str, topic: str = "") -> str:
        """Return where the file goes below the output folder, with forward slashes."""
        if self.scope == "course":
            return f"{course}/{course}.{self.extension}"
        return f"{course}/{self.name}/{topic}.{self.extension}"


@cache
def all_outputs() -> tuple[Output, ...]:
    """Return every kind of output, by name."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    )
    return tuple(sorted((module.OUTPUT for module in modules), key=lambda output: output.name))
