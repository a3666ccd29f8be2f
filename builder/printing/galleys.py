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


def cut_out(data: bytes, card: Size, count: int) -> bytes:
    """Return a galley that WeasyPrint wrote, with its faces ready to be placed.

    Each is opaque, its points counted from its cell's upper left corner, and clipped to its cell.
    """
    pdf = Pdf.open(io.BytesIO(data))
    resources = pdf.pages[0].Resources
    shared = pdf.make_indirect(Dictionary(ExtGState=Dictionary(), Font=resources.Font))
    width, height = card.width * _PIXELS_PER_MM, card.height * _PIXELS_PER_MM
    for face in range(count):
        form = resources.XObject[name_of(face)]
        top = face % FACES_A_PAGE * height
        form.BBox = Array([0, round(top, 4), round(width, 4), round(top + height, 4)])
        # The layout's pixels, downwards from the page's top, become points below the cell's.
        form.Matrix = Array([0.75, 0, 0, -0.75, 0, round(0.75 * top, 4)])
        # It was a group to be made transparent; there is nothing to see through.
        del form.Group
        _share(form, shared)
    return saved(pdf)


def name_of(face: int) -> str:
    """Return the name of a galley's face, counted from 0, among its page's resources."""
    return f"/x{face}"


def _share(form: pikepdf.Object, shared: pikepdf.Object) -> None:
    """Give a face without pictures the resources that all such ones have."""
    own = form.Resources
    if not (own.XObject or own.Pattern or own.Shading):
        for name, state in own.ExtGState.items():  # they are named by what they do: /a1.0
            shared.ExtGState[name] = state
        form.Resources = shared
