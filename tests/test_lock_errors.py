"""A lock that can't be trusted stops the course's build and is left as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from builder.diagnostics import as_text
from tests.courses import ALLIANCE, build_in, errors, write_course


def _with_the_first_guid_in_the_last_line(text: str) -> str:
    guids = re.findall(r'"guid": "([^"]+)"', text)
    before, after = text.rsplit(guids[-1], 1)
    return f"{before}{guids[0]}{after}"


HEAD = '"lock": 2'


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda t: t.replace("{", "<<<<<<< ours\n{", 1), "holds a conflict that git left"),
        (lambda t: t.replace('"guid"', '"giud"', 1), "lacks something that a note's line needs"),
        (lambda t: t.replace(HEAD, '"lock": 3'), "written by a newer version"),
        (lambda t: t.replace(HEAD, '"lock": 1'), "written by an older version"),
        (lambda t: t.replace(HEAD, '"lock": "2"'), "written by an older version"),
        (lambda t: t.replace('"deck"', '"dock"', 1), "lacks something that the first line needs"),
        (lambda t: t.replace('"note_types": {', '"note_types": {"x": 1, '), "the first line needs"),
        (lambda t: t.split("\n", 1)[1], "should name the course"),
        (lambda t: t + t.replace('"course": "th"', '"course": "x"'), "names another course"),
        (lambda t: t.replace('"deck": "Alliance"', '"deck": 3'), "a topic's line needs"),
        (lambda t: t.replace('"number": 1,', '"number": "1",'), "a note's line needs"),
        (lambda t: t.replace('"number": 1,', '"number": 0,'), "a note's line needs"),
        (lambda t: t.replace('"kind": "cloze"', '"kind": "cloud"'), "a note's line needs"),
        (lambda t: t.replace('"fields": {', '"fields": {"x": 1, '), "a note's line needs"),
        (lambda t: t.replace('"mod": 1', '"mod": -1'), "a note's line needs"),
        (_with_the_first_guid_in_the_last_line, "another kind of note has"),
        (lambda t: t + "garbage\n", "is not one that rectoverso wrote"),
        (lambda t: t + "[" * 100_000 + "\n", "is not one that rectoverso wrote"),
        (lambda t: t[:-10], "is not one that rectoverso wrote"),
        (lambda _: "", "is not one that rectoverso wrote"),
    ],
)
def test_a_spoilt_lock_is_reported_and_kept(tmp_path: Path, spoil: object, message: str) -> None:
    course = write_course(tmp_path / "content", {"alliance": ALLIANCE})
    build_in(tmp_path, "anki")
    lock = course / "notes.lock"
    assert callable(spoil)
    whole = lock.read_bytes()
    lock.write_text(spoil(lock.read_text(encoding="utf-8")), encoding="utf-8")
    before = lock.read_bytes(), sorted((tmp_path / "output").rglob("*"))
    report = build_in(tmp_path, "anki")
    assert lock.read_bytes() != whole
    assert set(errors(report)) <= {"lock-broken", "line-too-long"}
    assert message in as_text(report.diagnostics[0], lambda _: [])
    assert (lock.read_bytes(), sorted((tmp_path / "output").rglob("*"))) == before
    assert report.made == []
