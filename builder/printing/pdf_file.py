"""PDFs as files: what they say of themselves, and their bytes."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name, Pdf


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a PDF says of itself."""

    title: str
    author: str = ""
    language: str = ""


def inscribe(pdf: Pdf, imprint: Imprint, wishes: dict[str, Name] | None = None) -> None:
    """Write what the PDF is, and what it wishes of viewers and print dialogs (PDF 1.7, 12.2)."""
    info = {"/Title": imprint.title, "/Author": imprint.author, "/Creator": "Rectoverso"}
    for key, value in info.items():
        if value:
            pdf.docinfo[key] = value
    if imprint.language:
        pdf.Root.Lang = imprint.language
    preferences = {f"/{key}": wish for key, wish in (wishes or {}).items()}
    pdf.Root.ViewerPreferences = Dictionary({"/DisplayDocTitle": True, **preferences})


def saved(pdf: Pdf) -> bytes:
    """Return the PDF's bytes, which are the same whenever its content is."""
    target = io.BytesIO()
    pdf.save(
        target,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return target.getvalue()
