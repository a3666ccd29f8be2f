"""The flashcards, read back from the PDF files that were written."""

from __future__ import annotations

import io
import logging
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import ImageFilter

from builder import fonts, model
from builder.fonts import FACES, MONO, face_data
from builder.outputs import Context, Rendered, flashcards
from builder.outputs.flashcards import OUTPUT, render
from builder.printing import topic_cards, typesetting
from builder.printing.cards import asked, cards
from builder.printing.estimate import Estimator
from builder.printing.fitting import SIZES, Piece, fit
from builder.printing.marks import cut_lines
from builder.printing.paper import PAPERS
from builder.rendering import NotRenderedError
from builder.source.card_style import read_card_style
from builder.text import blocks_text, inlines_text, note_answer, note_prompt
from builder.walk import inlines_in
from tests import flashcard_fixture as fx
from tests.flashcard_reading import POINT, Print, kept, misalignment, read, squashed

PADDING = 5.0  # mm that a printer may be askew without a letter being cut

HARD = fx.hard_notes()
MANY = fx.many_notes(40)


@cache
def rendered(name: str, paper: str) -> tuple[Rendered, list[str]]:
    """Return what was rendered, and what the layout complained about."""
    notes = {"ordinary": fx.ordinary_notes(), "hard": HARD, "many": MANY}[name]
    complaints: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: complaints.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("weasyprint").addHandler(handler)
    try:
        result = render(fx.context(notes, settings={"paper": paper}))
    finally:
        logging.getLogger("weasyprint").removeHandler(handler)
    assert result is not None
    return result, complaints


def _read(result: Rendered | None) -> Print:
    assert result is not None
    return read(result.data)


@cache
def printed_as(name: str, paper: str) -> Print:
    return read(rendered(name, paper)[0].data, paper)


def ordinary(paper: str = "A4") -> Print:
    return printed_as("ordinary", paper)


def hard() -> tuple[Rendered, Print]:
    return rendered("hard", "A4")[0], printed_as("hard", "A4")


def many() -> tuple[Rendered, Print]:
    return rendered("many", "Letter")[0], printed_as("many", "Letter")


@cache
def styled() -> Print:
    """Return cards in a style of the course's own that needs as much room as it may."""
    css = "* { margin-top: 2em; margin-bottom: 2em; line-height: 2; font-weight: 700 }"
    return _read(render(_styled(css, *MANY[:2], HARD[12], HARD[16])))


def _styled(css: str, *notes: model.Note) -> Context:
    style, problems = read_card_style(css, "flashcards.css")
    assert problems == []
    context = fx.context(notes, settings={"largest": 8.5})  # few sizes to try
    course = replace(context.course, templates={"flashcards.css": style})
    return replace(context, course=course)


PRINTS: dict[str, Callable[[], Print]] = {
    "ordinary": ordinary,
    "ordinary on Letter": lambda: ordinary("Letter"),
    "hard": lambda: hard()[1],
    "many": lambda: many()[1],
    "in a style": styled,
}


# --- Sheets ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRINTS)
def test_each_back_lies_behind_its_front(name: str) -> None:
    """The same code at mirrored places, within 0.1 mm, on padded last sheets as well."""
    printed = PRINTS[name]()
    for front, back in printed.fronts_and_backs():
        assert (front.code, front.topic) == (back.code, back.topic)
        assert misalignment(front, back, printed.grid) <= 0.1


@pytest.mark.parametrize("name", PRINTS)
def test_all_text_keeps_away_from_the_cutting(name: str) -> None:
    """Every glyph of a face is at least 5 mm inside its cell."""
    for page in PRINTS[name]().pages:
        for face in page.values():
            x, y = face.cell.x + PADDING, face.cell.y + PADDING
            width, height = face.cell.width - 2 * PADDING, face.cell.height - 2 * PADDING
            outside = [g for g in face.glyphs if not g.is_inside(x, y, width, height)]
            assert not outside, face.text


@pytest.mark.parametrize("name", PRINTS)
def test_the_text_keeps_off_the_code_below_it(name: str) -> None:
    """A text that was too high would run into the foot of its card."""
    printed = PRINTS[name]()
    insets = kept(printed)
    for page in printed.pages:
        for face in page.values():
            bottom = face.cell.y + face.cell.height - insets.bottom
            foot = bottom + insets.bottom - insets.foot
            text = [g for g in face.glyphs if g.top < foot - 0.5]
            # Nothing but the feet of letters like g and y may be lower than the box.
            assert all(g.bottom <= bottom + 0.8 for g in text), face.text


def test_pages_come_in_pairs_of_the_papers_size() -> None:
    """A page too many would put every following back behind a wrong front."""
    for paper in ("A4", "Letter"):
        document = pdfium.PdfDocument(ordinary(paper).data)
        size = (PAPERS[paper].width, PAPERS[paper].height)
        assert len(document) == 4
        for page in document:
            assert tuple(length * POINT for length in page.get_size()) == pytest.approx(size)


def test_the_last_sheet_is_padded_with_blank_cells() -> None:
    """Two of ten cards are left for it: the first on the left, its back on the right."""
    front, back = ordinary().pages[2:]
    assert (sorted(front), sorted(back)) == ([0, 1], [0, 1])
    assert (front[0].code, front[1].code) == (back[1].code, back[0].code)


def test_each_sheet_is_named_in_its_waste() -> None:
    """What fell from the table finds its place; the names are cut off with the margin."""
    for paper in ("A4", "Letter"):
        printed = ordinary(paper)
        texts = ["".join(g.text for g in page) for page in printed.margins]
        sides = [f"Sheet{n}of2·{side}" for n in (1, 2) for side in ("Fronts", "Backs")]
        origin = "Arttherapy·Therapeuticalliance"
        assert texts == [f"{origin}{side}·Printat100%" for side in sides]
        width = printed.grid.paper.width
        for glyph in (glyph for page in printed.margins for glyph in page):
            assert glyph.is_inside(5.0, 4.5, width - 10, printed.grid.top - 4.5)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_cut_lines_are_where_the_geometry_has_them(paper: str) -> None:
    """Thin lines on the fronts only: on the backs they would show every skew."""
    printed = ordinary(paper)
    document = pdfium.PdfDocument(printed.data)
    height = printed.grid.paper.height
    wanted = sorted(
        (line.x1, height - line.y2, line.x2, height - line.y1) for line in cut_lines(printed.grid)
    )
    for number, page in enumerate(document):
        lines = sorted(_long_paths(page))
        if number % 2:
            assert not lines
            continue
        assert len(lines) == len(wanted)
        for line, place in zip(lines, wanted, strict=True):
            assert line == pytest.approx(place, abs=0.2)


def _long_paths(page: pdfium.PdfPage) -> Iterator[tuple[float, ...]]:
    for thing in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = (length * POINT for length in thing.get_bounds())
        if max(right - left, top - bottom) > 100:
            yield (left, bottom, right, top)


# --- Words -----------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_no_word_of_an_ordinary_note_is_missing(paper: str) -> None:
    """Fronts say what is asked, backs what is answered."""
    printed = ordinary(paper)
    for number, note in enumerate(fx.ordinary_notes(), start=1):
        front, back = printed.said(f"AT-{number}")
        if isinstance(note, model.ClozeFact):
            assert squashed(blocks_text(note.blocks)) in back
            continue
        prompt = note_prompt(note) if not isinstance(note, model.Question) else ""
        prompt = prompt or inlines_text(getattr(note, "prompt", ()))
        assert squashed(prompt) in front
        assert all(squashed(line) in back for line in note_answer(note).splitlines())


@pytest.mark.parametrize("notes", [HARD, MANY], ids=["hard", "many"])
def test_no_word_of_a_monstrous_note_is_missing(notes: tuple[model.Note, ...]) -> None:
    """Divided or not: both sides together have every word, the longest ones in pieces."""
    printed = hard()[1] if notes is HARD else many()[1]
    for number, note in enumerate(notes, start=1):
        if note.span == HARD[4].span:
            continue  # our fonts have no Chinese; what is missing is told elsewhere
        said = "".join(printed.said(f"AT-{number}"))
        for word in _words(note):
            assert word in said, (number, word)


def _words(note: model.Note) -> set[str]:
    if isinstance(note, model.ClozeFact):
        text = blocks_text(note.blocks)
    elif isinstance(note, model.Question):
        text = f"{inlines_text(note.prompt)} {blocks_text(_without_pictures(note.answer))}"
    else:
        text = f"{note_prompt(note)} {note_answer(note)}"
    return {word[:40] for word in text.split()}


def _without_pictures(blocks: model.Blocks) -> model.Blocks:
    return tuple(
        model.Paragraph(
            tuple(each for each in block.children if not isinstance(each, model.Image)), block.span
        )
        if isinstance(block, model.Paragraph)
        else block
        for block in blocks
    )


def test_parts_are_numbered_and_warned_about() -> None:
    """(1/8) stands on both sides, and the author learns where and how much is too long."""
    result, printed = hard()
    parts = [front.code for front, _ in printed.fronts_and_backs() if "AT-1 " in front.code]
    assert parts == [f"AT-1 ({number}/{len(parts)})" for number in range(1, len(parts) + 1)]
    found = next(each for each in result.diagnostics if each.span == HARD[0].span)
    assert (found.code, found.severity) == ("card-split", "warning")
    over = f"so it goes over {len(parts)}, in 8 pt"
    assert found.message == f"the back of AT-1 is too long for one flashcard, {over}"
    assert "characters" in found.hint


def test_an_ordinary_topic_warns_of_nothing() -> None:
    """The summary counts cards and sheets."""
    result = rendered("ordinary", "A4")[0]
    assert (result.summary, result.diagnostics) == ("10 cards on 2 sheets", ())


def test_a_prompt_is_repeated_on_all_parts_of_its_answer() -> None:
    """Who draws part 5 must know the question."""
    fronts = {
        front.text for front, _ in hard()[1].fronts_and_backs() if front.code.startswith("AT-1 ")
    }
    assert fronts == {"Long?"}


def test_a_topic_without_notes_has_no_flashcards() -> None:
    """No file is better than an empty one."""
    assert render(fx.context(())) is None


# --- Kinds of cards --------------------------------------------------------------------------


def test_each_deletion_number_makes_a_card() -> None:
    """The front hides its own deletion and shows the others; the mark tells the cards apart."""
    faces = [pair for pair in ordinary().fronts_and_backs() if pair[0].code.startswith("AT-2")]
    assert [front.code for front, _ in faces] == ["AT-2 · 1", "AT-2 · 2"]
    whole = "Atherapistbuildsitbylisteningcloselyandvalidatingwhattheclientfeels."
    assert [back.text for _, back in faces] == [whole, whole]
    assert [front.text for front, _ in faces] == [
        whole.replace("listening", ""),
        whole.replace("validating", "[accepting]"),
    ]


def test_blanks_are_equally_long() -> None:
    """The length of the line must not tell the length of the answer."""
    notes = [fx.cloze(fx.para("So ", fx.gap(answer), " it is.")) for answer in ("a", "a" * 25)]
    result = render(fx.context(notes))
    assert result is not None
    page = pdfium.PdfDocument(result.data)[0]
    widths = [
        right - left
        for thing in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_PATH])
        for left, _, right, _ in [thing.get_bounds()]
    ]
    blanks = [width for width in widths if 30 < width < 100]
    assert len(blanks) == 2
    assert blanks[0] == pytest.approx(blanks[1], abs=0.01)


def test_grouped_deletions_are_asked_together() -> None:
    """Two deletions of one number make one card with two blanks."""
    content = (fx.para(fx.gap("a"), " and ", fx.em(fx.gap("b", number=2), fx.gap("c"))),)
    assert [card.mark for card in cards([fx.cloze(*content)], reverse=False)] == ["1", "2"]
    assert blocks_text(asked(content, 2)) == "a and bc"
    assert [type(inline) for inline in inlines_in(asked(content, 1))].count(model.Deletion) == 2


def test_a_term_can_be_asked_both_ways() -> None:
    """The second card shows the definition and asks for the term."""
    faces = [pair for pair in ordinary().fronts_and_backs() if pair[0].code.startswith("AT-6")]
    assert [front.code for front, _ in faces] == ["AT-6 · 1", "AT-6 · 2"]
    (name, meaning), (asked_meaning, answer) = [(front.text, back.text) for front, back in faces]
    assert (name, meaning) == (answer, asked_meaning) == ("Rapport", meaning)


@pytest.mark.parametrize(
    ("own", "course", "count"),
    [(None, False, 1), (None, True, 2), (True, False, 2), (False, True, 1)],
)
def test_a_terms_own_attribute_outweighs_the_courses(
    *, own: bool | None, course: bool, count: int
) -> None:
    """`{reverse=no}` turns off what the course turns on, and the other way round."""
    assert len(cards([fx.term("a", "b", reverse=own)], reverse=course)) == count


def test_several_definitions_are_numbered() -> None:
    """They would run into each other otherwise."""
    back = next(back for front, back in ordinary().fronts_and_backs() if front.code == "AT-7")
    numbers = [glyph for glyph in back.glyphs if glyph.text in {"1", "2"}]
    first, second = (next(g for g in back.glyphs if g.text == letter) for letter in "Wh")
    assert [glyph.text for glyph in numbers[:2]] == ["1", "2"]
    assert all(glyph.right < first.left for glyph in numbers[:2])
    assert numbers[0].bottom == pytest.approx(first.bottom, abs=0.2)
    assert second.left > first.left


def test_what_belongs_to_a_question_stands_on_its_front() -> None:
    """The picture that is asked about is on the front, not on the back."""
    document = pdfium.PdfDocument(ordinary().data)
    pictures = [list(page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE])) for page in document]
    assert [len(found) for found in pictures] == [1, 0, 0, 0]
    left, top, right, bottom = _grey(document[0])
    cell = next(front.cell for front, _ in ordinary().fronts_and_backs() if front.code == "AT-5")
    assert cell.x + PADDING < left
    assert right < cell.x + cell.width - PADDING
    assert cell.y + PADDING < top
    assert bottom < cell.y + cell.height - PADDING


def _grey(page: pdfium.PdfPage) -> tuple[float, ...]:
    """Return the box, in mm from the page's top left corner, of what is as grey as our pictures."""
    image = page.render(scale=2).to_pil().convert("L").point(lambda tone: 255 * (tone == 200))
    box = image.filter(ImageFilter.MinFilter(9)).getbbox()  # the edges of letters are grey as well
    assert box
    return tuple(side / 2 * POINT for side in box)


def test_cards_are_in_the_order_of_the_text() -> None:
    """Cut and stacked row by row, they are sorted."""
    codes = [front.code for front, _ in ordinary().fronts_and_backs()]
    numbers = [int(code.removeprefix("AT-").split()[0]) for code in codes]
    assert numbers == sorted(numbers)


def test_characters_of_markup_are_only_characters() -> None:
    """Content is never HTML."""
    note = fx.question("Is <b>x</b> &amp; {{y}} text?", fx.para("<script>alert(1)</script>"))
    front, back = _read(render(fx.context([note], title="<i>Topic</i> & Co"))).said("AT-1")
    assert (front, back) == ("Is<b>x</b>&amp;{{y}}text?", "<script>alert(1)</script>")


def test_a_long_title_stays_on_its_card() -> None:
    """It is shortened at the foot, where it is only a reminder."""
    notes = [fx.question("Why?", fx.para("So."))]
    printed = _read(render(fx.context(notes, title="A very long title of a topic " * 9)))
    for front, back in printed.fronts_and_backs():
        assert front.topic == back.topic
        assert front.topic.startswith("A very long title")
        inner = (front.cell.x + PADDING, front.cell.y + PADDING, front.cell.width - 2 * PADDING)
        assert all(g.is_inside(*inner, front.cell.height - 2 * PADDING) for g in front.glyphs)


# --- Fit -------------------------------------------------------------------------------------


def _typesetter(context: Context) -> typesetting.Typesetter:
    return topic_cards.typesetter(context)


CAPTION = (*fx.text("A ", fx.em("caption"), " with "), model.Code("code"), *fx.text(" of it " * 9))


def _themed(font: str, *notes: model.Note) -> Context:
    """Return a context whose texts are in a font, which is our typewriter's if it isn't ours."""
    context = fx.context(notes)
    faces = [face for face in FACES if face.family == MONO]
    files = [
        model.FontFile(f"{index}", face_data(face), "", 0, 0, "Machine", face.weight, face.style)
        for index, face in enumerate(faces)
    ]
    course = replace(context.course, text_font=font, heading_font="serif")
    assets = {**context.assets, **{file.name: file for file in files}}
    return replace(context, course=course, assets=assets)


@pytest.mark.parametrize(
    ("font", "sizes"), [("serif", SIZES), ("sans", SIZES[::6]), ("Machine", SIZES[::6])]
)
def test_layout_is_as_high_as_was_estimated(font: str, sizes: tuple[float, ...]) -> None:
    """The style sheet and the estimator must have the same proportions, in all fonts."""
    typesetter = _typesetter(_themed(font))
    content: list[model.Blocks] = [
        (fx.para(fx.prose(40, random.Random(3)).replace("r=.28", "x")),),
        (
            fx.head("Head"),
            fx.para("Text"),
            fx.head("Italic", level=5),
            fx.para("text ", fx.em("t")),
        ),
        (fx.bullets("one", (fx.para("two"), fx.bullets("a", "b")), "three"), fx.para("end")),
        (fx.quote(fx.para("one " * 29 + "one"), fx.para("two"), fx.quote(fx.para("deep"))),),
        (fx.callout("Title", fx.para("one " * 29 + "one"), fx.callout("x", fx.para("deep"))),),
        (fx.code("one\n\n    two\nthree"), fx.para("mono ", model.Code("code"), " in a line")),
        (fx.table(("No", "Meaning", "r"), ("1", "long " * 15, "2.5"), ("2", "b", "1")),),
        (fx.definitions(("Name", "meaning " * 12), ("Other", "b")), model.Rule(fx.span())),
        (fx.para(fx.picture("wide.png")), fx.para("after ", fx.picture("small.png"), " it")),
        (fx.para(fx.picture("wide.png", CAPTION, width=40)), fx.para("after")),
        (model.Heading(1, fx.text("What is asked on some lines, " * 4), fx.span()), fx.para("aid")),
        (
            fx.para("so ", fx.formula(r"x = \frac{a}{b}"), " in lines that go on, " * 3),
            fx.para("and ", fx.formula(r"\sum_{i=0}^n \text{größe}_i", display=True), " below"),
        ),
        (fx.para("a ", fx.gap("deletion"), " and ", fx.gap("b", hint="another hint"), "."),),
    ]
    pieces = [
        Piece(blocks, asking, size)
        for blocks in content
        for size in sizes
        for asking in (True, False)
    ]
    for piece, height in zip(pieces, typesetter.measure(pieces), strict=True):
        arguments = (piece.blocks, piece.size)
        likely = typesetter.estimator.height(*arguments, asking=piece.asking)
        assert height == pytest.approx(likely, rel=0.02), blocks_text(piece.blocks)
        assert height >= typesetter.estimator.least_height(*arguments, asking=piece.asking) - 0.1
        assert height <= typesetter.estimator.greatest_height(*arguments, asking=piece.asking) + 0.1


def test_faces_from_the_cache_are_placed_alike_in_a_new_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There the font of the machine is not known yet."""
    context = _themed("Machine", *(fx.question("Why?", fx.para(text)) for text in ("So.", "No.")))
    typeset = topic_cards.typeset_topic(context)
    assert typeset is not None
    usual = flashcards.finish(context, typeset)
    monkeypatch.setattr(fonts, "_SYSTEM", {})
    assert flashcards.finish(context, typeset) == usual


def test_a_style_that_depends_on_the_place_is_refused() -> None:
    """What was measured in one place is printed in another, where it might not fit."""
    notes = [fx.question("Why?", fx.para(fx.prose(62, random.Random(seed)))) for seed in (1, 2)]
    with pytest.raises(NotRenderedError) as found:
        render(_styled(":is(.c1, .c3) p { line-height: 2 }", *notes))
    assert found.value.diagnostic.span.path == "content/art/templates/flashcards.css"


def test_no_larger_size_would_fit() -> None:
    """Each text that is on one card has the largest size at which the layout fits."""
    context = fx.context(MANY)
    typesetter = _typesetter(context)
    passages = [card.passages for card in cards(MANY, reverse=False)]
    fitted = fit(passages, typesetter.estimator, typesetter.measure)
    smaller = [text for card in fitted for text in card if text.parts == 1 and text.size < SIZES[0]]
    larger = [
        Piece(text.passage.blocks, asking, text.size + 0.5)
        for text in smaller
        for asking in text.passage.showings[-1:]
    ]
    assert len(larger) > 8
    heights = typesetter.measure(larger)
    assert all(height > typesetter.estimator.box.height for height in heights)


def test_a_table_is_set_smaller_rather_than_break_its_words() -> None:
    """Also where lists and call-outs leave it less room; at 11 pt it would be cut to pieces."""
    words = ("Hämatopoese", "Lymphozyten", "Granulozyten", "Blutbild")
    tables = [fx.table(words, ("a", "b", "c", "d")) for _ in range(2)]
    answer = fx.bullets((fx.para("one"), fx.callout("Title", tables[0], fx.bullets((tables[1],)))))
    result = render(fx.context([fx.question("Why?", answer)]))
    assert result
    ((_, back),) = _read(result).fronts_and_backs()
    for word in words:
        places = [found.start() for found in re.finditer(word, back.text)]
        assert len(places) == 2
        for place in places:
            tops = {round(glyph.bottom) for glyph in back.glyphs[place : place + len(word)]}
            assert max(tops) - min(tops) <= 1


def test_a_wrong_estimate_is_found_out_and_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last layout is read back: an estimator that says all fits is not believed."""
    monkeypatch.setattr(Estimator, "greatest_height", lambda *_args, **_named: 0.0)
    rounds = []
    galleys = typesetting.Typesetter.galleys

    def counted(self: typesetting.Typesetter, pieces: list[Piece]) -> object:
        rounds.append(len(pieces))
        return galleys(self, pieces)

    monkeypatch.setattr(typesetting.Typesetter, "galleys", counted)
    notes = [fx.question("Why?", fx.para(fx.prose(count, random.Random(2)))) for count in (5, 62)]
    printed = _read(render(fx.context(notes)))
    first, measured, last = rounds
    assert first == last < measured
    face = next(back for front, back in printed.fronts_and_backs() if front.code == "AT-2")
    bottom = face.cell.y + face.cell.height - kept(printed).bottom
    assert all(g.bottom < bottom + 0.8 for g in face.glyphs if g.top < bottom + 2)


# --- The file --------------------------------------------------------------------------------


def test_the_same_cards_give_the_same_bytes() -> None:
    """Otherwise every build would change every file."""
    first, second = (render(fx.context(fx.ordinary_notes()[:4])) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.data == second.data


@pytest.mark.parametrize("name", ["ordinary", "hard"])
def test_the_layout_has_nothing_to_complain_about(name: str) -> None:
    """A rule that WeasyPrint ignores is a rule that we think is there."""
    complaints = rendered(name, "A4")[1]
    assert [each for each in complaints if ".notdef" not in each] == []


def test_the_file_says_what_it_is_and_how_to_print_it() -> None:
    """Title, author and language; 100 % and long-edge duplex; nothing to click or to jump to."""
    result = render(fx.context(fx.ordinary_notes(), language="de"))
    assert result is not None
    with pikepdf.open(io.BytesIO(result.data)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Therapeutic alliance · Art therapy"
        assert str(pdf.docinfo["/Author"]) == "R. Teacher"
        assert str(pdf.Root["/Lang"]) == "de"
        wishes = pdf.Root["/ViewerPreferences"]
        assert str(wishes["/PrintScaling"]) == "/None"
        assert str(wishes["/Duplex"]) == "/DuplexFlipLongEdge"
        assert "/Outlines" not in pdf.Root
        assert "/Names" not in pdf.Root
        assert "/Dests" not in pdf.Root
        assert not any("/Annots" in page for page in pdf.pages)
    printed = _read(result)
    assert "".join(g.text for g in printed.margins[0]).endswith(
        "Bogen1von2·Vorderseiten·Mit100%drucken"
    )


def test_the_output_is_found_under_its_name() -> None:
    """`--only flashcards` and `[flashcards] paper` go by these."""
    assert (OUTPUT.name, OUTPUT.table, OUTPUT.scope) == ("flashcards", "flashcards", "topic")
    assert OUTPUT.path("art", "unit-1/rapport") == "art/flashcards/unit-1/rapport.pdf"
    assert OUTPUT.settings["paper"].choices[:2] == ("A4", "Letter")
