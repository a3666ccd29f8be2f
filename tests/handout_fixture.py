"""Courses and topics made by hand, without the parser: a short one, a long one, and their parts."""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image as Picture

from builder import model
from builder.outputs import Context
from builder.outputs.handout import OUTPUT
from builder.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def strong(*parts: str | model.Inline) -> model.Strong:
    return model.Strong(text(*parts))


def web(address: str, *parts: str | model.Inline) -> model.Link:
    return model.Link(address, text(*parts), span())


def to_topic(topic: str, *parts: str | model.Inline) -> model.Link:
    return model.Link(f"{topic}.md", text(*parts), span(), topic=topic)


def picture(asset: str, alt: str) -> model.Image:
    return model.Image(asset, alt, span())


def gap(*parts: str | model.Inline, hint: str = "") -> model.Deletion:
    return model.Deletion(1, text(*parts), hint, span())


def para(*parts: str | model.Inline) -> model.Paragraph:
    return model.Paragraph(text(*parts), span())


def head(level: int, *parts: str | model.Inline) -> model.Heading:
    return model.Heading(level, text(*parts), span())


def item(*content: str | model.Inline | model.Block) -> model.Item:
    """Return a list item; loose strings and inlines form its first paragraph."""
    inner = tuple(part for part in content if isinstance(part, str | model.Inline))
    rest = tuple(part for part in content if not isinstance(part, str | model.Inline))
    return model.Item(((para(*inner),) if inner else ()) + rest, span())


def bullets(*items: model.Item | str, tight: bool = True) -> model.List:
    made = tuple(each if isinstance(each, model.Item) else item(each) for each in items)
    return model.List(made, None, tight, span())


def numbers(*items: model.Item | str, start: int = 1, tight: bool = True) -> model.List:
    made = tuple(each if isinstance(each, model.Item) else item(each) for each in items)
    return model.List(made, start, tight, span())


def quote(*content: model.Block) -> model.Quote:
    return model.Quote(content, span())


def code(source: str) -> model.CodeBlock:
    return model.CodeBlock(source, "", span())


def table(*rows: tuple[str | model.Inlines, ...], aligns: tuple[model.Align, ...]) -> model.Table:
    cells = [tuple(text(c) if isinstance(c, str) else c for c in row) for row in rows]
    return model.Table(cells[0], tuple(cells[1:]), aligns, span())


def question(prompt: str, *answer: model.Block, aids: model.Blocks = ()) -> model.Question:
    return model.Question(text(prompt), aids, answer, model.Attributes(), span())


def term(name: str, *definitions: str | model.Blocks) -> model.Term:
    made = tuple((para(each),) if isinstance(each, str) else each for each in definitions)
    return model.Term(text(name), made, model.Attributes(), span())


def facts(*content: model.Block) -> model.Facts:
    return model.Facts(text("Key facts"), content, span())


def questions(*content: model.Question) -> model.Questions:
    return model.Questions(text("Review questions"), content, span())


def terms(*content: model.Term) -> model.Terms:
    return model.Terms(text("Related terms"), content, span())


def prose(heading: str, *content: model.Block) -> model.Prose:
    return model.Prose(text(heading), content, span())


def topic(
    name: str,
    title: str | model.Inlines,
    definition: model.Blocks,
    *sections: model.Section,
    clozes: tuple[model.Paragraph | model.Item, ...] = (),
    title_note: bool = False,
) -> model.Topic:
    """Return a topic; `clozes` are the paragraphs and list items that are notes."""
    notes: list[model.Note] = []
    title_inlines = text(title) if isinstance(title, str) else title
    if title_note:
        notes.append(model.TitleNote(title_inlines, definition, model.Attributes(), span()))
    for found in clozes:
        content = found.children if isinstance(found, model.Item) else (found,)
        notes.append(model.ClozeFact(content, model.Attributes(), found.span))
    for section in sections:
        notes += getattr(section, "questions", ()) + getattr(section, "terms", ())
    tags = ("alliance", "art-therapy")
    return model.Topic(name, title_inlines, definition, sections, tuple(notes), tags, span())


def context(  # noqa: PLR0913 - each has its default
    *topics: model.Topic,
    paper: str = "A4",
    answers: str = "separate",
    cloze: str = "text",
    links: str = "footnotes",
    language: str = "en",
    title: str = "Art therapy",
    assets: dict[str, model.Asset] | None = None,
    **labels: str,
) -> Context:
    """Return the context of one topic's handout, its notes numbered in order from 1."""
    words = {"answers": "Answers", "page": "Page", "of": "of"} | labels
    course = model.Course(
        name="art",
        folder=Path("content/art"),
        span=Span("content/art/course.toml"),
        title=title,
        code="AT",
        language=language,
        author="R. Teacher",
        license="CC BY 4.0",
        labels=words,
        settings={
            OUTPUT.table: {"paper": paper, "answers": answers, "cloze": cloze, "links": links}
        },
    )
    notes = [note for each in topics for note in each.notes]
    known = {
        note.span: model.Identity(number, f"guid{number}", 0)
        for number, note in enumerate(notes, 1)
    }
    return Context(course, topics, known, assets or {})


def photo(name: str, width: int, height: int) -> model.Asset:
    """Return a plain grey picture of so many pixels."""
    data = io.BytesIO()
    Picture.new("L", (width, height), 200).save(data, "PNG")
    return model.Asset(name, data.getvalue(), "image/png", width, height)


# --- A short topic: the ordinary case --------------------------------------------------------


def short_topic() -> model.Topic:
    """Return a topic such as most are: five facts, three questions, two terms."""
    listening = item(
        "A therapist builds it by ",
        gap("listening"),
        " closely and ",
        gap("validating", hint="accepting"),
        " what the client feels.",
    )
    culture = item(
        "Across cultures it depends on the therapist’s ", gap("cultural competence"), "."
    )
    return topic(
        "therapeutic-alliance",
        "Therapeutic alliance",
        (
            para(
                "The therapeutic alliance is the collaborative, trusting bond between a therapist "
                "and a client, sustained by respect, shared goals and emotional support. It lets "
                "clients feel safe and understood, and so free to do the work of therapy."
            ),
        ),
        facts(
            bullets(
                "In trauma-focused therapy, a stronger alliance predicts better outcomes.",
                "A secure alliance lets a client express through art the feelings that are hard "
                "to put into words.",
                listening,
                "Clients who trust the alliance are more willing to take on demanding work.",
                culture,
            )
        ),
        questions(
            question(
                "How does the therapeutic alliance affect art therapy in trauma recovery?",
                para(
                    "It provides the safety from which painful material can be approached. People "
                    "who were hurt by others often expect harm from closeness, so a dependable "
                    "relationship is already part of recovery. Clients who trust the therapist "
                    "can give shape to memories that words do not reach."
                ),
            ),
            question("Who named goals, tasks and bond?", para("Bordin, in 1979.")),
            question(
                "What does empathy contribute?",
                para("It gives the client the experience of being understood:"),
                bullets("words and image are seen from the client’s side", "nothing is judged"),
                para("So there is less need to hide, and harder feelings can enter the artwork."),
            ),
        ),
        terms(
            term("Rapport", "The ease and mutual goodwill of a conversation between two people."),
            term("Client-centered therapy", "The approach founded by Carl Rogers.", "Its method."),
        ),
        prose(
            "Sources",
            bullets(
                item(
                    "Bordin, E. S. (1979). The generalizability of the psychoanalytic concept of "
                    "the working alliance. ",
                    em("Psychotherapy"),
                    ", 16(3), 252–260. ",
                    web("https://doi.org/10.1037/h0085885", "doi.org/10.1037/h0085885"),
                )
            ),
        ),
        clozes=(listening, culture),
        title_note=True,
    )


# --- A long topic: every kind of block and inline --------------------------------------------

FILLER = (
    "Materials differ in how much they resist and how much they flow. A pencil holds a line where "
    "it was put, while wet watercolour runs on by itself, so the same feeling may be held in the "
    "one and let go in the other. The choice belongs to the client; the therapist watches what it "
    "makes possible. "
)


def long_topic() -> model.Topic:
    """Return a topic of several pages with everything that the model knows."""
    nested = item(
        "A list item with a ",
        gap("cloze ", em("deletion")),
        " and a nested list:",
        bullets(item("first", bullets("deeper", "deepest of all")), "second"),
        para("and a closing paragraph."),
    )
    paragraph = para(
        "A paragraph that holds a ", gap("blank"), ", with ", model.Code("{{code}}"), "."
    )
    quoted = para("Inside a quotation, ", gap("too"), ", there is a note.")
    return topic(
        "unit-1/expressive therapies",
        text("The expressive therapies ", em("continuum"), " & its uses"),
        (
            para(
                "A model of how people ", strong("take in and form"), " images, from movement up."
            ),
            para(
                "It was put forward by Kagin and Lusebrink and is read in ",
                to_topic("rapport", "rapport"),
                " and in ",
                to_topic("unit-1/empathy and attunement", "the next topic"),
                ".",
            ),
        ),
        facts(
            bullets(
                "A plain fact.", nested, item("Another fact.", code("one\n  two")), tight=False
            ),
            numbers("seventh", "eighth", "ninth", "tenth", start=7),
            paragraph,
        ),
        prose(
            "Levels of the continuum",
            para(FILLER * 2),
            head(3, "Movement and ", em("sensation")),
            para("Line", model.Break(), "after line, and a hard", model.Break(hard=True), "break."),
            quote(
                para("The medium is part of the message. ", em("Always.")),
                quoted,
                bullets("so", "be it"),
            ),
            code(f"def knead(clay):\n    return clay.press(strength=0.8)\nx = {'1 + ' * 60}1"),
            table(
                ("Level", "Component", "Medium", "Share"),
                ("1", "Kinesthetic – sensory", text("clay, ", em("finger paint")), "12.5"),
                ("2", "Perceptual – affective", "pastel, watercolour", "7.25"),
                ("3", "Cognitive – symbolic", "collage", "110.0"),
                aligns=("center", "left", "", "right"),
            ),
            model.DefinitionList(
                (
                    (text("Reflective distance"), ((para("The room between maker and mark."),),)),
                    (
                        text("Mediator"),
                        ((para("A tool."),), (para("Or a rule."), bullets("a", "b"))),
                    ),
                ),
                span(),
            ),
            model.Rule(span()),
            para("Греческий, Ελληνικά, naïve façade, ½ × 3 ≤ 4, “quotes”, office, fjord, flour."),
            para(picture("images/wide photo.png", "a wide photo")),
            para("An icon ", picture("icon.png", "an icon"), " inside a line of text."),
            para(
                "A long address: ",
                web(
                    "https://example.org/" + "a-very-long-path/" * 12,
                    "https://example.org/" + "a-very-long-path/" * 12,
                ),
            ),
            para("A word: " + "Donaudampfschifffahrtsgesellschaft" * 5 + " and " + "x1" * 99),
            table(
                tuple(f"Column{n}" for n in range(12)),
                tuple(f"unbreakable{n}" * 2 for n in range(12)),
                tuple(f"cell {n}" for n in range(12)),
                aligns=("",) * 12,
            ),
            para(FILLER * 3),
        ),
        questions(
            question(
                "Which level does this picture of a long prompt belong to, and what makes you "
                "think so rather than of the one above it?",
                para("The perceptual level: the form is held by its outline."),
                aids=(
                    para(picture("images/wide photo.png", "a picture")),
                    para("Look at the edges."),
                ),
            ),
            question("What does this print?", code("4"), aids=(code("print(2 + 2)"),)),
            question(
                "Why?",
                para(FILLER),
                head(4, "A heading in an answer"),
                para(FILLER),
                numbers("one", "two"),
            ),
            question("How?", para(FILLER), quote(para("Quoted."))),
            question("When?", table(("Year", "Event"), ("1978", "Model"), aligns=("right", ""))),
            question("Where?", para("Here.")),
        ),
        terms(
            term("Kinesthetic component", (para(FILLER), bullets("energy", "rhythm"))),
            term("Sensory component", "Touch.", "Also: the slow attention that touch asks for."),
            term("Healing dimension", FILLER),
        ),
        prose(
            "Sources",
            numbers(*(f"Author {n}. ({1970 + n}). A title that is given." for n in range(9))),
        ),
        clozes=(nested, paragraph, quoted),
    )


def long_assets() -> dict[str, model.Asset]:
    """Return the pictures of the long topic."""
    found = (photo("images/wide photo.png", 2400, 1000), photo("icon.png", 14, 14))
    return {asset.name: asset for asset in found}
