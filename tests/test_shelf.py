"""What earlier builds read is known to later ones, and only to those of the same code."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.build.cache import Cache
from builder.build.shelf import KeptShelf
from builder.model import Topic
from tests import anki_fixture as sample

OURS, THEIRS = "# Leaf\n\nAn organ.\n", "# Leaf\n\nAnother organ.\n"


def _shelf(folder: Path, patch: pytest.MonkeyPatch, code: str) -> KeptShelf:
    patch.setattr("builder.build.shelf.code_digest", lambda: code)
    return KeptShelf.open(Cache(folder / "cache"), folder / "content")


def _topic(text: str) -> Topic:
    (topic,) = sample.topics({"leaf": text}, sample.course("c", code="CC"))
    return topic


def test_two_versions_of_the_code_share_a_cache_and_no_topic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may read one text differently, and have other classes for what they read."""
    ours, theirs = _topic(OURS), _topic(THEIRS)
    for code, topic in (("ours", ours), ("theirs", theirs)):
        shelf = _shelf(tmp_path, monkeypatch, code)
        assert not shelf.has("leaf")
        shelf.keep("leaf", topic, [])
        shelf.close()
    shelf = _shelf(tmp_path, monkeypatch, "ours")
    assert shelf.has("leaf")
    assert shelf.topic("leaf") == ours
