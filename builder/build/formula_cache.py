"""Formulas that were set in earlier builds: one takes 5 ms, and a course may have hundreds."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple

from builder.build.cache import Cache, cache_folder
from builder.build.fingerprint import code_digest
from builder.build.hashes import sha

_KIND = "formulas"  # of pieces in the cache
_MOST = 5000  # formulas, about 20 MB


@contextmanager
def formulas_kept() -> Iterator[None]:
    """Know the formulas of earlier builds inside, and keep the new ones afterwards."""
    cache = Cache(cache_folder())
    if cache.folder is None:
        yield
        return
    key = sha(code_digest().encode())
    kept = cache.get(_KIND, key)
    old = json.loads(kept) if kept else {}
    if old:
        _tell(old)
    yield
    if "builder.maths" not in sys.modules:  # nobody asked for one
        return
    from builder.maths import KNOWN  # noqa: PLC0415 - it is loaded

    made = {_name(*formula): list(astuple(found)) for formula, found in KNOWN.items()}
    if not made.keys() <= old.keys():
        kept_now = dict(list((old | made).items())[-_MOST:])
        cache.put(_KIND, key, json.dumps(kept_now).encode())


def _tell(formulas: dict[str, tuple[str, float, float, float]]) -> None:
    from builder.maths import KNOWN, Formula  # noqa: PLC0415 - only where there are any

    for name, (svg, width, height, depth) in formulas.items():
        KNOWN.setdefault((name[1:], name[0] == "d"), Formula(svg, width, height, depth))


def _name(tex: str, is_display: bool) -> str:  # noqa: FBT001 - as formulas are known
    return f"{'d' if is_display else 'i'}{tex}"
