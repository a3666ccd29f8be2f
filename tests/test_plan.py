"""What a build would do, and why: told before anything is written; and how much is told after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builder.cli import main
from tests.courses import ALLIANCE, EMPATHY, write_course


@pytest.fixture(name="course", autouse=True)
def built_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    course = write_course(tmp_path / "content", {"alliance": ALLIANCE, "empathy": EMPATHY})
    assert _build() == 0
    capsys.readouterr()
    return course


def _build(*options: str) -> int:
    return main(["build", "--only", "anki", "--only", "retired-list", *options])


def _files(folder: Path) -> dict[str, bytes]:
    files = (path for name in ("content", "output") for path in (folder / name).rglob("*"))
    return {str(path): path.read_bytes() for path in files if path.is_file()}


def test_a_dry_run_says_what_and_why_and_writes_nothing(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _build("--dry-run") == 0
    assert capsys.readouterr().out == "0 files to write, 2 up to date; nothing was written\n"
    text = ALLIANCE.replace("easy", "light")
    (course / "alliance.md").write_text(text, encoding="utf-8")
    before = _files(tmp_path)
    assert _build("--dry-run") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "content/th/notes.lock: the notes changed",
        "output/th/th.apkg: the notes in notes.lock changed",
        "output/th/th-retired.txt: the notes in notes.lock changed",
        "3 files to write, 0 up to date; nothing was written",
    ]
    assert _files(tmp_path) == before
    assert _build("--quiet") == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda course: (course / "../../output/th/th.apkg").unlink(), "th/th.apkg is gone"),
        (
            lambda course: (course / "../../output/th/th.apkg").write_bytes(b"x"),
            "th/th.apkg was changed",
        ),
        (lambda course: (course / "../../output/.rectoverso.json").unlink(), "not built before"),
        (
            lambda course: (course / "course.toml").write_text('title = "Other"\n'),
            "what course.toml or the command says changed",
        ),
        (
            lambda course: (course / "empathy.md").rename(course / "z.md"),
            "the topics and their order changed",
        ),
    ],
)
def test_every_reason_is_named(
    course: Path, capsys: pytest.CaptureFixture[str], change: object, reason: str
) -> None:
    change(course)  # type: ignore[operator]
    _build("--dry-run")
    assert reason in capsys.readouterr().out


@pytest.mark.slow
def test_a_topic_is_explained(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--only", "handouts"]) == 0
    capsys.readouterr()
    explain = ["build", "--only", "handouts", "--explain"]
    assert main([*explain, "content/th/alliance.md"]) == 0
    path = "output/th/handouts/alliance.pdf"
    assert capsys.readouterr().out.startswith(f"{path}: up to date\n")
    (course / "alliance.md").write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")
    assert main([*explain, "th/alliance"]) == 0
    assert f"{path}: its text changed" in capsys.readouterr().out
    assert main([*explain, "th/other"]) == 2
    assert "there is no course or topic" in capsys.readouterr().err


def test_force_is_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    _build("--dry-run", "--force")
    assert "output/th/th.apkg: --force asks for it\n" in capsys.readouterr().out


def test_a_report_for_programs(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same facts when something was built and when nothing had to be."""
    (course / "alliance.md").write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")
    found = []
    for _ in range(2):
        assert _build("--format", "json") == 0
        found.append(json.loads(capsys.readouterr().out))
    first, second = found
    assert [made["path"] for made in first["made"]] == ["output/th/th.apkg"]
    assert [made.pop("changed") for each in found for made in each["made"]] == [True, False]
    assert first["made"] == second["made"]
    assert {"reading", "rendering", "together"} <= first["seconds"].keys()


def test_timings_and_names(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (course / "alliance.md").write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")
    _build("--timings", "--verbose")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("written    output/th/th.apkg  5 notes")
    phases = [line.rsplit(maxsplit=2)[0] for line in lines[1:-1]]
    assert phases[0] == "reading"
    assert phases[-1] == "together"
    assert all(line.endswith(" s") for line in lines[1:-1])


@pytest.mark.slow
def test_what_is_quick_is_bound_later(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bound = course.parent.parent / "output/th/th-handouts.pdf"
    build = ["build", "--only", "handouts"]
    assert main([*build, "--quick"]) == 0
    late = "out of date, left for a build without --quick: output/th/th-handouts.pdf"
    assert late in capsys.readouterr().out
    assert not bound.exists()
    assert main(build) == 0
    first = bound.read_bytes()
    (course / "alliance.md").write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")
    assert main([*build, "--quick"]) == 0
    assert bound.read_bytes() == first
    assert main(build) == 0
    assert bound.read_bytes() != first
