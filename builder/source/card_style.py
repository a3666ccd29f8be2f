"""A course's own style of card faces: rules that are added to ours, of what can't spoil a card.

Whether a text fits is told by where its end is.  So a rule may change only what either takes no
room or pushes that end down, and only inside a text: a face, its cell and the sheets stay ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import cssselect2
import tinycss2

from builder.diagnostics import Diagnostic, quoted
from builder.source.colours import is_readable
from builder.span import Span
from builder.suggest import did_you_mean


def _pattern(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: bool(compiled.fullmatch(value))


_UP_TO_TWO = r"(0|[01]?\.\d{1,3}em|1em|2(\.0)?em)"
_LINES = "none|underline|underline (solid|double|dotted|dashed|wavy)"
# What each property may be, and how to write it.
_PROPERTIES: dict[str, tuple[Callable[[str], bool], str]] = {
    "color": (is_readable, "a dark colour as # and six digits, such as #1a5a8c"),
    "font-style": (_pattern("normal|italic"), "normal or italic"),
    "font-weight": (_pattern("normal|bold|[467]00"), "normal, bold, 400, 600 or 700"),
    "line-height": (_pattern(r"1\.[2-9]\d?|2(\.0)?"), "a number from 1.2 to 2"),
    "margin-bottom": (_pattern(_UP_TO_TWO), "a length from 0 to 2em"),
    "margin-top": (_pattern(_UP_TO_TWO), "a length from 0 to 2em"),
    "text-align": (_pattern("left|right|center|start|end|justify"), "left, right or center"),
    "text-decoration": (_pattern(_LINES), "none, underline, or underline dotted"),
}


def read_card_style(text: str, path: str) -> tuple[str, list[Diagnostic]]:
    """Return the style sheet with its rules bound to the texts of cards, and what is wrong."""
    problems: list[Diagnostic] = []
    rules: list[str] = []
    for node in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if node.type == "qualified-rule":
            found = list(_declared(node, path))
            problems += [*_selector_problems(node, path)]
            problems += [each for each in found if isinstance(each, Diagnostic)]
            rules.append(_bound(node, [each for each in found if isinstance(each, str)]))
        else:
            problems.append(_unreadable(node, path))
    return "".join(rules), problems


def _bound(rule: Any, declarations: list[str]) -> str:  # noqa: ANN401  # tinycss2 has no types
    """Return a rule for what is in a text, but for the marker at its end."""
    selectors = tinycss2.serialize(rule.prelude).strip()
    return f".text :is({selectors}):not(.end) {{ {'; '.join(declarations)} }}\n"


def _selector_problems(rule: Any, path: str) -> Iterator[Diagnostic]:  # noqa: ANN401
    selector = tinycss2.serialize(rule.prelude).strip()
    try:
        found = cssselect2.compile_selector_list(rule.prelude)
        is_wrong = "{" in selector or any(each.pseudo_element for each in found)
    except cssselect2.SelectorError:
        is_wrong = True
    if is_wrong:
        message = f"{quoted(selector)} selects nothing on cards"
        yield _problem(message, "select elements and classes, such as h1 or .filled", rule, path)


def _declared(rule: Any, path: str) -> Iterator[str | Diagnostic]:  # noqa: ANN401
    """Yield the rule's declarations, and what is wrong with others."""
    for node in tinycss2.parse_blocks_contents(
        rule.content, skip_comments=True, skip_whitespace=True
    ):
        if node.type != "declaration":
            yield _unreadable(node, path)
            continue
        name, value = node.lower_name, tinycss2.serialize(node.value).strip()
        value += " !important" if node.important else ""
        if name not in _PROPERTIES:
            hint = did_you_mean(name, _PROPERTIES) or f"there can be: {', '.join(_PROPERTIES)}"
            message = f"on cards, {quoted(name)} can't be changed"
            yield _problem(message, hint, node, path)
        elif not _PROPERTIES[name][0](value.lower()):
            message = f"on cards, {name} can't be {quoted(value)}"
            yield _problem(message, f"write {_PROPERTIES[name][1]}", node, path)
        else:
            yield f"{name}: {value.lower()}"


def _unreadable(node: Any, path: str) -> Diagnostic:  # noqa: ANN401
    hint = "write rules such as h1 { color: #1a5a8c }"
    if node.type == "at-rule":
        return _problem(f"on cards, there can be no @{node.at_keyword}", hint, node, path)
    return _problem("this is no rule and no declaration", hint, node, path)


def _problem(message: str, hint: str, node: Any, path: str) -> Diagnostic:  # noqa: ANN401
    line, column = node.source_line, node.source_column
    span = Span(path, line, column, line, column + 1)
    return Diagnostic("template-broken", message, span, hint)
