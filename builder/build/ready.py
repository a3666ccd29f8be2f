"""A worker's work, where naming it imports nothing: so it gets ready while others still read."""

from __future__ import annotations

import contextlib
import gc
import importlib
from typing import TYPE_CHECKING

from builder.build.workers import Workers
from builder.rendering import MissingLibraryError

if TYPE_CHECKING:
    from builder.build.task import Outcome, Packed, Task

    Worker = Workers[Task, Outcome | Packed]

FATAL = (MissingLibraryError,)  # these end the build, whatever was being made
_SLOW = ("builder.rendering.pdf", "pikepdf", "builder.build.task", "builder.printing.topic_cards")


def get_ready() -> None:
    """Import what rendering a topic needs, which takes half a second.

    All that stays, so it is never looked at for garbage: a tenth of that half second.
    """
    gc.disable()
    try:
        _import_all()
    finally:
        gc.freeze()
        gc.enable()


def _import_all() -> None:
    from builder.build.cache import Cache, Pieces  # noqa: PLC0415 - see above
    from builder.build.code import code_digest  # noqa: PLC0415
    from builder.build.user_folders import cache_folder  # noqa: PLC0415 - see above
    from builder.kept import keeping  # noqa: PLC0415
    from builder.outputs import all_outputs  # noqa: PLC0415
    from builder.rendering import templates  # noqa: PLC0415

    with contextlib.suppress(ImportError, OSError):  # said when something is rendered
        all_outputs()
        with keeping(Pieces(Cache(cache_folder()), code_digest())):
            for module in _SLOW:
                importlib.import_module(module)
            templates.get_ready()


def render(task: Task) -> Outcome | Packed:
    """Make one output."""
    from builder.build import task as tasks  # noqa: PLC0415 - see above

    return tasks.render(task)


def ready_workers(size: int) -> Worker:
    """Return workers that get ready from now on."""
    workers: Worker = Workers(render, size, fatal=FATAL)
    workers.prepare(get_ready)
    return workers
