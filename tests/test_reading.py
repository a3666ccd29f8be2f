"""Many topics are read by several processes, and come out as if one had read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from builder.build import reading, shelf
from builder.build.courses import check, load_courses
from builder.build.request import Request
from builder.build.run import build
from builder.build.shelf import open_shelf
from builder.build.workers import Failure, Workers
from builder.model import Topic
from builder.source.load import Library
from tests.courses import Silence, write_course

TOPICS = {
    f"t{number}": f"# Topic {number}\n\nIt is *{number}*.\n\n## Review questions\n\n"
    f'### What is "{number}"?\n\nA number, \\frac.\n'
    for number in range(60)
}
TOPICS["wrong"] = "# Wrong\n\n## Review questions\n\n### No answer?\n\n### And {{none\n\nx\n"
TOPICS["empty"] = ""


def _read(content: Path) -> tuple[Library, Sequence[Topic]]:
    with open_shelf(content) as known:
        library = load_courses(content, known)
        return library, [topic for course in library.courses for topic in course.topics]


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_course(tmp_path / "content", TOPICS)
    (tmp_path / "content/th/bytes.md").write_bytes(b"# \xff\xfe\n")
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(reading, "cores", lambda: 2)
    return tmp_path / "content"


def test_topics_that_are_read_at_once_are_those_that_are_read_one_by_one(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_by_one = _read(content)
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "another"))
    monkeypatch.setattr(shelf, "MANY", 10)
    known = dict[str, object]()
    keep = reading.read_at_once

    def noting(*of: object) -> object:
        known.update(found := dict(keep(*of)))  # type: ignore[arg-type]
        return found.items()

    monkeypatch.setattr(reading, "read_at_once", noting)
    library, topics = _read(content)
    assert len(known) == len(TOPICS) + 1
    assert topics == one_by_one[1]
    assert library.diagnostics == one_by_one[0].diagnostics
    assert len(topics) == 60


def test_topics_of_a_process_that_died_are_read_by_this_one(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MANY", 10)
    monkeypatch.setattr(
        Workers, "results", lambda _, chunks: ((chunk, Failure("it died")) for chunk in chunks)
    )
    assert len(check(content).courses[0].topics) == 60


def test_one_process_reads_alone_where_one_is_asked_for(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MANY", 10)
    sizes = list[int]()
    start = Workers.__init__

    def noting(workers: Workers[object, object], work: object, size: int) -> None:
        sizes.append(size)
        start(workers, work, size)  # type: ignore[arg-type]

    monkeypatch.setattr(Workers, "__init__", noting)
    request = Request(content, content.parent / "output", only=("anki",), jobs=1)
    assert "th/t0" in build(request, Silence()).names
    assert sizes == []


def test_what_is_asked_for_after_a_shelf_was_saved_is_kept_as_well(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_shelf(content) as known:
        load_courses(content, known)
        before = set(known.drafts.used)
        known.save()
        known.keep("later", None, [])
    with open_shelf(content) as again:
        assert again.drafts.known.keys() == before | {"later"}
