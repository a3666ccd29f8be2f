"""Reading a handout back from its PDF: the words, lines, codes and links that are really there."""

from __future__ import annotations

import io
import re
from ctypes import byref, c_double
from dataclasses import dataclass

import pikepdf
import pypdfium2 as pdfium
from pypdfium2 import raw

Box = tuple[float, float, float, float]

MM = 72 / 25.4
FOOTER_TOP = 29 * MM  # above it stands what the page says, below it the footer
LINE_WIDTH, LINE_HEIGHT = 146 * MM, 9 * MM


@dataclass(frozen=True)
class Found:
    """A stretch of text: its page (from 0) and the origin of its first character, in points."""

    page: int
    x: float
    y: float


class Reading:
    """One PDF, read with PDFium; distances are in points from the lower left corner."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pages = list(pdfium.PdfDocument(data))
        self._texts = [page.get_textpage() for page in self.pages]

    def text(self, page: int) -> str:
        """Return a page's text above the footer, as drawn: codes and bullets come last."""
        width, height = self.pages[page].get_size()
        return str(self._texts[page].get_text_bounded(0, FOOTER_TOP, width, height))

    def footer(self, page: int) -> str:
        width, _ = self.pages[page].get_size()
        return squeezed(self._texts[page].get_text_bounded(0, 0, width, FOOTER_TOP))

    def whole(self) -> str:
        """Return all pages' text without spaces and hyphens, so that line ends don't matter."""
        return "".join(bare(self.text(page)) for page in range(len(self.pages)))

    def find(self, words: str) -> list[Found]:
        """Return where the words stand; they must be on one line each time."""
        found = []
        for number, text in enumerate(self._texts):
            search = text.search(words, match_case=True)
            while place := search.get_next():
                x, y = c_double(), c_double()
                raw.FPDFText_GetCharOrigin(text, place[0], byref(x), byref(y))
                found.append(Found(number, x.value, y.value))
        return found

    def writing_lines(self, page: int) -> list[float]:
        """Return the heights at which there are lines to write on, from the top down."""
        boxes = self._bounds(page, raw.FPDF_PAGEOBJ_PATH)
        lines = [
            bottom
            for left, bottom, right, top in boxes
            if abs(right - left - LINE_WIDTH) < 1 and abs(top - bottom - LINE_HEIGHT) < 1
        ]
        return sorted(lines, reverse=True)

    def shapes(self, page: int) -> list[Box]:
        """Return the boxes of what is drawn and not written, of formulas as well."""
        return self._bounds(page, raw.FPDF_PAGEOBJ_PATH)

    def pictures(self, page: int) -> list[Box]:
        """Return the boxes of the pictures made of pixels."""
        return self._bounds(page, raw.FPDF_PAGEOBJ_IMAGE)

    def overflowing(self, left: float, right: float) -> list[tuple[int, Box]]:
        """Return what is drawn outside a page's edges; `left` and `right` in mm, above the footer.

        The footer ends 14 mm from the right and 5 mm above the lower edge.
        """
        outside: list[tuple[int, Box]] = []
        for number, page in enumerate(self.pages):
            width, height = page.get_size()
            for box in self._bounds(number, None):
                end = width - (14 if box[3] < FOOTER_TOP else right) * MM
                inside = left * MM - 1 <= box[0] and box[2] <= end + 1
                if not inside or box[1] < 5 * MM or box[3] > height - 15 * MM:
                    outside.append((number, box))
        return outside

    def last_line(self, page: int) -> str:
        """Return the words of the lowest line above the footer, without codes and bullets."""
        width, _ = self.pages[page].get_size()
        boxes = [
            box
            for box in self._bounds(page, raw.FPDF_PAGEOBJ_TEXT)
            if box[1] > FOOTER_TOP and box[0] > 45 * MM
        ]
        if not boxes:
            return ""
        low = min(box[1] for box in boxes)
        top = min(box[3] for box in boxes if box[1] < low + 3)
        return squeezed(self._texts[page].get_text_bounded(45 * MM, low - 1, width, top + 1))

    def _bounds(self, page: int, kind: int | None) -> list[Box]:
        objects = self.pages[page].get_objects(filter=None if kind is None else [kind])
        return [each.get_bounds() for each in objects]

    def fonts(self) -> dict[str, bool]:
        """Return the names of all fonts, without the subset's tag, and whether each is embedded."""
        with pikepdf.open(io.BytesIO(self.data)) as pdf:
            return {
                str(font.BaseFont).partition("+")[2]: "/FontFile2" in descendant.FontDescriptor
                for page in pdf.pages
                for font in page.resources.Font.values()
                for descendant in font.DescendantFonts
            }

    def links(self) -> list[str]:
        """Return the addresses that the pages lead to."""
        with pikepdf.open(io.BytesIO(self.data)) as pdf:
            annotations = [each for page in pdf.pages for each in page.get("/Annots", [])]
            return [str(each.A.URI) for each in annotations]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def bare(text: str) -> str:
    """Return the text without white space, hyphens, arrows and PDFium's sign for a line's end."""
    return re.sub(r"[\s\x02\ufffe\xad‐→-]", "", text)
