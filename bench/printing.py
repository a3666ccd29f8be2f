"""Figures for printing, each beside the one it is to be compared with: `python bench/printing.py`.

Every pair is measured in one run, because only their ratio means anything on another machine.
Seconds are those of the processor, so that other work on the machine doesn't count.
"""

from __future__ import annotations

import io
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import pikepdf
import pypdfium2 as pdfium

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from builder import model  # noqa: E402  # found in the folder above
from builder.outputs.flashcards import placed, typeset_topic  # noqa: E402
from builder.printing.binding import Cover, Leaf, bound  # noqa: E402
from builder.printing.faces import Typeset  # noqa: E402
from builder.printing.imposition import cells  # noqa: E402
from builder.printing.insets import insets  # noqa: E402
from builder.printing.pdf_file import Imprint, saved  # noqa: E402
from builder.printing.profiles import Offset, Profile  # noqa: E402
from builder.rendering import pdf  # noqa: E402
from tests import flashcard_fixture as fx  # noqa: E402
from tests.flashcard_reading import glyphs_of, layout_of  # noqa: E402

Result = TypeVar("Result")
CARDS = 1000
SCRIPTS = {
    "Latin": "trust image feeling therapist relationship understanding of the in and to is a",
    "long": "Donaudampfschifffahrtsgesellschaft countertransferential pneumonoultramicroscopic",
    "Greek and Cyrillic": "Ελλάδα θεραπεία доверие отношение терапия",
    "Chinese": "信任是治疗联盟的核心 情感 关系",
    "Arabic and Hebrew": "الثقة العلاج العلاقة אמון טיפול קשר",
    "signs": "r=.28 5 km/h §12 “quoted” well-being/-doing €40 a_very_long_name(with, parts)",
}


def main() -> None:
    """Print all figures."""
    _thousand_faces()
    _offsets()
    _binding()


# --- 1,000 faces -----------------------------------------------------------------------------


def _notes(count: int) -> tuple[model.Note, ...]:
    chance = random.Random(5)
    return tuple(_note(chance) for _ in range(count))


def _note(chance: random.Random) -> model.Note:
    words = SCRIPTS[chance.choice(list(SCRIPTS))].split() + SCRIPTS["Latin"].split()
    length = chance.choice((1, 3, 8, 20, 40, 60, 90, 130, 200, 400))

    def text(most: int) -> str:
        return " ".join(chance.choice(words) for _ in range(chance.randint(1, most)))

    match chance.randrange(6):
        case 0:
            answer: model.Blocks = (fx.bullets(*(text(15) for _ in range(length // 12 + 1))),)
        case 1:
            rows = ((text(2), text(6)) for _ in range(length // 25 + 1))
            answer = (fx.table(("Name", "Meaning"), *rows), fx.para(text(8)))
        case 2:
            answer = (
                fx.para(text(9)),
                fx.code("\n".join(text(9) for _ in range(length // 30 + 1))),
            )
        case 3:
            answer = (fx.quote(fx.para(text(length))), fx.para(fx.picture("wide.png")))
        case _:
            answer = (fx.para(text(length)),)
    return fx.question(text(12), *answer)


def _thousand_faces() -> None:
    """Lay 1,000 sides of very different text out, and look in the PDF for what doesn't fit."""
    context = fx.context(_notes(CARDS // 2))
    with_it, typeset = _timed(lambda: _typeset(context))
    lay_out = pdf.lay_out
    marker = re.compile(r'<div class="end" id="end\d+"></div>')
    layouts: list[tuple[str, str]] = []

    def recorded(html: str, css: str, assets: Mapping[str, model.Asset]) -> object:
        layouts.append((html, css))
        return lay_out(html, css, assets)

    pdf.lay_out = recorded  # type: ignore[assignment]  # the same for cards
    _typeset(context)
    pdf.lay_out = lay_out
    # The last galleys are the final ones; those before measured what was in doubt.
    final = layouts[-len(typeset.faces.galleys) :]
    proved, _ = _timed(lambda: [lay_out(*layout, context.assets) for layout in final])
    bare, _ = _timed(
        lambda: [lay_out(marker.sub("", html), css, context.assets) for html, css in final]
    )
    faces = len(typeset.faces.heights)
    misfits = list(_misfits(typeset))
    print(f"1,000 sides of cards, {faces} faces with the parts of those that are divided")
    print(f"  misfits in the PDF        {len(misfits)}", *misfits)
    print(f"  fitted and laid out       {with_it:6.2f} s  ({1000 * with_it / faces:.1f} ms a face)")
    print(f"  final layout              {bare:6.2f} s without verification")
    print(f"                            {proved:6.2f} s with, {proved / bare:.2f} x")


def _typeset(context: object) -> Typeset:
    typeset = typeset_topic(context)  # type: ignore[arg-type]
    assert typeset is not None
    return typeset


def _misfits(typeset: Typeset) -> Iterator[str]:
    """Yield the text of each face of which a glyph is outside the box for text, by over 0.4 mm."""
    data = placed([typeset.faces], fx.context(()), "t").files[""]
    layout = layout_of()
    kept = insets(layout.card)
    for page in pdfium.PdfDocument(data):
        glyphs = list(glyphs_of(page))
        for cell in cells(layout.grid):
            foot = cell.y + cell.height - kept.foot - 0.5
            inside = [
                g
                for g in glyphs
                if cell.x < (g.left + g.right) / 2 < cell.x + cell.width
                and cell.y < (g.top + g.bottom) / 2 < foot
            ]
            left, right = cell.x + kept.side - 0.4, cell.x + cell.width - kept.side + 0.4
            top, bottom = cell.y + kept.top - 0.4, cell.y + cell.height - kept.bottom + 0.9
            if any(
                g.left < left or g.right > right or g.top < top or g.bottom > bottom for g in inside
            ):
                yield "".join(g.text for g in inside)


# --- a new offset ----------------------------------------------------------------------------


def _offsets() -> None:
    """Place 1,000 cards for another printer, and in other ways, beside reading and writing."""
    chance = random.Random(3)
    context = fx.context(
        tuple(fx.question(fx.prose(8, chance), fx.para(fx.prose(25, chance))) for _ in range(CARDS))
    )
    faces = _typeset(context).faces
    plain = placed([faces], context, "t").files[""]
    copied, _ = _timed(lambda: _read_and_written(plain), times=5)
    print(f"{CARDS} cards placed anew, nothing laid out ({len(plain) / 1e6:.2f} MB)")
    print(f"  reading and writing alone {copied:6.3f} s")
    moved = replace(context, printer=Profile(portrait=Offset(0.7, -0.4, 0.2, 1.001)))
    others = {
        duplex: fx.context((), settings={"duplex": duplex})
        for duplex in ("short-edge", "separate", "fold", "study")
    }
    for name, wanted in {"new offset": moved, **others}.items():
        seconds, _ = _timed(partial(placed, [faces], wanted, "t"), times=5)
        print(f"  {name:<25} {seconds:6.3f} s, {seconds - copied:+.3f} s")


def _read_and_written(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as source:
        return saved(source)


# --- binding ---------------------------------------------------------------------------------


def _binding() -> None:
    """Bind 1,000 handouts, beside appending their pages and no more."""
    files = sorted((ROOT / "output").rglob("handouts/**/*.pdf"))
    if not files:
        print("no handouts in output/; type make first")
        return
    leaves = [
        Leaf(f"topic-{number}", files[number % len(files)].read_bytes()) for number in range(1000)
    ]
    size = sum(len(leaf.pdf) for leaf in leaves)
    cover = Cover(Imprint("Course", "", "en"), "Page", "of")
    appended, alone = _timed(lambda: _appended(leaves))
    seconds, data = _timed(lambda: bound(leaves, cover))
    pages = len(pikepdf.open(io.BytesIO(data)).pages)
    print(f"1,000 handouts, {pages} pages, {size / 1e6:.1f} MB")
    print(f"  pages alone               {appended:6.2f} s, {len(alone) / 1e6:.1f} MB")
    print(f"  fonts, links, tags, ...   {seconds:6.2f} s, {len(data) / 1e6:.1f} MB")


def _appended(leaves: list[Leaf]) -> bytes:
    book = pikepdf.Pdf.new()
    for leaf in leaves:
        book.pages.extend(pikepdf.open(io.BytesIO(leaf.pdf)).pages)
    target = io.BytesIO()
    book.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def _timed(run: Callable[[], Result], times: int = 1) -> tuple[float, Result]:
    seconds = []
    for _ in range(times):
        started = time.process_time()
        result = run()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds), result


if __name__ == "__main__":
    main()
