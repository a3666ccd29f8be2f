"""Made-up courses of any size: topics of about two pages and eight cards, no two of them alike."""

from __future__ import annotations

import random
from pathlib import Path

_SYLLABLES = (
    "ba be bo da de do fa fe ga ge go ka ke ko la le lo ma me mo na ne no pa pe po ra re ro sa se"
    " so ta te to va ve vo za ze zo lin mar ton ver sol dan ker mil por ten"
)
_TOPIC = """\
# {title}

{definition}

## Key facts

{facts}

## {prose}

{paragraphs}

## Review questions

{questions}

## Related terms

{terms}
"""


class _Writer:
    """Writes text by chance, always the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._syllables = _SYLLABLES.split()

    def words(self, least: int, most: int) -> str:
        """Return some words."""
        count = self._chance.randint(least, most)
        return " ".join(
            "".join(self._chance.choices(self._syllables, k=self._chance.randint(1, 4)))
            for _ in range(count)
        )

    def sentence(self) -> str:
        """Return a sentence."""
        return f"{self.words(6, 16).capitalize()}."

    def paragraph(self, sentences: int) -> str:
        """Return a paragraph."""
        return " ".join(self.sentence() for _ in range(sentences))


def topic_text(seed: int) -> str:
    """Return a topic with five plain facts, one with two deletions, four questions and two terms.

    It makes a handout of two to three pages and eight cards.
    """
    write = _Writer(seed)
    facts = [f"- {write.sentence()}" for _ in range(5)]
    facts.append(
        f"- The {{{{{write.words(1, 2)}}}}} is {{{{{write.words(1, 1)}}}}} and {write.sentence()}"
    )
    questions = [f"### {write.words(5, 9).capitalize()}?\n\n{write.paragraph(2)}" for _ in range(4)]
    terms = [f"{write.words(1, 1).capitalize()} {seed}-{n}\n: {write.sentence()}" for n in range(2)]
    return _TOPIC.format(
        title=f"{write.words(2, 3).capitalize()} {seed}",
        definition=write.paragraph(3),
        facts="\n".join(facts),
        prose=write.words(2, 3).capitalize(),
        paragraphs="\n\n".join(write.paragraph(4) for _ in range(1)),
        questions="\n\n".join(questions),
        terms="\n\n".join(terms),
    )


def write_course(content: Path, topics: int, name: str = "made") -> Path:
    """Write a course of so many topics, and return its folder."""
    folder = content / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "course.toml").write_text('title = "Made up"\ncode = "MU"\n', encoding="utf-8")
    for number in range(1, topics + 1):
        (folder / f"topic-{number:05}.md").write_text(topic_text(number), encoding="utf-8")
    return folder
