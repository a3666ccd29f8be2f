"""Many topics that nobody has read yet, read by all processors at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder.build.cache import Pieces
from builder.build.shelf import kept_draft
from builder.build.workers import Failure, Workers, cores
from builder.kept import keeping
from builder.source.drafts import Draft, Parse

_CHUNK = 25  # topics that a process is given at once
_OWN = 5  # topics that this process reads before it looks whether another one is done


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Topics by their keys, and where to keep what is read."""

    topics: Mapping[str, Parse]
    pieces: Pieces


def read_at_once(
    topics: Mapping[str, Parse], pieces: Pieces, processes: int = 0
) -> Iterator[tuple[str, Draft]]:
    """Yield topics in brief by their keys, as they are read; each is then kept as a whole.

    So many processes read, this one among them, or as many as may.  Topics of a process that died
    are left out, and all where there is only one: they are read when they are asked for.
    """
    size = processes or cores()
    if size == 1:
        return
    waiting = deque(topics.items())
    workers: Workers[_Chunk, Sequence[tuple[str, Draft]]] = Workers(_read, size - 1)
    try:
        for drafts in _by_turns(waiting, pieces, workers):
            if not isinstance(drafts, Failure):
                yield from drafts
    finally:
        workers.close()


def _by_turns(
    waiting: deque[tuple[str, Parse]],
    pieces: Pieces,
    workers: Workers[_Chunk, Sequence[tuple[str, Draft]]],
) -> Iterator[Sequence[tuple[str, Draft]] | Failure]:
    """Yield what the workers have read, and what this process reads while they do."""

    def chunk(most: int) -> _Chunk:
        return _Chunk(dict(waiting.popleft() for _ in range(min(most, len(waiting)))), pieces)

    while waiting:
        while waiting and workers.has_room:
            workers.begin(chunk(_CHUNK))
        if waiting:
            yield _read(chunk(_OWN))
        yield from (drafts for _, drafts in workers.finished())
    yield from (drafts for _, drafts in workers.results(()))


def _read(chunk: _Chunk) -> Sequence[tuple[str, Draft]]:
    with keeping(chunk.pieces):
        return [
            (key, kept_draft(chunk.pieces, key, *parse())) for key, parse in chunk.topics.items()
        ]
