"""The package as a file: the same bytes from the same text, and nothing of the machine in it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pytest

from builder.outputs.anki import OUTPUT
from tests import anki_fixture as sample

ROOT = Path(__file__).parent.parent


@contextmanager
def database(data: bytes) -> Iterator[sqlite3.Connection]:
    with zipfile.ZipFile(io.BytesIO(data)) as file, closing(sqlite3.connect(":memory:")) as opened:
        opened.deserialize(file.read("collection.anki2"))
        yield opened


@pytest.mark.parametrize(("seed", "zone"), [("1", "Asia/Tokyo"), ("2", "America/Lima")])
def test_another_process_writes_the_same_bytes(tmp_path: Path, seed: str, zone: str) -> None:
    """Neither the order of sets nor the zone, the locale or the folder shows in the package."""
    script = (
        "import hashlib; from tests import anki_fixture as sample;"
        "print(hashlib.sha256(sample.package(sample.context())).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    here = sample.package(sample.context())
    assert done.stdout.strip() == hashlib.sha256(here).hexdigest()
    assert not list(tmp_path.iterdir())


def test_neither_the_clock_nor_a_temporary_file_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering is pure: what genanki's own writer does must not come back."""

    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError

    for module, name in ((time, "time"), (tempfile, "mkstemp"), (tempfile, "NamedTemporaryFile")):
        monkeypatch.setattr(module, name, refuse)
    assert sample.package(sample.context())


def test_entries_are_dated_alike_ordered_and_compressed() -> None:
    """A zip file would else hold the clock's dates, and be eight times as large."""
    with zipfile.ZipFile(io.BytesIO(sample.package(sample.context()))) as file:
        entries = file.infolist()
        names = json.loads(file.read("media"))
        pictures = [file.read(place) for place in names]
    assert [entry.filename for entry in entries] == ["collection.anki2", "media", "0", "1"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_DEFLATED}
    assert {(entry.create_system, entry.external_attr >> 16) for entry in entries} == {(3, 0o644)}
    assert list(names.values()) == sorted(names.values())
    for name, picture in zip(names.values(), pictures, strict=True):
        assert hashlib.sha256(picture).hexdigest()[:8] in name


def test_every_time_comes_from_the_notes() -> None:
    """Each note has its own, the note types theirs, and the collection the latest of all."""
    known = sample.with_lock(sample.touched(sample.context(), 4, 1_800_000_000), 1_600_000_000)
    with database(sample.package(known)) as rows:
        mods = [mod for (mod,) in rows.execute("SELECT mod FROM notes ORDER BY id")]
        crt, mod, scm, models, decks = rows.execute(
            "SELECT crt, mod, scm, models, decks FROM col"
        ).fetchone()
    assert mods == [sample.FIRST_BUILD] * 3 + [1_800_000_000] + [sample.FIRST_BUILD] * 7
    assert (crt, mod, scm) == (1_800_000_000, 1_800_000_000_000, 1_800_000_000_000)
    assert {each["mod"] for each in json.loads(models).values()} == {1_600_000_000}
    ours = [deck for key, deck in json.loads(decks).items() if key != "1"]
    assert {deck["mod"] for deck in ours} == {1_800_000_000}
    assert all(deck["newToday"] == [0, 0] for deck in ours)


@pytest.mark.parametrize("mod", [0, 1])
def test_nothing_is_dated_at_the_second_0(mod: int) -> None:
    """Anki panics there, and SOURCE_DATE_EPOCH may be 0."""
    with database(sample.package(sample.context(mod=mod))) as rows:
        (least,) = rows.execute("SELECT MIN(MIN(id), MIN(mod)) FROM notes").fetchone()
        times = rows.execute("SELECT crt, mod, scm FROM col").fetchone()
    assert least == 1
    assert times == (1, 1000, 1000)


def test_a_shared_guid_is_refused() -> None:
    """Anki would take in both notes and later update one of them."""
    known = sample.context()
    same = {span: each._replace(guid="same") for span, each in known.identities.items()}
    with pytest.raises(ValueError, match="guid same"):
        OUTPUT.render(sample.with_lock(replace(known, identities=same), 1))


def test_a_course_without_notes_has_no_deck() -> None:
    """An empty deck would only puzzle."""
    assert OUTPUT.render(sample.context({"one": "# Only a title\n\nAnd prose.\n"})) is None


def test_the_summary_counts() -> None:
    """One line for the end of the build."""
    rendered = OUTPUT.render(sample.context())
    assert rendered
    assert rendered.summary == "11 notes, 15 cards"
    single = OUTPUT.render(sample.context({"one": "# T\n\n## Related terms\n\nA\n: B\n"}))
    assert single
    assert single.summary == "1 note, 1 card"


@pytest.mark.parametrize(
    ("course", "path"),
    [
        ("art-therapy", "art-therapy/art-therapy.apkg"),
        ("collection", "collection/deck-collection.apkg"),
        ("Collection", "Collection/deck-Collection.apkg"),
        ("backup-2024", "backup-2024/deck-backup-2024.apkg"),
    ],
)
def test_no_package_has_the_name_of_a_backup(course: str, path: str) -> None:
    """Anki would offer to replace the whole collection by it."""
    assert OUTPUT.path(course) == path
    name = path.rpartition("/")[2].lower()
    assert not fnmatch(name, "collection.apkg")
    assert not fnmatch(name, "backup-*.apkg")
