"""The parser against any text: it never fails, loses nothing, and points into the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder import model
from builder.briefs import brief_of
from builder.checks import check_course, check_topic
from builder.diagnostics import Diagnostic, as_text, has_errors
from builder.source.course import read_course
from builder.source.parser import Parsed, parse_topic
from builder.source.read import check_characters
from builder.source.toml_places import toml_places
from builder.span import Span
from tests import written
from tests.dump import covered, dump

COURSE = model.Course(
    "botany",
    Path("botany"),
    Span("course.toml"),
    "Botany",
    "BO",
    sections={
        "facts": ("Key facts",),
        "questions": ("Review questions",),
        "terms": ("Related terms",),
    },
    definition_notes=True,
)


def _parse(text: str) -> Parsed:
    return parse_topic(text, "unit-1/leaf", "leaf.md", COURSE)


# --- soup --------------------------------------------------------------------

_LINES = (
    *("# Leaf\n", "## Key facts\n", "## Review questions\n", "## Related terms\n", "## Prose\n"),
    *("### ", "#### ", "---\n", "===\n", "***\n", "\n\n", "\n", "- ", "1. ", "> ", "    ", "\t"),
    *(": ", "| a | b |\n", "|---|---|\n", "| ", " | ", "```\n", "~~~\n", "[x]: y.md\n", "  \n"),
)
_WORDS = (
    *("{{", "}}", "{{}}", "::", "{{c1::", "{{c0::", "{{a}}", "{{a::b}}", "\\{", "\\}", "\\:", "\\"),
    *("{#id}", "{.tag}", "{#a .b reverse=yes}", "{", "}", "*", "**", "_", "`", "``", "~"),
    *("[", "]", "](", ")", "![", "](x.png)", "](root.md)", "[x]", "[y][x]", "<", ">", "<b>"),
    *("<!--", "-->", "<http://a.b>", "&amp;", "&#12;", "&", "a", "b c", "日本", "é", "e\u0301"),
    *("\u00a0", "\u3000", "\u200d", "\u2028", "\ufeff", "🌱", " ", "  "),
)
_PLAIN = st.characters(exclude_categories=("Cs", "Cc"))
_TOKENS = st.sampled_from(_LINES) | st.sampled_from(_WORDS) | st.text(_PLAIN, max_size=3)
_BEGINNINGS = (
    *("", "---\ntags: [a]\n---\n", "# Leaf\n\n", "# Leaf\n\n## Key facts\n\n- "),
    *("# Leaf\n\n## Review questions\n\n### Why?\n\n", "# Leaf\n\n## Related terms\n\nA\n: "),
)
SOUP = st.builds(
    str.__add__, st.sampled_from(_BEGINNINGS), st.lists(_TOKENS, max_size=30).map("".join)
)


@settings(max_examples=400)
@given(SOUP)
@example("# T\n\n## Review questions\n\ntext")
@example("# T\n\n{{*a}} b*\n\n- - - {{a}} {#x}")
@example("# T\n\n- \n\n>\n\n1.\n   - # a")
@example("---\ntags: \u2028[a\n---\n# T")
@example("\u00a0  \n{{}} a")
def test_any_text_is_parsed_and_every_diagnostic_points_into_it(text: str) -> None:
    """A mistake in the source is a diagnostic, never an exception."""
    parsed = _parse(text)
    problems = [*parsed.diagnostics, *check_characters(text, "leaf.md")]
    if parsed.draft:
        problems += check_topic(parsed.draft)
        problems += check_course([brief_of(parsed.draft)], ["unit-1/leaf"])
    lines = text.split("\n")
    for problem in problems:
        assert _lies_inside(problem.span, lines), problem
        assert covered(problem.span, text).startswith(_BEGIN.get(problem.code, "")), problem
        assert as_text(problem, lambda _: lines)


# What the text begins with at which these point; in an image's words they point at the image.
_BEGIN: dict[str, str | tuple[str, ...]] = {
    **dict.fromkeys(("cloze-empty", "cloze-nested", "cloze-number", "cloze-misplaced"), "{{"),
    "cloze-unclosed": "{{",
    "attribute-unused": "{",
    "raw-html": ("<", "!["),
    "link-empty": ("[]", "<"),
    "link-unknown": ("[", "<"),
    "link-scheme": ("[", "<"),
    "image-missing": "![",
    "image-alt": "![",
    "image-no-alt": "![",
    "reference-unused": "[",
    "fence-unclosed": ("`", "~"),
    "title-twice": "#",
    "section-empty": "##",
    "question-unanswered": "###",
    "terms-list": ("-", "1"),
}


def _lies_inside(span: Span, lines: list[str]) -> bool:
    if not span.line:
        return span == Span("leaf.md")
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    return start <= end and all(
        1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1
        for line, column in (start, end)
    )


@settings(max_examples=300)
@given(SOUP)
@example("# Leaf\n\n- - - {{a}}\n\n> - {{b}}\n> - > {{c}}")
def test_notes_of_any_text_have_places_of_their_own(text: str) -> None:
    """A note is found in the rendered text by its span, so no other block may have the same."""
    topic = _parse(text).draft
    if topic is None:
        return
    spans = [note.span for note in topic.notes]
    assert len(set(spans)) == len(spans)
    blocks = [topic.definition] + [
        section.blocks
        for section in topic.sections
        if isinstance(section, model.Facts | model.Prose)
    ]
    placed = [span for content in blocks for span in _coded(content)]
    assert all(placed.count(span) <= 1 for span in spans)


def _coded(blocks: model.Blocks) -> list[Span]:
    """Return the spans at which outputs put a note's code: of paragraphs and items."""
    spans: list[Span] = []
    for block in blocks:
        match block:
            case model.Paragraph(_, span):
                spans.append(span)
            case model.List(items):
                for item in items:
                    spans += [item.span, *_coded(item.children)]
            case model.Quote(children):
                spans += _coded(children)
            case model.DefinitionList(entries):
                for _, definitions in entries:
                    spans += [span for each in definitions for span in _coded(each)]
    return spans


# Without what names something and is not printed: labels of links, the language of code.
_PRINTED = [token for token in (*_LINES, *_WORDS) if not set("[`~") & set(token)]


_NAMED = st.integers(10, 99).map(lambda number: f" w{number}x ")


@settings(max_examples=400)
@given(st.lists(st.sampled_from(_PRINTED) | _NAMED, max_size=20))
@example(["| a | b |\n", "|---|---|\n", "| c | d | w10x |"])
@example(["a\n", ": b\n", "w10x"])
def test_every_word_of_a_text_without_errors_is_in_the_topic(tokens: list[str]) -> None:
    """Everything that is written is used, or is an error."""
    text = "# Leaf\n\n" + "".join(tokens)
    parsed = _parse(text)
    if parsed.topic:
        read = dump(parsed.topic, (), text)
        for word in re.findall(r"w\d\dx", text):
            assert read.count(word) >= text.count(word), word


# --- well-formed topics ------------------------------------------------------


@settings(max_examples=50)
@given(written.topics())
def test_a_written_topic_is_read_as_it_was_meant(topic: written.Pair) -> None:
    """From a tree to Markdown and back: nothing is lost, moved, or taken for something else."""
    text, meant = topic
    parsed = _parse(text)
    assert [found for found in parsed.diagnostics if found.severity == "error"] == [], text
    read = dump(parsed.topic, (), text).splitlines()
    assert [line for line in read if not line.startswith("note ")] == meant.splitlines()


# --- course.toml -------------------------------------------------------------

_TOML = (
    *("title", "code", "[sections]", "[handout]", "[[x]]", "facts", "answers", "topics", '"a b"'),
    *(" = ", "=", ".", "\n", '"', "'", '"""', "'''", '"Leaf"', "'x'", "[", "]", "{", "}", ",", "1"),
    *("true", "# ", "\\", "ä", " ", '["a", "b"]', "{a = 1}", "1979-05-27", '"\\u0041"', '""'),
)


@given(st.lists(st.sampled_from(_TOML), max_size=15).map("".join))
@example("title = '''\n[x]\n'''\n[a.'b]c'] # d\n\"e\\\"=\" = [\"f\", # g\n'h']")
@example(f"title = {'1' * 5000}")
@example("title = " + "[" * 5000)
@example('a = """b""""\nc = 1')
def test_any_course_toml_is_read_and_every_diagnostic_points_into_it(text: str) -> None:
    course, problems = read_course(text, Path("botany"), "leaf.md", {})
    lines = text.split("\n")
    assert course or problems
    for problem in problems:
        assert _lies_inside(problem.span, lines), problem


def test_a_bool_is_no_number_though_python_takes_it_for_one() -> None:
    settings = {"cards": {"columns": model.Setting(2, "")}}
    for value, wrong in (("3", 0), ("true", 1), ("1.0", 1), ('"1"', 1)):
        text = f'title = "Leaf"\n[cards]\ncolumns = {value}\n'
        course, problems = read_course(text, Path("botany"), "course.toml", settings)
        assert len(problems) == wrong
        assert course
        assert course.settings["cards"]["columns"] == (2 if wrong else 3)


def test_the_places_of_keys_and_items_are_found_in_any_notation() -> None:
    text = '''# title = 1
title = """
code = 2
""" # code = 3
a."b.c".'d' = { x = 1 }
topics = ["one", # "none"
  'two', """three"""]
[ sections . x ]
facts = 1
[["y"]]
"k=" = "]"
four = """a quote""""
five = 'x'
six = "y"
'''
    found = {
        path: text.split("\n")[at.line - 1][at.column - 1 : at.end_column - 1]
        for path, at in toml_places(text, "course.toml").items()
    }
    assert found == {
        ("title",): 'title = """',
        ("a",): "a.\"b.c\".'d' = { x = 1 }",
        ("a", "b.c"): "a.\"b.c\".'d' = { x = 1 }",
        ("a", "b.c", "d"): "a.\"b.c\".'d' = { x = 1 }",
        ("topics",): 'topics = ["one",',
        ("topics", 0): '"one"',
        ("topics", 1): "'two'",
        ("topics", 2): '"""three"""',
        ("sections",): "[ sections . x ]",
        ("sections", "x"): "[ sections . x ]",
        ("sections", "x", "facts"): "facts = 1",
        ("y",): '[["y"]]',
        ("y", "k="): '"k=" = "]"',
        ("y", "four"): 'four = """a quote""""',
        ("y", "five"): "five = 'x'",
        ("y", "six"): 'six = "y"',
    }


# --- front matter ------------------------------------------------------------

_YAML = (
    *("tags", ": ", ":", "- ", "[", "]", "{", "}", ",", "a", '"', "'", "&a ", "*a", "!!x ", "? "),
    *("\n", "  ", "\t", "#", "|\n", ">\n", "...", "%", "@", "`", "\u2028", "\ufeff", "<<: ", "1"),
)


@given(st.lists(st.sampled_from(_YAML), max_size=12).map("".join))
@example("? [&a [x], &b [*a, *a]]\n: 1")
@example("&a [*a]")
@example("? &a [*a]\n: 1")
def test_any_front_matter_is_read_and_every_diagnostic_points_into_it(text: str) -> None:
    whole = f"---\n{text}\n---\n# Leaf\n"
    lines = whole.split("\n")
    for problem in _parse(whole).diagnostics:
        assert _lies_inside(problem.span, lines), problem


_A = ",".join("x" * 9)
_BOMB = (
    f"[&a0 [{_A}]" + "".join(f", &a{i + 1} [{','.join([f'*a{i}'] * 9)}]" for i in range(12)) + "]"
)


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 3000, "{a: " * 2000, "- " * 4000, f"tags: {_BOMB}", f"? {_BOMB}\n: 1"),
        "".join(f"a{i}: b\n" for i in range(1200)),
        "a: " * 3000,
        "a\n" * 6000,
    ],
)
def test_front_matter_that_would_blow_up_is_answered(text: str) -> None:
    problems = _parse(f"---\n{text}\n---\n# Leaf\n").diagnostics
    assert {found.code for found in problems} & {"front-matter-invalid", "front-matter-key"}


def test_front_matter_of_a_length_that_takes_seconds_is_not_even_tried() -> None:
    problems = _parse("---\n" + "a: b\n" * 2001 + "---\n# Leaf\n").diagnostics
    assert [found.message for found in problems] == ["the front matter is too long"]


# --- what would take long ----------------------------------------------------

_N = 20_000
_HARD = {
    "a line of 2 MB": "a" * 2_000_000,
    "2 MB of paragraphs": "*a* `b` [c](d.md) {{e}}\n\n" * 80_000,
    "one paragraph of many lines": "a *b* {{c}}\n" * 15_000,
    "quotations": ">" * 5000 + " a",
    "quotations, one deeper on each line": "\n".join(">" * i + " a" for i in range(1, 400)),
    "lists": "- " * 4900 + "a",
    "lists, one deeper on each line": "\n".join("  " * i + "- a" for i in range(500)),
    "numbers": "1. " * 3000 + "a",
    "definitions": "a\n" + ": " * 4000 + "b",
    "definitions, one deeper on each": "".join(
        "  " * i + "a\n" + "  " * i + ": b\n\n" for i in range(200)
    ),
    "emphasis": "*" * 4900 + "a" + "*" * 4900,
    "mixed emphasis": "*_" * 2400 + "a" + "_*" * 2400,
    "opened links": "[" * 2400 + "a" + "](x.md)" * 900,
    "opened images": "![" * 1200 + "a" + "](x.png)" * 900,
    "deletions in links": "{{[" * 1500 + "a" + "](b.md)}}" * 500,
    "links in deletions": "[{{" * 1500 + "a" + "}}](b.md)" * 500,
    "deletions": "{{a}}" * 1900,
    "deletions in deletions": "{{" * 2400 + "a" + "}}" * 2400,
    "tables": "|a" * 4000 + "\n" + "|-" * 4000 + "\n" + ("|a" * 4000 + "\n") * 2,
    "tables with empty cells": "|a" * 500 + "\n" + "|-" * 500 + "|\n" + "|\n" * 2000,
    "titles": "# a\n" * _N,
    "sections": "## a\n" * 9000,
    "link definitions": "".join(f"[a{i}]: b\n" for i in range(9000)),
    "links": "".join(f"[a](b{i}.md)\n\n" for i in range(5000)),
    "attributes": "a {" + "#a " * 3000 + "}",
    **{
        f"{token!r}, again and again": (token * (_N // len(token)))[:9900]
        for token in (
            *("<", "<a ", "<!-- ", "<? ", "<![CDATA[ ", "[", "![", "*", "*a ", "_", "`", "`a``"),
            *("{{", "{{a::", "{{[", "[{{", "::", "&", "&#", "\\", "|", "{#a ", "]", "\u0301"),
        )
    },
}


@pytest.mark.parametrize("name", _HARD)
def test_what_would_take_long_or_deep_is_answered(name: str) -> None:
    """With a diagnostic or a topic, but never a recursion error; the suite's time is the limit."""
    parsed = _parse(f"# Leaf\n\n{_HARD[name]}")
    assert bool(parsed.topic) != has_errors(parsed.diagnostics)


@pytest.mark.parametrize(
    "name",
    ["a line of 2 MB", "2 MB of paragraphs", "quotations", "lists", "emphasis", "titles"],
)
def test_what_goes_beyond_the_bounds_is_an_error(name: str) -> None:
    problems: tuple[Diagnostic, ...] = _parse(f"# Leaf\n\n{_HARD[name]}").diagnostics
    bounds = {"text-too-long", "file-too-large", "nesting-too-deep", "title-twice"}
    assert {found.code for found in problems} & bounds
