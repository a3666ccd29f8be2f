"""The templates of a course, which go before ours: read and checked like all that a course says."""

from __future__ import annotations

import re
from pathlib import Path

from builder.diagnostics import Diagnostic, quoted
from builder.source.read import lies_inside, read_text
from builder.span import Span
from builder.suggest import did_you_mean

FOLDER = "templates"
CARD_STYLE = "flashcards.css"
# Those of the handout replace ours; what may be said of cards is added to ours.  Anki's are shared
# by all courses.
NAMES = (
    *("handout.css", "handout.html", "handout-letter.css", "handout-rtl.css", "code.css"),
    CARD_STYLE,
)
_MAX_BYTES = 200_000
_FETCHES = re.compile(r"@import|url\(|@font-face", re.IGNORECASE)


def read_templates(course: Path, shown: str) -> tuple[dict[str, str], list[Diagnostic]]:
    """Return the course's own templates by name, and what is wrong with them."""
    folder, read, problems = course / FOLDER, dict[str, str](), list[Diagnostic]()
    if not folder.is_dir():
        return read, problems
    for name in sorted(file.name for file in folder.iterdir()):
        path = f"{shown}/{FOLDER}/{name}"
        if name.startswith((".", "_")):
            continue
        if name not in NAMES:
            hint = did_you_mean(name, NAMES) or f"there can be: {', '.join(NAMES)}"
            message = f"a course can't have a template {quoted(name)}"
            problems.append(Diagnostic("template-unknown", message, Span(path), hint))
        elif not lies_inside(folder / name, course):
            hint = "copy the file into the course: what lies outside is not read"
            message = "this is a link that leads elsewhere"
            problems.append(Diagnostic("path-outside", message, Span(path), hint))
        else:
            text, more = read_text(folder / name, path, _MAX_BYTES)
            problems += more
            if text is not None:
                read[name], more = _checked(text, name, path)
                problems += more
    return read, problems


def _checked(text: str, name: str, path: str) -> tuple[str, list[Diagnostic]]:
    if name == CARD_STYLE:
        from builder.source.card_style import read_card_style  # noqa: PLC0415 - few need it

        return read_card_style(text, path)
    return text, _syntax(text, name, path)


def _syntax(text: str, name: str, path: str) -> list[Diagnostic]:
    """Report what Jinja can't read, and style sheets that would fetch something."""
    if name.endswith(".css"):
        lines = enumerate(text.split("\n"), 1)
        hint = "keep to what is in the file: no pictures, no fonts, no other style sheets"
        message = "a style sheet can't fetch anything"
        return [
            Diagnostic(
                "template-broken", message, Span(path, number, 1, number, len(line) + 1), hint
            )
            for number, line in lines
            if _FETCHES.search(line)
        ]
    from jinja2 import Environment, TemplateSyntaxError  # noqa: PLC0415 - few courses need it

    try:
        Environment(autoescape=True).parse(text)
    except TemplateSyntaxError as error:
        hint = "compare it with templates/handout.html, and see jinja.palletsprojects.com"
        message = f"this template can't be read: {error.message}"
        line = len(text.split("\n")[error.lineno - 1])
        span = Span(path, error.lineno, 1, error.lineno, line + 1)
        return [Diagnostic("template-broken", message, span, hint)]
    return []
