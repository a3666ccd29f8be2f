"""Hashes of bytes and files."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha(data: bytes) -> str:
    """Return the SHA-256 of the bytes, as hex digits."""
    return hashlib.sha256(data).hexdigest()


def file_sha(path: Path) -> str:
    """Return the SHA-256 of a file; the empty string where it can't be read."""
    try:
        return sha(path.read_bytes())
    except OSError:
        return ""
