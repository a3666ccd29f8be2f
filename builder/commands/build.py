"""`rectoverso build`: the outputs, or with `--dry-run` and `--explain` what a build would make.

All else than a build with nothing to do needs is imported when it is clear that there is work.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from builder.commands import FINE, WRONG_SOURCE
from builder.commands.terminal import Progress, missing_library, target, unknown, wrong_usage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from builder.build.identify import Demands
    from builder.build.ready import Worker
    from builder.build.report import Report
    from builder.build.request import Request
    from builder.build.unchanged import Plain
    from builder.printing.request import Printing

# Options that change what is built not at all.
_HARMLESS = {"command", "content", "output", "only", "targets", "jobs"}
_HARMLESS |= {"quiet", "verbose", "timings", "format"}


def run(parsed: argparse.Namespace) -> int:
    """Build what is asked for."""
    from builder.build.stamps import kept_hashes

    started = time.monotonic()
    plain = _plain(parsed)
    with kept_hashes("build", parsed.content), _helper(parsed) as begin:
        if plain is None:
            return _build(begin(), parsed, lambda _report: None, started)
        from builder.build.unchanged import LastBuild

        last = LastBuild.of(plain)
        inputs = last.inputs(begin)  # before anything is read, so later edits are seen next time
        if report := last.report(inputs):
            _tell(report, parsed, started)
            return FINE
        return _build(begin(), parsed, lambda report: last.keep(inputs, report), started)


def _plain(parsed: argparse.Namespace) -> Plain | None:
    """Return the build, if nothing is asked of it but what to build."""
    if {name for name, value in vars(parsed).items() if value} - _HARMLESS:
        return None
    from builder.build.unchanged import Plain
    from builder.build.user_folders import printers_file

    return Plain(parsed.content, parsed.output, parsed.only, parsed.targets, printers_file())


def _build(
    helper: Worker | None,
    parsed: argparse.Namespace,
    remember: Callable[[Report], None],
    started: float,
) -> int:
    from builder.build import run as builds
    from builder.diagnostics import has_errors
    from builder.rendering import MissingLibraryError

    request = request_of(parsed)
    if isinstance(request, str):
        return wrong_usage(request)
    progress = Progress(is_quiet=parsed.quiet)
    try:
        report = builds.build(request, progress, helper)
    except MissingLibraryError as error:
        return missing_library(error)
    progress.clear()
    if problem := problem_of(request, report):
        _show(report)
        return wrong_usage(problem)
    if request.printing.selection and not report.made and not has_errors(report.diagnostics):
        print("nothing to print: no card is all that you asked for")
    _tell(report, parsed, started)
    remember(report)
    return WRONG_SOURCE if has_errors(report.diagnostics) else FINE


def _tell(report: Report, parsed: argparse.Namespace, started: float) -> None:
    """Print what a build did, in the form that is wanted."""
    from builder.commands import build_report

    seconds = time.monotonic() - started
    if parsed.format == "json":
        print(build_report.as_json(report, seconds))
        return
    _show(report, is_quiet=parsed.quiet)
    style = build_report.Style(parsed.quiet, parsed.verbose, parsed.timings)
    if parsed.dry_run or parsed.explain:
        lines = build_report.plan_lines(report, is_all=bool(parsed.explain) or parsed.verbose)
    else:
        lines = build_report.lines(report, seconds, style)
    for line, stream in lines:
        print(line, file=stream)


def _show(report: Report, *, is_quiet: bool = False) -> None:
    found = [each for each in report.diagnostics if not is_quiet or each.severity != "info"]
    if not found:
        return
    from builder.commands.terminal import show
    from builder.diagnostics import ordered

    show(ordered(found), sys.stderr)


def problem_of(request: Request, report: Report) -> str:
    """Return what was wrong with the command, as far as only the build could know it."""
    return (
        report.wrong_usage
        or unknown(request.targets, report.names, "course or topic")
        or unknown(request.demands.codes, report.codes, "note")
    )


# --- what is asked for ---


def request_of(parsed: argparse.Namespace) -> Request | str:
    """Return what is asked for, or what is wrong with the command."""
    from builder.build.request import Request

    if parsed.ask and not (sys.stdin and sys.stdin.isatty()):
        return "--ask needs a terminal where somebody answers"
    printing = _printing(parsed)
    if isinstance(printing, str):
        return printing
    if problem := _wrong_kind(parsed.only):
        return problem
    named = [*parsed.targets, *([parsed.explain] if parsed.explain else [])]
    return Request(
        parsed.content,
        parsed.output,
        ("flashcards",) if printing.selection else tuple(parsed.only),
        tuple(target(text, parsed.content) for text in named),
        _demands(parsed),
        printing,
        parsed.jobs,
        parsed.force,
        parsed.dry_run or bool(parsed.explain),
        parsed.quick,
    )


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


def _demands(parsed: argparse.Namespace) -> Demands:
    from builder.build.identify import Demands

    return Demands(
        restamp=tuple(parsed.restamp),
        retire=tuple(parsed.retire),
        rename_decks=parsed.rename_decks,
        strict=parsed.strict,
        locked=parsed.locked,
        asks=parsed.ask,
    )


def _wrong_kind(kinds: Iterable[str]) -> str:
    from builder.outputs import all_outputs
    from builder.suggest import did_you_mean

    known = [output.name for output in all_outputs()]
    for kind in kinds:
        if kind not in known:
            hint = did_you_mean(kind, known) or f"choose from {', '.join(known)}"
            return f"there is no kind of output “{kind}”; {hint}"
    return ""


@contextmanager
def _helper(parsed: argparse.Namespace) -> Iterator[Callable[[], Worker | None]]:
    """Yield how to let a process get ready to render, while this one reads; it is begun once.

    There is none where it would not help: with one processor, or nothing to render.
    """
    renders = set(parsed.only) - {"anki", "retired", "retired-list"} or not parsed.only
    helps = renders and not (parsed.jobs == 1 or parsed.dry_run or parsed.explain)
    begun: list[Worker] = []

    def begin() -> Worker | None:
        from builder.build.ready import ready_workers
        from builder.build.workers import cores

        if helps and not begun and cores() > 1:
            begun.append(ready_workers(1))
        return begun[0] if begun else None

    try:
        yield begin
    finally:
        for workers in begun:
            workers.close()
