"""The handout: a PDF to read, to punch and to write on; one a topic, and all bound to one.

Its answers stand apart.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from builder import model
from builder.diagnostics import Diagnostic
from builder.outputs import Context, Output, Rendered
from builder.phrases import counted
from builder.rendering import NotRenderedError
from builder.rendering.footnotes import footnote_marks, footnote_texts, with_footnotes
from builder.rendering.html import Medium, blocks, headline, inlines
from builder.rendering.printed import printed_audio, printed_maths, short_address
from builder.rendering.tables import least_width
from builder.rendering.templates import fill, read_text
from builder.scripts import direction
from builder.span import Span
from builder.text import blocks_text, inlines_text
from builder.walk import deletions_in, inlines_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Handwritten words on a line of 16 cm, and the fewest and most lines that a question gets.
WORDS_A_LINE = 9
FEWEST_LINES, MOST_LINES = 2, 10

# A handwritten letter, and the narrowest and widest blank, in em.
LETTER, NARROWEST, WIDEST = 0.9, 5, 16

# An answer of so few lines is not divided between two pages.
_SHORT = 4

# The widest table that keeps its words whole, in its em of 8.5 pt: 146 mm, less indents; and what
# handout.css puts between two columns.
_TABLE_WIDTH, _COLUMN_GAP = 44, 1

_WEB = ("http://", "https://", "mailto:")
_ADDRESS = re.compile(r"(\S*(?:://|www\.|doi\.org/)\S*)")

# The mark of a link to another topic; and what may stand behind its words without a space: the end
# of a word, and signs.
_ARROW = Markup('<span class="elsewhere">→</span>')
_ENDING = r"(?:(?:’|&#39;)?[a-zà-öø-ÿ]{1,3}(?!\w))?"
_SIGNS = r"(?:(?:[,.;:!?…)\]}’”»،؛؟。，、；：！？）」』]|&#3[49];)(?!\w))*"
_ATTACHED = re.compile(f"{_ARROW}({_ENDING}{_SIGNS})")


@dataclass(frozen=True, slots=True)
class Handout:
    """A topic's handout, as it goes into the bound one."""

    topic: str
    pdf: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class _Question:
    """A question; `again` is its prompt as it stands above the answer, without footnotes."""

    code: str
    prompt: Markup
    again: Markup
    aids: Markup
    answer: Markup
    hint: Markup
    more: Markup
    lines: int

    @property
    def is_short(self) -> bool:
        return self.lines <= _SHORT


@dataclass(frozen=True, slots=True)
class _Term:
    code: str
    name: Markup
    definitions: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class _Key:
    """What belongs into the blanks of a fact."""

    code: str
    answers: Markup


@dataclass(frozen=True, slots=True)
class _Part:
    """A section as the template sees it: one of the three last fields is filled."""

    heading: Markup
    body: Markup | str = ""
    questions: tuple[_Question, ...] = ()
    terms: tuple[_Term, ...] = ()


def render(context: Context) -> Rendered:
    """Return the handout of the context's one topic; its summary counts the pages."""
    from builder.rendering import pdf  # importing WeasyPrint takes half a second
    from builder.rendering.tags import simplify_tags

    page, is_ours = handout_html(context), not context.course.templates
    try:
        document = pdf.lay_out(page, _style(context), context.assets, is_ours=is_ours)
    except pdf.NotFetchedError as error:
        if is_ours:
            raise
        message = f"this course's templates fetch something: {error}"
        place = Span(_templates_folder(context.course))
        raise NotRenderedError(Diagnostic("template-broken", message, place)) from error
    # WeasyPrint has no way to tag a picture without words as decoration.
    data = document.write_pdf(finisher=simplify_tags, pdf_tags=' alt=""' not in page)
    count = len(document.pages)
    return Rendered(data, counted(count, "page"), part=Handout(context.topics[0].name, data, count))


def bind(context: Context, parts: Sequence[object]) -> Rendered:
    """Return the topics' handouts bound to one PDF."""
    from builder.printing.binding import Cover, Leaf, bound
    from builder.printing.pdf_file import Imprint

    course = context.course
    handouts = [part for part in parts if isinstance(part, Handout)]
    leaves = [Leaf(handout.topic, handout.pdf) for handout in handouts]
    imprint = Imprint(course.title, course.author, course.language)
    cover = Cover(imprint, course.labels["page"], course.labels["of"])
    data = bound(leaves, cover)
    return Rendered(data, counted(sum(handout.pages for handout in handouts), "page"))


def handout_html(context: Context) -> str:
    """Return the handout of the context's one topic as an HTML page, without its style."""
    (topic,) = context.topics
    course = context.course
    medium = _medium(context, topic)
    parts = [_part(section, medium) for section in topic.sections]
    values = {
        # Not the course itself: a template of its own could ask its folder for files.
        "course": {
            "title": course.title,
            "author": course.author,
            "language": course.language,
            "labels": course.labels,
        },
        "direction": direction(course.language),
        "logo": f"asset:{quote(course.logo)}" if course.logo else "",
        "answers": course.settings["handout"]["answers"],
        "imprint": " · ".join(filter(None, (course.author, course.license))),
        "tags": topic.tags,
        "title": headline(topic.title, _without_footnotes(medium)),
        "title_text": " ".join(inlines_text(topic.title).split()),
        "lead": blocks(topic.definition, medium),
        "lead_code": _title_code(topic, context),
        "sections": parts,
        "keys": list(_keys(topic, context)),
        "questions": [question for part in parts for question in part.questions],
    }
    page = fill("handout.html", values, course.templates, _templates_folder(course))
    return _behind_signs(with_footnotes(page, footnote_texts(topic, _without_footnotes(medium))))


def _behind_signs(page: str) -> str:
    """Put each arrow behind a comma, say: with its room for a number it would part that off."""

    def moved(found: re.Match[str]) -> str:
        return f'<span class="together">{found[1]}{_ARROW}</span>' if found[1] else found[0]

    return _ATTACHED.sub(moved, page)


def _templates_folder(course: model.Course) -> str:
    return f"{course.span.path.rpartition('/')[0]}/templates"


def writing_lines(answer: Iterable[model.Block]) -> int:
    """Return how many lines to write on the answer needs: one in reserve, from 2 to 10."""
    words = _handwritten_words(blocks_text(answer))
    return min(max(-(-words // WORDS_A_LINE) + 1, FEWEST_LINES), MOST_LINES)


def topic_address(topic: str, seen_from: str) -> str:
    """Return the relative, percent-encoded address of a topic's handout in another's folder."""
    path = posixpath.relpath(f"/{topic}.pdf", posixpath.dirname(f"/{seen_from}"))
    return quote(path)


def _handwritten_words(text: str) -> int:
    """Return the words; where a script has no spaces, two wide characters count as one."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text.split()) + wide // 2


def _style(context: Context) -> str:
    # Not where only its settings are asked for.
    from builder.rendering.typefaces import declared, put_in, typefaces

    paper = context.course.settings["handout"]["paper"]
    is_mirrored = direction(context.course.language) == "rtl"
    others = {"handout-letter.css": paper == "Letter", "handout-rtl.css": is_mirrored}
    names = ("handout.css", "code.css", *(name for name, is_used in others.items() if is_used))
    values = typefaces(context.course, context.assets).named()
    values |= {"--accent": context.course.accent}
    own = context.course.templates
    sheets = (own[name] if name in own else put_in(read_text(name), values) for name in names)
    return "".join(sheets) + declared(values)


def _medium(context: Context, topic: model.Topic) -> Medium:
    return Medium(
        image=lambda image: f"asset:{quote(image.asset)}",
        audio=printed_audio,
        maths=printed_maths,
        footnote=footnote_marks(topic),
        link=lambda link, inner: _link(link, inner, topic, context),
        deletion=_blank if _has_blanks(context) else _filled,
        code=context.code,
        text=_text,
        language=context.course.language,
        han=topic.han,
        crowded=lambda table: least_width(table, _COLUMN_GAP) > _TABLE_WIDTH,
    )


def _has_blanks(context: Context) -> bool:
    return context.course.settings["handout"]["cloze"] == "blank"


def _filled(_deletion: model.Deletion, inner: Markup) -> Markup:
    return Markup('<span class="deletion">{}</span>').format(inner)


def _blank(deletion: model.Deletion, _inner: Markup) -> Markup:
    """Return room to write the answer, and the hint."""
    letters = sum(map(_letters, inlines_in(deletion.children)))
    width = min(max(letters * LETTER, NARROWEST), WIDEST)
    hint = Markup(' <span class="hint-word">[{}]</span>').format(deletion.hint)
    room = Markup('<span class="blank" style="width: {:.1f}em"></span>').format(width)
    return room + (hint if deletion.hint else "")


def _letters(inline: model.Inline) -> int:
    """Return how many letters somebody has to write; a formula is shorter than its source."""
    match inline:
        case model.Text(text) | model.Code(text):
            return len(text)
        case model.Maths(tex):
            return min(len(tex), 8)
        case _:
            return 0


def _keys(topic: model.Topic, context: Context) -> Iterator[_Key]:
    """Yield what belongs into the blanks."""
    settings = context.course.settings["handout"]
    if not _has_blanks(context) or settings["answers"] == "none":
        return
    medium = _without_footnotes(_medium(context, topic))
    for note in topic.notes:
        if isinstance(note, model.ClozeFact):
            answers = (inlines(each.children, medium) for each in deletions_in(note.blocks))
            yield _Key(context.code(note.span), Markup(" · ").join(answers))


def _text(text: str) -> Markup:
    """Mark addresses, which a hyphen at a line's end would falsify."""
    parts = _ADDRESS.split(text)
    return Markup("").join(
        Markup('<span class="web">{}</span>').format(part) if index % 2 else part
        for index, part in enumerate(parts)
    )


def _link(link: model.Link, inner: Markup, topic: model.Topic, context: Context) -> Markup:
    if link.topic:
        address = topic_address(link.topic, topic.name)
        return Markup('<a href="{}">{}</a>').format(address, inner) + _ARROW
    if not link.href.lower().startswith(_WEB):
        return inner
    anchor = Markup('<a class="web" href="{}">{}</a>').format(link.href, inner)
    address = short_address(link.href)
    is_plain = context.course.settings["handout"]["links"] == "plain"
    if is_plain or short_address(inlines_text(link.children)) == address:
        return anchor
    return anchor + Markup('<span class="footnote web">{}</span>').format(address)


def _without_footnotes(medium: Medium) -> Medium:
    """Return the medium for headings, and for what is printed a second time."""
    return replace(medium, link=lambda _, inner: inner, footnote=lambda _: Markup(""))


def _title_code(topic: model.Topic, context: Context) -> str:
    spans = [note.span for note in topic.notes if isinstance(note, model.TitleNote)]
    return context.code(spans[0]) if spans else ""


def _part(section: model.Section, medium: Medium) -> _Part:
    heading = headline(section.heading, _without_footnotes(medium))
    match section:
        case model.Questions(_, questions):
            return _Part(heading, questions=tuple(_question(each, medium) for each in questions))
        case model.Terms(_, terms):
            return _Part(heading, terms=tuple(_term(each, medium) for each in terms))
        case model.Facts(_, content) | model.Prose(_, content):
            return _Part(heading, blocks(content, medium))


def _question(question: model.Question, medium: Medium) -> _Question:
    return _Question(
        medium.code(question.span),
        headline(question.prompt, medium),
        headline(question.prompt, _without_footnotes(medium)),
        blocks(question.aids, medium),
        blocks(question.answer, medium),
        blocks(question.hint, medium),
        blocks(question.more, medium),
        writing_lines(question.answer),
    )


def _term(term: model.Term, medium: Medium) -> _Term:
    definitions = tuple(blocks(definition, medium) for definition in term.definitions)
    return _Term(medium.code(term.span), headline(term.name, medium), definitions)


OUTPUT = Output(
    name="handouts",
    table="handout",
    scope="topic",
    extension="pdf",
    render=render,
    bind=bind,
    settings={
        "paper": model.Setting("A4", "the size of the paper", ("A4", "Letter")),
        "answers": model.Setting(
            "separate",
            "where the answers stand: on pages of their own, nowhere, or under the questions",
            ("separate", "none", "inline"),
        ),
        "links": model.Setting(
            "footnotes",
            "whether the addresses of links to the web are printed",
            ("footnotes", "plain"),
        ),
        "cloze": model.Setting(
            "text",
            "how cloze deletions are printed: as text, or as blanks to write on",
            ("text", "blank"),
        ),
    },
)
