"""The YAML between two `---` lines at the head of a topic."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from builder.diagnostics import Diagnostic, quoted
from builder.source.tags import tag_problem
from builder.span import Span
from builder.suggest import did_you_mean

KEYS = ("tags",)

# What the YAML library says, and in plain words.
_PLAIN = {
    "expected ',' or ']'": "a list is not closed with ]",
    "expected ',' or '}'": "braces are not closed with }",
    "mapping values are not allowed": "a colon stands where none can; put the text in quotes",
    "found character '\\t'": "a tab can't begin a line; write spaces",
    "found unexpected end of": "quotes are not closed",
    "could not find expected ':'": "a key lacks its colon",
}

# The YAML library takes seconds for what no author writes.
_MAX_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says; `end` is the number of lines that it takes up."""

    tags: tuple[str, ...] = ()
    end: int = 0


def read_front_matter(lines: tuple[str, ...], path: str) -> tuple[FrontMatter, list[Diagnostic]]:
    """Return the front matter of the file's lines; empty where there is none."""
    if not lines or lines[0].rstrip() != "---":
        return FrontMatter(), []
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), 0)
    if not end:
        hint = "write a line --- below its last key; if you meant a line, write ***"
        message = "this front matter has no end"
        found = Diagnostic("front-matter-unclosed", message, Span(path, 1, 1, 1, 4), hint)
        return FrontMatter(), [found]
    reader = _Reader("\n".join(lines[1:end]), path, [])
    return FrontMatter(reader.tags(), end + 1), reader.problems


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the nodes of a YAML text without making objects of them.

    So aliases are never expanded, and tags (`!!x`) never obeyed.
    """

    text: str
    path: str
    problems: list[Diagnostic]

    def tags(self) -> tuple[str, ...]:
        """Return the tags, which are all that front matter may hold."""
        node = self._composed()
        if node is None or self.problems:
            return ()
        if not isinstance(node, yaml.MappingNode):
            self._invalid("must be a list of keys with values", self._span(node))
            return ()
        tags: tuple[str, ...] = ()
        seen: set[str] = set()
        for key, value in node.value:
            name = self._name(key, seen)
            seen.add(name)
            tags = self._tags(value) if name == "tags" else tags
        return tags

    def _composed(self) -> yaml.Node | None:
        if len(self.text) > _MAX_LENGTH:
            self._invalid("is too long", Span(self.path, 1, 1, 1, 4))
            return None
        try:
            return yaml.compose(self.text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            self._broken(error)
        except RecursionError:
            self._invalid("is nested too deeply", Span(self.path, 1, 1, 1, 4))
        return None

    def _name(self, key: yaml.Node, seen: set[str]) -> str:
        """Return a key's name; the empty string where it is none that we take."""
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if not name:
            self._invalid("has a key that is not a word", self._span(key))
        elif name in seen:
            self._invalid(f"has the key {quoted(name)} twice", self._span(key))
        elif name in KEYS:
            return name
        else:
            hint = did_you_mean(name, KEYS) or f"the keys are: {', '.join(KEYS)}"
            message = f"there is no key {quoted(name)} in the front matter"
            found = Diagnostic("front-matter-key", message, self._span(key), hint)
            self.problems.append(found)
        return ""

    def _tags(self, node: yaml.Node) -> tuple[str, ...]:
        if isinstance(node, yaml.ScalarNode) and "," in node.value:
            wanted = ", ".join(part.strip() for part in node.value.split(","))
            hint = f"tags: [{wanted}]"
            self._invalid("has several tags outside of brackets", self._span(node), hint)
            return ()
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not all(isinstance(item, yaml.ScalarNode) and item.value for item in items):
            self._invalid("has tags that are not words", self._span(node), "tags: [trust, bond]")
            return ()
        found = (tag_problem(item.value, self._span(item)) for item in items)
        self.problems.extend(problem for problem in found if problem)
        return tuple(dict.fromkeys(item.value for item in items))

    def _invalid(self, what: str, span: Span, example: str = "tags: [alliance]") -> None:
        message, hint = f"the front matter {what}", f"write for example {example}"
        self.problems.append(Diagnostic("front-matter-invalid", message, span, hint))

    def _broken(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        index = mark.index if mark else getattr(error, "position", 0)
        said = getattr(error, "problem", None) or "a character is not allowed"
        what = next((plain for begin, plain in _PLAIN.items() if said.startswith(begin)), said)
        after = index if self.text[index : index + 1] in {"", "\n"} else index + 1
        span = Span(self.path, *self._place(index), *self._place(after))
        self._invalid(f"can't be read here: {what}", span)

    def _span(self, node: yaml.Node) -> Span:
        start, end = self._place(node.start_mark.index), self._place(node.end_mark.index)
        return Span(self.path, *start, *end)

    def _place(self, index: int) -> tuple[int, int]:
        """Return line and column; YAML's own count other characters as line ends, too."""
        line = self.text.count("\n", 0, index) + 2
        return line, index - self.text.rfind("\n", 0, index)
