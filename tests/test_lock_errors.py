"""A lock that can't be trusted stops the course's build and is left as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.diagnostics import as_text
from tests.courses import ALLIANCE, build_in, errors, write_course


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda t: t.replace("{", "<<<<<<< ours\n{", 1), "holds a conflict that git left"),
        (lambda t: t.replace('"guid"', '"giud"', 1), "lacks something that a note's line needs"),
        (lambda t: t.replace('"lock": 1', '"lock": 2'), "written by another version"),
        (lambda t: t + t.split("\n")[1] + "\n", "which another line has"),
        (lambda t: t.replace('"number": 1,', '"number": "1",'), "lacks something"),
        (lambda t: t + "garbage\n", "is not a line that rectoverso wrote"),
        (lambda t: t + "[" * 100_000 + "\n", "is not a line that rectoverso wrote"),
        (lambda _: "", "is not a line that rectoverso wrote"),
    ],
)
def test_a_spoilt_lock_is_reported_and_kept(tmp_path: Path, spoil: object, message: str) -> None:
    course = write_course(tmp_path / "content", {"alliance": ALLIANCE})
    build_in(tmp_path)
    lock = course / "notes.lock"
    assert callable(spoil)
    lock.write_text(spoil(lock.read_text(encoding="utf-8")), encoding="utf-8")
    before = lock.read_bytes(), sorted((tmp_path / "output").rglob("*"))
    report = build_in(tmp_path)
    assert set(errors(report)) <= {"lock-broken", "line-too-long"}
    assert message in as_text(report.diagnostics[0], lambda _: [])
    assert (lock.read_bytes(), sorted((tmp_path / "output").rglob("*"))) == before
    assert report.made == []
