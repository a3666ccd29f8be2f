"""A handout with blanks: room to write, hints, and what belongs there on pages of their own."""

from __future__ import annotations

from builder import model
from builder.outputs.handout import render
from tests import handout_fixture as fx
from tests.handout_reading import Reading, bare

FACT = fx.item(
    fx.para(
        *("Leaves breathe through ", fx.gap("stomata", hint="pores")),
        *(", roots through ", fx.gap("hair of a considerable length"), "."),
    )
)


def _topic() -> model.Topic:
    facts = fx.facts(fx.bullets(FACT))
    return fx.topic("t", fx.text("Leaf"), (fx.para("Green."),), facts, clozes=(FACT,))


def _read(answers: str = "separate") -> Reading:
    return Reading(render(fx.context(_topic(), cloze="blank", answers=answers)).data)


def test_what_is_asked_is_only_in_the_answers() -> None:
    reading = _read()
    asked, answers = (bare(reading.text(page)) for page in (0, 1))
    assert "Leavesbreathethrough[pores],rootsthrough." in asked
    assert "stomata" not in asked
    assert "stomata·hairofaconsiderablelength" in answers
    assert "AT1" in answers


def test_a_blank_is_as_long_as_its_answer_needs() -> None:
    lines = [box for box in _read().shapes(0) if box[3] - box[1] < 20 and box[2] - box[0] < 250]
    short, long = sorted(right - left for left, _, right, _ in lines)
    assert long > 1.5 * short > 50


def test_without_answers_there_is_no_key() -> None:
    reading = _read(answers="none")
    assert len(reading.pages) == 1
