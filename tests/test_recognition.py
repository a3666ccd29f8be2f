"""Which edited note is which known one: each kind of edit by itself, and whole histories."""

from __future__ import annotations

import pytest

from builder.identity.match import Match, Matches, match
from builder.identity.wording import Wording, wording
from tests import histories_reading as histories
from tests.recognisers import by_asking, by_hash, by_lock, by_place

# Notes of one course, so that words have the weight that they have in a course.
COURSE = [
    ("What is the half-life of aspirin?", "About 20 minutes in the blood."),
    ("What is the half-life of digoxin?", "36 to 48 hours."),
    ("What class of drug is ramipril?", "An ACE inhibitor."),
    ("What class of drug is bisoprolol?", "A beta blocker, selective for the heart."),
    ("Why do older patients need smaller doses?", "Kidneys and liver clear drugs more slowly."),
    ("Name the five rights of medication.", "Patient, drug, dose, route and time."),
    ("How is an overdose of morphine treated?", "With naloxone, in repeated doses."),
    ("What does a loading dose do?", "It brings the level up at once, before a steady state."),
]
VOCABULARY = [
    ("apple", "la manzana"),
    ("bread", "el pan"),
    ("ham", "el jamón"),
    ("oil", "el aceite"),
]


def _questions(pairs: list[tuple[str, str]], topic: str = "a") -> list[Wording]:
    return [Wording("question", topic, *pair) for pair in pairs]


def _terms(pairs: list[tuple[str, str]]) -> list[Wording]:
    return [Wording("term", "a", *pair) for pair in pairs]


def _fact(text: str, topic: str = "a") -> Wording:
    return wording("cloze", topic, {"Text": text})


def _found(matches: Matches) -> dict[int, int]:
    return {index: found.known for index, found in matches.found.items()}


def _edited(place: int, prompt: str, answer: str | None = None) -> Matches:
    """Recognise the course with one question edited."""
    known = _questions(COURSE)
    edited = Wording("question", "a", prompt, COURSE[place][1] if answer is None else answer)
    return match([*known[:place], edited, *known[place + 1 :]], known)


ALL = dict(enumerate(range(len(COURSE))))


@pytest.mark.parametrize(
    ("place", "prompt", "answer"),
    [
        pytest.param(4, "Why do older pateints need smaller doses?", None, id="typo"),
        pytest.param(1, "What’s digoxin's half-life?", None, id="reworded"),
        pytest.param(4, "Old people get less of most drugs. Why?", None, id="rewritten prompt"),
        pytest.param(
            4, COURSE[4][0], "Their organs remove it less quickly.", id="rewritten answer"
        ),
        pytest.param(
            4,
            "For what reason do older patients often get smaller doses?",
            "Since their kidneys and liver clear most drugs slowly.",
            id="both reworded",
        ),
        pytest.param(1, COURSE[1][0], "30 to 50 hours.", id="figure corrected"),
        pytest.param(5, "Name the six rights of medication.", None, id="figure in the prompt"),
        pytest.param(5, "NAME THE “FIVE RIGHTS” OF MEDICATION!", None, id="case and quotes"),
    ],
)
def test_an_edit_leaves_a_note_itself(place: int, prompt: str, answer: str | None) -> None:
    assert _found(_edited(place, prompt, answer)) == ALL


@pytest.mark.parametrize(
    ("place", "prompt", "answer"),
    [
        (0, "What is the half-life of ibuprofen?", "About 2 hours."),
        (2, "What class of drug is furosemide?", "A loop diuretic."),
        (6, "How is an overdose of paracetamol treated?", "With acetylcysteine."),
        (5, "Which vaccines does a nurse need?", "Hepatitis B, measles and influenza."),
    ],
)
def test_one_word_swapped_and_another_answer_is_a_new_note(
    place: int, prompt: str, answer: str
) -> None:
    """The likest of all: “half-life of aspirin” is not “half-life of ibuprofen”, reworded."""
    matches = _edited(place, prompt, answer)
    assert _found(matches) == {index: known for index, known in ALL.items() if index != place}


def test_a_swap_that_is_taken_for_a_new_note_is_said() -> None:
    matches = _edited(2, "What class of drug is furosemide?", "A loop diuretic.")
    assert {index: found.known for index, found in matches.unsure.items()} == {2: 2}


def test_similar_notes_put_before_old_ones_leave_them_alone() -> None:
    known = _questions(COURSE)
    new = _questions(
        [
            ("What is the half-life of ibuprofen?", "About 2 hours."),
            ("What class of drug is amlodipine?", "A calcium channel blocker."),
        ]
    )
    assert _found(match([*new, *known], known)) == {n + 2: n for n in range(len(COURSE))}


def test_any_order_and_any_topic_is_as_good() -> None:
    known = _questions(COURSE)
    moved = [each._replace(topic="b/c") for each in reversed(known)]
    assert _found(match(moved, known)) == {n: len(known) - 1 - n for n in range(len(known))}


def _replaced(known: list[tuple[str, str]], place: int, prompt: str, answer: str) -> Matches:
    """Recognise questions of which one was replaced."""
    before = _questions(known)
    after = [*before]
    after[place] = Wording("question", "a", prompt, answer)
    return match(after, before)


@pytest.mark.parametrize(
    ("known", "prompt", "answer"),
    [
        pytest.param(
            ("When is a trade balance active?", "When exports are larger than imports."),
            "When is a trade balance passive?",
            "When imports are larger than exports.",
            id="turned round",
        ),
        pytest.param(
            ("Which illness comes of a lack of vitamin B3?", "Pellagra."),
            "Which illness comes of a lack of vitamin A?",
            "Night blindness, and later a dry eye.",
            id="a letter that looks like an article",
        ),
        pytest.param(
            ("What is the purpose of the Mann-Whitney test?", "To compare two separate groups."),
            "What is the purpose of the Kruskal-Wallis test?",
            "To compare three or more separate groups.",
            id="words of its own in each answer",
        ),
    ],
)
def test_another_case_of_the_same_frame_is_a_new_note(
    known: tuple[str, str], prompt: str, answer: str
) -> None:
    others = [
        ("What is the purpose of the Friedman test?", "To compare what was measured repeatedly."),
        ("Which illness comes of a lack of vitamin C?", "Scurvy: gums bleed, wounds stay open."),
        ("When is a trade balance even?", "When both sides weigh the same."),
    ]
    found = _found(_replaced([known, *others, *COURSE], 0, prompt, answer))
    assert 0 not in found
    assert len(found) == len(others) + len(COURSE)


def test_an_answer_that_no_other_note_has_tells_the_note() -> None:
    known = ("Which hormone of the stomach makes us hungry?", "Ghrelin.")
    others = [
        ("Which hormone of fat tells the brain to stop eating?", "Leptin."),
        ("Which hormone lowers blood sugar?", "Insulin."),
        *COURSE,
    ]
    matches = _replaced(
        [known, *others], 0, "What signal of the stomach starts hunger?", "Ghrelin."
    )
    assert matches.found[0].known == 0
    assert matches.found[0].stage == "answer"


def test_an_answer_that_others_have_or_a_bare_figure_tells_nothing() -> None:
    known = [
        ("What is the oxidation number of sulphur in sulphuric acid?", "+6."),
        ("What is the oxidation number of hydrogen?", "+1."),
        ("Which of the two is a strong acid?", "Nitric acid."),
        ("What makes gold dissolve besides hydrochloric acid?", "Nitric acid."),
    ]
    for place, prompt, answer in (
        (0, "How far is chromium oxidised in a solution of dichromate?", "+6."),
        (2, "What eats copper away?", "Nitric acid."),
    ):
        found = _replaced([*known, *COURSE], place, prompt, answer).found
        assert all(each.stage == "exact" for each in found.values())
        assert place not in found


def test_a_new_note_that_is_a_little_like_one_long_gone_is_said() -> None:
    known = [each._replace(is_retired=at == 6) for at, each in enumerate(_questions(COURSE))]
    back = Wording("question", "a", "Which drug helps after too much morphine?", "Naloxone.")
    matches = match([*known[:6], known[7], back], known)
    assert 7 not in matches.found
    assert matches.unsure[7].known == 6


def test_notes_that_are_said_to_be_two_or_one_are_so() -> None:
    known = _questions(COURSE)
    edited = known[4]._replace(prompt="Old people get less of most drugs. Why?")
    after = [*known[:4], edited, *known[5:]]
    assert 4 in match(after, known).found
    assert 4 not in match(after, known, apart={(4, 4)}).found
    other = Wording("question", "a", "Something else?", "Something quite different.")
    said = {4: Match(4, "id")}
    assert match([*known[:4], other, *known[5:]], known, settled=said).found[4] == said[4]


def test_a_note_that_was_retired_is_recognised_when_it_comes_back_changed() -> None:
    known = [each._replace(is_retired=at == 4) for at, each in enumerate(_questions(COURSE))]
    back = Wording("question", "b", "Why do older patients often need smaller doses?", COURSE[4][1])
    assert _found(match([back], known)) == {0: 4}


def test_a_whole_file_with_other_quotes_and_spelling_is_the_same_file() -> None:
    known = _questions(
        [
            ("What's 'colour' in a painter's sense?", "The hue's strength: 'grey' has none."),
            ("What's a 'centre' of interest?", "Where the eye's drawn first."),
            ("What does 'to analyse' a picture mean?", "To describe it's parts and colours."),
        ]
    )
    american = _questions(
        [
            ("What’s “color” in a painter’s sense?", "The hue’s strength: “gray” has none."),
            ("What’s a “center” of interest?", "Where the eye’s drawn first."),
            ("What does “to analyze” a picture mean?", "To describe its parts and colors."),
        ]
    )
    assert _found(match(american, known)) == {0: 0, 1: 1, 2: 2}


def test_short_vocabulary_is_known_by_either_side() -> None:
    known = _terms(VOCABULARY)
    other_side = _terms([("apple", "la manzana (f.)"), ("the bread", "el pan"), *VOCABULARY[2:]])
    assert _found(match(other_side, known)) == {0: 0, 1: 1, 2: 2, 3: 3}
    swapped = _terms([("pear", "la pera"), *VOCABULARY[1:]])
    assert _found(match(swapped, known)) == {1: 1, 2: 2, 3: 3}


def test_one_half_of_a_split_question_keeps_its_identity() -> None:
    known = _questions(
        [
            *COURSE,
            (
                "What is a prodrug, and what is a metabolite?",
                "A prodrug becomes active in the body. A metabolite is what is made of a drug.",
            ),
        ]
    )
    halves = _questions(
        [
            ("What is a prodrug?", "A drug that becomes active in the body."),
            ("What is a metabolite?", "What the body makes of a drug."),
        ]
    )
    found = _found(match([*_questions(COURSE), *halves], known))
    assert [found.get(at) for at in (8, 9)].count(8) == 1


def test_a_deletion_that_is_added_moved_or_corrected_leaves_a_fact_itself() -> None:
    known = [
        _fact("A leaf breathes through {{c1::stomata}}, which open at dawn."),
        _fact("The root takes up {{c1::water}} and minerals."),
        _fact("Wood is made by the {{c1::cambium}} every year."),
    ]
    added = _fact("A {{c2::leaf}} breathes through {{c1::stomata}}, which open at dawn.")
    moved = _fact("A leaf breathes through stomata, which open at {{c2::dawn}}.")
    corrected = _fact("A leaf breathes through {{c1::pores}}, which open at dawn.")
    for edited in (added, moved, corrected):
        assert _found(match([edited, *known[1:]], known)) == {0: 0, 1: 1, 2: 2}


def test_scripts_without_spaces_and_from_right_to_left_are_recognised() -> None:
    known = _questions(
        [
            ("日本の首都はどこですか。", "東京です。人口は約千四百万人です。"),
            ("富士山の高さは何メートルですか。", "三千七百七十六メートルです。"),
            ("מהי בירת צרפת?", "פריז, על גדות הסן."),
            ("ما هي عاصمة مصر؟", "القاهرة، على ضفاف النيل."),
        ]
    )
    edited = _questions(
        [
            ("日本の首都はどこにありますか。", "東京です。人口はおよそ千四百万人です。"),
            ("富士山は何メートルですか。", "三千七百七十六メートルです。"),
            ("מה שמה של בירת צרפת?", "פריז, על גדות נהר הסן."),
            ("ما عاصمة جمهورية مصر؟", "القاهرة، على ضفاف نهر النيل."),
        ]
    )
    assert _found(match(edited, known)) == {0: 0, 1: 1, 2: 2, 3: 3}


def test_a_note_of_a_topic_that_cannot_be_read_is_not_given_to_a_like_one() -> None:
    known = _questions(COURSE, "broken")
    alike = Wording(
        "question", "a", "Why do older patients often need smaller doses?", COURSE[4][1]
    )
    assert _found(match([alike], known, {"broken"})) == {}
    assert _found(match([alike._replace(prompt=COURSE[4][0])], known, {"broken"})) == {0: 4}


def test_two_ids_are_two_notes() -> None:
    known = [Wording("question", "a", *COURSE[4], id="one")]
    other = Wording("question", "a", f"{COURSE[4][0]} Say it", COURSE[4][1], id="two")
    assert _found(match([other], known)) == {}


# --- histories -------------------------------------------------------------------------------


def test_histories_of_edited_courses_are_recognised() -> None:
    """The thresholds were set on these, so little may be wrong.

    One of them is a hard one: in it, a second teacher puts a whole topic into other words.  What
    was held back is measured by bench/recognition.py.
    """
    measured = {
        folder.name: histories.measure(histories.read_history(folder), by_lock)
        for folder in histories.histories(histories.OPEN)
    }
    changed = sum(each.changed for each in measured.values())
    mistakes = {name: each.mistakes for name, each in measured.items()}
    assert len(measured) >= 4
    assert all(each.changed > 80 for each in measured.values())
    assert sum(map(len, mistakes.values())) <= 0.02 * changed, mistakes
    assert sum(each.silent for each in measured.values()) <= 0.005 * changed
    assert sum(each.unsure for each in measured.values()) <= 0.11 * changed


def test_an_author_who_is_asked_loses_next_to_nothing() -> None:
    changed, mistakes = 0, 0
    for name in ("music-theory", "pharmacology", "nutricao"):
        measured = histories.measure(histories.read_history(histories.OPEN / name), by_asking)
        changed += measured.changed
        mistakes += len(measured.mistakes)
    assert mistakes <= 0.01 * changed


def test_the_measure_sees_what_simpler_ways_of_knowing_notes_lose() -> None:
    """Without this, a measure that finds nothing would look like a matcher without mistakes."""
    versions = histories.read_history(histories.OPEN / "spanish")
    for simple in (by_hash, by_place):
        measured = histories.measure(versions, simple)
        assert len(measured.mistakes) > 0.4 * measured.changed
