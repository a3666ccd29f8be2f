"""One build of a content folder at a time: a second one waits for the first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl

    HAS_LOCKS = True
except ImportError:  # Windows; there files are still written whole or not at all
    HAS_LOCKS = False


@contextmanager
def one_at_a_time(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a folder until the block is left; `waiting` is called if another process has it.

    The lock is the kernel's (flock) and lies on the folder itself: it needs no file, no permission
    to write, and is gone with its process.  Where there is none, as on some network drives, the
    build goes on without.
    """
    try:
        held = os.open(folder, os.O_RDONLY) if HAS_LOCKS else None
    except OSError:  # the folder is missing, which is reported elsewhere
        held = None
    if held is None:
        yield
        return
    try:
        _take(held, waiting)
        yield
    finally:
        os.close(held)


def _take(held: int, waiting: Callable[[], None]) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(held, fcntl.LOCK_EX)
    except OSError:
        return
