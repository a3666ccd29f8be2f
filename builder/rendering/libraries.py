"""WeasyPrint's C libraries, found by the names of their files and not by asking compilers.

For each name under which a library may be known somewhere, cffi asks `ctypes.util.find_library`,
which asks ldconfig, gcc and ld: a hundred processes and a quarter of a second before a page is
laid out, though on Linux a file's name ("libpango-1.0.so.0") is all that the loader needs.
"""

from __future__ import annotations

import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FIRST = "libpango-1.0.so.0"


@contextmanager
def opened_by_file_name() -> Iterator[None]:
    """Let libraries be opened by the names of their files alone, where that finds Pango."""
    if not _is_found():
        yield
        return
    find = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None  # noqa: ARG005  # nothing is known of any name
    try:
        yield
    finally:
        ctypes.util.find_library = find


def _is_found() -> bool:
    if sys.platform != "linux":
        return False
    try:
        ctypes.CDLL(_FIRST)
    except OSError:
        return False
    return True
