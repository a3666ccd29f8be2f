"""HTML to PDF through WeasyPrint, closed to the network, to the disk and to the machine's fonts.

Importing this module takes a third of a second, so whoever renders imports it when something must
be rendered, not before.
"""

from __future__ import annotations

import atexit
import base64
import logging
import os
import re
import warnings
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from builder.diagnostics import Diagnostic, quoted
from builder.fonts import ALL_FACES, FONT_SCHEME, face_data, font_css, machine_faces
from builder.model import Asset
from builder.rendering import MissingLibraryError, NotRenderedError
from builder.rendering.hyphens import keep_patterns
from builder.rendering.late import import_late
from builder.rendering.libraries import ready_made
from builder.rendering.sheets import read_own, read_sheet, unread
from builder.rendering.standard import narrowed
from builder.span import Span

import_late()
keep_patterns()
os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))

with warnings.catch_warnings(), ready_made(), unread():
    # "No fonts configured": so it must be, ours are added to each document.
    warnings.simplefilter("ignore", UserWarning)
    try:
        import weasyprint
    except OSError as error:  # removed since the machine was set up
        raise MissingLibraryError(str(error).partition("\n")[0]) from error
    from weasyprint.html import UA_STYLESHEET
    from weasyprint.logger import LOGGER
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    from builder.rendering import lines

read_own()
lines.mend()

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weasyprint.document import Document

NotFetchedError = FatalURLFetchingError  # what a document asks for and can't have
ASSET_SCHEME, MATHS_SCHEME = "asset:", "maths:"
_SVG = "image/svg+xml"
# Only the course's own SVGs hold these: they were checked with them.
_EMBEDDED = re.compile(r"data:(?P<type>image/[a-z]+);base64,")
_FONTS = {f"{FONT_SCHEME}{face.name}": face for face in ALL_FACES}

_STANDARD = narrowed(UA_STYLESHEET)
_MOST_PREPARED = 8
_PREPARED: dict[tuple[str, ...], tuple[FontConfiguration, list[weasyprint.CSS]]] = {}


@atexit.register
def _remove_fonts() -> None:
    """Let WeasyPrint remove its copies of fonts, which it does when an object is taken apart."""
    for config, _ in _PREPARED.values():
        config.__del__()


def lay_out(html: str, css: str, assets: Mapping[str, Asset], *, is_ours: bool = True) -> Document:
    """Lay the HTML out on pages; pictures are named `asset:` and their path inside the course.

    Nothing else can be loaded: no file, no address, no font of the machine.  Asking for it is a
    mistake of ours (sources are checked before), so it ends the rendering.  Templates that are not
    ours may make a list item or a footnote of any element.
    """
    drawings = [asset for asset in assets.values() if _is_drawing_in(html, asset)]
    for drawing in drawings:
        _refuse_undrawable(drawing)
    text = html + "".join(drawing.data.decode() for drawing in drawings)
    fonts = font_css(text) + _system_fonts(assets)
    return rendered(html, fonts, css, assets, is_ours=is_ours)


class _Page(weasyprint.HTML):  # type: ignore[misc]  # WeasyPrint has no types
    """A page of our templates."""

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002, FBT001, FBT002
        return [_STANDARD]


def rendered(
    html: str, fonts: str, css: str, assets: Mapping[str, Asset], *, is_ours: bool
) -> Document:
    """Lay the HTML out with these rules for fonts, this style sheet, and nothing else."""
    fetcher = _Fetcher(assets)
    config, sheets = _prepared((fonts,) if is_ours else (fonts, css), fetcher)
    if is_ours:
        sheets = [*sheets, _style(css)]
    page = (_Page if is_ours else weasyprint.HTML)(string=html, url_fetcher=fetcher)
    # The first number of an ordered list counts as a presentational hint.
    return page.render(stylesheets=sheets, font_config=config, presentational_hints=True)


@lru_cache(maxsize=_MOST_PREPARED)
def _style(css: str) -> weasyprint.CSS:
    """Return a style sheet of ours, which may ask for nothing."""
    return read_sheet(css, _Fetcher({}))


def _prepared(
    styles: tuple[str, ...], fetcher: _Fetcher
) -> tuple[FontConfiguration, list[weasyprint.CSS]]:
    """Return fonts and style sheets that may name some, which take 40 ms: once for a process.

    What isn't ours has fonts of its own, and so can change none that others use.
    """
    if styles not in _PREPARED:
        config = FontConfiguration()
        sheets = [
            weasyprint.CSS(string=style, font_config=config, url_fetcher=fetcher)
            for style in styles
        ]
        while len(_PREPARED) >= _MOST_PREPARED:
            del _PREPARED[next(iter(_PREPARED))]
        _PREPARED[styles] = config, sheets
    return _PREPARED[styles]


def _is_drawing_in(html: str, asset: Asset) -> bool:
    return asset.media_type == _SVG and f'"{ASSET_SCHEME}{quote(asset.name)}"' in html


def _refuse_undrawable(drawing: Asset) -> None:
    """Raise `NotRenderedError` for an SVG that WeasyPrint can't draw: it would spoil the page."""
    if not _is_drawable(drawing.data):
        message = f"the picture {quoted(drawing.name)} can't be drawn on paper"
        hint = "save it again as plain SVG or PNG"
        raise NotRenderedError(Diagnostic("image-unreadable", message, Span(drawing.name), hint))


@lru_cache(maxsize=256)
def _is_drawable(svg: bytes) -> bool:
    """Draw an SVG by itself: WeasyPrint logs what goes wrong, and leaves the page half done."""
    handler = _Failures(logging.ERROR)
    LOGGER.addHandler(handler)
    try:
        # With fonts: without any, text in it would end the program.
        alone = {"svg": Asset("svg", svg, _SVG, 0, 0)}
        page = '<img src="asset:svg">'
        rendered(page, font_css(svg.decode()), "", alone, is_ours=True).write_pdf()
    finally:
        LOGGER.removeHandler(handler)
    return not handler.records


class _Failures(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _system_fonts(assets: Mapping[str, Asset]) -> str:
    """Return the rules for fonts of the machine that the course names."""
    return "\n".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight};'
        f' font-style: {face.style}; src: url("{ASSET_SCHEME}{quote(file.name)}") }}'
        for file, face in machine_faces(assets.values()).items()
    )


class _Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Answers our own addresses and refuses all others."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        super().__init__(allowed_protocols=())
        self._assets = assets

    def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ANN401, ARG002
        if url in _FONTS:
            return URLFetcherResponse(url, face_data(_FONTS[url]), {"Content-Type": "font/ttf"})
        if url.startswith(MATHS_SCHEME):
            return URLFetcherResponse(url, _formula(url), {"Content-Type": _SVG})
        if embedded := _EMBEDDED.match(url):
            data = base64.b64decode(unquote(url[embedded.end() :]))
            return URLFetcherResponse(url, data, {"Content-Type": embedded["type"]})
        asset = self._assets.get(unquote(url.removeprefix(ASSET_SCHEME)))
        if asset is None or not url.startswith(ASSET_SCHEME):
            message = f"a document asked for {url}"
            raise FatalURLFetchingError(message)
        return URLFetcherResponse(url, asset.data, {"Content-Type": asset.media_type})


def _formula(url: str) -> bytes:
    """Return the picture of `maths:inline:<TeX>` or `maths:display:<TeX>`."""
    from builder.maths import set_formula  # noqa: PLC0415 - it is loaded

    _, kind, tex = url.split(":", 2)
    return set_formula(unquote(tex), is_display=kind == "display").svg.encode()
