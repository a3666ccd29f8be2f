"""Files that are as they were are not read again by the next command; any change is seen."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from builder import hashes
from builder.build import lock_file, stamps
from builder.build.cache import Cache
from builder.build.courses import load_courses
from builder.build.shelf import open_shelf
from builder.cli import main
from builder.hashes import Hashes, file_sha, relying_on, sha
from builder.source import load, read
from tests.courses import ALLIANCE, EMPATHY, write_course

Reads = list[str]


@pytest.fixture(name="course")
def course_of_two_topics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(hashes, "_SETTLED", -1)  # so that tests need not wait
    return write_course(tmp_path / "content", {"alliance": ALLIANCE, "empathy": EMPATHY})


@pytest.fixture(name="reads")
def files_that_are_read(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """Return a list of what is read, whether to hash it or to parse it."""
    found: Reads = []
    content = hashes._content

    def hashing(name: str, size: int) -> bytes:
        found.append(Path(name).name)
        return content(name, size)

    def reading(path: str, shown: str, limit: int) -> object:
        found.append(Path(path).name)
        return read.read_bytes(path, shown, limit)

    monkeypatch.setattr(hashes, "_content", hashing)
    monkeypatch.setattr(load, "read_bytes", reading)
    return found


def _like(path: Path, data: bytes) -> None:
    """Write as many bytes as there were, at the time at which they were written."""
    before = path.stat()
    assert len(data) == before.st_size
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _other(data: bytes) -> bytes:
    """Return other bytes, in which an answer is another one if they are those of a topic."""
    return data.replace(b"1957", b"1958") if b"1957" in data else data[:-1] + b"x"


def test_what_was_checked_is_not_read_again(
    course: Path, reads: Reads, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 0
    assert {"alliance.md", "empathy.md"} <= set(reads)
    said = capsys.readouterr().out.partition(" (")[0]
    reads.clear()
    assert main(["check"]) == 0
    assert reads == []
    assert capsys.readouterr().out.partition(" (")[0] == said
    text = (course / "empathy.md").read_text(encoding="utf-8")
    (course / "empathy.md").write_text(text.replace("###", "##x", 1), encoding="utf-8")
    assert main(["check"]) == 1
    assert reads == ["empathy.md"]


def test_a_build_with_nothing_to_do_reads_nothing(course: Path, reads: Reads) -> None:
    assert course.is_dir()
    assert main(["build", "--only", "anki"]) == 0
    assert {"alliance.md", "empathy.md", "course.toml"} <= set(reads)
    main(["build", "--only", "anki"])  # which hashes what the first one wrote
    reads.clear()
    assert main(["build", "--only", "anki"]) == 0
    assert reads == []


@pytest.mark.parametrize("name", ["content/th/empathy.md", "output/th/th.apkg"])
def test_other_bytes_of_the_same_size_and_time_are_seen(
    course: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert course.is_dir()
    for _ in range(2):
        assert main(["build", "--only", "anki"]) == 0
    package = (tmp_path / "output/th/th.apkg").read_bytes()
    capsys.readouterr()
    _like(tmp_path / name, _other((tmp_path / name).read_bytes()))
    assert main(["build", "--only", "anki"]) == 0
    assert "1 file written" in capsys.readouterr().out
    assert ((tmp_path / "output/th/th.apkg").read_bytes() == package) == name.startswith("output")


def test_a_lock_that_a_build_left_is_not_parsed_but_another_one_is(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--only", "anki"]) == 0
    with monkeypatch.context() as patched:
        patched.setattr(lock_file, "read_lock", None)
        assert main(["check"]) == 0
    lock = course / "notes.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace('"guid"', '"gone"', 1), "utf-8")
    capsys.readouterr()
    assert main(["check"]) == 1
    assert "notes.lock:3:1: error[lock-broken]" in capsys.readouterr().out


def test_a_topic_that_the_cache_has_lost_is_read(course: Path, reads: Reads) -> None:
    assert main(["check"]) == 0
    reads.clear()
    for piece in (course.parent.parent / "cache/topic").rglob("*"):
        if piece.is_file():
            piece.unlink()
    assert main(["build", "--only", "anki"]) == 0
    assert main(["check"]) == 0
    assert {"alliance.md", "empathy.md"} <= set(reads)


def test_a_topic_that_is_lost_and_changed_meanwhile_is_not_taken_for_the_other(
    course: Path,
) -> None:
    assert main(["check"]) == 0
    content = Path("content")
    with stamps.kept_hashes("check", content), open_shelf(content) as shelf:
        (loaded,) = load_courses(content, shelf).courses
        shutil.rmtree(course.parent.parent / "cache/topic")
        assert loaded.topics.read("alliance").name == "alliance"
        (course / "empathy.md").write_text("# Other\n", encoding="utf-8")
        with pytest.raises(LookupError, match=r"empathy\.md was changed meanwhile: build again"):
            loaded.topics.read("empathy")


def test_what_was_written_just_now_is_not_relied_on(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"one")
    with relying_on({}) as found:
        assert file_sha(file) == sha(b"one")
    assert not found.is_new
    assert found.found == {}


def test_coarse_times_are_relied_on_by_one_process_only() -> None:
    fine, coarse = (3, 1_500_000_000, 1_500_000_001, 7), (3, 1_500_000_000, 2_000_000_000, 8)
    found = Hashes()
    found.learn("fine", fine, "hash")
    found.learn("coarse", coarse, "other")
    assert [name for name, _ in found.lasting()] == ["fine"]
    assert found.get("coarse", coarse) == "other"
    assert found.get("fine", (3, 1_500_000_000, 1_500_000_002, 7)) == ""


@pytest.mark.parametrize("kept", [b"", b"{", b"[]", b'{"a": 1}', b'{"a": [1, 2]}', b"7"])
def test_what_is_kept_in_another_form_is_passed_over(
    kept: bytes, course: Path, tmp_path: Path
) -> None:
    cache = Cache(tmp_path / "cache")
    with stamps.kept_hashes("check", course.parent):
        file_sha(course / "empathy.md")
    (piece,) = (path for path in (tmp_path / "cache/hashes").rglob("*") if path.is_file())
    cache.put("hashes", piece.parent.name + piece.name, kept)
    with stamps.kept_hashes("check", course.parent):
        assert file_sha(course / "empathy.md") == sha(EMPATHY.encode())
