"""All that renders, as one hash: our code and templates, and every installed package."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import sys
from functools import cache
from pathlib import Path

from builder.build.files import code_files
from builder.hashes import file_sha


@cache
def code_digest() -> str:
    """Return the hash; with another one, nothing that was made before counts."""
    digest = hashlib.sha256(f"{sys.version}\n{platform.machine()}".encode())
    for package in _packages():
        digest.update(f"\n{package}".encode())
    for name, path in code_files():
        digest.update(f"\n{name} {file_sha(path)}".encode())
    return digest.hexdigest()


def _packages() -> list[str]:
    """Return the names of installed packages with their versions, without reading them."""
    found = set[str]()
    for folder in sys.path:
        with contextlib.suppress(OSError):
            found.update(
                path.name for path in Path(folder).iterdir() if path.suffix == ".dist-info"
            )
    return sorted(found)
