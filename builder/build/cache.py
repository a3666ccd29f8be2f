"""Pieces of work kept between builds, by what they were made of: bounded, checked, safe to delete.

The cache lies in the user's own cache folder and never in a course or beside one: what a stranger
sends with a course is not trusted as a piece of work.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIMIT = 500_000_000  # bytes; beyond, the pieces that were used longest ago are removed
_KEPT = 0.8  # part of the limit that is kept then
_TRIMMED, _EVERY = "trimmed", 3600.0  # a file with the time when it was done last; seconds
_parts = itertools.count()
_CHECK = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class Cache:
    """Pieces by kind and key; every failure is a miss, for the cache only saves time."""

    folder: Path | None
    limit: int = LIMIT

    def has(self, kind: str, key: str) -> bool:
        """Tell whether there is a piece, without reading it: it may be spoilt."""
        name = self._name(kind, key)
        return bool(name) and os.path.exists(name)  # noqa: PTH110  # as `_name`

    def get(self, kind: str, key: str) -> bytes | None:
        """Return a piece; None if there is none, or one that is not as it was put."""
        path = self._path(kind, key)
        if path is None:
            return None
        try:
            data = path.read_bytes()
        except OSError:
            return None
        check, piece = data[:_CHECK], data[_CHECK:]
        if check != _check(kind, key, piece):  # cut off, or tampered with
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # it was used, so it is not the first to go
        return piece

    def put(self, kind: str, key: str, piece: bytes) -> None:
        """Keep a piece, whole or not at all."""
        path = self._path(kind, key)
        if path is None:
            return
        part = path.with_name(f".{os.getpid()}-{next(_parts)}")  # nobody else writes there
        with contextlib.suppress(OSError):
            try:
                _write(part, _check(kind, key, piece) + piece)
                part.replace(path)
            except OSError:
                part.unlink()

    def trim(self) -> None:
        """Remove the pieces that were used longest ago, if there are too many.

        To look at all of them takes a while, so it is done once an hour.
        """
        if self.folder is None or not self._is_due(self.folder / _TRIMMED):
            return
        files = sorted(_files(self.folder), key=lambda file: file.used)
        size = sum(file.size for file in files)
        if size <= self.limit:
            return
        for file in files:
            if size <= self.limit * _KEPT:
                break
            with contextlib.suppress(OSError):
                file.path.unlink()
                size -= file.size

    def _is_due(self, mark: Path) -> bool:
        with contextlib.suppress(OSError):
            if abs(time.time() - mark.stat().st_mtime) < _EVERY:
                return False
        with contextlib.suppress(OSError):
            mark.touch()
        return True

    def _path(self, kind: str, key: str) -> Path | None:
        name = self._name(kind, key)
        return Path(name) if name else None

    def _name(self, kind: str, key: str) -> str:
        """Return the path as plain text: thousands are asked for, and Path takes ten times."""
        return f"{self.folder}/{kind}/{key[:2]}/{key[2:]}" if self.folder else ""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Small pieces by what they were made of, as one version of the code makes them."""

    cache: Cache
    code: str

    @property
    def are_kept(self) -> bool:
        """Tell whether there is a place for pieces."""
        return self.cache.folder is not None

    def has(self, kind: str, key: str) -> bool:
        """Tell whether there is a piece, without reading it: it may be spoilt."""
        return self.cache.has(kind, self._name(key))

    def get(self, kind: str, key: str) -> bytes | None:
        """Return a piece, or None if there is none."""
        return self.cache.get(kind, self._name(key))

    def put(self, kind: str, key: str, piece: bytes) -> None:
        """Keep a piece."""
        self.cache.put(kind, self._name(key), piece)

    def _name(self, key: str) -> str:
        return hashlib.sha256(f"{self.code}\n{key}".encode("utf-8", "surrogatepass")).hexdigest()


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _check(kind: str, key: str, piece: bytes) -> bytes:
    return hashlib.sha256(f"{kind}\n{key}\n".encode() + piece).digest()


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size: int
    used: float


def _files(folder: Path) -> Iterator[_File]:
    for parent, _folders, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with contextlib.suppress(OSError):
                found = path.stat()
                yield _File(path, found.st_size, found.st_mtime)
