"""Hashes of bytes and files."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

Stamp = tuple[int, int, int, int]
# A file that was written just now could be written again without a trace in its times: some disks
# count in steps of two seconds.
_SETTLED = 2_500_000_000  # ns

_known: dict[str, tuple[Stamp, str]] = {}


def sha(data: bytes) -> str:
    """Return the SHA-256 of the bytes, as hex digits."""
    return hashlib.sha256(data).hexdigest()


def file_sha(path: Path | str) -> str:
    """Return the SHA-256 of a file; the empty string where it can't be read.

    In one process, a file that is as it was by its size, times and number is read once.
    """
    name = os.fspath(path)
    try:
        found = os.stat(name)  # noqa: PTH116  # thousands are looked at, and Path takes longer
        stamp = found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
        known, hashed = _known.get(name, (None, ""))
        if known != stamp:
            hashed = sha(_content(name, found.st_size))
            if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) > _SETTLED:
                _known[name] = stamp, hashed
    except (OSError, ValueError):  # a name with a null byte, say
        return ""
    return hashed


def _content(name: str, size: int) -> bytes:
    """Return what a file holds, in one read if it is as large as it was said to be."""
    handle = os.open(name, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(handle, size + 1)
    finally:
        os.close(handle)
    if len(data) == size:
        return data
    with open(name, "rb") as file:  # noqa: PTH123  # as above
        return file.read()
