"""What a course's folder and a topic's file may be called: outputs are named as they are."""

from __future__ import annotations

import re
import unicodedata

from builder.diagnostics import Diagnostic, quoted, warning
from builder.span import Span

# What Windows forbids; it also takes these names, with any extension, for devices.
_FORBIDDEN = '<>:"|?*'
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)

# Anki takes packages of these names for a whole collection and replaces the student's own.
_COLLECTION = re.compile(r"collection$|backup-", re.IGNORECASE)


def name_problem(name: str, shown: str) -> Diagnostic | None:
    """Return what is wrong with a name inside the content or the course, if anything."""
    span = Span(shown)
    unusable = "" if _is_plain(name) else next(filter(_is_unusable, name), "")
    if unusable:
        sign = unusable if unusable == "\\" else f"the character U+{ord(unusable):04X}"
        message = f"the name holds {sign}, which not all programs can read"
        return Diagnostic("file-name", message, span, "rename it")
    return _unportable(name, span)


def package_problem(name: str, shown: str) -> Diagnostic | None:
    """Return what is wrong with a course's name, which its package gets, if anything."""
    if not _COLLECTION.match(name):
        return None
    message = f"Anki would take a package called {quoted(name)} for a whole collection"
    return Diagnostic("file-name", message, Span(shown), "rename the folder, say to my-course")


def _is_plain(name: str) -> bool:
    """Tell at once, as thousands of names are looked at, that there is nothing to look for."""
    return name.isascii() and name.isprintable() and "\\" not in name


def _is_unusable(char: str) -> bool:
    return char == "\\" or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}


def _unportable(name: str, span: Span) -> Diagnostic | None:
    """Warn of a name that Windows can't give to a file."""
    sign = next(filter(name.__contains__, _FORBIDDEN), "")
    parts = name.split("/")
    if sign:
        what = f"a name can't hold {sign}"
    elif any(part.endswith((".", " ")) for part in parts):
        what = "a name can't end with a dot or a space"
    elif any(_DEVICE.match(part) for part in parts):
        what = "this name belongs to a device"
    else:
        return None
    hint = "rename it, so that students can save the files anywhere"
    return warning("file-name-unportable", f"on Windows {what}", span, hint)
