"""Words are divided as Pyphen divides them, with patterns that are read once."""

from __future__ import annotations

from pathlib import Path

import pyphen
import pytest

from builder.build.cache import Cache, Pieces
from builder.kept import keeping
from builder.rendering import hyphens

WORDS = ("hyphenation", "Donaudampfschifffahrt", "asszonnyal", "lettergrepen", "éléphant")


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no language be known, and Pyphen be as it comes."""
    monkeypatch.setattr(pyphen, "hdcache", {})
    monkeypatch.setattr(pyphen, "HyphDict", hyphens._KeptPatterns.__base__)


def _divided(language: str) -> list[list[tuple[str, str]]]:
    return [list(pyphen.Pyphen(lang=language).iterate(word)) for word in WORDS]


@pytest.mark.parametrize("language", ["nl", "fr", "es"])
def test_words_are_divided_the_same_with_patterns_that_were_kept(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = _divided(language)
    hyphens.keep_patterns()
    with keeping(Pieces(Cache(tmp_path), "code")):
        pyphen.hdcache.clear()
        assert _divided(language) == plain
        monkeypatch.setattr(hyphens._KeptPatterns, "_read", _not_again)
        pyphen.hdcache.clear()
        assert _divided(language) == plain


def test_what_the_patterns_tell_beside_a_place_is_kept(tmp_path: Path) -> None:
    """In Hungarian, `asszonnyal` becomes `asz-szony-nyal`."""
    hyphens.keep_patterns()
    with keeping(Pieces(Cache(tmp_path), "code")):
        for _ in range(2):
            pyphen.hdcache.clear()
            assert "asz" in {first for first, _ in pyphen.Pyphen(lang="hu").iterate("asszonnyal")}


def _not_again(_patterns: object, path: Path) -> bytes:
    raise AssertionError(path)
