"""Pieces of work kept between builds: a piece is what was put, or it is none."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.build.cache import Cache
from builder.build.user_folders import cache_folder

KEY = "0123456789abcdef"


def _only_file(folder: Path) -> Path:
    (found,) = (path for path in folder.rglob("*") if path.is_file())
    return found


def test_a_piece_comes_back_as_it_was_put(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert cache.get("face", KEY) is None
    cache.put("face", KEY, b"piece")
    assert cache.get("face", KEY) == b"piece"
    assert cache.get("maths", KEY) is None
    assert cache.get("face", KEY[::-1]) is None


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:-1], lambda d: d[:5], lambda _: b"", lambda d: d + b"x"]
)
def test_a_piece_that_was_cut_off_or_changed_is_none_and_goes(
    tmp_path: Path, spoil: object
) -> None:
    cache = Cache(tmp_path)
    cache.put("face", KEY, b"a piece of some length")
    path = _only_file(tmp_path)
    assert callable(spoil)
    path.write_bytes(spoil(path.read_bytes()))
    assert cache.get("face", KEY) is None
    assert not path.exists()


def test_a_piece_in_the_place_of_another_is_none(tmp_path: Path) -> None:
    """Poisoning: a good piece, but not the one that was asked for."""
    cache = Cache(tmp_path)
    cache.put("face", KEY, b"piece")
    other = tmp_path / "face" / "ff" / "ff"
    other.parent.mkdir()
    _only_file(tmp_path).rename(other)
    assert cache.get("face", "ffff") is None


@given(st.binary(max_size=200), st.integers(0, 231), st.integers(0, 255))
def test_no_changed_byte_is_missed(piece: bytes, place: int, value: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder))
        cache.put("face", KEY, piece)
        path = _only_file(Path(folder))
        data = bytearray(path.read_bytes())
        changed = data[place % len(data)] != value
        data[place % len(data)] = value
        path.write_bytes(data)
        assert (cache.get("face", KEY) is None) == changed


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=1000)
    for number in range(5):
        cache.put("face", f"{number:016}", bytes(300))
        path = tmp_path / "face" / "00" / f"{number:014}"
        os.utime(path, (1000 + number, 1000 + number))
    assert cache.get("face", f"{0:016}")  # now it is the one that was used last
    cache.trim()
    left = [number for number in range(5) if cache.get("face", f"{number:016}")]
    assert left == [0, 4]


def test_where_nothing_can_be_kept_all_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way", encoding="utf-8")
    for cache in (Cache(None), Cache(file)):
        cache.put("face", KEY, b"piece")
        assert cache.get("face", KEY) is None
        cache.trim()


def test_many_may_put_and_get_at_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    wrong = []

    def work() -> None:
        for _ in range(50):
            cache.put("face", KEY, b"x" * 5000)
            if cache.get("face", KEY) not in {None, b"x" * 5000}:
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert cache.get("face", KEY) == b"x" * 5000
    assert [path.name for path in tmp_path.rglob(".*")] == []


def test_the_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RECTOVERSO_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "rectoverso"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "rectoverso"
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
