r"""Maths in TeX, set as vector graphics; a leaf that sources and outputs may ask.

MathJax sets it, the program that Anki shows maths with: so paper and screen look alike, and what
can't be set is told in the same words.  It runs in QuickJS, where nothing of the machine can be
reached, for at most two seconds and 64 MB an expression.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import cache
from html import unescape
from importlib import resources

import quickjs

from builder import kept
from builder.outlines import Outline, text_outline

LONGEST = 2000  # characters of an expression

# MathJax's letters are as high as those of our text when they are a tenth larger.
SCALE = 1.1
# The size of text in MathJax's em at which our letters are as high as its own.
_TEXT = 1 / SCALE

_FILES = (
    "loader",
    "core",
    "adaptors/liteDOM",
    "input/tex-full",
    "output/svg",
    "output/svg/fonts/tex",
)
_SECONDS, _BYTES = 2, 64_000_000
_VIEW_BOX = re.compile(r'viewBox="\S+ (?P<top>\S+) (?P<width>\S+) (?P<height>\S+)"')
_TEXT_ELEMENT = re.compile(
    r'(?:style="font-family: text;(?P<style>[^"]*)"(?P<rest>[^>]*)>)?'
    r'<text data-variant="(?P<variant>[^"]*)" transform="(?P<place>[^"]* )?scale\(1,-1\)"[^>]*>'
    r"(?P<text>[^<]*)</text>"
)


# What MathJax leaves to a page's style sheet.
_STYLES = {
    "currentColor": "#000",
    'class="mjx-solid"': 'stroke-width="70"',
    'class="mjx-dashed"': 'stroke-width="70" stroke-dasharray="140"',
    'class="mjx-dotted"': 'stroke-width="70" stroke-dasharray="0,140" stroke-linecap="round"',
}


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression that was set: an SVG, and its size in em of the text that it stands in.

    `depth` is the part of `height` below the line that letters stand on.
    """

    svg: str
    width: float
    height: float
    depth: float


class NotSetError(Exception):
    """Why an expression can't be set, in MathJax's words."""


_KIND = "formula"  # of pieces that are kept between builds: one takes 5 ms
KNOWN: dict[tuple[str, bool], Formula] = {}


def set_formula(tex: str, *, is_display: bool) -> Formula:
    """Return the expression set in a line, or on lines of its own; raises `NotSetError`."""
    key = tex, is_display
    if key not in KNOWN:
        made = kept.piece(_KIND, f"{is_display:d}{tex}", lambda: _written(tex, is_display))
        KNOWN[key] = Formula(*json.loads(made))
    return KNOWN[key]


def _written(tex: str, is_display: bool) -> bytes:  # noqa: FBT001
    return json.dumps(astuple(_set(tex, is_display=is_display))).encode()


def _set(tex: str, *, is_display: bool) -> Formula:
    if len(tex) > LONGEST:
        raise NotSetError(f"It has more than {LONGEST:,} characters")
    widths: dict[str, float] = {}
    found = _typeset(tex, is_display, widths)
    if found["unknown"]:
        widths = {name: _width(*name.split("\n", 1)) for name in found["unknown"]}
        found = _typeset(tex, is_display, widths)
    return _formula(found["svg"])


@cache
def commands() -> tuple[str, ...]:
    """Return the commands that there are, with their backslashes."""
    names = json.loads(_engine().eval("commands()"))
    return tuple(rf"\{name}" for name in names if name.isalpha())


def _typeset(tex: str, is_display: bool, widths: Mapping[str, float]) -> dict[str, str]:  # noqa: FBT001
    try:
        answer = _engine().get("typeset")(tex, is_display, json.dumps(widths))
    except (quickjs.JSException, MemoryError) as error:
        _engine.cache_clear()  # its memory may be used up
        raise NotSetError("It takes too long") from error
    found: dict[str, str] = json.loads(answer)
    if "error" in found:
        raise NotSetError(found["error"].removesuffix("."))
    return found


@cache
def _engine() -> quickjs.Context:
    context = quickjs.Context()
    context.eval("var global = globalThis; var MathJax = { loader: { load: [] } };")
    folder = resources.files("mathjax") / "static" / "mathjax" / "es5"
    for name in _FILES:
        context.eval((folder / f"{name}.js").read_text(encoding="utf-8"))
    context.eval(resources.files("builder").joinpath("maths.js").read_text(encoding="utf-8"))
    context.set_time_limit(_SECONDS)
    context.set_memory_limit(_BYTES)
    return context


def _formula(svg: str) -> Formula:
    box = _VIEW_BOX.search(svg)
    if box is None:
        raise NotSetError("It can't be drawn")
    top, width, height = (float(box[name]) * SCALE / 1000 for name in ("top", "width", "height"))
    body = svg.partition(">")[2]
    root = f'<svg xmlns="http://www.w3.org/2000/svg" {box[0]}>'
    for mathjax, plain in _STYLES.items():
        body = body.replace(mathjax, plain)
    return Formula(root + _TEXT_ELEMENT.sub(_outlined, body), width, height, height + top)


def _width(style: str, text: str) -> float:
    return _outline(style, text).width * _TEXT


def _outlined(element: re.Match[str]) -> str:
    """Return text as shapes: which fonts there would be for it is not known."""
    style = element["variant"] + (element["style"] or "")
    outline = _outline(style, unescape(element["text"]))
    place = f"{element['place'] or ''}scale({_TEXT * 1000})"
    parent = "" if element["rest"] is None else f"{element['rest']}>"
    return f'{parent}<path transform="{place}" d="{outline.path}"/>'


def _outline(style: str, text: str) -> Outline:
    return text_outline(text, bold="bold" in style, italic="italic" in style)
