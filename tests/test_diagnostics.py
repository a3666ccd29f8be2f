"""Every diagnostic as people read it, and each code declared, documented, and shown by a case."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from builder.build import make
from builder.cli import main
from builder.diagnostics import Code
from tests.golden import Case, read_cases, update, write_course

HERE = Path(__file__).parent
BUILDER = HERE.parent / "builder"
CASES = [case for file in sorted((HERE / "diagnostics").glob("*.txt")) for case in read_cases(file)]


@pytest.fixture(name="root")
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    return tmp_path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mistake_is_shown_as_the_case_says(
    case: Case,
    root: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    update_golden: bool,
) -> None:
    """The exact text, so that a change of a message is seen by whoever makes it."""
    if case.input.startswith("=== $!"):
        monkeypatch.setattr(make, "render", _mistaken)
    command = write_course(case.input, root)
    main(command)
    out, err = capsys.readouterr()
    actual = out.rsplit("\n", 2)[0] + "\n" if command[0] == "check" else err
    if update_golden:
        update(case, actual)
    else:
        assert actual == case.expected
        assert f"[{_code(case)}]" in actual


def _mistaken(_task: object) -> None:
    raise ValueError("no such thing")


def _code(case: Case) -> str:
    return case.title.partition(":")[0]


# --- codes -------------------------------------------------------------------


def test_a_code_is_emitted_if_and_only_if_it_is_declared() -> None:
    """`Code` is the one list of codes; mypy holds the calls to it, this test also the other way."""
    assert _emitted() == set(get_args(Code))


def test_each_code_has_a_case() -> None:
    assert {_code(case) for case in CASES} == set(get_args(Code))


def _emitted() -> set[str]:
    """Return the strings of the builder's modules that look like codes, other than in `Code`."""
    strings = {
        node.value
        for path in BUILDER.rglob("*.py")
        if path.name != "diagnostics.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return strings & set(get_args(Code)) | _first_arguments()


def _first_arguments() -> set[str]:
    """Return what calls that make diagnostics give as the code."""
    makers = {"Diagnostic", "warning", "report", "_report"}
    calls = (
        node
        for path in BUILDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and node.args
    )
    return {
        str(call.args[0].value)
        for call in calls
        if (getattr(call.func, "id", "") or getattr(call.func, "attr", "")) in makers
        and isinstance(call.args[0], ast.Constant)
    }


# --- docs/diagnostics.md -----------------------------------------------------

_ENTRY = re.compile(r"^### ([a-z0-9]+(?:-[a-z0-9]+)+)\n", re.MULTILINE)
_EXAMPLE = re.compile(
    r"^(?P<mark>`{3,})(?P<kind>\w+) (?P<verdict>wrong|right)(?P<whole> topic)?\n"
    r"(?P<text>.*?)^(?P=mark)$",
    re.MULTILINE | re.DOTALL,
)
DOCS = (HERE.parent / "docs" / "diagnostics.md").read_text(encoding="utf-8")
_, *_PARTS = _ENTRY.split(DOCS)
ENTRIES = dict(zip(_PARTS[::2], _PARTS[1::2], strict=True))
EXAMPLES = [
    (code, example["verdict"], example)
    for code, text in ENTRIES.items()
    for example in _EXAMPLE.finditer(text)
]


def test_each_code_is_documented_once_in_the_order_of_its_declaration() -> None:
    assert _PARTS[::2] == list(get_args(Code))


def test_most_codes_are_documented_with_a_wrong_and_a_right_example() -> None:
    """The others are about files and folders."""
    verdicts = [verdict for _, verdict, _ in EXAMPLES]
    assert verdicts.count("wrong") == verdicts.count("right") > len(get_args(Code)) / 2


@pytest.mark.parametrize("code", get_args(Code))
def test_a_code_is_documented_as_what_it_is(code: str) -> None:
    severities = {
        found
        for case in CASES
        for found in re.findall(rf"(error|warning|info)\[{re.escape(code)}\]", case.expected)
    }
    (severity,) = severities
    assert re.match(r"(Error|Warning|Info)[.,]", ENTRIES[code])
    assert ENTRIES[code].lower().startswith(severity)


@pytest.mark.parametrize(
    ("code", "verdict", "example"), EXAMPLES, ids=[f"{code} {which}" for code, which, _ in EXAMPLES]
)
def test_an_example_of_the_documentation_gets_what_it_says(
    code: str, verdict: str, example: re.Match[str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong one gets its own code and no other, a right one nothing."""
    text = example["text"]
    if example["kind"] == "markdown" and not example["whole"]:
        text = f"# Leaf\n\n{text}"
    name = "course.toml" if example["kind"] == "toml" else "leaf.md"
    leaf = "" if name == "leaf.md" else "=== leaf.md\n# Leaf\n"
    files = f"=== {name}\n{text}{leaf}=== root.md\n# Root\n=== leaf.png (picture)\n"
    main(write_course(files, root))
    found = set(re.findall(r"^content\S+ \w+\[(\S+)\]", capsys.readouterr().out, re.MULTILINE))
    assert found - {"topic-unlisted"} == ({code} if verdict == "wrong" else set())
