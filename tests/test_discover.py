"""Which files are topics, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.source.discover import Found, find_courses, find_topics
from builder.suggest import did_you_mean


def _files(folder: Path, names: str) -> None:
    for name in names.split():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# Leaf\n", encoding="utf-8")


def _topics(folder: Path) -> list[str]:
    return [file.name for file in find_topics(Found("botany", str(folder), "botany"))[0]]


@pytest.mark.parametrize(
    ("names", "order"),
    [
        ("10.md 2.md 1.md", "1 2 10"),
        ("leaf-10.md leaf-9.md Leaf-8.md", "Leaf-8 leaf-9 leaf-10"),
        ("b.md A.md a-1.md B1.md", "A a-1 b B1"),
        ("a/z.md b.md c/a/b.md c/z.md", "b a/z c/z c/a/b"),
        ("unit-10/a.md unit-9/a.md unit-9/2/b.md", "unit-9/a unit-9/2/b unit-10/a"),
        ("7\u0663.md 7.md \u00e9.md z.md", "7 7\u0663 z \u00e9"),
    ],
)
def test_2_comes_before_10_and_files_before_folders(names: str, order: str, tmp_path: Path) -> None:
    _files(tmp_path, names)
    assert _topics(tmp_path) == order.split()


def test_hidden_names_and_those_that_begin_with_an_underline_are_no_topics(tmp_path: Path) -> None:
    _files(
        tmp_path, "leaf.md _draft.md .leaf.md.swp .git/a.md _old/b.md unit/_c.md unit/.d.md x.txt"
    )
    assert _topics(tmp_path) == ["leaf"]


def test_a_folder_whose_name_ends_like_a_topic_is_a_folder(tmp_path: Path) -> None:
    _files(tmp_path, "unit.md/leaf.md")
    assert _topics(tmp_path) == ["unit.md/leaf"]


def test_courses_come_in_natural_order(tmp_path: Path) -> None:
    _files(tmp_path, "10/a.md 9/a.md _8/a.md .7/a.md README.md notes.txt")
    courses, problems = find_courses(tmp_path, "content")
    assert [course.name for course in courses] == ["9", "10"]
    assert problems == []


def test_a_slip_of_case_gets_a_suggestion() -> None:
    assert did_you_mean("ROOT", ["stem", "root"]) == "did you mean “root”?"
    assert did_you_mean("flower", ["stem", "root"]) == ""
    assert did_you_mean("root" * 100, ["root" * 101]) == ""


def test_a_link_that_leads_to_itself_is_no_folder_and_hides_no_topic(tmp_path: Path) -> None:
    _files(tmp_path, "leaf.md")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    files, problems = find_topics(Found("botany", str(tmp_path), "botany"))
    assert [file.name for file in files] == ["leaf"]
    assert problems == []
