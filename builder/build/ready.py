"""A worker's work, where naming it imports nothing: so it gets ready while others still read."""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING

from builder.build.workers import Workers
from builder.rendering import MissingLibraryError

if TYPE_CHECKING:
    from builder.build.task import Outcome, Task

    Worker = Workers[Task, Outcome]

FATAL = (MissingLibraryError,)  # these end the build, whatever was being made
_SLOW = ("builder.rendering.pdf", "pikepdf", "builder.build.task", "builder.printing.topic_cards")


def get_ready() -> None:
    """Import what rendering a topic needs, which takes most of a second."""
    with contextlib.suppress(ImportError, OSError):  # said when something is rendered
        for module in _SLOW:
            importlib.import_module(module)


def render(task: Task) -> Outcome:
    """Make one output."""
    from builder.build import task as tasks  # noqa: PLC0415 - see above

    return tasks.render(task)


def ready_workers(size: int) -> Worker:
    """Return workers that get ready from now on."""
    workers: Worker = Workers(render, size, fatal=FATAL)
    workers.prepare(get_ready)
    return workers
