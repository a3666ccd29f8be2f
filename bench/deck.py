"""A deck of 10,000 notes beside genanki alone with the same fields: `python -m bench.deck [NOTES]`.

Both in one process, one after the other; genanki writes its package without compressing it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import genanki

from bench.courses import topic_text
from builder.identity.lock import COURSE, Deck, Entry, Lock
from builder.model import Course
from builder.outputs import Context
from builder.outputs.anki import OUTPUT
from builder.span import Span

_RUNS = 5


def main() -> None:
    """Print the seconds of both, and their ratio."""
    count = int((sys.argv[1:] or ["10000"])[0])
    texts = [topic_text(number).split("\n\n")[1] for number in range(count)]
    ours, bare = _median(lambda: OUTPUT.render(_context(texts))), _median(lambda: _bare(texts))
    print(
        f"{count:,} notes: ours {ours:.2f} s, genanki alone {bare:.2f} s: {ours / bare:.2f} times"
    )


def _context(texts: list[str]) -> Context:
    entries = tuple(
        Entry(
            number,
            f"guid{number}",
            "question",
            f"t{number // 10}",
            mod=1_700_000_000,
            tags=("made", "made::up"),
            fields={"Front": f"{number}?", "Back": text, "Context": "Made up · Review questions"},
        )
        for number, text in enumerate(texts, 1)
    )
    names = {entry.topic: None for entry in entries}
    decks = {COURSE: Deck("Made up", "Made up"), **{name: Deck(name, name) for name in names}}
    course = Course("made", Path("made"), Span("course.toml"), "Made up", "MU")
    return Context(course, (), {}, {}, Lock("made", entries, decks), tuple(names))


def _bare(texts: list[str]) -> None:
    model = genanki.Model(
        1,
        "Made up",
        fields=[{"name": name} for name in ("Front", "Back", "Code", "Context")],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{Back}}"}],
    )
    decks = [genanki.Deck(number + 1, f"t{number}") for number in range(len(texts) // 10 + 1)]
    for number, text in enumerate(texts, 1):
        fields = [f"{number}?", text, f"MU-{number}", "Made up · Review questions"]
        note = genanki.Note(model, fields, guid=f"guid{number}", tags=["made", "made::up"])
        decks[number // 10].add_note(note)
    with tempfile.TemporaryDirectory() as folder:
        genanki.Package(decks).write_to_file(Path(folder) / "bare.apkg")


def _median(work: Callable[[], object]) -> float:
    found = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return statistics.median(found)


if __name__ == "__main__":
    main()
