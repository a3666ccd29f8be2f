"""The Jinja templates and style sheets of `templates/`; everything put into them is escaped.

A course may bring some of its own, which go before ours.  They may come from a stranger, so they
are filled in a sandbox, and what comes out is looked at before it is laid out.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from builder.diagnostics import Diagnostic, quoted
from builder.rendering import NotRenderedError
from builder.span import Span

if TYPE_CHECKING:
    from jinja2 import Environment

# Beside the package in a checkout, inside it in a wheel.
_PACKAGE = Path(__file__).resolve().parent.parent
TEMPLATES = next(
    folder for folder in (_PACKAGE.parent / "templates", _PACKAGE / "templates") if folder.is_dir()
)

_FETCHED = {"src", "srcset", "data", "action", "poster", "background", "xlink:href"}
_LARGEST = 20_000_000  # characters that a course's template may make
_LINKS, _SOURCES = ("http:", "https:", "mailto:", "#"), ("asset:", "maths:")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415  # checking fills no template

    from builder.rendering.compiled import Compiled  # noqa: PLC0415  # as above

    loader, compiled = FileSystemLoader(TEMPLATES), Compiled()
    return _strict(Environment(loader=loader, bytecode_cache=compiled, autoescape=True))


def _strict(environment: Environment) -> Environment:
    """Return the environment in which a misspelt name is an error; tags leave no blank lines."""
    from jinja2 import StrictUndefined  # noqa: PLC0415  # as above

    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment


def get_ready() -> None:
    """Read all templates of ours, which takes a twentieth of a second the first time."""
    for path in TEMPLATES.glob("*.html"):
        _environment().get_template(path.name)


def fill(
    name: str,
    values: Mapping[str, object],
    overrides: Mapping[str, str] | None = None,
    shown: str = "",
) -> str:
    """Return the template with the values filled in and escaped.

    A course's own template is in `overrides`; `shown` is its folder, for messages.  Raises
    `NotRenderedError` with the place in it that fails.
    """
    if not overrides or name not in overrides:
        return _environment().get_template(name).render(values)
    path = f"{shown}/{name}"
    page = _filled_in_sandbox(name, values, overrides, path)
    if problem := _live(page):
        hint = "links lead to https:, http: or mailto:, pictures are the course's own"
        raise NotRenderedError(Diagnostic("template-broken", problem, Span(path), hint))
    return page


def _filled_in_sandbox(
    name: str, values: Mapping[str, object], overrides: Mapping[str, str], path: str
) -> str:
    from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader  # noqa: PLC0415  # few need it
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    loader = ChoiceLoader([DictLoader(overrides), FileSystemLoader(TEMPLATES)])
    environment = _strict(ImmutableSandboxedEnvironment(loader=loader, autoescape=True))
    made: list[str] = []
    size = 0
    try:
        for part in environment.get_template(name).generate(values):
            size += len(part)
            if size > _LARGEST:
                raise ValueError("it makes too much text")  # noqa: TRY301 - handled like all others
            made.append(part)
    except Exception as error:  # a template can fail in any way
        raise NotRenderedError(_failure(error, overrides[name], path)) from error
    return "".join(made)


def _failure(error: Exception, text: str, path: str) -> Diagnostic:
    """Return what went wrong, at the line of the template that Jinja names."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename in {"<unknown>", "<template>"}]
    line = getattr(error, "lineno", None) or (lines[-1] if lines else 0)
    width = len(text.split("\n")[line - 1]) if line else 0
    span = Span(path, line, 1, line, width + 1) if line else Span(path)
    message = f"this template can't be filled in: {error}"
    hint = "compare it with templates/handout.html"
    return Diagnostic("template-broken", message, span, hint)


@cache
def read_text(name: str) -> Markup:
    """Return a file of `templates/` as it is (a style sheet of ours, so it needs no escaping)."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704


def _live(page: str) -> str:
    """Return what is in a page that could do more than be looked at, or the empty string."""
    looker = _Looker()
    looker.feed(page)
    looker.close()
    return looker.problem


class _Looker(HTMLParser):
    """Looks for scripts, event handlers, and addresses that are not ours to use."""

    def __init__(self) -> None:
        super().__init__()
        self.problem = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "form", "base", "link"}:
            self.problem = self.problem or f"this template makes an element <{tag}>"
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            is_link_away = name == "href" and ":" in address and not address.startswith(_LINKS)
            is_fetched = name in _FETCHED and not address.startswith(_SOURCES)
            if name.startswith("on") or is_link_away or is_fetched:
                what = f"this template makes an attribute {name}={quoted(value or '')}"
                self.problem = self.problem or what
