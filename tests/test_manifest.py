"""What was built is remembered in one file, of which only what changed is written anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builder.build import manifest as manifests
from builder.build.manifest import NAME, Manifest, Record, read_manifest, write_manifest
from builder.diagnostics import warning
from builder.span import Span

SAID = (warning("card-small", "it is “small”\u2028", Span("a.md", 3, 1, 3, 9)),)
RECORDS = {
    name: Record(f"key {name}", "c", "anki", "content", {f"c/{name}.pdf": "0" * 64}, "p", "3 notes")
    for name in ("c/ä b", "c/a", 'c/"q"')
} | {"c/z": Record("z", "c", "anki", "content", {}, diagnostics=SAID)}


@pytest.fixture(autouse=True)
def _a_process_that_wrote_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "_known", {})


def _written(records: dict[str, Record], output: Path) -> str:
    write_manifest(Manifest(dict(records)), output)
    return (output / NAME).read_text(encoding="utf-8")


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    _written(RECORDS, tmp_path)
    assert read_manifest(tmp_path).records == RECORDS
    manifests._known.clear()
    assert read_manifest(tmp_path).records == RECORDS


def test_with_the_lines_of_the_last_build_the_same_is_written(tmp_path: Path) -> None:
    _written(RECORDS, tmp_path)
    manifests._known.clear()
    manifest = read_manifest(tmp_path)
    assert manifest.lines.keys() == RECORDS.keys()
    del manifest.records["c/a"]
    manifest.records["c/z"] = RECORDS["c/z"]._replace(summary="2 pages")
    manifest.records["c/new"] = RECORDS["c/a"]
    write_manifest(manifest, tmp_path)
    found = (tmp_path / NAME).read_text(encoding="utf-8")
    assert found == _written(manifest.records, tmp_path / "other")


def test_a_manifest_that_somebody_laid_out_anew_is_read_and_written_as_ever(tmp_path: Path) -> None:
    plain = _written(RECORDS, tmp_path)
    data = json.loads(plain)
    merged = plain.replace(",\n", ",")
    for text in (
        json.dumps(data),
        json.dumps(data, indent=1),
        merged,
        plain.replace('"c/a":', '\n"c/a":'),
    ):
        (tmp_path / NAME).write_text(text, encoding="utf-8")
        manifest = read_manifest(tmp_path)
        assert manifest.records == RECORDS
        write_manifest(manifest, tmp_path)
        assert (tmp_path / NAME).read_text(encoding="utf-8") == plain


def test_what_somebody_wrote_meanwhile_is_read(tmp_path: Path) -> None:
    plain = _written(RECORDS, tmp_path)
    kept = read_manifest(tmp_path)
    kept.records.clear()  # it is the build's own
    assert read_manifest(tmp_path).records == RECORDS
    (tmp_path / NAME).write_text(plain.replace("3 notes", "4 notes"), encoding="utf-8")
    assert {each.summary for each in read_manifest(tmp_path).records.values()} == {"4 notes", ""}
    (tmp_path / NAME).unlink()
    assert read_manifest(tmp_path).records == {}
