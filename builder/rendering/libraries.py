"""WeasyPrint's C libraries: opened by the names of their files, with declarations read once.

WeasyPrint declares what it calls of Pango, HarfBuzz and Fontconfig in C.  cffi parses that in each
process, and all names of types again whenever it meets a new type; and for each name under which
a library may be known somewhere it has ldconfig, gcc and ld look for it: dozens of processes.
Together this is half of the time in which a process gets ready and lays out its first page.

cffi can also write down what it read, for modules that are made ahead (its "out-of-line ABI
mode").  That is kept, and later processes begin with it; on Linux, where the loader knows libraries
by the names of their files.
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import hashlib
import importlib.util
import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import _cffi_backend  # type: ignore[import-untyped]
import cffi  # type: ignore[import-untyped]

from builder import kept

_FIRST = "libpango-1.0.so.0"
_KIND = "declarations"
_DECLARED = "weasyprint/text/ffi.py"
_MADE = "_cffi_backend.FFI("  # how what cffi writes down begins


@contextmanager
def ready_made() -> Iterator[None]:
    """Let WeasyPrint, imported inside, get its libraries in the quick way where there is one."""
    source = _source() if _is_found() else ""
    if not source:
        yield
        return
    usual = cffi.FFI
    cffi.FFI = lambda: _declared(source)
    try:
        yield
    finally:
        cffi.FFI = usual


def _is_found() -> bool:
    if sys.platform != "linux":
        return False
    try:
        ctypes.CDLL(_FIRST)
    except OSError:
        return False
    return True


def _source() -> str:
    """Return the module of WeasyPrint that declares all."""
    found = importlib.util.find_spec("weasyprint")
    for folder in (found.submodule_search_locations or ()) if found else ():
        with contextlib.suppress(OSError):
            return Path(folder).parent.joinpath(_DECLARED).read_text(encoding="utf-8")
    return ""


class _Declared(_cffi_backend.FFI):  # type: ignore[misc]  # it has no types
    """What `cffi.FFI()` gives, with all declared that WeasyPrint is going to declare."""

    def cdef(self, _declarations: str) -> None:
        """Do nothing."""

    def dlopen(self, name: str, flags: int) -> object:
        """Open a library for good: at the end, objects are freed by functions of it."""
        ctypes.CDLL(name)  # which is never closed
        return super().dlopen(name, flags)


def _declared(source: str) -> Any:  # noqa: ANN401  # as much as cffi says of it
    key = f"{cffi.__version__} {hashlib.sha256(source.encode()).hexdigest()}"
    code = kept.piece(_KIND, key, lambda: _read(source)).decode()
    names = {"_Declared": _Declared}
    exec(code.replace(_MADE, "_Declared("), names)  # noqa: S102  # cffi wrote it for this
    return names["ffi"]


def _read(source: str) -> bytes:
    """Return the declarations in a module as the code that cffi makes of them."""
    ffi = cffi.api.FFI()
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "cdef":
            ffi.cdef(ast.literal_eval(call.args[0]))
    ffi.set_source("weasyprint", None)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = Path(folder, "declared.py")
        ffi.emit_python_code(str(path))
        return path.read_bytes()
