"""`check` as people and other programs run it: what it prints, and with which status it ends."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from builder.build import courses
from builder.cli import main
from builder.source.discover import Found, find_topics
from tests.golden import write_course

ROOT = Path(__file__).resolve().parent.parent

GOOD = "# Leaf\n\nA {{leaf}} is green.\n"
WARNED = "# Leaf\n\n## Key fact\n\nA leaf is green.\n"
WRONG = "# Leaf\n\n{{}} and {{}} and <b>\n"
SEVERAL = f"=== leaf.md\n{WRONG}=== root.md\nNo title.\n=== unit-1/stem.md\n{WARNED}"


@pytest.fixture(name="root")
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1].partition(" (")[0]


# --- the summary and the status ----------------------------------------------


@pytest.mark.parametrize(
    ("text", "summary", "status"),
    [
        (GOOD, "no mistakes in 1 course, 1 topic, 1 note", 0),
        (WARNED, "1 warning in 1 course, 1 topic, 0 notes", 0),
        (WRONG, "3 errors in 1 course, 0 topics, 0 notes", 1),
        (SEVERAL, "4 errors, 1 warning in 1 course, 1 topic, 0 notes", 1),
        ("=== no course.toml\n", "1 error in 0 courses, 0 topics, 0 notes", 1),
    ],
)
def test_the_last_line_counts_and_only_errors_make_the_status_1(
    text: str, summary: str, status: int, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course(text, root)
    assert main(["check"]) == status
    assert _last_line(capsys) == summary


@pytest.mark.parametrize(
    "arguments", [[], ["chekc"], ["check", "leaf"], ["check", "--format", "x"]]
)
def test_wrong_usage_has_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: rectoverso" in capsys.readouterr().err


def test_an_interrupted_run_has_status_130(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_content: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(courses, "check", interrupted)
    assert main(["check"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_a_reader_that_closes_the_pipe_is_no_failure(root: Path) -> None:
    """`rectoverso check | head -1` must not end in a traceback."""
    topic = "# Leaf\n\n" + "{{}}\n\n" * 3000
    write_course(topic, root)
    command = [sys.executable, "-m", "builder", "check"]
    with subprocess.Popen(
        command, cwd=root, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


# --- everything in one run ---------------------------------------------------


def test_the_mistakes_of_all_files_are_shown_in_one_run_in_the_order_of_files_and_lines(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course(
        f"{SEVERAL}=== course.toml\ntitle = 'Botany'\ncolour = 1\n"
        "=== /content/zoology/course.toml\ntitle = 'Zoology'\n=== /content/zoology/cat.md\n",
        root,
    )
    main(["check"])
    out = capsys.readouterr().out
    places = [line.partition(": ")[0] for line in out.splitlines() if line.startswith("content/")]
    assert places == [
        "content/botany/course.toml:2:1",
        "content/botany/leaf.md:3:1",
        "content/botany/leaf.md:3:10",
        "content/botany/leaf.md:3:19",
        "content/botany/root.md:1:1",
        "content/botany/unit-1/stem.md:3:1",
        "content/zoology/cat.md",
    ]


def test_pictures_links_and_twins_of_a_topic_with_errors_are_checked_as_well(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Otherwise mending one mistake would bring up the next."""
    topic = "# Leaf\n\n{{}}\n\n![A leaf](leaf.png) [b](b.md)\n\n- {{a}}\n- {{a}}\n"
    write_course(topic, root)
    main(["check", "--format", "json"])
    codes = [found["code"] for found in json.loads(capsys.readouterr().out)]
    assert codes == ["cloze-empty", "image-missing", "link-unknown", "note-twice"]


def test_questions_with_the_same_words_may_ask_for_different_pictures(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = "".join(
        f"### What is this?\n\n![a plant]({name})\n\n---\n\nThis.\n\n"
        for name in ("leaf.png", "root.png")
    )
    write_course(
        f"=== leaf.md\n# Leaf\n\n## Review questions\n\n{questions}"
        "=== leaf.png (picture)\n=== root.png (picture)\n",
        root,
    )
    assert main(["check"]) == 0
    assert _last_line(capsys).startswith("no mistakes")


def test_checking_writes_nothing(root: Path) -> None:
    write_course(GOOD, root)
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    main(["check"])
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_a_second_check_in_one_process_reads_the_files_again(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course("# Leaf\n\nA {{}} leaf.\n", root)
    main(["check"])
    write_course("# Leaf\n\nAnother {{}} leaf.\n", root)
    capsys.readouterr()
    main(["check"])
    assert "Another {{}} leaf." in capsys.readouterr().out


# --- paths -------------------------------------------------------------------


def test_paths_are_shown_from_the_working_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course(WRONG, root)
    main(["check", "--content", str(root / "content")])
    assert capsys.readouterr().out.startswith("content/botany/leaf.md:3:1: ")
    monkeypatch.chdir(root / "content")
    main(["check", "--content", "."])
    assert capsys.readouterr().out.startswith("./botany/leaf.md:3:1: ")


def test_a_folder_that_may_not_be_read_is_an_error_and_not_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs the tests may be allowed to read everything, so the refusal is made."""
    write_course(f"=== unit-1/leaf.md\n{GOOD}=== root.md\n# Root\n", tmp_path)
    real = os.scandir

    def refused(folder: Path | str) -> object:
        if Path(folder).name == "unit-1":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", refused)
    folder = tmp_path / "content" / "botany"
    files, problems = find_topics(Found("botany", str(folder), "content/botany"))
    assert [file.name for file in files] == ["root"]
    (problem,) = problems
    assert (problem.code, problem.span.path) == ("file-unreadable", "content/botany/unit-1")


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="their names are Unicode")
@pytest.mark.parametrize("arguments", [["check"], ["check", "--format", "json"]])
def test_a_name_that_is_no_text_can_be_shown(
    arguments: list[str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course(GOOD, root)
    (root / "content/botany" / os.fsdecode(b"caf\xe9.md")).write_text("# A\n", encoding="utf-8")
    assert main(arguments) == 1
    assert "file-name" in capsys.readouterr().out.encode("utf-8", "backslashreplace").decode()


# --- colour and JSON ---------------------------------------------------------


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> str:
    monkeypatch.setattr(sys, "stdout", stream)
    main(["check"])
    return stream.getvalue()


def test_colours_are_for_a_terminal_only(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_course(WRONG, root)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in _shown(monkeypatch, io.StringIO())
    coloured = _shown(monkeypatch, _Terminal())
    assert "\x1b[1;31merror[raw-html]\x1b[0m" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in _shown(monkeypatch, _Terminal())


def test_no_character_of_a_source_reaches_the_terminal_that_could_drive_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_course("=== leaf.md (bytes)\n# Leaf\\n\\nA \\x1b[2J \\x07 \\xc2\\x9b {{}}\\n", root)
    (root / "content/botany/\x1b[31m.md").write_text("", encoding="utf-8")
    shown = _shown(monkeypatch, io.StringIO())
    assert not {"\x1b", "\x07", "\x9b"} & set(shown)


def test_json_is_a_list_of_objects_with_fixed_keys(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course("# Bätter\n\nÄ {{}}\nb\n", root)
    assert main(["check", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "path": "content/botany/leaf.md",
            "line": 3,
            "column": 3,
            "end_line": 3,
            "end_column": 7,
            "severity": "error",
            "code": "cloze-empty",
            "message": "this cloze deletion has no answer or an empty hint",
            "hint": "write the answer between the braces, for example {{frame}} or"
            " {{frame::a hint}}",
        }
    ]


def test_json_without_mistakes_is_an_empty_list(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course(GOOD, root)
    assert main(["check", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_json_keeps_the_order_of_its_keys_and_all_characters(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that two runs can be compared line by line, and a message be searched for."""
    write_course("# Blätter\n\n[Ä](ü.md)\n", root)
    main(["check", "--format", "json"])
    out = capsys.readouterr().out
    assert "there is no topic “ü”" in out
    assert list(json.loads(out)[0]) == [
        *("path", "line", "column", "end_line", "end_column"),
        *("severity", "code", "message", "hint"),
    ]


# --- what is imported --------------------------------------------------------


def _imported(code: str, root: Path) -> set[str]:
    """Return the modules that a fresh interpreter has after running the code."""
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in ended.stderr.split()} | set(ended.stderr.split())


def test_checking_loads_nothing_that_renders(root: Path) -> None:
    write_course(GOOD, root)
    modules = _imported("from builder.cli import main; main(['check'])", root)
    assert "builder" in modules
    slow = {"weasyprint", "genanki", "jinja2", "pydyf", "PIL", "numpy", "anki"}
    assert modules & slow == set()


def test_help_loads_nothing_but_the_command_line(root: Path) -> None:
    code = "from builder.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    modules = _imported(code, root)
    assert {name for name in modules if name.startswith("builder")} == {
        "builder",
        "builder.cli",
        "builder.commands",
    }
    assert modules & {"yaml", "markdown_it", "uharfbuzz", "markupsafe", "json", "tomllib"} == set()


def test_a_folder_that_is_gone_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for command in ("build", "check"):
        assert main([command, "--content", str(tmp_path)]) == 2
        said = capsys.readouterr().err
        assert said == "rectoverso: the folder that you are in is gone; go to another one\n"
