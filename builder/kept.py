"""Small pieces that earlier builds made, for leaves that ask: none until a build says where.

So a leaf need not know that there is a cache, and tests that ask it have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol


class Pieces(Protocol):
    """Where pieces are kept, by their kind and what they were made of."""

    def get(self, kind: str, key: str) -> bytes | None:
        """Return a piece, or None if there is none."""

    def put(self, kind: str, key: str, piece: bytes) -> None:
        """Keep a piece."""


_places: list[Pieces] = []


@contextmanager
def keeping(place: Pieces) -> Iterator[None]:
    """Keep pieces there until the block is left."""
    _places.append(place)
    try:
        yield
    finally:
        _places.remove(place)


def known(kind: str, key: str) -> bytes | None:
    """Return a piece as it is kept, if it is."""
    return _places[-1].get(kind, key) if _places else None


def keep(kind: str, key: str, made: bytes) -> None:
    """Keep a piece, if there is a place for it."""
    if _places:
        _places[-1].put(kind, key, made)


def piece(kind: str, key: str, make: Callable[[], bytes]) -> bytes:
    """Return a piece as it is kept; or make it now, and keep it if there is a place for it."""
    found = known(kind, key)
    if found is None:
        found = make()
        keep(kind, key, found)
    return found
