"""The handout, checked in the PDF that is written."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise

import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import model
from builder.outputs import Context
from builder.outputs.handout import OUTPUT, handout_html, render, topic_address, writing_lines
from builder.text import blocks_text, inlines_text
from tests import handout_fixture as fx
from tests.handout_reading import MM, Reading, bare

SHORT = fx.short_topic()
LONG = fx.long_topic()
PROMPT = "How does the therapeutic alliance affect art therapy"


@pytest.fixture(autouse=True)
def _no_complaints(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which WeasyPrint had something to say about our HTML or CSS."""
    with caplog.at_level(logging.WARNING):
        yield
    said = [record.getMessage() for record in caplog.records if record.name == "weasyprint"]
    assert said == []


def read(context: Context) -> Reading:
    rendered = render(context)
    assert rendered is not None
    return Reading(rendered.data)


@cache
def short(answers: str = "separate", paper: str = "A4") -> Reading:
    return read(fx.context(SHORT, answers=answers, paper=paper))


@cache
def long(answers: str = "separate", paper: str = "A4") -> Reading:
    return read(fx.context(LONG, answers=answers, paper=paper, assets=fx.long_assets()))


def texts_of(topic: model.Topic) -> list[str]:
    """Return what the topic says, a piece for each block; answers last."""
    pieces = [inlines_text(topic.title), *_lines(topic.definition)]
    answers: list[str] = []
    for section in topic.sections:
        pieces.append(inlines_text(section.heading))
        match section:
            case model.Questions(_, questions):
                for question in questions:
                    pieces += [inlines_text(question.prompt), *_lines(question.aids)]
                    answers += [inlines_text(question.prompt), *_lines(question.answer)]
            case model.Terms(_, terms):
                for term in terms:
                    pieces.append(inlines_text(term.name))
                    pieces += [line for each in term.definitions for line in _lines(each)]
            case model.Facts(_, blocks) | model.Prose(_, blocks):
                pieces += _lines(blocks)
    return pieces + answers


def _lines(blocks: model.Blocks) -> list[str]:
    alts = {"a wide photo", "a picture", "an icon"}  # seen as pictures
    lines = blocks_text(blocks).replace("an icon", "").replace("\t", "\n").splitlines()
    return [line for line in lines if line.strip() not in alts]


# --- The words -------------------------------------------------------------------------------


BOTH = pytest.mark.parametrize(("topic", "reading"), [(SHORT, short), (LONG, long)])


@BOTH
def test_every_word_of_a_topic_is_on_its_handout(
    topic: model.Topic, reading: Callable[[], Reading]
) -> None:
    """Nothing that the author wrote is lost on the way to paper."""
    whole = reading().whole()
    assert [piece for piece in texts_of(topic) if bare(piece) not in whole] == []


def test_everything_stands_in_the_authors_order() -> None:
    """Sections come as they were written, the answers after all of them."""
    whole = short().whole()
    places = [whole.find(bare(piece)) for piece in texts_of(SHORT)]
    asked = places[: -len([*_answers(SHORT)])]
    assert asked == sorted(asked)
    assert whole.rfind("Answers") > max(asked)


def _answers(topic: model.Topic) -> Iterator[str]:
    for question in _questions(topic):
        yield inlines_text(question.prompt)
        yield from _lines(question.answer)


def _questions(topic: model.Topic) -> tuple[model.Question, ...]:
    return next(each.questions for each in topic.sections if isinstance(each, model.Questions))


def test_what_the_author_wrote_is_never_markup() -> None:
    """A topic cannot put elements, entities or attributes into the page."""
    wild = '<script>alert("1")</script> & <b>"\'</b>'
    topic = fx.topic("t", wild, (fx.para(wild),), fx.facts(fx.code(wild), fx.bullets(wild)))
    context = fx.context(topic, title=wild)
    page = handout_html(context)
    assert "<script" not in page
    assert "<b>" not in page
    assert read(context).whole().count(bare(wild)) == 4


# --- The answers -----------------------------------------------------------------------------


@BOTH
def test_no_page_that_asks_holds_an_answer(
    topic: model.Topic, reading: Callable[[], Reading]
) -> None:
    """Testing oneself needs the answers out of sight: they begin a new page, without lines."""
    pages = reading()
    first = next(n for n in range(len(pages.pages)) if pages.text(n).startswith("Answers"))
    asking = "".join(bare(pages.text(n)) for n in range(first))
    prompts = {inlines_text(question.prompt) for question in _questions(topic)}
    filler = set(texts_of(topic)[: -len([*_answers(topic)])])  # said in the text as well
    answers = [answer for answer in _answers(topic) if answer not in prompts | filler]
    assert [answer for answer in answers if bare(answer) in asking and len(answer) > 5] == []
    assert all(pages.writing_lines(n) == [] for n in range(first, len(pages.pages)))


def test_without_answers_only_the_lines_are_there() -> None:
    """A sheet for a test must not give its answers away."""
    pages = short("none")
    assert bare("Bordin, in 1979.") not in pages.whole()
    assert "Answers" not in pages.whole()
    assert sum(len(pages.writing_lines(n)) for n in range(len(pages.pages))) == 14


def test_inline_answers_stand_under_their_questions() -> None:
    """The reading copy answers where it asks and leaves no lines."""
    pages = short("inline")
    whole = pages.whole()
    assert bare("Who named goals, tasks and bond?Bordin, in 1979.") in whole
    assert whole.count(bare(PROMPT)) == 1
    assert all(pages.writing_lines(n) == [] for n in range(len(pages.pages)))


def test_a_topic_that_asks_nothing_has_no_answers() -> None:
    """An empty page with the heading “Answers” would be waste."""
    topic = fx.topic("t", "T", (fx.para("Text."),), fx.facts(fx.bullets("a")))
    pages = read(fx.context(topic))
    assert len(pages.pages) == 1
    assert "Answers" not in pages.whole()


# --- Lines to write on -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "lines"), [(1, 2), (9, 2), (10, 3), (18, 3), (19, 4), (81, 10), (82, 10), (500, 10)]
)
def test_lines_to_write_on_grow_with_the_answer(words: int, lines: int) -> None:
    """Nine handwritten words a line and one line in reserve, from 2 to 10 (printing.md)."""
    assert writing_lines((fx.para("word " * words),)) == lines


def test_scripts_without_spaces_get_lines_too() -> None:
    """Forty Chinese characters are not one word."""
    assert writing_lines((fx.para("字" * 40),)) == 4


def test_each_question_has_its_lines_on_paper() -> None:
    """The rule's number of lines is drawn, 9 mm apart, below the prompt."""
    pages = short("none")
    wanted = [writing_lines(question.answer) for question in _questions(SHORT)]
    heights = [pages.writing_lines(n) for n in range(len(pages.pages))]
    assert sum(map(len, heights)) == sum(wanted)
    first = heights[0][: wanted[0]]
    gaps = [above - below for above, below in pairwise(first)]
    assert gaps == pytest.approx([9 * MM] * (wanted[0] - 1), abs=0.01)


# --- Codes -----------------------------------------------------------------------------------


def test_codes_hang_in_the_margin_beside_what_they_name() -> None:
    """A code shares its base line with the first line of its note and stays left of the text."""
    context = fx.context(SHORT)
    beside = {
        "TitleNote": "The therapeutic alliance is the",
        "ClozeFact": "A therapist builds",
        "Question": PROMPT,
        "Term": "Rapport",
    }
    pages = short()
    for note in SHORT.notes:
        words = beside.pop(type(note).__name__, None)
        if words:
            code, text = pages.find(context.code(note.span))[0], pages.find(words)[0]
            assert code.page == text.page
            assert code.y == pytest.approx(text.y, abs=0.3)
            assert 23 * MM < code.x < text.x - 10 * MM
    assert beside == {}


def test_a_code_inside_a_quotation_stays_in_its_column() -> None:
    """Codes form one column, however deep their note is nested."""
    context = fx.context(LONG, assets=fx.long_assets())
    codes = [context.code(note.span) for note in LONG.notes[:3]]
    found = [long().find(code)[0] for code in codes]
    assert len({round(place.x, 1) for place in found}) == 1


def test_questions_are_found_again_among_the_answers() -> None:
    """The answers repeat code and prompt, on one line."""
    context = fx.context(SHORT)
    codes = [context.code(question.span) for question in _questions(SHORT)]
    last = len(short().pages) - 1
    for code, prompt in zip(codes, (PROMPT, "Who named", "What does empathy"), strict=True):
        (again,) = [place for place in short().find(code) if place.page == last]
        (words,) = [place for place in short().find(prompt) if place.page == last]
        assert again.y == pytest.approx(words.y, abs=0.3)


def test_two_codes_on_one_line_stay_apart() -> None:
    """A definition that is a note may begin with a cloze fact, which is one too."""
    paragraph = fx.para("A ", fx.gap("blank"), " in the definition.")
    topic = fx.topic("t", "T", (paragraph,), clozes=(paragraph,), title_note=True)
    pages = read(fx.context(topic))
    title, cloze = pages.find("AT-1")[0], pages.find("AT-2")[0]
    assert title.y == pytest.approx(pages.find("A blank")[0].y, abs=0.3)
    assert title.y - cloze.y > 10


# --- The page --------------------------------------------------------------------------------


@pytest.mark.parametrize(("paper", "size"), [("A4", (210, 297)), ("Letter", (215.9, 279.4))])
def test_the_paper_is_the_one_that_was_asked_for(paper: str, size: tuple[float, float]) -> None:
    """Letter paper gets pages of its own, not A4 scaled by a printer."""
    for page in short("none", paper).pages:
        assert page.get_size() == pytest.approx([side * MM for side in size], abs=0.1)


@pytest.mark.parametrize(("paper", "edges"), [("A4", (22, 14)), ("Letter", (24, 18))])
def test_nothing_runs_off_the_page(paper: str, edges: tuple[float, float]) -> None:
    """Long words, addresses and code, wide tables and pictures stay inside; holes stay free."""
    assert long("separate", paper).overflowing(*edges) == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_measure_is_one_that_reads_well(paper: str) -> None:
    """Full lines of text hold 60 to 75 characters."""
    topic = fx.topic("t", "T", (), fx.prose("P", fx.para(fx.FILLER * 20)))
    lines = read(fx.context(topic, paper=paper)).text(0).splitlines()
    full = sorted(len(line) for line in lines if len(line) > 50)
    assert 60 <= full[len(full) // 2] <= 75


def test_every_page_says_which_it_is() -> None:
    """Loose sheets find their way back: course, topic, page and number of pages; no date."""
    count = len(long().pages)
    for number in range(count):
        footer = long().footer(number)
        assert footer.startswith("Art therapy · The expressive therapies continuum & its uses")
        assert footer.endswith(f"Page {number + 1} of {count}")


def test_the_footer_speaks_the_courses_language() -> None:
    """What we add to a page comes from the course's labels."""
    pages = read(fx.context(SHORT, language="de", page="Seite", of="von", answers="separate"))
    assert pages.footer(0).endswith("Seite 1 von 3")


def test_long_titles_stay_whole_above_and_inside_the_page_below() -> None:
    """A title as long as a paragraph may be shortened in the footer, but not run off the paper."""
    title = "An unusually long title of a topic " * 9
    pages = read(fx.context(fx.topic("t", title, ()), title="A long course " * 30))
    assert pages.overflowing(22, 14) == []
    assert bare(title) in pages.whole()
    assert pages.footer(0).endswith("Page 1 of 1")


def test_only_our_fonts_are_used_and_all_are_embedded() -> None:
    """The same PDF on every machine and printer."""
    fonts = long().fonts()
    assert all(fonts.values())
    assert {name.partition("-")[0] for name in fonts} == {"Rectoverso"}
    families = {"-".join(name.split("-")[:2]) for name in fonts}
    assert families == {f"Rectoverso-{name}" for name in ("Serif", "Display", "Sans", "Mono")}


def test_the_same_topic_gives_the_same_bytes() -> None:
    """A build changes only what an author changed."""
    context = fx.context(SHORT)
    assert render(context) == render(context)


def test_knowing_the_output_does_not_load_weasyprint() -> None:
    """Checking a course must not wait for the half second that importing WeasyPrint takes."""
    probe = "import sys, builder.outputs.handout; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_the_summary_counts_the_pages() -> None:
    """The build's last lines say how much paper there is."""
    assert render(fx.context(SHORT)).summary == "3 pages"


# --- Page breaks -----------------------------------------------------------------------------


def test_headings_keep_company() -> None:
    """No heading is the last thing on a page, wherever the page happens to end."""
    sections = [
        section
        for n in range(14)
        for section in (
            fx.prose(f"Heading {n}", fx.head(3, "Heading B"), fx.para(fx.FILLER * (1 + n % 3))),
            fx.terms(*(fx.term(f"Heading {m}", fx.FILLER) for m in range(1 + n % 4))),
        )
    ]
    pages = read(fx.context(fx.topic("t", "T", (), *sections)))
    assert len(pages.pages) > 8
    for number in range(len(pages.pages)):
        assert not pages.last_line(number).startswith(("Heading", "Related terms"))


def test_a_prompt_has_lines_to_write_on_below_it_and_none_is_alone() -> None:
    """Two lines at least stand under the prompt, and two at the top of the next page."""
    asked = [fx.question(f"Prompt {n}?", fx.para("word " * (40 + 7 * (n % 7)))) for n in range(50)]
    pages = read(fx.context(fx.topic("t", "T", (), fx.questions(*asked)), answers="none"))
    assert len(pages.pages) > 12
    for number in range(len(pages.pages)):
        runs = _runs_of_lines(pages, number)
        assert len(runs[0]) != 1
        assert all(len(run) >= 2 for run in runs[1:])


def _runs_of_lines(pages: Reading, number: int) -> list[list[float]]:
    """Return a page's writing lines above its first prompt, and below each of its prompts."""
    prompts = sorted((each.y for each in pages.find("Prompt") if each.page == number), reverse=True)
    edges = [1e9, *prompts, 0.0]
    heights = pages.writing_lines(number)
    return [[y for y in heights if low < y < high] for high, low in pairwise(edges)]


@pytest.mark.parametrize("filler", range(6))
def test_short_questions_are_not_divided(filler: int) -> None:
    """A prompt, its aids and a few lines stay on one page."""
    aids = (fx.bullets("one", "two"),)
    asked = [fx.question(f"Prompt {n}?", fx.para("Yes."), aids=aids) for n in range(20)]
    topic = fx.topic("t", "T", (fx.para(fx.FILLER * filler),), fx.questions(*asked))
    pages = read(fx.context(topic, answers="none"))
    for number in range(len(pages.pages)):
        prompts = [each for each in pages.find("Prompt") if each.page == number]
        assert len(pages.writing_lines(number)) == 2 * len(prompts)


def test_paragraphs_leave_no_line_alone() -> None:
    """No widows and no orphans: two lines at least on each side of a page break."""
    paragraphs = [fx.para(f"Start{n}" + " word" * (30 + 7 * n % 61)) for n in range(150)]
    pages = read(fx.context(fx.topic("t", "T", (), fx.prose("P", *paragraphs))))
    assert len(pages.pages) > 12
    for number in range(len(pages.pages)):
        lines = pages.text(number).splitlines()
        assert not lines[-1].startswith("Start")
        assert not lines[1].startswith("Start") or lines[0].startswith("P")


# --- Hyphens ---------------------------------------------------------------------------------

WORD = "ntiinternationalisation"


@pytest.mark.parametrize(
    ("made", "hyphens"),
    [
        (model.Text(f" a{WORD}" * 30), True),
        (model.Code(f" a{WORD}" * 30), False),
        (model.Text(f" www.{WORD}.org/{WORD}" * 12), False),
        (fx.web("https://example.org", f" a{WORD}" * 30), False),
    ],
)
def test_only_plain_words_are_hyphenated(made: model.Inline, *, hyphens: bool) -> None:
    """A hyphen at a line's end would become part of code or of an address."""
    topic = fx.topic("t", "T", (), fx.prose("P", fx.para("So ", made)))
    text = read(fx.context(topic)).text(0)
    assert any(sign in text for sign in "\x02\ufffe-‐") is hyphens


@pytest.mark.parametrize("language", ["de", "en-GB", "tlh", "zh-Hant"])
def test_every_language_gives_a_handout(language: str) -> None:
    """Hyphenation follows the language where its patterns are known, and is silent elsewhere."""
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    topic = fx.topic("t", "T", (fx.para(f"{word} " * 12),))
    pages = read(fx.context(topic, language=language))
    assert pages.whole().count(word) == 12
    assert pages.overflowing(22, 38) == []


# --- Tables ----------------------------------------------------------------------------------


def test_ordinary_tables_keep_their_words_whole() -> None:
    """A short column beside a long one must not have its words cut."""
    rows = [("Component", "Share", "Notes"), ("Kinesthetic", "12.5", fx.FILLER)]
    topic = fx.topic("t", "T", (), fx.prose("P", fx.table(*rows, aligns=("", "right", ""))))
    text = read(fx.context(topic)).text(0)
    assert {"Component", "Share", "Kinesthetic", "12.5"} <= set(text.split())


@pytest.mark.parametrize("columns", [2, 6, 11, 20])
@pytest.mark.parametrize("word", ["Mmmmmmmm", "https://example.org/a/long/address"])
def test_no_table_is_too_wide_for_the_page(columns: int, word: str) -> None:
    """What doesn't fit is broken, not cut off."""
    rows = [(word,) * columns] * 3
    none: model.Align = ""
    topic = fx.topic("t", "T", (), fx.prose("P", fx.table(*rows, aligns=(none,) * columns)))
    assert read(fx.context(topic)).overflowing(22, 14) == []


# --- Lists -----------------------------------------------------------------------------------


def test_ordered_lists_begin_where_the_author_began() -> None:
    """A list that goes on from 7 is numbered 7, 8, 9."""
    left = long().find("seventh")[0].x
    for number, words in (("7.", "seventh"), ("8.", "eighth"), ("10.", "tenth")):
        (item,) = long().find(words)
        numbers = [each for each in long().find(number) if each.page == item.page]
        assert [each for each in numbers if each.x < left and each.y == pytest.approx(item.y)]


# --- Around the text -------------------------------------------------------------------------


def test_links_lead_to_the_other_handouts_and_to_the_web() -> None:
    """Links between topics are relative and encoded, so that the folder can be moved or shared."""
    links = set(long().links())
    assert {"../rapport.pdf", "empathy%20and%20attunement.pdf"} <= links
    assert any(link.startswith("https://example.org/a-very-long-path/") for link in links)
    assert not any(link.startswith(("file:", "/")) for link in links)


def test_addresses_that_are_not_of_the_web_stay_text() -> None:
    """A link that would run a script or open a file is only its words."""
    links = [fx.web("javascript:alert(1)", "one"), fx.web("file:///etc/passwd", "two")]
    pages = read(fx.context(fx.topic("t", "T", (fx.para(*links),))))
    assert pages.links() == []
    assert "onetwo" in pages.whole()


@pytest.mark.parametrize(
    ("topic", "seen_from", "address"),
    [
        ("rapport", "alliance", "rapport.pdf"),
        ("rapport", "unit-1/alliance", "../rapport.pdf"),
        ("unit-1/rapport", "unit-1/alliance", "rapport.pdf"),
        ("unit-2/a/rapport", "unit-1/alliance", "../unit-2/a/rapport.pdf"),
        ("50 %: ä#?", "alliance", "50%20%25%3A%20%C3%A4%23%3F.pdf"),
    ],
)
def test_topics_are_addressed_from_where_one_reads(
    topic: str, seen_from: str, address: str
) -> None:
    """Folders inside a course are folders of the output as well."""
    assert topic_address(topic, seen_from) == address


def test_the_outline_shows_title_and_sections() -> None:
    """A reader's side bar is a table of contents, not a list of all questions."""
    toc = pdfium.PdfDocument(short().data).get_toc()
    assert [(mark.get_title(), mark.level) for mark in toc] == [
        ("Therapeutic alliance", 0),
        ("Key facts", 1),
        ("Review questions", 1),
        ("Related terms", 1),
        ("Sources", 1),
        ("Answers", 1),
    ]


def test_the_file_says_what_it_is() -> None:
    """Title, author, course and tags are in the PDF's metadata; no date, no path."""
    document = pdfium.PdfDocument(short().data)
    metadata = {key: value for key, value in document.get_metadata_dict().items() if value}
    assert metadata.pop("Producer").startswith("WeasyPrint")
    assert metadata == {
        "Title": "Therapeutic alliance",
        "Author": "R. Teacher",
        "Subject": "Art therapy",
        "Keywords": "alliance, art-therapy",
        "Creator": "Rectoverso",
    }


def test_the_file_can_be_read_aloud() -> None:
    """Language, tags and title are there for screen readers."""
    with pikepdf.open(io.BytesIO(short().data)) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in pdf.Root


def test_a_picture_without_words_makes_no_complaint() -> None:
    """An empty alternative text is the author's right; then the file goes without tags."""
    asset = fx.photo("ä #1.png", 20, 20)
    topic = fx.topic("t", "T", (fx.para(fx.picture(asset.name, "")),))
    pages = read(fx.context(topic, assets={asset.name: asset}))
    assert len(pages.pages) == 1


def test_the_output_goes_where_the_design_says() -> None:
    """output/<course>/handouts/<topic>.pdf."""
    assert OUTPUT.path("art", "unit-1/rapport") == "art/handouts/unit-1/rapport.pdf"


# --- Any topic -------------------------------------------------------------------------------

WORDS = st.text("abcdefg hijklmno äßé-&<{", min_size=1, max_size=60).filter(str.strip)
INLINE = st.recursive(
    st.one_of(
        WORDS.map(model.Text),
        WORDS.map(model.Code),
        st.booleans().map(model.Break),
    ),
    lambda inner: st.one_of(
        inner.map(fx.em),
        inner.map(fx.strong),
        inner.map(fx.gap),
        inner.map(lambda words: fx.web("https://example.org", words)),
    ),
    max_leaves=3,
)
INLINES = st.lists(INLINE, min_size=1, max_size=4).map(tuple)
BLOCK: st.SearchStrategy[model.Block] = st.recursive(
    st.one_of(
        INLINES.map(lambda words: fx.para("x", *words)),
        INLINES.map(lambda words: fx.head(3, *words)),
        INLINES.map(lambda cell: fx.table((cell, cell), (cell, cell), aligns=("", "right"))),
        WORDS.map(fx.code),
        st.just(fx.para(fx.FILLER)),
    ),
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda content: st.sampled_from(
            [
                fx.quote(*content),
                fx.bullets(fx.item(*content), fx.item("y")),
                fx.bullets(fx.item(*content), fx.item("y"), tight=False),
                fx.numbers(fx.item(*content), start=99),
                model.DefinitionList(((fx.text("z"), (tuple(content),)),), fx.span()),
            ]
        )
    ),
    max_leaves=6,
)
BLOCKS = st.lists(BLOCK, min_size=1, max_size=3).map(tuple)


@st.composite
def topics(draw: st.DrawFn) -> model.Topic:
    """Draw a topic with blocks of any kind in each place that holds blocks."""
    none = model.Attributes()
    asked = (
        model.Question(draw(INLINES), draw(BLOCKS), draw(BLOCKS), none, fx.span())
        for _ in range(draw(st.integers(1, 2)))
    )
    named = (
        model.Term(draw(INLINES), (draw(BLOCKS),), none, fx.span())
        for _ in range(draw(st.integers(1, 2)))
    )
    sections = (fx.facts(*draw(BLOCKS)), fx.questions(*asked), fx.terms(*named))
    return fx.topic("t", draw(INLINES), draw(BLOCKS), *sections, title_note=True)


@settings(max_examples=6, deadline=None)
@given(topics())
def test_any_topic_is_printed_whole_and_inside_its_page(topic: model.Topic) -> None:
    """Whatever blocks stand in whatever blocks: no words lost, none off the page."""
    pages = read(fx.context(topic, links="plain"))  # else numbers stand between the words
    whole = pages.whole()
    words = {bare(word) for piece in texts_of(topic) for word in piece.split()}
    assert [word for word in words if word not in whole] == []
    assert pages.overflowing(22, 14) == []


def test_an_address_is_printed_for_those_who_read_on_paper() -> None:
    """Once, and not where the words are the address already, nor in headings."""
    content = fx.para(
        *("See ", fx.web("https://example.org/a%20b/%C3%A4", "here"), " and "),
        *(fx.web("https://example.org", "example.org"), " or "),
        *(fx.web("mailto:a@example.org", "me"), "."),
    )
    topic = fx.topic("t", fx.text(fx.web("https://example.com", "Leaf")), (content,))
    whole = read(fx.context(topic)).whole()
    assert "example.org/a%20b/%C3%A4" in whole
    assert whole.count("example.org") == 3
    assert "a@example.org" in whole
    assert "example.com" not in whole
    assert "@" not in read(fx.context(topic, links="plain")).whole()
