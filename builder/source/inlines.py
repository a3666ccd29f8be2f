"""From markdown-it's inline tokens to the model's inlines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from markdown_it.token import Token

from builder import model
from builder.diagnostics import Code, Diagnostic, quoted, warning
from builder.source.audio import SUFFIXES as SOUNDS
from builder.source.links import image_target, link_target
from builder.source.places import Placed, placed_lines
from builder.source.syntax import MAX_NESTING
from builder.source.tags import is_id, tag_problem
from builder.span import Span
from builder.suggest import nearest
from builder.walk import deletions_in, inlines_in

_ATTRIBUTE = re.compile(r"\s*(?P<word>[^\s=]+(?:=\S*)?)")
_REFERENCE = re.compile(r"(?<![\w\\\]])!?\[[^\[\]\\]+\]\[[^\[\]\\]*\]")

_NOT_IN_ALT = {"link_open": "a link", "image": "another image", "footnote": "a footnote"}
_NEAR = 0.79  # how alike commands must be for one to be taken for a slip of the other

STYLES: dict[str, type[model.Styled]] = {
    "em": model.Emphasis,
    "strong": model.Strong,
    "s": model.Strikethrough,
    "sub": model.Subscript,
    "sup": model.Superscript,
}

PROBLEMS: dict[Code, tuple[str, str]] = {
    "cloze-unclosed": (
        "this cloze deletion is not closed",
        "write }} where it ends, or \\{\\{ where braces are meant",
    ),
    "cloze-nested": (
        "a cloze deletion stands inside another one",
        "close the first with }} before the next begins",
    ),
    "cloze-number": (
        "this is not a cloze number",
        "write c, a number from 1 to 499 and ::, for example {{c1::frame}}; \\: is a plain colon",
    ),
    "cloze-empty": (
        "this cloze deletion has no answer or an empty hint",
        "write the answer between the braces, for example {{frame}} or {{frame::a hint}}",
    ),
    "maths-unclosed": (
        "these maths are not closed",
        "write $ or $$ where they end, with no space before it; \\$ is a plain dollar sign",
    ),
    "maths-doubtful": (
        "these could be maths or prices",
        "write \\$ where a price is meant, \\text{…} for words in maths",
    ),
}


@dataclass(slots=True)
class InlineParser:
    """Turns inline tokens of one topic into inlines and collects what is wrong.

    `folder` is the topic's folder inside the course (for links and images); `labels` gathers the
    link definitions that were used, `explained` the `footnotes` whose marks were found.
    """

    folder: str
    problems: list[Diagnostic] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    footnotes: dict[str, tuple[model.Inlines, ...]] = field(default_factory=dict)
    explained: set[str] = field(default_factory=set)
    # What stands in definitions, by their lines: read, and what is wrong reported, once.
    _captions: dict[int, model.Inlines] = field(default_factory=dict)

    def report(self, code: Code, message: str, span: Span, hint: str) -> None:
        """Add an error."""
        self.problems.append(Diagnostic(code, message, span, hint))

    def parse(self, token: Token, placed: Placed, *, is_paragraph: bool = False) -> model.Inlines:
        """Return the inlines of an `inline` token; a picture alone in a paragraph has a caption."""
        made = self._converted(token.children or (), placed)
        if not (is_paragraph and len(made) == 1):
            self._no_captions(made)
        return made

    def _converted(self, tokens: Sequence[Token], placed: Placed) -> model.Inlines:
        if _depth(tokens) > MAX_NESTING:
            hint = "keep to one or two levels of emphasis"
            self.report("nesting-too-deep", "this text is nested too deeply", placed.whole(), hint)
            return ()
        made = self._until(iter(tokens), "", placed)
        self._check_references(made, placed)
        return made

    def _no_captions(self, content: model.Inlines) -> None:
        for inline in inlines_in(content):
            if isinstance(inline, model.Image) and inline.caption:
                message = "only a picture in a paragraph of its own has room for a caption"
                hint = "put empty lines around the picture, or delete the words in quotes"
                self.report("image-caption", message, inline.span, hint)

    # --- what can't stand everywhere ---

    def no_deletions(self, content: model.Blocks | model.Inlines, where: str) -> None:
        """Report deletions where none may stand."""
        for deletion in deletions_in(content):
            message = f"a cloze deletion can't stand in {where}"
            hint = "put it into a fact or a paragraph, or write \\{\\{ where braces are meant"
            self.report("cloze-misplaced", message, deletion.span, hint)

    def no_footnotes(self, content: model.Inlines, where: str) -> None:
        """Report footnotes where none may stand."""
        for inline in inlines_in(content):
            if isinstance(inline, model.Footnote):
                message = f"a footnote can't stand in {where}"
                hint = "put its mark into the text"
                self.report("footnote-misplaced", message, inline.span, hint)

    # --- attributes ---

    def attributes(self, token: Token, placed: Placed) -> model.Attributes:
        """Return the attributes that stood at the token's end."""
        if "attributes" not in token.meta:
            return model.Attributes()
        raw, start = token.meta["attributes"]
        words = [
            (found["word"], placed.span(start + 1 + found.start("word"), start + 1 + found.end()))
            for found in _ATTRIBUTE.finditer(raw)
        ]
        read = model.Attributes(span=placed.span(start, start + len(raw) + 2))
        for word, span in words:
            read = self._attribute(read, word, span)
        return read

    def _attribute(self, read: model.Attributes, word: str, span: Span) -> model.Attributes:
        name = word[1:]
        if word.startswith("#"):
            return self._id(read, name, span)
        if word.startswith("."):
            if problem := tag_problem(name, span):
                self.problems.append(problem)
            return replace(read, tags=(*read.tags, name))
        if word in {"reverse=yes", "reverse=no"}:
            return replace(read, reverse=word == "reverse=yes")
        hint = "write #id, .tag, reverse=yes or reverse=no; \\{ where a brace is meant"
        self.report("attribute-unknown", f"there is no attribute {quoted(word)}", span, hint)
        return read

    def _id(self, read: model.Attributes, name: str, span: Span) -> model.Attributes:
        if not name:
            self.report("id-malformed", "this id is empty", span, "write it after the #")
        elif not is_id(name):
            hint = "use ASCII letters, digits, dot, underscore and hyphen, for example {#rapport-1}"
            self.report("id-malformed", f"{quoted(name)} can't be an id", span, hint)
        elif read.id:
            hint = "keep the one that the note had first"
            self.report("id-malformed", "this note has two ids", span, hint)
        return replace(read, id=name)

    # --- inlines ---

    def _until(self, tokens: Iterator[Token], end: str, placed: Placed) -> model.Inlines:
        """Convert tokens up to the one of type `end`; how deep they nest was checked before."""
        made: list[model.Inline] = []
        for token in tokens:
            if token.type == end:
                break
            inline = self._inline(token, tokens, placed)
            if inline is not None:
                made.append(inline)
        return _joined(made)

    def _inline(self, token: Token, tokens: Iterator[Token], placed: Placed) -> model.Inline | None:
        match token.type:
            case "text" | "text_special":
                return self._text(token.content, placed)
            case "code_inline":
                return model.Code(token.content)
            case "softbreak" | "hardbreak":
                return model.Break(hard=token.type == "hardbreak")
            case "em_open" | "strong_open" | "s_open" | "sub_open" | "sup_open":
                end = token.type.replace("open", "close")
                return STYLES[token.tag](self._until(tokens, end, placed))
            case "link_open":
                return self._link(token, tokens, placed)
            case "image":
                return self._image(token, placed)
            case "cloze_open":
                return self._deletion(token, tokens, placed)
            case "maths":
                return self._maths(token, placed)
            case "footnote":
                return self._footnote(token, placed)
        self._no_inline(token, placed)
        return None

    def _no_inline(self, token: Token, placed: Placed) -> None:
        """Report what makes no inline."""
        match token.type:
            case "cloze_error" | "maths_error":
                message, hint = PROBLEMS[token.meta["code"]]
                self.report(token.meta["code"], message, _span(token, placed), hint)
            case "html_inline":
                self.problems.append(raw_html(token.content, _span(token, placed)))
            case _:
                message = f"no conversion for the inline token {token.type}"
                raise AssertionError(message)

    def _text(self, text: str, placed: Placed) -> model.Text | None:
        """Return plain characters; an entity can have made a control character of them."""
        if "\f" in text or "\r" in text:
            hint = "delete the &#12; or &#13; that stands for it"
            message = "this text holds a control character"
            self.report("control-character", message, placed.whole(), hint)
        return model.Text(text) if text else None

    def _link(self, token: Token, tokens: Iterator[Token], placed: Placed) -> model.Link:
        span = _span(token, placed)
        self._used(token)
        href, topic, problem = link_target(str(token.attrs["href"]), self.folder, span)
        if problem:
            self.problems.append(problem)
        children = self._until(tokens, "link_close", placed)
        if not children:
            hint = "write the text between the brackets: [Rapport](rapport.md)"
            self.report("link-empty", "this link has no text, so nobody sees it", span, hint)
        return model.Link(href, children, span, topic, str(token.attrs.get("title", "")))

    def _image(self, token: Token, placed: Placed) -> model.Image | model.Audio:
        span = _span(token, placed)
        self._used(token)
        if not token.content.strip():
            hint = "say between the brackets what is to be seen, for those who can't see it"
            message = "this image has no alternative text"
            self.problems.append(warning("image-no-alt", message, span, hint))
        asset, problem = image_target(str(token.attrs["src"]), self.folder, span)
        if problem:
            self.problems.append(problem)
        for inner in _more_than_text(token.children or ()):
            self._no_plain_text(inner, span)
        alt = "".join(_plain(child) for child in token.children or ())
        caption, width = self._caption(token, placed), self._width(token, placed)
        if PurePosixPath(asset).suffix.lower() not in SOUNDS:
            return model.Image(asset, alt, span, caption, width)
        if caption or width:
            hint = "delete what stands in quotes or braces"
            self.report("image-caption", "a sound has no caption and no width", span, hint)
        return model.Audio(asset, alt, span)

    def _caption(self, token: Token, placed: Placed) -> model.Inlines:
        """Return a picture's caption; many can have one that is defined elsewhere."""
        if "caption" not in token.meta:
            return ()
        if "caption_line" not in token.meta:
            return self._words_below(token, placed)
        line = token.meta["caption_line"]
        if line not in self._captions:
            where = placed_lines(placed.source, token.meta["caption_text"], line)
            self._captions[line] = self._words_below(token, where)
        return self._captions[line]

    def _words_below(self, token: Token, placed: Placed) -> model.Inlines:
        caption = self._converted(token.meta["caption"], placed)
        self.no_deletions(caption, "a caption")
        if any(deletions_in(caption)):
            return ()  # or the paragraph would be a note
        for inline in inlines_in(caption):
            if isinstance(inline, model.Image | model.Audio):
                hint = "put it into a paragraph of its own"
                message = "a picture or a sound can't stand in a caption"
                self.report("image-caption", message, inline.span, hint)
        return caption

    def _width(self, token: Token, placed: Placed) -> int:
        """Return a picture's width in percent, or 0 where none is written."""
        width = int(token.meta.get("width", 0))
        if "width_error" in token.meta or ("width" in token.meta and not 5 <= width <= 100):
            start, end = token.meta.get("width_error", (token.meta["pos"], token.meta["end"]))
            hint = "write {width=60%}, from 5 to 100, right behind the picture"
            self.report("image-width", "this is no width", placed.span(start, end), hint)
            return 0
        return width

    def _no_plain_text(self, token: Token, span: Span) -> None:
        """Report what would be lost in an alternative text."""
        self._used(token)
        if token.type == "html_inline":
            self.problems.append(raw_html(token.content, span))
            return
        what = _NOT_IN_ALT.get(token.type, "a cloze deletion")
        hint = "write plain words there, and put the rest beside the image"
        message = f"{what} can't stand in an image's alternative text"
        self.report("image-alt", message, span, hint)

    def _deletion(self, token: Token, tokens: Iterator[Token], placed: Placed) -> model.Deletion:
        children = self._until(tokens, "cloze_close", placed)
        number = token.meta["number"] or 0  # 0: numbered when the whole note is known
        return model.Deletion(number, children, token.meta["hint"], _span(token, placed))

    def _footnote(self, token: Token, placed: Placed) -> model.Footnote | None:
        label, span = token.meta["label"], _span(token, placed)
        if label not in self.footnotes:
            hint = f"write a line [^{label}]: and its text below, or \\[ where a bracket is meant"
            self.report("footnote-missing", "this footnote has no text", span, hint)
            return None
        self.explained.add(label)
        return model.Footnote(self.footnotes[label], span)

    def _maths(self, token: Token, placed: Placed) -> model.Maths:
        from builder import maths  # noqa: PLC0415 - it loads MathJax

        span = _span(token, placed)
        tex, display = token.meta["tex"].strip(), token.meta["display"]
        try:
            maths.set_formula(tex, is_display=display)
        except maths.NotSetError as error:
            self._not_set(str(error), token, placed)
        return model.Maths(tex, display, span)

    def _not_set(self, why: str, token: Token, placed: Placed) -> None:
        """Report maths that can't be set, at the command that is to blame if it is named."""
        from builder import maths  # noqa: PLC0415 - it is loaded

        start, end = token.meta["pos"], token.meta["end"]
        hint = "see docs/format.md for what maths can hold"
        command = why.rpartition(" ")[2]
        if why.startswith("Undefined") and command in placed.content[start:end]:
            start = placed.content.index(command, start)
            end = start + len(command)
            near = nearest(command, maths.commands(), _NEAR)
            hint = f"did you mean {near}?" if near else hint
        message = f"these maths can't be set: {why}"
        self.report("maths-unset", message, placed.span(start, end), hint)

    def _used(self, token: Token) -> None:
        if "label" in token.meta:
            self.labels.add(token.meta["label"])

    def _check_references(self, made: model.Inlines, placed: Placed) -> None:
        """Warn of `[text][name]` that stayed text because the name is not defined."""
        if "][" not in placed.content:
            return
        texts = "\n".join(inline.text for inline in made if isinstance(inline, model.Text))
        for found in _REFERENCE.finditer(placed.content):
            if found[0] in texts:
                hint = "write [text](rapport.md), or a line [name]: rapport.md below"
                message = "this is no link: its name is not defined"
                span = placed.span(*found.span())
                self.problems.append(warning("reference-unknown", message, span, hint))


def raw_html(content: str, span: Span) -> Diagnostic:
    """Refuse raw HTML: it can't reach all outputs, and it may come from a stranger."""
    if content.lstrip().startswith("<!--"):
        message, hint = "HTML comments are not part of the format", "delete the comment"
    else:
        message = "raw HTML is not part of the format"
        hint = "write Markdown instead, or put code between backticks: `<b>`; \\< is a plain <"
    return Diagnostic("raw-html", message, span, hint)


def _depth(tokens: Sequence[Token]) -> int:
    """Return how deep the tokens nest."""
    deepest = depth = 0
    for token in tokens:
        depth += token.nesting
        deepest = max(deepest, depth)
    return deepest


def _span(token: Token, placed: Placed) -> Span:
    return placed.span(token.meta["pos"], token.meta["end"])


def _more_than_text(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield what an alternative text can't hold."""
    kinds = {"link_open", "image", "html_inline", "cloze_open", "cloze_error", "footnote"}
    return (token for token in tokens if token.type in kinds)


def _plain(token: Token) -> str:
    """Return an alternative text's plain words."""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content


def _joined(inlines: list[model.Inline]) -> model.Inlines:
    """Join neighbouring texts, so that equal texts have equal trees; note marks side by side."""
    joined: list[model.Inline] = []
    for inline in inlines:
        last = joined[-1] if joined else None
        if isinstance(inline, model.Text) and isinstance(last, model.Text):
            joined[-1] = model.Text(last.text + inline.text)
        elif isinstance(inline, model.Footnote) and isinstance(last, model.Footnote):
            joined.append(replace(inline, follows=True))
        else:
            joined.append(inline)
    return tuple(joined)
