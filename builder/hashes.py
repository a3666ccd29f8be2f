"""Hashes of bytes and files."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

Stamp = tuple[int, int, int, int]  # size in bytes, times of the last changes in ns, number
# A file that was written just now could be written again without a trace in its times: some disks
# count in steps of two seconds.
_SETTLED = 2_500_000_000  # ns
_SECOND = 1_000_000_000  # ns


@dataclass(slots=True)
class Hashes:
    """The hashes of files by their names, each with the stamp that the file had.

    `earlier` are those that another process found; `is_new` tells whether this one found others.
    """

    earlier: Mapping[str, tuple[Stamp, str]] = field(default_factory=dict)
    found: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    is_new: bool = False

    def get(self, name: str, stamp: Stamp) -> str:
        """Return the hash of a file, if it is as it was."""
        known = self.found.get(name) or self.earlier.get(name)
        if known is None or known[0] != stamp:
            return ""
        self.found[name] = known
        return known[1]

    def learn(self, name: str, stamp: Stamp, hashed: str) -> None:
        """Know the hash of a file that has come to rest."""
        if time.time_ns() - max(stamp[1:3]) > _SETTLED:
            self.found[name] = stamp, hashed
            self.is_new = True

    def lasting(self) -> Iterator[tuple[str, tuple[Stamp, str]]]:
        """Yield what other processes may rely on: as git, where the system has fine times.

        The second one is set by the system whenever anything of the file changes, but on Windows.
        """
        for name, known in self.found.items():
            if known[0][2] % _SECOND and sys.platform != "win32":
                yield name, known


_hashes = [Hashes()]


@contextmanager
def relying_on(earlier: Mapping[str, tuple[Stamp, str]]) -> Iterator[Hashes]:
    """Rely on hashes that another process found, until the block is left."""
    _hashes.append(Hashes(earlier))
    try:
        yield _hashes[-1]
    finally:
        _hashes.pop()


def sha(data: bytes) -> str:
    """Return the SHA-256 of the bytes, as hex digits."""
    return hashlib.sha256(data).hexdigest()


def file_sha(path: Path | str) -> str:
    """Return the SHA-256 of a file; the empty string where it can't be read.

    A file that is as it was by its size, times and number is not read again.
    """
    name = os.fspath(path)
    try:
        stamp = stamp_of(name)
        hashed = known_sha(name, stamp)
        if not hashed:
            hashed = sha(_content(name, stamp[0]))
            learn(name, stamp, hashed)
    except (OSError, ValueError):  # a name with a null byte, say
        return ""
    return hashed


def stamp_of(name: str) -> Stamp:
    """Return by what it is told that a file was changed; raises OSError where there is none."""
    found = os.stat(name)  # noqa: PTH116  # thousands are looked at, and Path takes longer
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def known_sha(name: str, stamp: Stamp) -> str:
    """Return the hash of a file with this stamp, if it is known."""
    return _hashes[-1].get(name, stamp)


def learn(name: str, stamp: Stamp, hashed: str) -> None:
    """Know the hash of a file that had this stamp before it was read."""
    _hashes[-1].learn(name, stamp, hashed)


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
