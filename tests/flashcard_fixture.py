"""Notes for flashcards, made by hand: ordinary ones, monstrous ones, and as many as wanted."""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from PIL import Image as Picture

from builder import model
from builder.outputs import Context
from builder.outputs.flashcards import OUTPUT
from builder.source.labels import labels_for
from builder.span import Span

_lines: Iterator[int] = itertools.count(1)


def span() -> Span:
    """Return a place that no other node has."""
    line = next(_lines)
    return Span("content/art/topic.md", line, 1, line, 2)


def text(*parts: str | model.Inline) -> model.Inlines:
    """Return inlines; strings become text."""
    return tuple(model.Text(part) if isinstance(part, str) else part for part in parts)


def em(*parts: str | model.Inline) -> model.Emphasis:
    return model.Emphasis(text(*parts))


def callout(title: str, *content: model.Block) -> model.Callout:
    return model.Callout(content, "note", text(title), span())


def formula(tex: str, *, display: bool = False) -> model.Maths:
    return model.Maths(tex, display, span())


def strong(*parts: str | model.Inline) -> model.Strong:
    return model.Strong(text(*parts))


def link(*parts: str | model.Inline) -> model.Link:
    return model.Link("https://example.org/", text(*parts), span())


def picture(asset: str, caption: model.Inlines = (), *, width: int = 0) -> model.Image:
    return model.Image(asset, "a picture", span(), caption, width)


def gap(*parts: str | model.Inline, number: int = 1, hint: str = "") -> model.Deletion:
    return model.Deletion(number, text(*parts), hint, span())


def para(*parts: str | model.Inline) -> model.Paragraph:
    return model.Paragraph(text(*parts), span())


def head(*parts: str | model.Inline, level: int = 4) -> model.Heading:
    return model.Heading(level, text(*parts), span())


def bullets(*items: str | model.Blocks, start: int | None = None, tight: bool = True) -> model.List:
    """Return a list; strings are items of one paragraph."""
    made = tuple(
        model.Item((para(item),) if isinstance(item, str) else item, span()) for item in items
    )
    return model.List(made, start, tight, span())


def quote(*blocks: model.Block) -> model.Quote:
    return model.Quote(blocks, span())


def code(source: str) -> model.CodeBlock:
    return model.CodeBlock(source, "", span())


def table(*rows: Sequence[str]) -> model.Table:
    cells = [tuple(text(cell) for cell in row) for row in rows]
    aligns: list[model.Align] = ["left", "", "right"]
    columns = tuple(aligns[index % 3] for index in range(len(cells[0])))
    return model.Table(cells[0], tuple(cells[1:]), columns, span())


def definitions(*entries: tuple[str, str]) -> model.DefinitionList:
    return model.DefinitionList(
        tuple((text(name), ((para(meaning),),)) for name, meaning in entries), span()
    )


def question(prompt: str, *answer: model.Block, aids: model.Blocks = ()) -> model.Question:
    return model.Question(text(prompt), aids, answer, model.Attributes(), span())


def term(name: str, *meanings: str | model.Blocks, reverse: bool | None = None) -> model.Term:
    blocks = tuple((para(each),) if isinstance(each, str) else each for each in meanings)
    return model.Term(text(name), blocks, model.Attributes(reverse=reverse), span())


def cloze(*blocks: model.Block) -> model.ClozeFact:
    return model.ClozeFact(blocks, model.Attributes(), span())


def title_note(title: str, *definition: model.Block) -> model.TitleNote:
    return model.TitleNote(text(title), definition, model.Attributes(), span())


def photo(name: str, width: int, height: int) -> model.Asset:
    """Return a plain grey picture of so many pixels."""
    data = io.BytesIO()
    Picture.new("L", (width, height), 200).save(data, "PNG")
    return model.Asset(name, data.getvalue(), "image/png", width, height)


ASSETS = {
    asset.name: asset
    for asset in (
        photo("wide.png", 2400, 300),
        photo("tall.png", 300, 2400),
        photo("small.png", 60, 40),
    )
}


def context(
    notes: Sequence[model.Note],
    *,
    title: str = "Therapeutic alliance",
    language: str = "en",
    reverse: bool = False,
    settings: Mapping[str, model.Value] | None = None,
) -> Context:
    """Return the context of one topic that holds the notes, numbered in order from 1.

    `settings` are those of `[flashcards]` that differ from their defaults.
    """
    usual = {key: setting.default for key, setting in OUTPUT.settings.items()}
    course = model.Course(
        name="art",
        folder=Path("content/art"),
        span=Span("content/art/course.toml"),
        title="Art therapy",
        code="AT",
        language=language,
        author="R. Teacher",
        labels=labels_for(language),
        reverse_terms=reverse,
        settings={OUTPUT.table: {**usual, **(settings or {})}},
    )
    topic = model.Topic("alliance", text(title), (), (), tuple(notes), (), span())
    known = {
        note.span: model.Identity(number, f"guid{number}", 0)
        for number, note in enumerate(notes, 1)
    }
    return Context(course, (topic,), known, ASSETS)


def ordinary_notes() -> tuple[model.Note, ...]:
    """Return notes such as most are; they make ten cards, so that a second sheet is padded."""
    return (
        title_note("Therapeutic alliance", para("The trusting bond of therapist and client.")),
        cloze(
            para(
                "A therapist builds it by ",
                gap("listening"),
                " closely and ",
                gap("validating", number=2, hint="accepting"),
                " what the client feels.",
            )
        ),
        question(
            "How does the therapeutic alliance affect art therapy in trauma recovery?",
            para(
                "It provides the safety from which painful material can be approached. People who "
                "were hurt by others often expect harm from closeness, so a dependable "
                "relationship is already part of recovery. Clients who trust the therapist can "
                "give shape to memories that words do not reach, and can stay with what the image "
                "stirs up (",
                em("r"),
                " = .28; see ",
                link("the study"),
                ").",
            ),
        ),
        question("Who named goals, tasks and bond?", para("Bordin, in 1979")),
        question(
            "What does this picture show?", para("A wall."), aids=(para(picture("wide.png")),)
        ),
        term("Rapport", "The ease of a talk in which two people feel in tune.", reverse=True),
        term("Frame", "What holds a picture.", "What holds a session: place, time and rules."),
        cloze(para("Trust in ", gap("Ελλάδα"), " and in ", strong("Россия"), " is trust.")),
    )


_VOCABULARY = """
a of the in and to is trust image client therapist feeling material together however relationship
understanding kinesthetic perceptual psychotherapy countertransference (1979) r=.28 “quoted”
well-being cognitive/symbolic naïve Ελλάδα
"""
WORDS = tuple(_VOCABULARY.split())


def prose(count: int, chance: random.Random) -> str:
    """Return so many words in sentences."""
    words = [chance.choice(WORDS) for _ in range(count)]
    for place in range(0, count, 11):
        words[place] = words[place].capitalize()
        words[max(0, place - 1)] += "."
    return " ".join(words)


_LINE = (model.Text("line"), model.Break(hard=True))


def hard_notes() -> tuple[model.Note, ...]:
    """Return notes that hardly go on cards, each in its own way."""
    chance = random.Random(1)
    long = prose(400, chance)
    nested: model.Block = bullets("the deepest item of all")
    for depth in range(9):
        nested = bullets((para(f"depth {depth}"), nested))
    quoted: model.Block = quote(para(prose(40, chance)))
    for _ in range(8):
        quoted = quote(quoted)
    return (
        question("Long?", para(prose(600, chance))),
        question(prose(300, chance), para("Short.")),
        question(prose(170, chance), para(prose(350, chance))),
        question("One word?", para("Donaudampfschiff" * 70)),
        question("No space?", para("信任是治疗联盟的核心。" * 90)),
        question("A list?", bullets(*(prose(chance.randint(1, 40), chance) for _ in range(14)))),
        question("Numbers?", bullets(*(prose(30, chance) for _ in range(8)), start=8)),
        question("Deep?", nested, quoted),
        question(
            "A table?", table(("No", "What"), *((f"{n}", prose(9, chance)) for n in range(25)))
        ),
        question("Wide?", table([f"Column{n}" for n in range(12)], ["unbreakable"] * 12)),
        question("A cell?", table(("A", "B"), ("one", prose(150, chance)))),
        question("Code?", code("".join(f"x_{n} = {n} * (1 + {n})  # why\n\n" for n in range(30)))),
        question("A line of code?", code("f(" + "1, " * 500 + ")")),
        question("Tall?", para(picture("tall.png")), para("Caption.")),
        question("Pictures?", *[para(picture("wide.png"), " and ", picture("tall.png"))] * 4),
        question(
            "Mixed?",
            head("First"),
            para(long[:700]),
            head("Second"),
            quote(para(long[:500])),
            model.Rule(span()),
            definitions(("Mediator", long[:300]), ("Distance", long[:400])),
        ),
        question("Aids?", para("Yes."), aids=(code("print(2)\n" * 9), para(picture("small.png")))),
        cloze(para(long[:700], gap("the answer"), long[700:1100], gap("another", number=3), ".")),
        cloze(para("Before ", em("and ", gap(strong(long[:1200]), hint="hint")), " after.")),
        term("Word", *(prose(25, chance) for _ in range(5)), reverse=True),
        term("Emphasis", (para(em(strong(long[:1500])), " un", em("break"), "able"),)),
        question("Breaks?", para(*(part for _ in range(40) for part in _LINE))),
        question("Empty?", para(""), para("x")),
    )


def many_notes(count: int, seed: int = 7) -> tuple[model.Note, ...]:
    """Return so many notes of very different length and kind."""
    chance = random.Random(seed)
    return tuple(_any_note(chance) for _ in range(count))


def _any_note(chance: random.Random) -> model.Note:
    length = chance.choice((1, 2, 8, 20, 40, 60, 80, 110, 150, 230))
    words = prose(length, chance)
    match chance.randrange(8):
        case 0:
            return term(prose(2, chance), words)
        case 1:
            return cloze(para(words, " ", gap(prose(3, chance)), " ", prose(5, chance)))
        case 2:
            items = [prose(chance.randint(1, 15), chance) for _ in range(chance.randint(2, 8))]
            return question(prose(9, chance), para(words), bullets(*items))
        case 3:
            rows = [(prose(1, chance), prose(4, chance)) for _ in range(chance.randint(1, 8))]
            return question(prose(9, chance), para(words), table(("Name", "Meaning"), *rows))
        case 4:
            return question(prose(12, chance), para(words[: len(words) // 2]), code("a = f(b)\nc"))
        case _:
            return question(prose(chance.randint(3, 20), chance), para(words))
