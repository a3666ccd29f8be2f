"""Formulas that were set in earlier builds, kept where the system keeps caches.

A formula takes 5 ms, a course may have hundreds.  What is kept depends on MathJax, our fonts and
our own code; with other ones it is set anew.  A cache that can't be read or written is no mistake.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from importlib import metadata, resources
from pathlib import Path

from builder.build.cache import cache_folder
from builder.build.write import write_atomically

_PACKAGES = ("django-static-mathjax", "quickjs-ng", "fontpkg-source-serif-4", "uharfbuzz")
_MOST = 5000  # formulas, about 20 MB


@contextmanager
def formulas_kept() -> Iterator[None]:
    """Know the formulas of earlier builds inside, and keep the new ones afterwards."""
    folder = cache_folder()
    if folder is None:
        yield
        return
    file = folder / "formulas.json"
    old = _read(file)
    yield
    if "builder.maths" not in sys.modules:  # nobody asked for one
        return
    from builder.maths import KNOWN  # noqa: PLC0415 - it is loaded

    made = {_key(*key): list(astuple(formula)) for key, formula in KNOWN.items()}
    if made.keys() <= old.keys():
        return
    kept = dict(list((old | made).items())[-_MOST:])
    try:
        write_atomically(file, json.dumps({"version": _version(), "formulas": kept}).encode())
    except OSError:
        return


def _read(file: Path) -> dict[str, list[object]]:
    """Return what is kept, and tell it to whoever sets formulas."""
    try:
        kept = json.loads(file.read_bytes())
        if kept["version"] != _version():
            return {}
        formulas: dict[str, list[object]] = kept["formulas"]
        _tell(formulas)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return formulas


def _tell(formulas: dict[str, list[object]]) -> None:
    from builder.maths import KNOWN, Formula  # noqa: PLC0415 - only where there are any

    for key, (svg, *sizes) in formulas.items():
        width, height, depth = (float(str(size)) for size in sizes)
        KNOWN.setdefault((key[1:], key[0] == "d"), Formula(str(svg), width, height, depth))


def _key(tex: str, is_display: bool) -> str:  # noqa: FBT001 - as formulas are known
    return f"{'d' if is_display else 'i'}{tex}"


def _version() -> str:
    code = resources.files("builder")
    parts = [code.joinpath(name).read_bytes() for name in ("maths.py", "maths.js", "outlines.py")]
    parts += [metadata.version(package).encode() for package in _PACKAGES]
    return hashlib.sha256(b"\n".join(parts)).hexdigest()
