"""The sections of a topic: each kind has its own grammar, and nothing in it may be lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from builder import model
from builder.diagnostics import Code, quoted, warning
from builder.model import LAST_NUMBER, SectionKind
from builder.source.blocks import BlockParser, Headline, Part, TermList
from builder.source.notes import cloze_facts, numbered
from builder.span import Span
from builder.suggest import nearest
from builder.text import blocks_text, inlines_text, plain_name
from builder.walk import blocks_in, deletions_in, inlines_in

PROMPT = 3  # the level of the headings that are questions, and that divide prose
_ANSWER_HEADINGS = (4, 5, 6)
_ASIDES = ("hint", "more")
_NEAR = 0.8  # how alike a heading must be to a section's name to be taken for a slip


@dataclass(slots=True)
class SectionParser:
    """Reads the sections of one topic; what is wrong goes to the block parser's problems."""

    blocks: BlockParser
    course: model.Course
    seen: dict[SectionKind, Span] = field(default_factory=dict)

    def report(self, code: Code, message: str, span: Span, hint: str) -> None:
        """Add an error."""
        self.blocks.report(code, message, span, hint)

    # --- sections ---

    def section(self, head: Headline, parts: Sequence[Part]) -> model.Section:
        """Return the section below a heading."""
        self.blocks.unused(head.attributes)
        self.no_deletions(head.children, "a heading")
        self.blocks.inline.no_footnotes(head.children, "a heading")
        kind = self._kind(head)
        if not head.children:
            hint = "write it after the ##"
            self.report("section-empty", "this heading is empty", head.span, hint)
        elif not parts:
            hint = "write it, or delete the heading"
            self.report("section-empty", "this section is empty", head.span, hint)
        match kind:
            case "questions":
                return model.Questions(head.children, tuple(self._questions(parts)), head.span)
            case "terms":
                return model.Terms(head.children, tuple(self._terms(parts)), head.span)
            case "facts":
                return model.Facts(head.children, self.prose(parts, headings=()), head.span)
            case None:
                return model.Prose(head.children, self.prose(parts, headings=(PROMPT,)), head.span)

    def _kind(self, head: Headline) -> SectionKind | None:
        kinds = {
            plain_name(name): (kind, name)
            for kind, names in self.course.sections.items()
            for name in names
        }
        found = plain_name(inlines_text(head.children))
        if found not in kinds:
            near = nearest(found, kinds, _NEAR)
            if near:
                self._near(head, kinds[near][1])
            return None
        kind = kinds[found][0]
        if kind in self.seen:
            hint = f"put both together; the first is in line {self.seen[kind].line}"
            self.report("section-twice", "this section stands here twice", head.span, hint)
        self.seen.setdefault(kind, head.span)
        return kind

    def _near(self, head: Headline, name: str) -> None:
        message = f"this heading is nearly {quoted(name)}, but is read as plain prose"
        hint = f"write ## {name}, or name it in [sections] of course.toml"
        self.blocks.problems.append(warning("section-near", message, head.span, hint))

    def prose(self, parts: Sequence[Part], *, headings: tuple[int, ...]) -> model.Blocks:
        """Return running text, its deletions numbered; headings of other levels are errors."""
        self.blocks.check_underlines(parts)
        content = self._content(parts, headings, "write ### only in prose, or ## for a section")
        self._no_deletions_in_tables(content)
        self._no_asides(content)
        return numbered(content)

    def _content(self, parts: Iterable[Part], headings: tuple[int, ...], hint: str) -> model.Blocks:
        made: list[model.Block] = []
        for part in parts:
            if isinstance(part, TermList):
                made.append(self.blocks.layout(part))
            elif not isinstance(part, Headline):
                made.append(part)
            elif not part.children:
                empty = f"write it after the {'#' * part.level}"
                self.report("heading-misplaced", "this heading is empty", part.span, empty)
            elif part.level in headings:
                self.blocks.unused(part.attributes)
                self.blocks.inline.no_footnotes(part.children, "a heading")
                made.append(model.Heading(part.level, part.children, part.span))
            else:
                what = f"a heading with {'#' * part.level} can't stand here"
                self.report("heading-misplaced", what, part.span, hint)
        return tuple(made)

    # --- questions ---

    def _questions(self, parts: Sequence[Part]) -> Iterator[model.Question]:
        starts = [i for i, part in enumerate(parts) if _is_prompt(part)]
        before = parts[: starts[0]] if starts else parts
        if before:
            hint = "begin each question with ### and what is asked"
            message = "this text belongs to no question"
            self.report("text-before-question", message, before[0].span, hint)
        for start, end in zip(starts, [*starts, len(parts)][1:], strict=True):
            head = parts[start]
            assert isinstance(head, Headline)  # noqa: S101 - so `starts` was made
            yield self._question(head, parts[start + 1 : end])

    def _question(self, head: Headline, parts: Sequence[Part]) -> model.Question:
        hint = "write ### for the next question, #### to divide an answer"
        hint_text, more, parts = self._asides(parts)
        content = self._content(parts, _ANSWER_HEADINGS, hint)
        self._no_asides((*content, *hint_text, *more))
        rules = [i for i, block in enumerate(content) if isinstance(block, model.Rule)]
        divider = rules[0] if rules else -1
        aids, answer = content[: max(divider, 0)], content[divider + 1 :]
        if not head.children:
            hint = "write what is asked after the ###"
            self.report("question-empty", "this question asks nothing", head.span, hint)
        if not _says_something(answer):
            hint = "write the answer below the question" + (", after the ---" if rules else "")
            self.report("question-unanswered", "this question has no answer", head.span, hint)
        self.no_deletions(head.children, "a question")
        self.no_deletions(aids, "a question")
        self.no_deletions((*answer, *hint_text, *more), "an answer")
        return model.Question(
            head.children, aids, answer, head.attributes, head.span, hint_text, more
        )

    def _asides(self, parts: Sequence[Part]) -> tuple[model.Blocks, model.Blocks, list[Part]]:
        """Take hint and more out of a question; there may be one of each."""
        found: dict[str, model.Callout] = {}
        rest: list[Part] = []
        for part in parts:
            if not isinstance(part, model.Callout) or part.kind not in _ASIDES:
                rest.append(part)
            elif part.kind in found:
                message = f"this question has two call-outs {quoted(part.kind)}"
                self.report("callout-misplaced", message, part.span, "put both together")
            else:
                found[part.kind] = part
        hint, more = ((aside.children if (aside := found.get(kind)) else ()) for kind in _ASIDES)
        return hint, more, rest

    def _no_asides(self, content: model.Blocks) -> None:
        """Report hint and more where there is no question for them."""
        for block in blocks_in(content):
            if isinstance(block, model.Callout) and block.kind in _ASIDES:
                message = f"::: {block.kind} stands in no question, or inside something else"
                hint = "put it right below a question ###, or write ::: note"
                self.report("callout-misplaced", message, block.span, hint)

    # --- terms ---

    def _terms(self, parts: Iterable[Part]) -> Iterator[model.Term]:
        for part in parts:
            if isinstance(part, TermList):
                yield from map(self._term, part.terms)
            elif isinstance(part, model.List):
                hint = "write the term on a line, and below it a line with : and its definition"
                self.report("terms-list", "a list stands among the terms", part.span, hint)
            elif isinstance(part, model.Paragraph):
                hint = "write below it a line that begins with : and a space"
                self.report("term-undefined", "this term has no definition", part.span, hint)
            else:
                message = "this is neither a term nor its definition"
                hint = "keep to terms and definitions here; move the rest to another section"
                self.report("terms-other", message, part.span, hint)

    def _term(self, term: model.Term) -> model.Term:
        self.no_deletions(term.name, "a term")
        for definition in term.definitions:
            self.no_deletions(definition, "a term's definition")
            self._no_asides(definition)
        if not term.name:
            hint = "write the term on the line above its definition"
            self.report("term-undefined", "this definition has no term", term.span, hint)
        if not all(term.definitions):
            hint = "write it after the :"
            self.report("term-undefined", "this term has an empty definition", term.span, hint)
        return term

    # --- cloze deletions and attributes ---

    def no_deletions(self, content: model.Blocks | model.Inlines, where: str) -> None:
        """Report deletions where none may stand."""
        self.blocks.inline.no_deletions(content, where)

    def _no_deletions_in_tables(self, content: model.Blocks) -> None:
        for block in content:
            match block:
                case model.Heading(_, children):
                    self.no_deletions(children, "a heading")
                case model.Table():
                    self.no_deletions((block,), "a table")
                case model.Quote(children) | model.Callout(children):
                    self._no_deletions_in_tables(children)
                case model.List(items):
                    for item in items:
                        self._no_deletions_in_tables(item.children)
                case model.DefinitionList(entries):
                    for name, definitions in entries:
                        self.no_deletions(name, "a term")
                        for definition in definitions:
                            self._no_deletions_in_tables(definition)

    # --- notes ---

    def title_note(self, title: Headline, definition: model.Blocks) -> Iterator[model.TitleNote]:
        """Yield the title with its definition as a note, if the course wants it."""
        if self.course.definition_notes and definition:
            yield model.TitleNote(title.children, definition, title.attributes, title.span)
        else:
            self.blocks.unused(title.attributes)

    def notes(
        self, definition: model.Blocks, sections: Iterable[model.Section]
    ) -> Iterator[model.Note]:
        """Yield the notes in the order of the text."""
        yield from self._facts(definition)
        for section in sections:
            match section:
                case model.Questions(_, questions):
                    yield from questions
                case model.Terms(_, terms):
                    yield from terms
                case model.Facts(_, blocks) | model.Prose(_, blocks):
                    yield from self._facts(blocks)

    def _facts(self, content: model.Blocks) -> Iterator[model.ClozeFact]:
        for fact in cloze_facts(content, self.blocks.attributes):
            beyond = [d for d in deletions_in(fact.blocks) if d.number > LAST_NUMBER]
            if beyond:
                message = f"this note has more than {LAST_NUMBER} cloze deletions"
                hint = "make several notes of it"
                self.report("cloze-number", message, beyond[0].span, hint)
            yield fact

    def unused_attributes(self, notes: Iterable[model.Note]) -> None:
        """Report attributes at paragraphs and items that are no notes."""
        spans = {note.span for note in notes}
        for span, attributes in self.blocks.attributes.items():
            if span not in spans:
                self.blocks.unused(attributes)


def _is_prompt(part: Part) -> bool:
    return isinstance(part, Headline) and part.level == PROMPT


def _says_something(answer: model.Blocks) -> bool:
    """Tell whether there is a word or a picture below the headings."""
    said = [block for block in answer if not isinstance(block, model.Heading)]
    pictures = any(isinstance(inline, model.Image) for inline in inlines_in(said))
    return pictures or bool(blocks_text(said).strip())
