"""Many topics that nobody has read yet, read by all processors at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from builder.build.cache import Cache, Pieces
from builder.build.code import code_digest
from builder.build.shelf import kept_draft
from builder.build.workers import Failure, Workers, cores
from builder.kept import keeping
from builder.source.drafts import Draft, Parse

_CHUNK = 25  # topics


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Topics by their keys, and where to keep them."""

    topics: Mapping[str, Parse]
    cache: Cache


def read_at_once(
    topics: Mapping[str, Parse], cache: Cache, processes: int = 0
) -> Iterator[tuple[str, Draft]]:
    """Yield topics in brief by their keys, as they are read; each is then kept as a whole.

    So many processes read, or as many as may.  Those of a process that died are left out, and all
    where there is only one: they are read when they are asked for.
    """
    size = processes or cores()
    if size == 1:
        return
    waiting = iter(topics.items())
    chunks = (_Chunk(chunk, cache) for chunk in iter(lambda: dict(islice(waiting, _CHUNK)), {}))
    workers: Workers[_Chunk, Sequence[tuple[str, Draft]]] = Workers(_read, size)
    try:
        for _, drafts in workers.results(chunks):
            if not isinstance(drafts, Failure):
                yield from drafts
    finally:
        workers.close()


def _read(chunk: _Chunk) -> Sequence[tuple[str, Draft]]:
    with keeping(Pieces(chunk.cache, code_digest())):
        return [
            (key, kept_draft(chunk.cache, key, *parse())) for key, parse in chunk.topics.items()
        ]
