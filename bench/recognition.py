"""How well notes are recognised after an edit: ours beside simpler ways, in one run.

    .venv/bin/python -m bench.recognition          the histories that thresholds were set on
    .venv/bin/python -m bench.recognition --held   those that were kept for the last measurement

For each history of an edited course (tests/histories), and each way of knowing notes again: lost
notes (taken for new), wrong ones (taken for another), how many of both without a message that names
the note, and new notes that are said to be like a known one; in per cent of the notes that were
changed, new or came back.  Last, the time for 10,000 notes of which a tenth was edited.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

from builder.identity.match import match
from builder.identity.wording import Wording
from tests import histories_reading as histories
from tests.recognisers import by_asking, by_hash, by_lock, by_place, by_prompt

WAYS = {
    "rectoverso": by_lock,
    "rectoverso, asking": by_asking,
    "hash of prompt and answer": by_hash,
    "hash of the prompt": by_prompt,
    "file and position": by_place,
}
NOTES, EDITED, VOCABULARY = 10_000, 0.1, 20_000


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true", help="measure what was held back")
    folder = histories.HELD if parser.parse_args().held else histories.OPEN
    print("| history | changed | way | lost | wrong | lost or wrong | silently | unsure |")
    print("|---|---:|---|---:|---:|---:|---:|---:|")
    totals: dict[str, list[int]] = {way: [0] * 5 for way in WAYS}
    for path in histories.histories(folder):
        for way, row in _rows(path):
            totals[way] = [total + count for total, count in zip(totals[way], row, strict=True)]
            print(_line(path.name, way, row))
    for way, row in totals.items():
        print(_line("all", way, row))
    print(f"\n{NOTES:,} notes, {EDITED:.0%} edited: recognised in {_seconds():.2f} s")


def _rows(path: Path) -> Iterator[tuple[str, list[int]]]:
    versions = histories.read_history(path)
    for way, recogniser in WAYS.items():
        found = histories.measure(versions, recogniser)
        yield way, [found.changed, found.lost, found.wrong, found.silent, found.unsure]


def _line(name: str, way: str, row: list[int]) -> str:
    changed, lost, wrong, silent, unsure = row
    counts = lost, wrong, lost + wrong, silent, unsure
    parts = [f"{100 * count / changed:.1f} %" for count in counts]
    return f"| {name} | {changed} | {way} | {' | '.join(parts)} |"


def _seconds() -> float:
    """Return the time for a course whose words are as frequent as those of a language (Zipf)."""
    chance = random.Random(1)
    words = [
        "".join(chance.choices("abcdefghijklmnoprstuvw", k=chance.randint(3, 11)))
        for _ in range(VOCABULARY)
    ]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]

    def text(length: int) -> str:
        return " ".join(chance.choices(words, weights, k=length))

    def edited(text: str) -> str:
        parts = text.split()
        for _ in range(1 + len(parts) // 6):
            parts[chance.randrange(len(parts))] = chance.choice(words)
        return " ".join(parts)

    known = [
        Wording("question", f"t{n // 10}", text(chance.randint(5, 14)), text(chance.randint(5, 60)))
        for n in range(NOTES)
    ]
    notes = [
        one._replace(prompt=edited(one.prompt), answer=edited(one.answer))
        if chance.random() < EDITED
        else one
        for one in known
    ]
    started = time.perf_counter()
    match(notes, known)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
