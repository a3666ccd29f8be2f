"""From the model to what is seen: HTML, fonts, templates and PDF."""


class MissingLibraryError(Exception):
    """A library of the machine that WeasyPrint needs (Pango) is not there."""
