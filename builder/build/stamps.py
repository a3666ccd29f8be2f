"""Hashes of files that the next command need not read again, because they are as they were."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from builder.build.cache import Cache
from builder.build.user_folders import cache_folder
from builder.hashes import Stamp, relying_on, sha

_KIND = "hashes"


@contextmanager
def kept_hashes(command: str, content: Path) -> Iterator[None]:
    """Rely on the hashes that the last such command found, and keep those of this one."""
    cache = Cache(cache_folder())
    parts = command, str(Path.cwd()), str(content.absolute())
    key = sha("\n".join(parts).encode("utf-8", "surrogateescape"))
    with relying_on(_read(cache, key)) as hashes:
        yield
    if hashes.is_new:
        found = {name: [*stamp, hashed] for name, (stamp, hashed) in hashes.lasting()}
        cache.put(_KIND, key, json.dumps(found).encode())


def _read(cache: Cache, key: str) -> Mapping[str, tuple[Stamp, str]]:
    with contextlib.suppress(ValueError, TypeError, AttributeError):  # another version's
        known = json.loads(cache.get(_KIND, key) or b"{}")
        return {
            name: ((size, written, changed, number), hashed)
            for name, (size, written, changed, number, hashed) in known.items()
        }
    return {}
