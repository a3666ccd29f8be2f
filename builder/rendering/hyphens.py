"""Hyphenation: patterns that were read once are kept, since they take seconds in some languages.

WeasyPrint has Pyphen read the patterns of a language in each process that sets its first word:
0.1 s for English, 1.2 s for German and Hungarian.
"""

from __future__ import annotations

import hashlib
import pickle
from functools import partial
from typing import TYPE_CHECKING

import pyphen

from builder import kept

if TYPE_CHECKING:
    from pathlib import Path

_KIND = "hyphens"


class _KeptPatterns(pyphen.HyphDict):  # type: ignore[misc]  # it comes without types
    """The patterns of a language, as Pyphen has them."""

    def __init__(self, path: Path) -> None:
        key = f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        patterns = kept.piece(_KIND, key, partial(self._read, path))
        self.__dict__.update(pickle.loads(patterns))  # noqa: S301  # from the user's own cache

    def _read(self, path: Path) -> bytes:
        super().__init__(path)
        return pickle.dumps(self.__dict__, protocol=5)


def keep_patterns() -> None:
    """Let Pyphen, from now on, take the patterns of a language from where pieces are kept."""
    pyphen.HyphDict = _KeptPatterns
