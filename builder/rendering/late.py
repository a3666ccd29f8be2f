"""What packages import and we have no use for: fontTools comes when it is used, asyncio never.

WeasyPrint imports fontTools, which it uses for fonts that HarfBuzz can't cut, never for ours: a
sixth of a second of each process that renders.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_CACHED = "cached_property"

# What WeasyPrint takes of each module when it is imported itself; all else is looked up later.
_LATE = {
    "fontTools.subset": (),
    "fontTools.varLib.instancer": ("instantiateVariableFont",),
}


class _Late(ModuleType):
    """Stands for a module until something of it is used."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # the import system asks for these
            raise AttributeError(name)
        return getattr(self.real(), name)

    def real(self) -> ModuleType:
        """Import the module, in whose place this stands."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return importlib.import_module(self.__name__)

    def function(self, name: str) -> object:
        """Return a function that is that of the module, which it imports when it is called."""

        def late(*values: object, **named: object) -> object:
            return getattr(self.real(), name)(*values, **named)

        return late


def import_late() -> None:
    """Let fontTools be imported when it is used, where nobody has imported it yet."""
    for name, functions in _LATE.items():
        if name not in sys.modules:
            module = sys.modules[name] = _Late(name)
            for function in functions:
                setattr(module, function, module.function(function))


@contextmanager
def without_asyncio() -> Iterator[None]:
    """Let genanki take the standard library's `cached_property` while it is imported.

    That of the package imports asyncio, which takes three times as long as genanki itself.
    """
    if _CACHED in sys.modules:
        yield
        return
    standard = sys.modules[_CACHED] = ModuleType(_CACHED)
    setattr(standard, _CACHED, functools.cached_property)
    try:
        yield
    finally:
        del sys.modules[_CACHED]
