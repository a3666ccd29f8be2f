"""The commands; the only place that prints or exits.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from builder.build.calibrate import Answer
    from builder.build.identify import Demands
    from builder.build.report import Made, Report
    from builder.build.request import Request
    from builder.build.task import Worker
    from builder.build.unchanged import Plain
    from builder.diagnostics import Diagnostic
    from builder.difference.text import CourseChanges
    from builder.printing.request import Printing
    from builder.source.load import Library

    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 # its only name

_MOST_JOBS = 64
FINE, WRONG_SOURCE, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

_EPILOG = "Exit status: 0 fine, 1 errors in the source, 2 wrong usage, 130 interrupted."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status."""
    # What is read of a large course stays until the end: to look for garbage in it again and again
    # takes a quarter of the time of a small build.
    gc.set_threshold(100_000, 20, 50)
    parsed = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that can't show a sign shows its code
            stream.reconfigure(errors="backslashreplace")
    try:
        status: int = parsed.run(parsed)
    except KeyboardInterrupt:
        print("interrupted; files that were finished are kept", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rectoverso",
        description="Turn topics in Markdown into handouts, flashcards and Anki decks.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build = _add_build(commands)
    check = commands.add_parser("check", help="check the sources, write nothing", epilog=_EPILOG)
    check.add_argument("--format", choices=("text", "json"), default="text")
    check.add_argument(
        "--print", action="store_true", help="lay out the flashcards: sheets, sizes, what is split"
    )
    check.set_defaults(run=_check)

    diff = commands.add_parser(
        "diff", help="show what the next import will do, write nothing", epilog=_EPILOG
    )
    diff.add_argument("course", nargs="?", default="", metavar="COURSE")
    diff.add_argument(
        "--since", type=Path, metavar="FILE", help="compare with a package that was handed out"
    )
    diff.add_argument("--format", choices=("text", "json"), default="text")
    diff.set_defaults(run=_diff)

    for command in (build, check, diff):
        command.add_argument("--content", type=Path, default=Path("content"), metavar="DIR")
    _add_calibrate(commands)
    _add_printers(commands)
    return parser


def _add_build(commands: _Commands) -> argparse.ArgumentParser:
    build = commands.add_parser("build", help="build the outputs", epilog=_EPILOG)
    build.add_argument(
        "targets", nargs="*", metavar="TARGET", help="a course, or a topic as course/topic"
    )
    build.add_argument("--output", type=Path, default=Path("output"), metavar="DIR")
    build.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="KIND",
        help="handouts, flashcards or anki; may be given more than once",
    )
    build.add_argument(
        "--jobs", type=_count, default=0, metavar="N", help="processes to use (default: all cores)"
    )
    build.add_argument("--force", action="store_true", help="make all anew")
    build.add_argument(
        "--quick", action="store_true", help="leave the PDFs of whole courses for a later build"
    )
    _identity_options(build)
    _add_printing_options(build)
    build.set_defaults(run=_build)
    return build


def _identity_options(build: argparse.ArgumentParser) -> None:
    options = build.add_argument_group("which note is which")
    options.add_argument(
        "--strict",
        action="store_true",
        help="not to recognise a note exactly is an error, and so are small and divided texts",
    )
    options.add_argument(
        "--locked", action="store_true", help="refuse to change notes.lock, as a check of it"
    )
    for name, does in (
        ("--restamp", "send these notes out again, over what students changed in them"),
        ("--retire", "no note of the text is one of these any more"),
    ):
        options.add_argument(
            name, nargs="+", action="extend", default=[], metavar="CODE", help=does
        )
    options.add_argument(
        "--rename-decks", action="store_true", help="let the decks in Anki follow the titles"
    )


def _add_printing_options(build: argparse.ArgumentParser) -> None:
    group = build.add_argument_group("printing flashcards")
    group.add_argument("--cards", default="", metavar="CODES", help="only these: AT-3,AT-9-12")
    group.add_argument("--since", default="", metavar="DATE", help="only what changed since then")
    group.add_argument("--tag", action="append", default=[], help="only notes with this tag")
    group.add_argument("--duplex", default="", metavar="WAY", help="in place of course.toml's")
    group.add_argument("--reverse", action="store_true", help="separate backs in reverse order")
    group.add_argument("--printer", default="", metavar="NAME", help="a calibrated one, or none")


def _add_calibrate(commands: _Commands) -> None:
    calibrate = commands.add_parser(
        "calibrate", help="find out how far a printer puts backs off", epilog=_EPILOG
    )
    calibrate.add_argument("name", nargs="?", default="", metavar="NAME", help="of the printer")
    for place in ("a", "b"):
        calibrate.add_argument(
            f"--{place}",
            nargs=2,
            type=float,
            metavar=("RIGHT", "UP"),
            help=f"what you read at {place.upper()}, in mm",
        )
    calibrate.add_argument("--landscape", action="store_true", help="for sheets in landscape")
    calibrate.add_argument("--default", action="store_true", help="use it when none is named")
    calibrate.add_argument("--paper", default="A4", metavar="NAME")
    calibrate.add_argument("--duplex", default="long-edge", metavar="WAY")
    calibrate.add_argument("--printer", default="", metavar="NAME", help="check its calibration")
    calibrate.add_argument("--output", type=Path, default=Path("calibration.pdf"), metavar="FILE")
    calibrate.set_defaults(run=_calibrate)


def _add_printers(commands: _Commands) -> None:
    printers = commands.add_parser("printers", help="list calibrated printers", epilog=_EPILOG)
    printers.add_argument("--default", default="", metavar="NAME", help="a printer, or none")
    printers.add_argument("--forget", default="", metavar="NAME")
    printers.set_defaults(run=_printers)


def _count(text: str) -> int:
    """Read a number of processes."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MOST_JOBS:
        raise argparse.ArgumentTypeError(f"from 1 to {_MOST_JOBS}")
    return int(text)


def _version() -> str:
    from builder import __version__

    return __version__


# --- commands ---


def _check(parsed: argparse.Namespace) -> int:
    from builder.build.run import check
    from builder.diagnostics import as_json, has_errors, ordered

    if parsed.print:
        return _check_print(parsed)
    started = time.monotonic()
    library = check(parsed.content)
    found = ordered(library.diagnostics)
    if parsed.format == "json":
        print(as_json(found))
    else:
        _show(found, sys.stdout)
        print(_checked(library, found, time.monotonic() - started))
    return WRONG_SOURCE if has_errors(found) else FINE


def _check_print(parsed: argparse.Namespace) -> int:
    import json

    from builder.build.preflight import check_print
    from builder.diagnostics import as_data, has_errors, ordered
    from builder.printing import preflight
    from builder.rendering import MissingLibraryError

    started = time.monotonic()
    try:
        checked = check_print(parsed.content)
    except MissingLibraryError as error:
        return _wrong_usage(f"{error}; type make setup, which installs it or says how")
    found = ordered(checked.library.diagnostics)
    if parsed.format == "json":
        printed = [preflight.as_data(one) for one in checked.printed]
        data = {"diagnostics": as_data(found), "print": printed}
        print(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        _show(found, sys.stdout)
        for one in checked.printed:
            print(preflight.as_text(one))
        print(_checked(checked.library, found, time.monotonic() - started))
    return WRONG_SOURCE if has_errors(found) else FINE


def _build(parsed: argparse.Namespace) -> int:
    plain = _plain(parsed)
    if plain is None:
        return _build_what_is_asked_for(parsed, lambda _report: None)
    from builder.build.unchanged import recall, remember

    started = time.monotonic()
    inputs = plain.inputs()  # before anything is read, so that later edits are seen next time
    if report := recall(plain, inputs):
        _show_ordered(report)
        _print_report(report, report.diagnostics, time.monotonic() - started)
        return FINE
    return _build_what_is_asked_for(parsed, lambda report: remember(plain, inputs, report))


def _plain(parsed: argparse.Namespace) -> Plain | None:
    """Return the build, if nothing is asked of it but what to build."""
    told = {name for name, value in vars(parsed).items() if value}
    if told - {"run", "content", "output", "only", "targets", "jobs"}:
        return None
    from builder.build.printers import printers_file
    from builder.build.unchanged import Plain

    return Plain(parsed.content, parsed.output, parsed.only, parsed.targets, printers_file())


def _show_ordered(report: Report) -> None:
    from builder.diagnostics import ordered

    _show(ordered(report.diagnostics), sys.stderr)


def _build_what_is_asked_for(parsed: argparse.Namespace, remember: Callable[[Report], None]) -> int:
    from builder.build.request import Request
    from builder.build.run import build
    from builder.diagnostics import has_errors, ordered
    from builder.rendering import MissingLibraryError

    printing = _printing(parsed)
    if isinstance(printing, str):
        return _wrong_usage(printing)
    if problem := _wrong_kind(parsed.only):
        return _wrong_usage(problem)
    only = ("flashcards",) if printing.selection else tuple(parsed.only)
    targets = tuple(_target(text, parsed.content) for text in parsed.targets)
    started = time.monotonic()
    request = Request(
        parsed.content,
        parsed.output,
        only,
        targets,
        _demands(parsed),
        printing,
        parsed.jobs,
        parsed.force,
        parsed.quick,
    )
    try:
        with _helper(request) as helper:
            report = build(request, _Talk(started), helper)
    except MissingLibraryError as error:
        return _wrong_usage(f"{error}; type make setup, which installs it or says how")
    _clear_line()
    found = ordered(report.diagnostics)
    _show(found, sys.stderr)
    if report.wrong_usage:
        return _wrong_usage(report.wrong_usage)
    if problem := _unknown(targets, report.names, "course or topic"):
        return _wrong_usage(problem)
    if problem := _unknown(request.demands.codes, report.codes, "note"):
        return _wrong_usage(problem)
    if printing.selection and not report.made and not has_errors(found):
        print("nothing to print: no card is all that you asked for")
    _print_report(report, found, time.monotonic() - started)
    remember(report)
    return WRONG_SOURCE if has_errors(found) else FINE


@contextmanager
def _helper(request: Request) -> Iterator[Worker | None]:
    """Let a process get ready to render, while this one reads; where there are two processors."""
    from builder.build.task import FATAL, get_ready, render
    from builder.build.workers import Workers, cores

    if request.jobs == 1 or cores() == 1 or set(request.only) == {"anki"}:
        yield None
        return
    workers = Workers(render, 1, fatal=FATAL)
    workers.prepare(get_ready)
    try:
        yield workers
    finally:
        workers.close()


def _printing(parsed: argparse.Namespace) -> Printing | str:
    from builder.build.wanted import Options, read_options

    prints = not parsed.only or "flashcards" in parsed.only
    return read_options(
        Options(
            parsed.cards,
            parsed.since,
            parsed.tag,
            parsed.duplex,
            parsed.reverse,
            parsed.printer if prints else "none",
            parsed.strict,
        )
    )


def _calibrate(parsed: argparse.Namespace) -> int:
    from builder.build.calibrate import Sheet, keep_reading, write_sheet
    from builder.printing.calibration import Reading

    if not parsed.name:
        sheet = Sheet(parsed.paper, parsed.duplex, parsed.landscape, parsed.printer, parsed.output)
        return _say(write_sheet(sheet))
    if parsed.a is None or parsed.b is None:
        return _wrong_usage("say what you read from the sheet, for example --a 0.6 -0.4 --b 0.8 0")
    reading = Reading(tuple(parsed.a), tuple(parsed.b))
    return _say(
        keep_reading(
            parsed.name,
            reading,
            parsed.paper,
            is_landscape=parsed.landscape,
            is_default=parsed.default,
        )
    )


def _printers(parsed: argparse.Namespace) -> int:
    from builder.build.calibrate import list_printers

    return _say(list_printers(parsed.default, parsed.forget))


def _say(answer: Answer) -> int:
    if answer.problem:
        return _wrong_usage(answer.problem)
    print(answer.text)
    return FINE


def _diff(parsed: argparse.Namespace) -> int:
    from builder.build.diff import diff
    from builder.diagnostics import has_errors, ordered
    from builder.difference.package import PackageError

    course = _target(parsed.course, parsed.content) if parsed.course else ""
    try:
        found = diff(parsed.content, course, parsed.since)
    except PackageError as error:
        return _wrong_usage(f"{parsed.since} can't be compared with: {error}")
    _show(ordered(found.diagnostics), sys.stderr)
    if problem := _unknown(filter(None, [course]), found.names, "course"):
        return _wrong_usage(problem)
    if parsed.since and not found.courses and not has_errors(found.diagnostics):
        return _wrong_usage(f"no course here shares a note with {parsed.since}")
    _print_changes(found.courses, parsed.format)
    return WRONG_SOURCE if has_errors(found.diagnostics) else FINE


def _wrong_kind(kinds: Iterable[str]) -> str:
    from builder.outputs import all_outputs
    from builder.suggest import did_you_mean

    known = [output.name for output in all_outputs()]
    for kind in kinds:
        if kind not in known:
            hint = did_you_mean(kind, known) or f"choose from {', '.join(known)}"
            return f"there is no kind of output “{kind}”; {hint}"
    return ""


def _target(text: str, content: Path) -> str:
    """Return a target's name; a path below the content folder is as good."""
    path = Path(text)
    if path.is_absolute() or path.parts[: len(content.parts)] == content.parts:
        try:
            path = path.resolve().relative_to(content.resolve())
        except ValueError:
            return text
    return path.as_posix().removesuffix(".md")


def _demands(parsed: argparse.Namespace) -> Demands:
    from builder.build.identify import Demands

    return Demands(
        restamp=tuple(parsed.restamp),
        retire=tuple(parsed.retire),
        rename_decks=parsed.rename_decks,
        strict=parsed.strict,
        locked=parsed.locked,
    )


def _unknown(names: Iterable[str], known: Collection[str], what: str) -> str:
    from builder.suggest import did_you_mean

    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            return f"there is no {what} “{name}”" + (f"; {hint}" if hint else "")
    return ""


def _wrong_usage(problem: str) -> int:
    print(f"rectoverso: {problem}", file=sys.stderr)
    return WRONG_USAGE


# --- what is printed ---


def _show(found: Iterable[Diagnostic], stream: TextIO) -> None:
    from builder.diagnostics import as_text

    colour = stream.isatty() and "NO_COLOR" not in os.environ
    lines = cache(_source_lines)
    for one in found:
        print(as_text(one, lines, colour=colour), file=stream)


def _print_changes(courses: Iterable[CourseChanges], form: str) -> None:
    from builder.difference.text import as_data, as_text

    if form == "json":
        import json

        found = [change for course in courses for change in as_data(course)]
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for course in courses:
        print(as_text(course, colour=colour))


def _source_lines(path: str) -> list[str]:
    """Return a source file's lines for an excerpt, also where it is not quite text."""
    from builder.source.read import MAX_BYTES, read_bytes

    data, _ = read_bytes(Path(path), path, MAX_BYTES)
    text = (data or b"").decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _checked(library: Library, found: Sequence[Diagnostic], seconds: float) -> str:
    from builder.diagnostics import summary
    from builder.text import counted

    topics = sum(len(loaded.topics) for loaded in library.courses)
    notes = sum(len(topic.notes) for loaded in library.courses for topic in loaded.topics.briefs)
    counts = f"{counted(len(library.courses), 'course')}, {counted(topics, 'topic')}, "
    counts += counted(notes, "note")
    return f"{summary(found) or 'no mistakes'} in {counts} ({seconds:.1f} s)"


def _print_report(report: Report, found: Sequence[Diagnostic], seconds: float) -> None:
    from builder.diagnostics import summary
    from builder.text import counted

    for line in _made_lines(report.made):
        print(line)
    for path in report.removed:
        print(f"removed {path}")
    for kept in report.held_back:
        print(f"kept as it was: {kept}", file=sys.stderr)
    for path in report.postponed:
        print(f"out of date, left for a build without --quick: {path}")
    changed = sum(made.changed for made in report.made)
    counts = f"{counted(changed, 'file')} written, {len(report.made) - changed} unchanged"
    problems = summary(found)
    print(f"{counts}{'; ' if problems else ''}{problems} ({seconds:.1f} s)")


def _made_lines(made: Sequence[Made]) -> list[str]:
    """Return a line for each course and kind: where it is and what it holds."""
    from builder.text import counted

    lines = []
    groups: dict[tuple[str, str, bool], list[Made]] = {}
    for one in made:
        groups.setdefault((one.course, one.kind, one.is_whole_course), []).append(one)
    width = max((len(one.kind) for one in made), default=0) + 2
    for (_, kind, _), files in groups.items():
        parents = {one.path.parent for one in files}
        alone = len(files) == 1
        where = files[0].path if alone else Path(os.path.commonpath(parents))
        what = files[0].summary if alone else counted(len(files), "file")
        lines.append(f"{kind:<{width}}{where}{'' if alone else '/'}  {what}".rstrip())
    return lines


class _Talk:
    """One line on a terminal, once a build has taken longer than a second."""

    def __init__(self, started: float) -> None:
        self._started = started

    def waiting(self) -> None:
        print("another build of these courses is running; waiting for it", file=sys.stderr)

    def progress(self, done: int, total: int, name: str) -> None:
        if sys.stderr.isatty() and time.monotonic() - self._started > 1:
            print(f"\r\x1b[K{done + 1}/{total} {name}"[:100], end="", file=sys.stderr, flush=True)


def _clear_line() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
