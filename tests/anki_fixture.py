"""A course with everything that a card can show, from Markdown, and its deck in a real Anki."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageRequest, ImportLogWithChanges
from PIL import Image as Picture

from builder import model
from builder.briefs import brief_of
from builder.identity.decks import kept_decks
from builder.identity.lock import COURSE, Entry, Lock, Stamp
from builder.outputs import Context
from builder.outputs.anki import OUTPUT
from builder.rendering.anki_names import deck_titles
from builder.rendering.fields import fields_of
from builder.rendering.note_types import NOTE_TYPES
from builder.source.labels import labels_for
from builder.source.parser import parse_topic
from builder.span import Span

FIRST_BUILD = 1_700_000_000

RAPPORT = """\
---
tags: [alliance, Vínculo]
---
# Rapport & trust

The *ease* of two people in tune.

## Key facts

- A plain fact is for the handout.
- Rapport is built by {{listening}} and by {{validating::accepting}} what is felt. {.core}
- Bordin: {{c1::**goals**}} and {{c1::tasks}}, then the {{c2::[bond](https://example.org/a::b)}}.

## Review questions

### Why does trust matter here?

It gives safety. A second sentence with `code`, **weight** and a
[link](https://example.org/?a=1&b=2 "The source"); see also [the other topic](unit-1/code.md).

1. First
2. Second, which is a longer item so that it runs over the end of the line on a small screen
   - deeper

> Trust is built in drops and lost in buckets.

| Study | *r* | Note |
|---|---:|:---:|
| Horvath and Symonds (1991) | .26 | first |
| Flückiger (2018) | .278 | last |

#### A heading in the answer

And a last paragraph.

### Which figure is this?

![A circle](images/figure.png)

---

Bond

### Which hint reads well? {.exam reverse=yes}

多くの人が「はい」と答える。

## Related terms

Rapport
: The ease and goodwill of a conversation.

Resistance {reverse=no}
: In physics, the ratio of voltage to current.
: In therapy, whatever works against the *work*.

علاقة
: الثقة بين شخصين.
"""

CODE = """\
# Code :: and signs

What you see is what was written.

## Key facts

- In C++ the name is {{`std::vector`::a `::` container}}, in Jinja `{{c1::x}}` is text.
- A set is \\{\\{1\\}\\}, written {{`{{1}}`}}; the end is {{a}\\::} :b:}}.

## Review questions

### What does `{{Front}}` or \\{\\{#Back}} mean in `[sound:a.mp3]`?

    <script>alert("{{c1::x}}")</script>
    \\(a<b\\) [latex]x[/latex] [$]y[/$] [[type:Front]]

Not maths: \\\\(a<b\\\\) and \\\\[a\\\\], not a tag: &lt;b onclick=x&gt;,
not a player: [sound:b.mp3].

![\\\\(alt\\\\) "onload=x" [sound:c.mp3] }}](../images/unit/figure.png)
"""

SAMPLES = {"rapport": RAPPORT, "unit-1/code": CODE}


def png(colour: str) -> bytes:
    """Return a small picture of one colour."""
    file = io.BytesIO()
    Picture.new("RGB", (240, 120), colour).save(file, "png")
    return file.getvalue()


def asset(name: str, colour: str) -> model.Asset:
    return model.Asset(name, png(colour), "image/png", 240, 120)


ASSETS = {
    each.name: each
    for each in (
        asset("images/figure.png", "teal"),
        asset("images/unit/figure.png", "orange"),
        asset("images/unused.png", "black"),
    )
}


def course(name: str = "art-therapy", **changes: object) -> model.Course:
    plain = model.Course(
        name=name,
        folder=Path("content") / name,
        span=Span(f"content/{name}/course.toml"),
        title="Art therapy",
        code="AT",
        author="Ana & Co",
        license="CC BY 4.0",
        labels=labels_for("en"),
        sections={
            "facts": ("Key facts",),
            "questions": ("Review questions",),
            "terms": ("Related terms",),
        },
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def topics(texts: Mapping[str, str], of: model.Course) -> tuple[model.Topic, ...]:
    """Parse topics that are free of errors."""
    parsed = [parse_topic(text, name, f"{name}.md", of) for name, text in texts.items()]
    wrong = [found for each in parsed for found in each.diagnostics if found.severity == "error"]
    assert not wrong, wrong
    return tuple(each.topic for each in parsed if each.topic)


def context(
    texts: Mapping[str, str] = SAMPLES, of: model.Course | None = None, mod: int = FIRST_BUILD
) -> Context:
    """Return a context in which every note has the same `mod` and a guid from its place."""
    of = of or course()
    known = topics(texts, of)
    places = [(topic.name, note.span) for topic in known for note in topic.notes]
    identities = {
        span: model.Identity(number, guid(of.name, topic, number), mod)
        for number, (topic, span) in enumerate(places, 1)
    }
    return with_lock(Context(of, known, identities, ASSETS), mod)


def with_lock(known: Context, mod: int) -> Context:
    """Return the context with a lock that has its notes and decks, and note types of `mod`."""
    decks = kept_decks(deck_titles(known.course, map(brief_of, known.topics)), {}, {})
    stamps = {kind.name: Stamp("", mod) for kind in NOTE_TYPES}
    entries = (_entry(note, topic, known) for topic in known.topics for note in topic.notes)
    order = tuple(topic.name for topic in known.topics)
    return replace(known, lock=Lock(known.course.name, tuple(entries), decks, stamps), order=order)


def _entry(note: model.Note, topic: model.Topic, known: Context) -> Entry:
    identity, shown = known.identities[note.span], fields_of(note, topic, known)
    fields = {name: html for name, html in shown.fields if html and name != "Code"}
    return Entry(
        identity.number,
        identity.guid,
        model.note_kind(note),
        topic.name,
        mod=identity.mod,
        tags=shown.tags,
        fields=fields,
    )


def guid(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:10]


def touched(known: Context, number: int, mod: int) -> Context:
    """Return the context with a later `mod` for one note."""
    identities = {
        span: identity._replace(mod=mod) if identity.number == number else identity
        for span, identity in known.identities.items()
    }
    return with_lock(replace(known, identities=identities), FIRST_BUILD)


def package(known: Context) -> bytes:
    rendered = OUTPUT.render(known)
    assert rendered
    return rendered.data


@contextmanager
def collection(folder: Path) -> Iterator[Collection]:
    """Open a fresh profile's collection."""
    opened = Collection(str(folder / "collection.anki2"))
    try:
        yield opened
    finally:
        opened.close()


def take_in(into: Collection, data: bytes) -> ImportLogWithChanges:
    """Import a package as a fresh profile's dialog offers to."""
    path = Path(into.path).with_name("deck.apkg")
    path.write_bytes(data)
    options = into._backend.get_import_anki_package_presets()
    return into.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(path), options=options)
    )


def deck_names_of(known: Context) -> list[str]:
    decks = known.lock.decks
    parent = decks[COURSE].name
    return [parent, *(f"{parent}::{decks[topic.name].name}" for topic in known.topics)]
