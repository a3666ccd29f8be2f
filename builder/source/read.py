"""Reading one file of a course, or saying why it can't be read."""

from __future__ import annotations

import os
import stat
import unicodedata
from pathlib import Path

from builder.diagnostics import Diagnostic, warning
from builder.span import Span

MAX_BYTES = 20_000_000
# Bounds that no honest topic reaches (it would fill hundreds of pages); beyond them parsing
# would take minutes.
MAX_TOPIC_BYTES = 300_000
MAX_TOPIC_LINES = 20_000
MAX_LINE = 10_000  # characters, of a line as of a paragraph

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# They turn the direction of what follows, so that a text is not what it seems; or they are left
# behind by a conversion.  Joiners, soft hyphens and direction marks are honest and not here.
_INVISIBLE = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufff9\ufffa\ufffb"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_SUSPICIOUS = frozenset(_INVISIBLE + _REPLACEMENT)


def read_text(
    path: Path, shown: str, limit: int = MAX_BYTES
) -> tuple[str | None, list[Diagnostic]]:
    r"""Return the file's text with `\n` line ends and no byte order mark, or what is wrong."""
    data, problem = read_bytes(path, shown, limit)
    if data is None:
        return None, [problem] if problem else []
    return decoded(data, shown)


def decoded(data: bytes, shown: str) -> tuple[str | None, list[Diagnostic]]:
    r"""Return the bytes of a file as text with `\n` line ends, or what is wrong with them."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_bad_utf8(data, error, shown)]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problems = _control_characters(text, shown)
    return (None if problems else text), problems


def read_bytes(path: Path | str, shown: str, limit: int) -> tuple[bytes | None, Diagnostic | None]:
    """Return a regular file's bytes; never waits for a pipe or a device."""
    try:
        status = os.stat(path)  # noqa: PTH116  # thousands are read, and Path takes longer
        if not stat.S_ISREG(status.st_mode):
            return None, _unreadable(shown, "it is not a regular file")
        if status.st_size > limit:
            return None, too_large(shown, _bytes(status.st_size), _bytes(limit))
        with open(path, "rb") as file:  # noqa: PTH123  # as above
            return file.read(), None
    except OSError as error:
        return None, _unreadable(shown, error.strerror or str(error))


def lies_inside(path: Path | str, folder: Path | str) -> bool:
    """Tell whether a path leads into a folder when all links are followed.

    `os.path.realpath` and not `Path.resolve`: before Python 3.13 this raises at a loop of links.
    """
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def check_size(text: str, shown: str) -> list[Diagnostic]:
    """Report what would take minutes to parse: too many lines, or one that is too long."""
    lines = text.split("\n")
    if len(lines) > MAX_TOPIC_LINES:
        return [too_large(shown, f"{len(lines):,} lines", f"{MAX_TOPIC_LINES:,}")]
    return [
        text_too_long("line", len(line), Span(shown, number, 1, number, len(line) + 1))
        for number, line in enumerate(lines, 1)
        if len(line) > MAX_LINE
    ]


def check_characters(text: str, shown: str) -> list[Diagnostic]:
    """Warn of characters that are hardly meant: the first of each line."""
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        if _SUSPICIOUS.isdisjoint(line):
            continue
        column = next(column for column, char in enumerate(line, 1) if char in _SUSPICIOUS)
        span = Span(shown, number, column, number, column + 1)
        problems.append(_suspicious(line[column - 1], span))
    return problems


def text_too_long(what: str, length: int, span: Span) -> Diagnostic:
    """Report a line or a paragraph beyond the bound."""
    message = f"this {what} has {length:,} characters, the limit is {MAX_LINE:,}"
    return Diagnostic("text-too-long", message, span, "divide it into paragraphs")


def too_large(shown: str, size: str, limit: str) -> Diagnostic:
    """Report a file beyond the bound."""
    message = f"this file is too large: {size}, the limit is {limit}"
    return Diagnostic("file-too-large", message, Span(shown), "divide it into several files")


def _bytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _unreadable(shown: str, why: str) -> Diagnostic:
    return Diagnostic(
        "file-unreadable",
        f"this file can't be read: {why}",
        Span(shown),
        "check that the file is there and that you may read it",
    )


def _bad_utf8(data: bytes, error: UnicodeDecodeError, shown: str) -> Diagnostic:
    """Find the place by decoding what comes before it."""
    hint = "save the file as UTF-8 in your editor"
    if data.startswith(_UTF16):
        return Diagnostic("bad-utf8", "this file is UTF-16, not UTF-8", Span(shown), hint)
    before = error.object[: error.start].decode("utf-8", "replace")  # without the byte order mark
    before = before.replace("\r\n", "\n").replace("\r", "\n")
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n")
    byte = error.object[error.start]
    message = f"the byte 0x{byte:02x} is not UTF-8"
    return Diagnostic("bad-utf8", message, Span(shown, line, column, line, column + 1), hint)


def _control_characters(text: str, shown: str) -> list[Diagnostic]:
    """Report the first control character of each line."""
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.isprintable():
            continue
        for column, char in enumerate(line, 1):
            if unicodedata.category(char) == "Cc" and char != "\t":
                message = f"this line holds the control character U+{ord(char):04X}"
                hint = "delete it; most editors don't show it"
                span = Span(shown, number, column, number, column + 1)
                problems.append(Diagnostic("control-character", message, span, hint))
                break
    return problems


def _suspicious(char: str, span: Span) -> Diagnostic:
    if char == _REPLACEMENT:
        message = "a character was lost here when the file was converted (U+FFFD)"
        return warning("replacement-character", message, span, "write what stood here")
    name = unicodedata.name(char).lower()
    message = f"an invisible character stands here: U+{ord(char):04X}, {name}"
    hint = "delete it, unless your language needs it here"
    return warning("invisible-character", message, span, hint)
