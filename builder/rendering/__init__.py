"""From the model to what is seen: HTML, fonts, templates and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from builder.diagnostics import Diagnostic


class MissingLibraryError(Exception):
    """A library of the machine that WeasyPrint needs (Pango) is not there."""


class NotRenderedError(Exception):
    """What a course brings can't be rendered: its own template, or a picture that can't be drawn.

    The output is not written, and the diagnostic says why.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
