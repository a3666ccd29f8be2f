"""A deck's faces in the PDF that is made: as operators of its pages, or as objects of their own.

A text is written into the page, where it is packed together with its neighbours; so files stay as
small as if the sheet had been laid out.  What has pictures, or characters that the fonts lack,
brings resources of its own and is a form XObject.
"""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from builder.printing.faces import FACES_A_GALLEY, Faces
from builder.printing.font_union import FontUnion
from builder.printing.galleys import matrix_of, name_of, texts_of
from builder.printing.paper import POINTS_PER_MM


class Deck:
    """Shows faces; `resources` are those that all pages of the PDF have."""

    def __init__(
        self, faces: Faces, number: int, pdf: Pdf, union: FontUnion, resources: pikepdf.Object
    ) -> None:
        self._faces = faces
        self._number = number
        self._pdf = pdf
        self._union = union
        self._resources = resources
        self._galleys: dict[int, Pdf] = {}  # those of which objects are needed
        self._texts: dict[int, list[bytes]] = {}
        self._own_fonts: set[int] = set()  # galleys whose fonts can't be those of the pages
        self._shown: dict[int, bytes] = {}

    def height(self, face: int) -> float:
        """Return the height of a face's text in pt."""
        return self._faces.heights[face]

    def show(self, face: int) -> bytes:
        """Return the operators that show a face; its cell's upper left corner is the origin."""
        if face not in self._shown:
            number, index = divmod(face, FACES_A_GALLEY)
            if number not in self._texts:
                self._open(number)
            text, galley = self._texts[number][index], self._galleys.get(number)
            if galley and not text:
                form = galley.pages[0].Resources.XObject[name_of(index)]
                self._shown[face] = self._placed(form, face)
            elif galley and number in self._own_fonts:
                self._shown[face] = self._placed(self._form(text, galley, index), face)
            else:
                self._shown[face] = self._matrix(index) + text + b"\n"
        return self._shown[face]

    def _open(self, number: int) -> None:
        """Read a galley's texts, and give the pages the resources that these need.

        It stays open if more is needed than its texts: open PDFs take ten times their size.
        """
        galley = Pdf.open(io.BytesIO(self._faces.galleys[number]))
        found = galley.pages[0].Resources
        if not self._union.share(found.Font, self._resources.Font):
            self._own_fonts.add(number)
        for name, state in found.ExtGState.items():
            values = {key: float(value) for key, value in state.items()}
            self._resources.ExtGState[name] = Dictionary(values)
        self._texts[number] = texts_of(found)
        if number in self._own_fonts or not all(self._texts[number]):
            self._galleys[number] = galley

    def _matrix(self, index: int) -> bytes:
        return f"{' '.join(map(str, matrix_of(self._faces.card, index)))} cm\n".encode()

    def _form(self, text: bytes, galley: Pdf, index: int) -> pikepdf.Object:
        """Return a text as an object, with the fonts of its galley."""
        form = galley.make_stream(self._matrix(index) + text)
        form.Type, form.Subtype = Name.XObject, Name.Form
        card = self._faces.card
        width, height = (side * POINTS_PER_MM for side in (card.width, card.height))
        form.BBox = Array([0, round(-height, 4), round(width, 4), 0])
        found = galley.pages[0].Resources
        form.Resources = Dictionary(Font=found.Font, ExtGState=found.ExtGState)
        return form

    def _placed(self, form: pikepdf.Object, face: int) -> bytes:
        """Return the operator that shows an object."""
        name = f"/F{self._number}.{face}"
        taken = self._pdf.copy_foreign(form)
        self._union.adopt(taken.Resources.Font)
        self._resources.XObject[name] = taken
        return f"{name} Do\n".encode()
