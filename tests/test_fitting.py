"""Estimating, dividing and fitting texts, without laying anything out."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import model
from builder.printing.cards import Passage
from builder.printing.estimate import Box, Estimator
from builder.printing.fitting import SIZES, TOLERANCE, Fitted, Piece, fit
from builder.printing.splitting import Gap, Leaf, choose_cuts, cut, leaves, parts, plain
from builder.printing.words import Type, Word, advance, break_lines, words_of
from builder.span import Span
from builder.text import blocks_text
from tests import flashcard_fixture as fx

BOX = Box(235.0, 147.0)
ESTIMATOR = Estimator(BOX, {"wide.png": (600.0, 100.0)})

# --- Blocks of any shape; the words of a table's head begin with H, all others don't ----------

words = st.text("abcdefgé.!?-", min_size=1, max_size=12) | st.sampled_from(
    ["信任是核心。", "x" * 90, "e.g.", "Dr.", "5\N{NO-BREAK SPACE}km"]
)
texts = st.lists(words, min_size=1, max_size=12).map(" ".join)
formulas = st.sampled_from([r"x^2", r"\frac{\frac{a}{b}}{c}", "a+" * 60 + "b"])
plain_inlines = st.one_of(
    texts.map(model.Text),
    texts.map(model.Code),
    st.builds(model.Maths, formulas, st.booleans(), st.just(fx.span())),
)


def _around(inner: st.SearchStrategy[model.Inline]) -> st.SearchStrategy[model.Inline]:
    children = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        children.map(model.Emphasis),
        children.map(model.Strong),
        children.map(model.Strikethrough),
        children.map(lambda found: model.Deletion(1, found, "", fx.span())),
        children.map(lambda found: model.Link("https://example.org/", found, fx.span())),
    )


inlines = st.lists(
    st.one_of(st.recursive(plain_inlines, _around, max_leaves=4), st.builds(model.Break)),
    min_size=1,
    max_size=4,
).map(lambda found: (model.Text("w "), *found))
paragraphs = inlines.map(lambda found: model.Paragraph(found, fx.span()))
tables = st.lists(texts, min_size=1, max_size=5).map(
    lambda rows: fx.table(("Ha Hb", "Hc"), *((row, "z") for row in rows))
)
flat = st.one_of(
    paragraphs,
    inlines.map(lambda found: model.Heading(4, found, fx.span())),
    st.lists(texts, min_size=1, max_size=6).map(lambda lines: fx.code("\n\n".join(lines) + "\n")),
    tables,
    st.builds(lambda name, meaning: fx.definitions((name, meaning), ("d", "e f")), texts, texts),
)


def _nested(inner: st.SearchStrategy[model.Block]) -> st.SearchStrategy[model.Block]:
    children = st.lists(inner, min_size=1, max_size=3).map(tuple)
    items = st.lists(children, min_size=1, max_size=4)
    return st.one_of(
        items.map(lambda found: fx.bullets(*found)),
        items.map(lambda found: fx.bullets(*found, start=7, tight=False)),
        children.map(lambda found: fx.quote(*found)),
        children.map(lambda found: fx.callout("A title", *found)),
    )


rules = st.just(model.Rule(Span("")))
blocks = st.lists(
    st.one_of(st.recursive(flat, _nested, max_leaves=5), rules), min_size=1, max_size=3
).map(lambda found: (fx.para("begin"), *found))


def said(content: model.Blocks) -> str:
    """Return the text without white space and without the heads of tables."""
    return "".join(word for word in blocks_text(content).split() if word[0] != "H")


# --- Estimating ------------------------------------------------------------------------------


@settings(max_examples=30)
@given(blocks, st.sampled_from(list(itertools.pairwise(SIZES))))
def test_larger_type_never_needs_less_room(
    content: model.Blocks, sizes: tuple[float, float]
) -> None:
    """The search for a size goes downwards, which is only right if heights grow with sizes."""
    larger, smaller = (ESTIMATOR.height(content, size) for size in sizes)
    assert smaller <= larger + 1e-6


@settings(max_examples=30)
@given(blocks, st.floats(0.6, 1.0))
def test_the_likely_height_lies_between_the_bounds(content: model.Blocks, part: float) -> None:
    """A size is sure when even the greatest height fits, and out when the least doesn't."""
    size = 8 + 3 * part
    least = ESTIMATOR.least_height(content, size)
    assert least <= ESTIMATOR.height(content, size) + 1e-6
    assert ESTIMATOR.height(content, size) <= ESTIMATOR.greatest_height(content, size) + 1e-6


@given(st.lists(st.floats(0.1, 30), min_size=1, max_size=40), st.floats(5, 40))
def test_narrower_lines_are_never_fewer(widths: list[float], room: float) -> None:
    """Greedy line breaking is monotone in the line's width."""
    row = [Word(width, 0.3) for width in widths]
    wide, narrow = break_lines(row, room, 1.3), break_lines(row, room * 0.8, 1.3)
    assert len(wide) <= len(narrow)


def test_words_end_at_spaces_and_after_hyphens_only() -> None:
    """A no-break space, a full stop or a change of style must not let a line end."""
    content = fx.text("well-being 5\N{NO-BREAK SPACE}km un", fx.em("break"), "able, and/or")
    assert len(words_of(content, Type(), asking=False)) == len(
        ["well-", "being", "5 km", "unbreakable,", "and/", "or"]
    )


def test_a_hard_break_ends_a_line() -> None:
    """Two breaks make a blank line."""
    content = fx.text("a", model.Break(hard=True), model.Break(hard=True), "b", model.Break(), "c")
    assert len(break_lines(words_of(content, Type(), asking=False), 100.0, 1.3)) == 3


def test_an_asked_deletion_is_as_wide_whatever_its_answer() -> None:
    """The length of a blank must not tell the length of the answer."""
    short, long = (
        words_of(fx.text("a ", fx.gap(answer), "."), Type(), asking=True)
        for answer in ("b", "b" * 30)
    )
    assert short == long


def test_advance_widths_are_those_of_the_fonts() -> None:
    """Kerning and ligatures count: that is why words are shaped, not summed up."""
    assert advance("AVAVAV", Type()) < 3 * (advance("A", Type()) + advance("V", Type()))
    assert advance("x", Type()) == pytest.approx(0.548, abs=0.05)


# --- Dividing --------------------------------------------------------------------------------


@settings(max_examples=30)
@given(blocks, st.data())
def test_parts_say_everything_in_order(content: model.Blocks, data: st.DataObject) -> None:
    """Wherever a text is cut, its parts together are the text."""
    count = len(leaves(content))
    cuts = data.draw(st.sets(st.integers(1, max(1, count - 1)), max_size=5).map(sorted))
    found = parts(content, tuple(cut for cut in cuts if cut < count))
    assert "".join(map(said, found)) == said(content)


@settings(max_examples=30)
@given(blocks)
def test_each_leaf_is_a_part_that_can_be_seen(content: model.Blocks) -> None:
    """No card may be blank; so each leaf alone has words, and together they are all words."""
    count = len(leaves(content))
    single = [cut(content, leaf, leaf + 1) for leaf in range(count)]
    assert all(said(part) for part in single)
    assert "".join(map(said, single)) == said(content)


@settings(max_examples=30)
@given(blocks)
def test_the_last_resort_says_everything(content: model.Blocks) -> None:
    """Tables and lists become paragraphs, but no word goes; numbers and dots come to it."""
    loose = plain(content)
    assert all(isinstance(b, model.Paragraph | model.Heading | model.Rule) for b in loose)
    added = {"•", "·", *(f"{number}." for number in range(7, 12))}
    kept = [word for word in blocks_text(loose).split() if word not in added]
    before = [word for word in blocks_text(content).split() if word not in added]
    assert sorted(kept) == sorted(before)


leaf_rows = st.lists(
    st.builds(Leaf, st.sampled_from(list(Gap)), st.integers(1, 30)), min_size=1, max_size=60
).map(tuple)


@given(leaf_rows, st.integers(5, 120), st.integers(1, 6))
def test_chosen_parts_fit_and_are_never_blank(row: tuple[Leaf, ...], room: int, least: int) -> None:
    """Each part fits, unless it is a single leaf; there are as many as were asked for."""

    def fits(start: int, stop: int) -> bool:
        return sum(leaf.weight for leaf in row[start:stop]) <= room

    ends = [0, *choose_cuts(row, fits, least), len(row)]
    assert ends == sorted(set(ends))
    assert all(stop - start == 1 or fits(start, stop) for start, stop in itertools.pairwise(ends))
    assert len(ends) - 1 >= min(least, len(row))


def _cut_at(content: model.Blocks, room: int) -> list[str]:
    row = leaves(content)
    cuts = choose_cuts(row, lambda a, b: sum(leaf.weight for leaf in row[a:b]) <= room)
    return [" ".join(blocks_text(part).split()) for part in parts(content, cuts)]


def test_a_text_is_cut_between_sentences() -> None:
    """Initials, abbreviations and decimals end no sentence."""
    content = (
        fx.para("As E. S. Bordin said (p. 3, r = .28), it holds. It is so. And so on it goes."),
    )
    assert _cut_at(content, 60) == [
        "As E. S. Bordin said (p. 3, r = .28), it holds.",
        "It is so. And so on it goes.",
    ]


def test_a_text_is_cut_between_blocks_rather_than_sentences() -> None:
    """A paragraph stays whole where that makes no part much longer."""
    content = (fx.para("One is here. Two is here."), fx.para("Three is here. Four is here too."))
    assert _cut_at(content, 45) == [
        "One is here. Two is here.",
        "Three is here. Four is here too.",
    ]


def test_a_heading_stays_with_its_text() -> None:
    """Nothing is cut after a heading, however even the parts would be."""
    content = (fx.para("One two three."), fx.head("Head"), fx.para("Four five six seven."))
    assert _cut_at(content, 30) == ["One two three.", "Head Four five six seven."]


def test_what_is_cut_is_closed_and_opened_again() -> None:
    """Emphasis, quotation and list go on in the next part, a list with its own numbers."""
    content = (
        fx.quote(fx.para(fx.em("one ", fx.strong("two three")))),
        fx.bullets("four five", "six", "seven", start=3),
    )
    first, second, third = parts(content, (2, 4))
    assert first == (fx_quote_of(content, fx.em("one ", fx.strong("two"))),)
    assert isinstance(second[0], model.Quote)
    assert isinstance(second[1], model.List)
    assert (second[1].start, len(second[1].items)) == (3, 1)
    # The rest of an item has no number; the items after it keep theirs.
    rest, others = third
    assert isinstance(rest, model.Paragraph)
    assert isinstance(others, model.List)
    assert (blocks_text((rest,)), others.start, len(others.items)) == ("five", 4, 2)


def fx_quote_of(content: model.Blocks, inline: model.Inline) -> model.Quote:
    """Return the quotation of the content with this as its only inline."""
    quotation = content[0]
    assert isinstance(quotation, model.Quote)
    paragraph = quotation.children[0]
    return model.Quote((model.Paragraph((inline,), paragraph.span),), quotation.span)


def test_a_divided_table_repeats_its_head() -> None:
    """A row without its head tells nothing."""
    content = (fx.table(("Who", "What"), ("a", "b"), ("c", "d"), ("e", "f")),)
    assert [blocks_text(part) for part in parts(content, (1,))] == [
        "Who\tWhat\na\tb",
        "Who\tWhat\nc\td\ne\tf",
    ]


def test_code_is_divided_between_lines() -> None:
    """Indentation stays, and blank lines are neither lost inside nor kept at the ends."""
    content = (fx.code("def f():\n    return 1\n\n\nf()\n"),)
    first, second = parts(content, (2,))
    assert [blocks_text(first), blocks_text(second)] == ["def f():\n    return 1\n", "f()\n"]


# --- Fitting ---------------------------------------------------------------------------------


@dataclass
class Layout:
    """Stands for WeasyPrint: all heights are the estimated ones times a factor."""

    factor: float = 1.0
    log: list[int] = field(default_factory=list)

    def __call__(self, pieces: Sequence[Piece]) -> list[float]:
        self.log.append(len(pieces))
        return [self.height(piece) for piece in pieces]

    def height(self, piece: Piece) -> float:
        return self.factor * ESTIMATOR.height(piece.blocks, piece.size, asking=piece.asking)


def pieces_of(text: Fitted) -> list[Piece]:
    return [piece for number in range(len(text.passage.showings)) for piece in text.showing(number)]


def fit_one(*content: model.Block, layout: Layout, distrusted: Sequence[int] = (0,)) -> Fitted:
    ((text,),) = fit([(Passage(content),)], ESTIMATOR, layout, distrusted)
    return text


@settings(max_examples=25)
@given(blocks, st.floats(0.7, 1.8))
def test_whatever_the_layout_says_everything_fits_in_the_end(
    content: model.Blocks, factor: float
) -> None:
    """However wrong the estimates are: nothing too high, no word lost, and it comes to an end."""
    layout = Layout(factor)
    text = fit_one(*content, layout=layout)
    pieces = pieces_of(text)
    assert all(layout.height(piece) <= BOX.height + TOLERANCE for piece in pieces)
    assert "".join(said(piece.blocks) for piece in pieces) == said(text.passage.blocks)


@pytest.mark.parametrize("count", [1, 40, 90, 105, 120, 130])
def test_each_text_gets_the_largest_size_that_fits(count: int) -> None:
    """One step larger would not fit."""
    layout = Layout(1.01)
    text = fit_one(fx.para("word " * count), layout=layout)
    assert text.parts == 1
    larger = [size for size in SIZES if size > text.size]
    assert layout.height(pieces_of(text)[0]) <= BOX.height + TOLERANCE
    assert all(
        layout.height(Piece(text.passage.blocks, asking=False, size=size)) > BOX.height
        for size in larger
    )


def test_what_is_sure_is_not_laid_out() -> None:
    """Most faces cost nothing but their estimate."""
    layout = Layout()
    text = fit_one(fx.para("Short."), layout=layout, distrusted=())
    assert (text.size, text.cuts, layout.log) == (11.0, (), [])


def test_front_and_back_are_divided_into_as_many_parts() -> None:
    """Where both are too long, part 2 of the front belongs to part 2 of the back."""
    passages = (Passage((fx.para("front. " * 300),)), Passage((fx.para("back again. " * 600),)))
    ((front, back),) = fit([passages], ESTIMATOR, Layout())
    assert front.parts == back.parts > 2


def test_a_front_that_fits_is_not_divided() -> None:
    """It stands on all the cards of its back."""
    passages = (Passage((fx.para("Why?"),)), Passage((fx.para("back again. " * 300),)))
    ((front, back),) = fit([passages], ESTIMATOR, Layout())
    assert (front.parts, back.parts > 1) == (1, True)


def test_a_cloze_is_cut_at_the_same_places_on_both_sides() -> None:
    """The blank and its answer must be on the same card, at the same size."""
    content = (fx.para("word. " * 150, fx.gap("answer"), " word." * 150),)
    ((text,),) = fit([(Passage(content, (True, False)),)], ESTIMATOR, Layout())
    fronts, backs = text.showing(0), text.showing(1)
    assert len(fronts) == len(backs) > 1
    assert [piece.blocks for piece in fronts] == [piece.blocks for piece in backs]
    assert {piece.size for piece in (*fronts, *backs)} == {text.size}


def test_a_cell_larger_than_a_card_is_taken_out_of_its_table() -> None:
    """A row can't be divided, so its words go on as paragraphs."""
    text = fit_one(fx.table(("A", "B"), ("one", "two " * 500)), layout=Layout())
    assert text.parts > 2
    assert blocks_text(text.passage.blocks).count("two") == 500


def test_the_excess_is_about_what_must_go() -> None:
    """An author who shortens the text by so much gets one card."""
    text = fit_one(fx.para("word " * 300), layout=Layout())
    shorter = "word " * (300 - text.excess // 5)
    assert 0 < text.excess < 1500
    assert fit_one(fx.para(shorter), layout=Layout()).parts == 1
    assert fit_one(fx.para(shorter + "word " * 25), layout=Layout()).parts > 1
