"""What is wrong in a source, where, and what to write instead: data and its printed forms."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from builder.phrases import counted, cut
from builder.span import Span

Severity = Literal["error", "warning", "info"]

# Every code that there is.  docs/diagnostics.md explains each; a test holds the two together.
Code = Literal[
    # folders and files
    "course-none",
    "course-missing",
    "course-empty",
    "topic-missing",
    "topic-unlisted",
    "file-ignored",
    "file-name",
    "file-name-unportable",
    "output-collision",
    "path-outside",
    "file-unreadable",
    "file-too-large",
    "file-empty",
    # characters
    "bad-utf8",
    "control-character",
    "invisible-character",
    "replacement-character",
    "glyph-missing",
    "text-too-long",
    # course.toml
    "course-broken",
    "course-title",
    "course-key",
    "course-value",
    "font-missing",
    "template-unknown",
    "template-broken",
    # front matter and tags
    "front-matter-unclosed",
    "front-matter-invalid",
    "front-matter-key",
    "tag-invalid",
    # headings and sections
    "title-missing",
    "title-twice",
    "text-before-title",
    "heading-misplaced",
    "heading-underlined",
    "heading-near",
    "section-near",
    "section-twice",
    "section-empty",
    # questions and terms
    "text-before-question",
    "question-empty",
    "question-unanswered",
    "terms-list",
    "terms-other",
    "term-undefined",
    "term-joined",
    "note-twice",
    "note-elsewhere",
    # text
    "fence-unclosed",
    "fence-text",
    "fence-language",
    "raw-html",
    "block-empty",
    "table-row",
    "table-near",
    "nesting-too-deep",
    # call-outs and footnotes
    "callout-unclosed",
    "callout-stray",
    "callout-unknown",
    "callout-misplaced",
    "footnote-missing",
    "footnote-unused",
    "footnote-misplaced",
    # maths
    "maths-unclosed",
    "maths-doubtful",
    "maths-unset",
    # cloze deletions
    "cloze-empty",
    "cloze-unclosed",
    "cloze-nested",
    "cloze-number",
    "cloze-misplaced",
    # attributes
    "attribute-unknown",
    "attribute-unused",
    "id-malformed",
    "id-twice",
    # links and pictures
    "link-empty",
    "link-scheme",
    "link-unknown",
    "reference-unused",
    "reference-unknown",
    "image-missing",
    "image-unreadable",
    "image-remote",
    "image-no-alt",
    "image-alt",
    "image-caption",
    "image-width",
    "image-cleaned",
    # identity and outputs
    "lock-broken",
    "lock-begun",
    "lock-foreign",
    "lock-outdated",
    "note-recognised",
    "note-unsure",
    "note-retired",
    "id-other-kind",
    "code-changed",
    "deck-kept",
    "clock-behind",
    "card-split",
    "card-small",
    "card-picture",
    "printer-offset",
    "printer-uncalibrated",
    "output-inside-content",
    "output-newer",
    "output-failed",
    "not-writable",
]

_COLOURS = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "info": "\x1b[1;34m",
    "hint": "\x1b[36m",
    "dim": "\x1b[2m",
}
_WINDOW = 100  # columns of source shown, so that a very long line stays readable
_QUOTED = 60  # characters of the author's text repeated in a message


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake; `code` is kebab-case and documented in docs/diagnostics.md."""

    code: Code
    message: str
    span: Span
    hint: str = ""
    severity: Severity = "error"

    @property
    def sort_key(self) -> tuple[Span, str, str]:
        """By file, then by place."""
        return (self.span, self.code, self.message)


def warning(code: Code, message: str, span: Span, hint: str = "") -> Diagnostic:
    """Return a diagnostic that leaves the exit status at 0."""
    return Diagnostic(code, message, span, hint, "warning")


def quoted(text: str) -> str:
    """Return the author's words in quotes, for a message; cut where they are many."""
    return f"“{cut(text, _QUOTED)}”"


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics by place, each once."""
    return sorted(set(diagnostics), key=lambda found: found.sort_key)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether one of them is an error."""
    return any(found.severity == "error" for found in diagnostics)


def as_text(found: Diagnostic, lines: Callable[[str], list[str]], *, colour: bool = False) -> str:
    """Return the diagnostic as people read it; `lines` gives a file's source lines by its path."""
    place = ":".join(str(part) for part in _place(found.span))
    head = _paint(f"{found.severity}[{found.code}]", found.severity, colour=colour)
    parts = [f"{place}: {head}: {_visible(found.message)}", *_excerpt(found, lines, colour=colour)]
    if found.hint:
        parts.append(f"  {_paint('hint:', 'hint', colour=colour)} {_visible(found.hint)}")
    return "\n".join(parts)


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the diagnostics as a JSON list of objects."""
    return json.dumps(as_data(diagnostics), indent=2, ensure_ascii=False)


def as_data(diagnostics: Iterable[Diagnostic]) -> list[dict[str, str | int]]:
    """Return the diagnostics for JSON, with the keys that design.md fixes."""
    return [
        {
            "path": found.span.path,
            "line": found.span.line,
            "column": found.span.column,
            "end_line": found.span.end_line,
            "end_column": found.span.end_column,
            "severity": found.severity,
            "code": found.code,
            "message": found.message,
            "hint": found.hint,
        }
        for found in diagnostics
    ]


def restored(fields: dict[str, Any]) -> Diagnostic:
    """Return a diagnostic that was kept as `dataclasses.asdict` gives it.

    Raises KeyError or TypeError if the fields are not those of a diagnostic.
    """
    span = fields["span"]
    if not isinstance(span, list):
        raise TypeError
    return Diagnostic(**{**fields, "span": Span(*span)})


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the counts as one line: `2 errors, 1 warning`, or the empty string."""
    severities = [found.severity for found in diagnostics]
    counts = [(severities.count(kind), kind) for kind in ("error", "warning")]
    return ", ".join(counted(n, kind) for n, kind in counts if n)


def _place(span: Span) -> list[str | int]:
    return [_visible(span.path), *([span.line, span.column] if span.line else [])]


def _excerpt(found: Diagnostic, lines: Callable[[str], list[str]], *, colour: bool) -> list[str]:
    """Return the source line and the caret line below it.

    Nothing where there is no such line, and for what is only told: many notes may be.
    """
    span = found.span
    source = lines(span.path) if span.line and found.severity != "info" else []
    if not 0 < span.line <= len(source):
        return []
    line = source[span.line - 1]
    shown, before, under = _window(line, span, len(line) + 1)
    number = f"{span.line:>5}"
    caret = " " * _width(before) + "^" * max(1, _width(under))
    return [
        f"{_paint(number + ' |', 'dim', colour=colour)} {_visible(shown)}".rstrip(),
        f"{_paint('      |', 'dim', colour=colour)} {_paint(caret, found.severity, colour=colour)}",
    ]


def _window(line: str, span: Span, line_end: int) -> tuple[str, str, str]:
    """Return what is shown of a line, what of that stands before the span, and what in it."""
    end = span.end_column if span.end_line == span.line else line_end
    start = max(0, span.column - 1 - _WINDOW // 2) if len(line) > _WINDOW else 0
    stop = start + _WINDOW
    left, right = "…" * (start > 0), "…" * (stop < len(line))
    before = left + line[start : span.column - 1]
    return left + line[start:stop] + right, before, line[span.column - 1 : min(end - 1, stop)]


def _width(text: str) -> int:
    """Return how many terminal cells the text takes: wide CJK two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(char) in {"Mn", "Me"}
        else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def _visible(text: str) -> str:
    """Return the text without characters that would move the cursor or drive the terminal."""
    if text.isprintable():
        return text
    return "".join(
        " " if char == "\t" else char if _is_harmless(char) else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )


def _is_harmless(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs"


def _paint(text: str, role: str, *, colour: bool) -> str:
    return f"{_COLOURS[role]}{text}\x1b[0m" if colour else text
