"""Two authors on two branches: what git merges of their locks is read, and nobody loses a note."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.courses import build_in, errors, lock_of, prompt_of, write_course

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git does the merging")

LEAF = "# Leaf\n\n## Review questions\n\n### What is a stoma?\n\nA pore.\n"
ROOT = "# Root\n\n## Review questions\n\n### What does a root do?\n\nIt takes up water.\n"
ATTRIBUTES = Path(__file__).resolve().parent.parent / ".gitattributes"


def _git(folder: Path, *arguments: str) -> str:
    fixed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *who, *arguments],
        cwd=folder,
        env={**os.environ, **fixed},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _author(
    folder: Path, texts: dict[str, str], second: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edit, build and commit, as one author does."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(second))
    write_course(folder / "content", texts)
    assert errors(build_in(folder, "anki")) == []
    _git(folder, "add", "content", ".gitattributes")
    _git(folder, "commit", "-m", f"at {second}")


def _question(prompt: str, answer: str) -> str:
    return f"\n### {prompt}\n\n{answer}\n"


@pytest.fixture(name="repository")
def two_branches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository with a course of two topics, and a branch `other` beside `main`."""
    _git(tmp_path, "init")
    shutil.copy(ATTRIBUTES, tmp_path)
    _author(tmp_path, {"leaf": LEAF, "root": ROOT}, 1_700_000_000, monkeypatch)
    _git(tmp_path, "branch", "other")
    return tmp_path


def _numbers(folder: Path) -> dict[str, int]:
    entries = lock_of(folder / "content/th").entries
    return {prompt_of(entry): entry.number for entry in entries if not entry.retired}


def test_both_may_add_a_note_to_a_topic_of_their_own(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both notes get the number 3; the one that was built first keeps it, and this is said."""
    ours = LEAF + _question("When do stomata open?", "At dawn.")
    _author(repository, {"leaf": ours}, 1_700_000_200, monkeypatch)
    _git(repository, "switch", "other")
    theirs = ROOT + _question("What is a root hair?", "A thin cell of the root's skin.")
    _author(repository, {"root": theirs}, 1_700_000_100, monkeypatch)
    _git(repository, "merge", "main")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000300")
    report = build_in(repository, "anki")
    assert _numbers(repository) == {
        "What is a stoma?": 1,
        "What does a root do?": 2,
        "What is a root hair?": 3,
        "When do stomata open?": 4,
    }
    assert [found.code for found in report.diagnostics] == ["code-changed"]
    assert "TH-3" in report.diagnostics[0].message
    assert "TH-4" in report.diagnostics[0].message


def test_both_may_edit_one_note_and_add_others_at_one_place(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The union of the lines is read: one note each, the later of its two forms."""
    ours = LEAF.replace("A pore.", "A pore of the leaf.") + _question(
        "What is a vein?", "A vessel."
    )
    _author(repository, {"leaf": ours}, 1_700_000_100, monkeypatch)
    _git(repository, "switch", "other")
    theirs = LEAF.replace("A pore.", "A small pore.") + _question(
        "What is a blade?", "The flat part."
    )
    _author(repository, {"leaf": theirs}, 1_700_000_200, monkeypatch)
    _git(repository, "merge", "main", "-X", "ours")
    guids = {entry.guid for entry in lock_of(repository / "content/th").entries}
    report = build_in(repository, "anki")
    assert errors(report) == []
    entries = lock_of(repository / "content/th").entries
    assert {entry.guid for entry in entries} == guids
    assert len({entry.number for entry in entries}) == len(entries) == 4


def test_both_may_add_the_same_note(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same text has the same guid, so in Anki it is one note; here too."""
    same = _question("What is a vein?", "A vessel.")
    _author(repository, {"leaf": LEAF + same}, 1_700_000_100, monkeypatch)
    _git(repository, "switch", "other")
    both = {"root": ROOT + _question("What is a root hair?", "A cell."), "leaf": LEAF + same}
    _author(repository, both, 1_700_000_200, monkeypatch)
    _git(repository, "merge", "main")
    assert errors(build_in(repository, "anki")) == []
    assert sorted(_numbers(repository).values()) in ([1, 2, 3, 4], [1, 2, 3, 5])


def test_the_branch_that_did_nothing_takes_over_the_other(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _author(repository, {"leaf": LEAF.replace("A pore", "An opening")}, 1_700_000_100, monkeypatch)
    before = (repository / "content/th/notes.lock").read_bytes()
    _git(repository, "switch", "other")
    _git(repository, "merge", "main")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700009999")
    assert build_in(repository, "anki").diagnostics == []
    assert (repository / "content/th/notes.lock").read_bytes() == before
