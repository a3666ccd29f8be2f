"""Style sheets, read once for all processes: WeasyPrint's own and ours.

To read them is a fifth of the time in which a process gets ready and lays out its first page, and
WeasyPrint reads its own whenever it is imported.  What it makes of a sheet can be pickled but for
the tests of its selectors: functions of one expression, of which the code is kept.
"""

from __future__ import annotations

import hashlib
import io
import marshal
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FunctionType
from typing import Any

import tinycss2
from cssselect2 import compiler

from builder import kept

_KIND = "sheet"  # of pieces that are kept between builds
_OWN = {"UA_STYLESHEET": "UA", "UA_FORM_STYLESHEET": "UA_FORM", "PH_STYLESHEET": "PH"}
_COUNTERS = "UA_COUNTER_STYLE"
# What cssselect2 lets its tests call.
_CALLED = ("split_whitespace", "ascii_lower", "urlparse")


@contextmanager
def unread() -> Iterator[None]:
    """Let WeasyPrint, imported inside, not read its own style sheets: `read_own` fills them."""
    usual = tinycss2.parse_stylesheet
    tinycss2.parse_stylesheet = lambda _text: []
    try:
        yield
    finally:
        tinycss2.parse_stylesheet = usual


def read_own() -> None:
    """Fill WeasyPrint's own style sheets, and the counters that they describe."""
    from weasyprint import html  # noqa: PLC0415 - only what is imported can be filled

    text = "\n".join(getattr(html, name) for name in _OWN.values())
    own = _read_once(text, _own)
    getattr(html, _COUNTERS).update(own[_COUNTERS])
    for name in _OWN:
        vars(getattr(html, name)).update(vars(own[name]))


def read_sheet(text: str, fetcher: object) -> Any:  # noqa: ANN401  # WeasyPrint has no types
    """Return a style sheet without fonts; the fetcher is to refuse whatever it asks for."""
    return _read_once(text, partial(_sheet, text, fetcher))


def _own() -> dict[str, Any]:
    from weasyprint import html  # noqa: PLC0415 - as above

    counters = type(getattr(html, _COUNTERS))()
    sheets = {name: _sheet(getattr(html, text), None, counters) for name, text in _OWN.items()}
    return {**sheets, _COUNTERS: counters}


def _sheet(text: str, fetcher: object, counters: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
    from weasyprint import CSS  # noqa: PLC0415 - as above

    return CSS(string=text, url_fetcher=fetcher, counter_style=counters)


def _read_once(text: str, read: Callable[[], object]) -> Any:  # noqa: ANN401  # what was read
    key = hashlib.sha256(text.encode()).hexdigest()
    return pickle.loads(kept.piece(_KIND, key, lambda: _pickled(read())))  # noqa: S301  # the user's


def _pickled(read: object) -> bytes:
    file = io.BytesIO()
    _Pickler(file, protocol=5).dump(read)
    return file.getvalue()


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: object) -> Any:  # noqa: ANN401  # as pickle has it
        if isinstance(value, FunctionType) and value.__module__ is None:
            return _test, (marshal.dumps(value.__code__),)
        return NotImplemented


def _test(code: bytes) -> FunctionType:
    return FunctionType(marshal.loads(code), {name: getattr(compiler, name) for name in _CALLED})  # noqa: S302  # from the user's cache
