"""A course's `notes.lock` on the disk."""

from __future__ import annotations

from builder.build.shelf import KeptLock, KeptShelf
from builder.diagnostics import Diagnostic
from builder.hashes import file_sha, sha
from builder.identity import lock as locks
from builder.source.course import NAME as COURSE_FILE
from builder.source.load import Loaded
from builder.source.read import decoded, read_bytes


def lock_path(loaded: Loaded) -> str:
    """Return the path of a course's lock, as messages show it."""
    return loaded.course.span.path.removesuffix(COURSE_FILE) + locks.NAME


def read_lock(loaded: Loaded, shelf: KeptShelf) -> tuple[KeptLock | None, list[Diagnostic]]:
    """Return a course's lock (an empty one if there is none), or what is wrong with it.

    One that was read before, or that we left, is not parsed again.
    """
    path, shown = loaded.course.folder / locks.NAME, lock_path(loaded)
    if not path.exists():
        return KeptLock(locks.Lock(loaded.course.name), ""), []
    data, problem = read_bytes(path, shown, locks.MAX_BYTES)
    if data is None:
        return None, [problem] if problem else []
    key = sha(data)
    shelf.lock_files[loaded.course.name] = key, data
    if known := shelf.lock(loaded.course.name, key):
        return known, []
    text, problems = decoded(data, shown)
    lock, problems = (None, problems) if text is None else locks.read_lock(text, shown)
    if lock is None:
        return None, problems
    kept = KeptLock(lock, key)
    shelf.keep_lock(loaded.course.name, kept)
    return kept, problems


def lock_problems(loaded: Loaded, shelf: KeptShelf) -> list[Diagnostic]:
    """Return what is wrong with a course's lock; one that a build has left is not read."""
    path = loaded.course.folder / locks.NAME
    if path.is_file() and shelf.is_sound(loaded.course.name, file_sha(path)):
        return []
    return read_lock(loaded, shelf)[1]


def known_lines(loaded: Loaded, shelf: KeptShelf) -> locks.Lines:
    """Return the lines of a course's lock, if it was as we left it, to write only those anew."""
    key, data = shelf.lock_files.get(loaded.course.name, ("", b""))
    known = shelf.lock(loaded.course.name, key)
    return locks.lines_of(known.lock, data) if known and known.is_ours else locks.Lines()
