"""The grammar, sentence by sentence: golden cases that show what a text is read as."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder import model
from builder.outputs import all_outputs
from builder.source.course import read_course
from builder.source.parser import parse_topic
from builder.source.read import read_text
from tests.dump import dump
from tests.golden import COURSE, Case, read_cases, update, write_course

HERE = Path(__file__).parent
CASES = [case for file in sorted((HERE / "grammar").glob("*.txt")) for case in read_cases(file)]
TABLES = {output.table: output.settings for output in all_outputs()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_text_is_read_as_the_case_says(
    case: Case, tmp_path: Path, *, update_golden: bool
) -> None:
    """Spans are part of it: a diagnostic is shown with the very text that its caret points at."""
    actual = _read(case.input, tmp_path)
    if update_golden:
        update(case, actual)
    else:
        assert actual == case.expected


def _read(text: str, root: Path) -> str:
    write_course(text, root)
    folder = root / COURSE
    (topic,) = folder.rglob("*.md")
    course = _course((folder / "course.toml").read_text(encoding="utf-8"), folder)
    source, problems = read_text(topic, topic.name)
    assert source is not None, problems
    name = topic.relative_to(folder).as_posix().removesuffix(".md")
    parsed = parse_topic(source, name, topic.name, course)
    return dump(parsed.topic, parsed.diagnostics, source)


def _course(text: str, folder: Path) -> model.Course:
    course, problems = read_course(text, folder, "course.toml", TABLES)
    assert course
    assert not problems
    return course
