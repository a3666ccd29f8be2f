"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import time
from functools import cache
from pathlib import Path

_SUFFIX = ".rectoverso-part"
_ABANDONED = 600.0  # seconds after which nobody is writing a file any more


def write_atomically(path: Path, data: bytes, *, is_durable: bool = False) -> None:
    """Write the bytes under a temporary name beside `path`, then move them into place.

    What is durable is on the disk when this returns; all else could be made again after a power
    cut.  Raises OSError; the earlier file then stays as it was.
    """
    import tempfile  # noqa: PLC0415 - not where nothing is written

    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.name.encode()[:40].decode('utf-8', 'ignore')}."
    handle, name = tempfile.mkstemp(_SUFFIX, prefix, path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def remove_abandoned(folder: Path) -> None:
    """Remove what builds left that were killed while they wrote into a folder or one below it."""
    for parent, _folders, names in os.walk(folder):
        for name in names:
            if name.endswith(_SUFFIX):
                path = Path(parent, name)
                with contextlib.suppress(OSError):
                    if abs(time.time() - path.stat().st_mtime) > _ABANDONED:
                        path.unlink()


@cache
def _umask() -> int:
    """Return the process's umask; reading it means setting it, so it is set back at once."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
