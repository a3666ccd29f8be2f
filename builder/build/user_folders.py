"""Where the user's own files are that no course has: the cache, and the printers."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


def cache_folder() -> Path | None:
    """Return where pieces are kept: where the system keeps what programs could make again.

    `RECTOVERSO_CACHE` names another folder, or `off`.  None where nothing is to be kept, or where
    the user has no home.
    """
    own = os.environ.get("RECTOVERSO_CACHE", "")
    if own:
        return None if own == "off" else Path(own)
    with contextlib.suppress(RuntimeError):  # nobody's home is known
        return _systems() / "rectoverso"
    return None


def _systems() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home())
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def printers_file() -> Path:
    """Return where the printers are kept: XDG's folder, on Windows that of its applications."""
    folder = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA")
    return (Path(folder) if folder else Path.home() / ".config") / "rectoverso" / "printers.json"
