"""Galleys as PDFs in which each face is an object that can be placed anywhere.

WeasyPrint draws each face as a form XObject, since the style sheet makes it not quite opaque; their
names count them in order.
"""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Array, Dictionary, Pdf

from builder.printing.faces import FACES_A_PAGE
from builder.printing.paper import Size
from builder.printing.pdf_file import saved

_PIXELS_PER_MM = 96 / 25.4
_BETWEEN = b"\n%face\n"  # a comment, which WeasyPrint never writes


def cut_out(data: bytes, card: Size, count: int) -> bytes:
    """Return a galley that WeasyPrint wrote, with its faces ready to be placed.

    Its only page's resources have them: in `/XObject` those with pictures, which need resources of
    their own; in `/Texts` the others, which need no more than the page's fonts and states: one
    stream of all, for `texts_of`, because opening a stream for each takes longer than placing it.
    """
    pdf = Pdf.open(io.BytesIO(data))
    found = pdf.pages[0].Resources
    kept = Dictionary(XObject=Dictionary(), ExtGState=Dictionary(), Font=found.Font)
    texts: list[bytes] = []
    for face in range(count):
        form = found.XObject[name_of(face)]
        own = form.Resources
        if own.XObject or own.Pattern or own.Shading:
            kept.XObject[name_of(face)] = _opaque(form, card, face)
            texts.append(b"")
        else:
            for name, state in own.ExtGState.items():  # they are named by what they do: /a1.0
                kept.ExtGState[name] = state
            texts.append(form.read_bytes())
    kept.Texts = pdf.make_stream(_BETWEEN.join(texts))
    pdf.pages[0].Resources = kept
    del pdf.pages[0].Contents
    del pdf.pages[1:]
    return saved(pdf)


def texts_of(galley: pikepdf.Object) -> list[bytes]:
    """Return the operators of each face from a galley's resources; none for those with pictures."""
    return galley.Texts.read_bytes().split(_BETWEEN)


def name_of(face: int) -> str:
    """Return the name of a galley's face, counted from 0, among its page's resources."""
    return f"/x{face}"


def matrix_of(card: Size, face: int) -> tuple[float, ...]:
    """Return what makes of the layout's pixels, downwards from the page's top, points upwards.

    The origin is the upper left corner of the face's cell.
    """
    return 0.75, 0.0, 0.0, -0.75, 0.0, round(0.75 * _top(card, face), 4)


def _top(card: Size, face: int) -> float:
    return face % FACES_A_PAGE * card.height * _PIXELS_PER_MM


def _opaque(form: pikepdf.Object, card: Size, face: int) -> pikepdf.Object:
    """Return a face clipped to its cell and no longer made to be transparent."""
    top, width, height = _top(card, face), card.width, card.height
    bottom = top + height * _PIXELS_PER_MM
    form.BBox = Array([0, round(top, 4), round(width * _PIXELS_PER_MM, 4), round(bottom, 4)])
    form.Matrix = Array(matrix_of(card, face))
    del form.Group
    return form
