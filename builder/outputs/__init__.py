"""The kinds of output: each module in this folder is one, found by its `OUTPUT`."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from builder import model
from builder.identity.lock import Lock
from builder.printing.profiles import Profile
from builder.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from builder.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a renderer may look at.

    `topics` is the one topic of a per-topic output.  What is made for the course looks at the lock
    instead, and at `order`, the names of its topics.  `identities` has an entry for the span of
    each note, `assets` one for each picture.  `lock` is what is known of the course's notes for
    ever: what Anki has of them, also of those that are gone, and the names of decks.  `printer` is
    the one that will print.
    """

    course: model.Course
    topics: Sequence[model.Topic]
    identities: Mapping[Span, model.Identity]
    assets: Mapping[str, model.Asset]
    lock: Lock = field(default_factory=lambda: Lock(""))
    order: tuple[str, ...] = ()
    printer: Profile = field(default_factory=Profile)

    def code(self, span: Span) -> str:
        """Return the visible code of the note at a span (`AT-17`), or the empty string."""
        known = self.identities.get(span)
        return f"{self.course.code}-{known.number}" if known else ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """An output's bytes, one line for the summary (`9 cards`), and what should be looked at.

    An output of several files has them in `variants`, by what is added to their folder's name.
    `part` is what a file for the whole course is made of.
    """

    data: bytes
    summary: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    variants: Mapping[str, bytes] = field(default_factory=dict)
    part: object = None

    @property
    def files(self) -> Mapping[str, bytes]:
        """Return all files by their variant, which is the empty string for an only one."""
        return self.variants or {"": self.data}


@dataclass(frozen=True, slots=True)
class Slow:
    """The part of rendering that takes long, apart from the rest, which looks at more.

    `do` gives what `finish` makes the output of, or None where there is nothing; `seen` leaves
    in a context only what `do` looks at.
    """

    seen: Callable[[Context], Context]
    do: Callable[[Context], object]
    finish: Callable[[Context, Any], Rendered]


@dataclass(frozen=True, slots=True)
class Output:
    """One kind of output.

    `name` is its folder and its word after `--only`; `table` its table in course.toml, whose keys
    `settings` declares; `scope` says whether a file holds one topic or the whole course.
    `render` is pure: a context in, bytes out.  It returns None where there is nothing to write.
    `bind` makes one file for the course, beside the topics' own, of what they were rendered to.
    `check` yields what makes the output impossible as it is asked for.
    What `gathers` topics is not written while one of them has errors.  `slow` is the part of
    `render` that needs not be done again for another printer or another way to print; only what
    `is_for_printer` depends on that at all.
    """

    name: str
    table: str
    scope: Literal["topic", "course"]
    extension: str
    render: Callable[[Context], Rendered | None]
    settings: Mapping[str, model.Setting] = field(default_factory=dict)
    bind: Callable[[Context, Sequence[object]], Rendered] | None = None
    check: Callable[[Context], Iterable[Diagnostic]] | None = None
    gathers: bool = True
    slow: Slow | None = None
    is_for_printer: bool = False

    def problems(self, context: Context) -> list[Diagnostic]:
        """Return what makes the output impossible as it is asked for, or not as good."""
        return list(self.check(context)) if self.check else []

    def path(self, course: str, topic: str = "", variant: str = "") -> str:
        """Return where the file goes below the output folder, with forward slashes."""
        kind = "" if self.scope == "course" else self.name
        if not topic:
            name = "-".join(filter(None, (course, kind, variant)))
            return f"{course}/{name}.{self.extension}"
        folder = "-".join(filter(None, (kind, variant)))
        return f"{course}/{folder}/{topic}.{self.extension}"


@cache
def all_outputs() -> tuple[Output, ...]:
    """Return every kind of output, by name."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    )
    return tuple(sorted((module.OUTPUT for module in modules), key=lambda output: output.name))
