"""Notes as Anki's fields and tags: pure functions, tested without Anki."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from builder import model
from builder.model import AnkiFields
from builder.outputs import Context
from builder.rendering import fields as fields_module
from builder.rendering.anki_html import anki_medium, deletion_numbers, harmless
from builder.rendering.anki_names import deck_id, media_name, tags
from builder.rendering.fields import card_ordinals, digest, fields_of, note_type_digests
from builder.rendering.html import inlines
from builder.rendering.note_types import NOTE_TYPES
from builder.span import Span
from tests import anki_fixture as sample

HERE = Span("topic.md", 9, 1, 9, 2)
# Signs of which Anki's syntax is made are as likely as all others together.
NASTY = st.text(st.sampled_from("{}[]()\\:$<>&\"'c1 soundlatexanki/-")).flatmap(
    lambda start: st.text(max_size=10).map(lambda rest: start + rest)
) | st.sampled_from(
    ["[sound:a]", "[[type:Front]]", r"\(x\)", "[$$]x[/$$]", "{{c1::a}}", "image-occlusion:rect"]
)


def fields_by_code(texts: dict[str, str], **course: object) -> dict[str, AnkiFields]:
    known = sample.context(texts, sample.course(**course))  # type: ignore[arg-type]
    return {
        known.code(note.span): fields_of(note, topic, known)
        for topic in known.topics
        for note in topic.notes
    }


def only(text: str, **course: object) -> dict[str, str]:
    """Return the fields of the one note in a topic."""
    (found,) = fields_by_code({"one": text}, **course).values()
    return dict(found.fields)


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def read(field: str) -> str:
    reader = Reader()
    reader.feed(field)
    reader.close()
    return reader.text


@given(NASTY)
def test_text_in_a_field_is_read_as_it_was_written(text: str) -> None:
    """Whatever is done against Anki's syntax, the reader sees each sign."""
    kept = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text)
    assert read(harmless(escape(text))) == kept


@given(NASTY)
def test_text_in_a_field_holds_nothing_that_anki_reads(text: str) -> None:
    """Neither deletion nor player nor LaTeX nor maths nor box nor the divider of fields."""
    field = harmless(escape(text))
    assert not re.search(r"[{}\x1f]|\[(sound:|anki:|latex\]|\$|\[)|\\[(\[]", field, re.IGNORECASE)


@example([":a:"], ":b:")
@example(["}"], "}")
@given(st.lists(NASTY.filter(bool), min_size=1, max_size=3), NASTY)
def test_a_deletion_ends_where_the_author_ended_it(parts: list[str], hint: str) -> None:
    """Its braces, its number and its dividing colons are the only ones in the field."""
    inner: model.Inlines = (
        model.Text(parts[0]),
        *(model.Emphasis((model.Code(part),)) for part in parts[1:]),
    )
    deletion = model.Deletion(3, inner, hint, HERE)
    field = harmless(inlines((deletion,), anki_medium({})))
    assert field.startswith("{{c3::")
    assert field.endswith("}}")
    answer, *hints = field[6:-2].split("::")
    clean = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
    assert not set("{}") & set(field[6:-2])
    assert read(answer) == clean.sub("", "".join(parts))
    assert [read(each) for each in hints] == ([clean.sub("", hint)] if hint else [])
    assert not answer.startswith("image-occlusion:")
    assert deletion_numbers(field) == (3,)


def test_maths_is_parted_by_an_element() -> None:
    """MathJax decodes entities and reads across `<wbr>` and comments; a span is what it minds."""
    assert harmless(escape(r"\(a\)")) == r"\<span></span>(a\)"
    assert harmless(Markup(r'<img alt="\(a">')) == r'<img alt="&#92;(a">'


def test_straight_quotes_stay_searchable() -> None:
    """Anki searches the field as it is stored, so don't is not stored as an entity."""
    field = only('# T\n\n## Related terms\n\nA\n: It doesn\'t "fit" here, does it?\n')["Back"]
    assert field == 'It doesn\'t "fit" here, does it?'


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Rapport", True), ("Why does trust matter here?", False), ("a " * 20, False), ("はい", True)],
)
def test_only_a_word_is_centred(name: str, shown: bool) -> None:  # noqa: FBT001
    """A sentence, even a short one, is set as text."""
    text = f"# T\n\n## Review questions\n\n### {name}\n\nAn answer: that is a sentence.\n"
    fields = only(text)
    assert ('class="word"' in fields["Front"]) is shown
    assert "<" not in fields["Back"]


@pytest.mark.parametrize(
    ("written", "by_default", "reverse"),
    [
        ("", False, ""),
        ("", True, "1"),
        (" {reverse=no}", True, ""),
        (" {reverse=yes}", False, "1"),
    ],
)
def test_a_term_is_reversed_as_it_says_or_else_as_the_course_says(
    written: str,
    by_default: bool,  # noqa: FBT001
    reverse: str,
) -> None:
    """The field Reverse decides on the second card."""
    (found,) = fields_by_code(
        {"one": f"# T\n\n## Related terms\n\nA{written}\n: B\n"}, reverse_terms=by_default
    ).values()
    assert dict(found.fields)["Reverse"] == reverse
    assert card_ordinals(found.note_type, dict(found.fields)) == ((0, 1) if reverse else (0,))


def test_a_question_is_reversed_only_where_it_says_so() -> None:
    """The course's setting is for terms; an answer seldom asks its question."""
    text = "# T\n\n## Review questions\n\n### A?\n\nB\n\n### C? {reverse=yes}\n\nD\n"
    found = fields_by_code({"one": text}, reverse_terms=True)
    assert [dict(each.fields)["Reverse"] for each in found.values()] == ["", "1"]


def test_the_place_of_a_note_is_named_in_the_courses_words() -> None:
    """The topic, and what kind of section it is; prose has no name of ours."""
    text = """\
# Trust & *ease*

The {{opening}}.

## Key facts

- A {{fact}}.

## Review questions

### Q?

A

## More

A {{remark}}.

## Related terms

T
: D
"""
    labels = {"facts": "Kernaussagen", "questions": "Fragen", "terms": "Begriffe"}
    found = fields_by_code({"one": text}, labels=labels)
    assert [dict(each.fields)["Context"] for each in found.values()] == [
        "Trust &amp; ease",
        "Trust &amp; ease · Kernaussagen",
        "Trust &amp; ease · Fragen",
        "Trust &amp; ease",
        "Trust &amp; ease · Begriffe",
    ]


def test_the_place_of_a_title_does_not_give_it_away() -> None:
    """Reversed, the definition asks for the title."""
    fields = only("# Trust\n\nIt is what holds.\n", definition_notes=True)
    assert (fields["Front"], fields["Context"]) == ('<div class="word">Trust</div>', "Art therapy")


def test_links_lead_to_the_web_or_nowhere() -> None:
    """In Anki there is no topic to go to, and no address but the web's is let through."""
    text = '# T\n\n## Related terms\n\nA\n: See [B](b.md) and [C](https://c.org/?a=1&b=2 "D").\n'
    assert only(text)["Back"] == ('See B and <a href="https://c.org/?a=1&amp;b=2" title="D">C</a>.')
    link = model.Link("javascript:alert(1)", (model.Text("x"),), HERE)
    assert harmless(inlines((link,), anki_medium({}))) == "x"


def test_every_field_is_there_in_the_note_types_order() -> None:
    """What is written by place must have its place."""
    orders = {kind.name: [field.name for field in kind.fields] for kind in NOTE_TYPES}
    found = fields_by_code(sample.SAMPLES, definition_notes=True, reverse_terms=True)
    assert {each.note_type for each in found.values()} == set(orders)
    for each in found.values():
        assert [name for name, _ in each.fields] == orders[each.note_type]


def test_the_digest_sees_what_an_import_would_change() -> None:
    """Words, hints, tags, the code, a picture's content; but not when or as whom."""
    known = sample.context()
    topic = known.topics[0]

    def digests(context: Context, topic: model.Topic = topic) -> list[str]:
        return [digest(fields_of(note, topic, context)) for note in topic.notes]

    before = digests(known)
    later = {
        span: each._replace(mod=0, guid=each.guid[::-1]) for span, each in known.identities.items()
    }
    assert digests(replace(known, identities=later)) == before
    pictures = {**known.assets, "images/figure.png": sample.asset("images/figure.png", "red")}
    assert changed(before, digests(replace(known, assets=pictures))) == [3]
    assert changed(before, digests(known, replace(topic, tags=()))) == list(range(len(before)))
    course = replace(known.course, code="XY")
    assert changed(before, digests(replace(known, course=course))) == list(range(len(before)))
    reworded = sample.context(
        {**sample.SAMPLES, "rapport": sample.RAPPORT.replace("g::acc", "g::Acc")}
    )
    assert changed(before, digests(reworded, reworded.topics[0])) == [0]


def changed(before: list[str], after: list[str]) -> list[int]:
    return [place for place, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]


def test_the_digest_tells_fields_from_tags_and_from_each_other() -> None:
    """Text that moves over a boundary is a change."""
    kind = NOTE_TYPES[0].name
    alike = [
        AnkiFields(kind, (("Front", "a"), ("Back", "b")), ()),
        AnkiFields(kind, (("Front", "a"), ("Back", "")), ("b",)),
        AnkiFields(kind, (("Front", "ab"), ("Back", "")), ()),
        AnkiFields(NOTE_TYPES[1].name, (("Front", "a"), ("Back", "b")), ()),
    ]
    assert len({digest(each) for each in alike}) == len(alike)


def test_the_digest_of_a_note_type_sees_style_templates_and_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of them reaches learners only with a later `mod`."""
    found = {*note_type_digests().values()}
    monkeypatch.setattr(fields_module, "card_style", lambda: "")
    found |= {*note_type_digests().values()}
    first, second = NOTE_TYPES
    named = replace(second, fields=(*second.fields[:-1], replace(second.fields[-1], name="Source")))
    monkeypatch.setattr(fields_module, "NOTE_TYPES", (first, named))
    found |= {*note_type_digests().values()}
    other = replace(first, templates=tuple(replace(each, stem="cloze") for each in first.templates))
    monkeypatch.setattr(fields_module, "NOTE_TYPES", (other, named))
    found |= {*note_type_digests().values()}
    assert len(found) == 2 + 2 + 1 + 1  # both, both by the style, the second, the first


def test_ids_are_unique_and_stay() -> None:
    """They are in the collections of everybody who has ever imported a deck."""
    ids = [kind.id for kind in NOTE_TYPES]
    ids += [field.id for kind in NOTE_TYPES for field in kind.fields]
    ids += [card.id for kind in NOTE_TYPES for card in kind.templates]
    assert len(ids) == len(set(ids)) == 22
    assert ids[:4] == [1527525000, 2108626544, 2219084863503393687, 3641454193427057941]
    assert deck_id("art-therapy", "unit-1/rapport") == deck_id("art-therapy", "unit-1/rapport")
    assert len({deck_id("a", "b"), deck_id("a"), deck_id("b", "a"), deck_id("", "a")}) == 4


@pytest.mark.parametrize(
    ("course", "topic", "written", "expected"),
    [
        ("art", "trust", (), ["art", "art::trust"]),
        ("art", "unit 1/the\u3000bond", (), ["art", "art::unit-1::the-bond"]),
        ("a::b", 'x "y"', (), ["a-b", "a-b::x-y"]),
        ("art", "trust", ("b", "a", "b", "B"), ["a", "art", "art::trust", "b"]),
        ("art", "trust", ("x\u3000y", "é"), ["art", "art::trust", "x-y", "é"]),
        ("*", "_", (), ["untitled", "untitled::_"]),
    ],
)
def test_tags_hold_no_space_and_are_unique(
    course: str, topic: str, written: tuple[str, ...], expected: list[str]
) -> None:
    """Anki would split a tag at white space, U+3000 too, and knows no case in them."""
    (plain,) = sample.context({"one": "# T\n\n## Related terms\n\nA\n: B\n"}).topics
    odd = replace(plain, name=topic, tags=written[:1])
    note = replace(plain.notes[0], attributes=model.Attributes(tags=written[1:]))
    assert list(tags(sample.course(course), odd, note)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("images/figure.png", r"figure-[0-9a-f]{8}\.png"),
        ("Größe & Maß.PNG", r"Groe-Ma-[0-9a-f]{8}\.png"),
        ("図.png", r"picture-[0-9a-f]{8}\.png"),
        ("a" * 300 + ".jpeg", r"a{40}-[0-9a-f]{8}\.png"),
        ("_latex 1.x.png", r"latex-1-x-[0-9a-f]{8}\.png"),
    ],
)
def test_media_names_are_flat_ascii_and_say_what_they_hold(name: str, expected: str) -> None:
    """The ending is that of the content, whatever the file was called."""
    assert re.fullmatch(expected, media_name(sample.asset(name, "red")))
    assert media_name(sample.asset(name, "red")) != media_name(sample.asset(name, "blue"))


def test_nothing_slow_is_loaded_before_a_deck_is_written() -> None:
    """`check`, and a build with nothing to do, import neither genanki nor WeasyPrint."""
    script = (
        "import sys; from builder.outputs import all_outputs; import builder.rendering.fields;"
        "assert any(each.name == 'anki' for each in all_outputs());"
        "print(*{'genanki', 'weasyprint', 'sqlite3'} & set(sys.modules))"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert not done.stdout.strip()
