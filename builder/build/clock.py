"""The one place where the clock is read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager


def build_time() -> int:
    """Return the build's time in seconds since 1970.

    `SOURCE_DATE_EPOCH` (reproducible-builds.org) goes before the clock; what is not a positive
    number in it is passed over.  Never 0, which Anki can't take.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    return max(1, int(fixed) if fixed.isascii() and fixed.isdigit() else int(time.time()))


@contextmanager
def timed(seconds: dict[str, float], what: str) -> Iterator[None]:
    """Add the time that the block takes to what is known of it, in seconds."""
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[what] = seconds.get(what, 0.0) + time.perf_counter() - started
