"""What README.md and docs/ say is tried out: examples are parsed, keys and options compared."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from builder import model
from builder.cli import _parser
from builder.diagnostics import Diagnostic, as_text
from builder.model import LAST_NUMBER
from builder.outputs import all_outputs
from builder.printing.cards import cards
from builder.source import assets, raster
from builder.source import course as course_module
from builder.source.course import read_course
from builder.source.labels import LABELS
from builder.source.parser import Parsed, parse_topic
from builder.source.read import MAX_LINE, MAX_TOPIC_BYTES, MAX_TOPIC_LINES
from builder.source.syntax import MAX_NESTING

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FORMAT = ROOT / "docs" / "format.md"

_FENCE = re.compile(
    r"^(?P<mark>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=mark)$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block: the line of its text in the page, and the words after the backticks."""

    page: str
    line: int
    words: tuple[str, ...]
    text: str

    @property
    def promises(self) -> dict[str, str]:
        """Return what the info string promises: notes=2, cards=3, error=cloze-empty."""
        return dict(word.split("=", 1) for word in self.words if "=" in word)


def _examples(*kinds: str) -> list[Example]:
    return [
        example
        for page in PAGES
        for example in _fenced(page)
        if any(f" {kind} " in f" {' '.join(example.words)} " for kind in kinds)
    ]


def _fenced(page: Path) -> Iterator[Example]:
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start("text")) + 1
        yield Example(page.name, line, tuple(found["info"].split()), found["text"])


def _name(example: Example) -> str:
    return f"{example.page}:{example.line}"


def _output_tables() -> dict[str, dict[str, model.Setting]]:
    return {output.table: dict(output.settings) for output in all_outputs()}


def _course(text: str = 'title = "Botany"\n') -> tuple[model.Course | None, list[Diagnostic]]:
    return read_course(text, Path("botany"), "course.toml", _output_tables())


def _parsed(example: Example) -> Parsed:
    course, _ = _course()
    assert course
    before = "# Botany\n\n" if "excerpt" in example.words else ""
    return parse_topic(before + example.text, "leaf", example.page, course)


@pytest.mark.parametrize("example", _examples("markdown topic", "markdown excerpt"), ids=_name)
def test_an_example_can_be_copied_without_a_diagnostic(example: Example) -> None:
    assert _parsed(example).diagnostics == ()


@pytest.mark.parametrize("example", _examples("markdown topic", "markdown excerpt"), ids=_name)
def test_an_example_makes_as_many_notes_and_cards_as_it_says(example: Example) -> None:
    topic = _parsed(example).topic
    assert topic
    made = {
        "notes": str(len(topic.notes)),
        "cards": str(len(cards(topic.notes, reverse=False))),
    }
    assert example.promises == {key: made[key] for key in example.promises}


def _wrong_examples() -> list[Example]:
    return [one for page in PAGES for one in _fenced(page) if "error" in one.promises]


@pytest.mark.parametrize("example", _wrong_examples(), ids=_name)
def test_an_example_of_a_mistake_gets_its_diagnostic_and_no_other(example: Example) -> None:
    assert [found.code for found in _parsed(example).diagnostics] == [example.promises["error"]]


@pytest.mark.parametrize("example", _examples("toml course"), ids=_name)
def test_an_example_of_course_toml_is_read_without_a_diagnostic(example: Example) -> None:
    assert _course(example.text)[1] == []


def test_examples_are_found_by_their_info_strings() -> None:
    """Without this, a renamed convention would leave nothing to test and all tests green."""
    assert len(_examples("markdown topic", "markdown excerpt")) > 10
    assert _wrong_examples()
    assert _examples("toml course")


# --- course.toml -----------------------------------------------------------------------------


def _documented(heading: str) -> dict[str, tuple[str, str, str]]:
    """Return the rows of the first table below a heading: type, default, meaning by key."""
    text = FORMAT.read_text(encoding="utf-8")
    section = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1]
    section = re.split(r"^#+ ", re.sub(_FENCE, "", section), flags=re.MULTILINE)[0]
    rows = (line.strip("|").split("|") for line in section.splitlines() if line[:3] == "| `")
    return {
        key.strip(" `"): (kind.strip(), default.strip(" `"), meaning.strip())
        for key, kind, default, meaning in rows
    }


_KINDS = {str: "text", bool: "true or false", int: "whole number", float: "number"}


def _declared(settings: dict[str, model.Setting]) -> dict[str, tuple[str, str]]:
    return {
        key: (_KINDS[type(setting.default)], _as_toml(setting.default))
        for key, setting in settings.items()
    }


def _as_toml(value: model.Value) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _tables() -> dict[str, dict[str, model.Setting]]:
    return {"notes": course_module._NOTES, **_output_tables()}


@pytest.mark.parametrize("table", sorted(_tables()))
def test_each_setting_is_documented_with_its_type_and_default(table: str) -> None:
    rows = _documented(f"`[{table}]`")
    settings = _tables()[table]
    assert {key: row[:2] for key, row in rows.items()} == _declared(settings)
    for key, setting in settings.items():
        for choice in setting.choices:
            assert f'`"{choice}"`' in rows[key][2]


def test_each_section_name_is_documented_with_its_default() -> None:
    found = {key: row[1].strip('"') for key, row in _documented("`[sections]`").items()}
    assert found == course_module._SECTIONS


def test_each_label_is_documented_with_its_english_default() -> None:
    found = {key: row[1].strip('"') for key, row in _documented("`[labels]`").items()}
    assert found == LABELS["en"]


def test_each_key_of_languages_is_documented() -> None:
    assert tuple(_documented("`[languages]`")) == course_module._LANGUAGES


def test_each_other_key_of_course_toml_is_documented() -> None:
    assert set(_documented("course.toml")) == {*course_module._TEXTS, "topics"}


def test_the_limits_of_the_format_are_those_of_the_code() -> None:
    text = FORMAT.read_text(encoding="utf-8")
    limits = (
        f"may have {MAX_TOPIC_BYTES // 1000} kB, {MAX_TOPIC_LINES:,} lines, and {MAX_LINE:,} char",
        f"nested {MAX_NESTING // 2 - 2} deep",
        f"from 1 to {LAST_NUMBER}",
        f"{assets.MAX_BYTES // 10**6} MB and {raster.MAX_PIXELS // 10**6} million pixels",
    )
    assert [limit for limit in limits if limit not in text] == []


# --- README and the other pages --------------------------------------------------------------


def _subparsers() -> dict[str, argparse.ArgumentParser]:
    (action,) = (a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


@pytest.mark.parametrize("command", sorted(_subparsers()))
def test_the_readme_names_each_command_and_its_options(command: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"`{command}" in readme
    for action in _subparsers()[command]._actions:
        options = [option for option in action.option_strings if option.startswith("--")]
        assert all(f"`{option}" in readme for option in options if option != "--help")


def test_the_readme_shows_a_message_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    tutorial = _examples("markdown topic")[1].text.replace("{{stomata}}", "{{}}")
    course, _ = _course()
    assert course
    (found,) = parse_topic(tutorial, "leaf", "content/botany/leaf.md", course).diagnostics
    assert as_text(found, lambda _: tutorial.split("\n")) in readme


def test_the_readme_names_only_targets_that_make_knows() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^\$? ?)make ([a-z]+)\b", readme, re.MULTILINE))
    assert named
    assert named <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


_ANCHOR = re.compile(r"[^\w\- ]")


def _anchors(page: Path) -> set[str]:
    """Return the addresses of a page's headings, as code hosts make them."""
    found: list[str] = []
    text = re.sub(_FENCE, "", page.read_text(encoding="utf-8"))
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = _ANCHOR.sub("", heading.lower()).replace(" ", "-")
        times = sum(re.fullmatch(rf"{re.escape(plain)}(-\d+)?", one) is not None for one in found)
        found.append(f"{plain}-{times}" if times else plain)
    return set(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_of_the_documentation_lead_somewhere(page: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", re.sub(_FENCE, "", page.read_text(encoding="utf-8")))
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)", text):
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


def test_the_architecture_names_only_files_that_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:builder|templates|tools|tests|requirements)/[\w./]*)`", text))
    assert len(named) > 20
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_architecture_names_each_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "builder").rglob("*.py")
        if path.name != "__init__.py"
    }
    assert {module for module in modules if f"`{module}`" not in text} == set()
