"""Sequences of which few things are asked for, each made when it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


class Lazily(Sequence[Thing]):
    """So many things, each made by its index when it is asked for, and then kept."""

    def __init__(self, size: int, make: Callable[[int], Thing]) -> None:
        self._size, self._make = size, make
        self._made: dict[int, Thing] = {}

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, index: int) -> Thing:  # type: ignore[override]  # never a slice
        if index not in self._made:
            if not 0 <= index < self._size:  # by this, iteration ends
                raise IndexError(index)
            self._made[index] = self._make(index)
        return self._made[index]
