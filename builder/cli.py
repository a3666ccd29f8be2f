"""The command line: the commands, their options, and the exit status."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import gc
import importlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from builder.commands import FINE, INTERRUPTED, WRONG_USAGE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 # its only name

_MOST_JOBS = 64
# How seldom garbage is looked for: what is read of a large course stays until the end, and to look
# for some in it again and again takes a quarter of the time of a small build.
GARBAGE = (100_000, 20, 50)

_EPILOG = "Exit status: 0 fine, 1 errors in the source, 2 wrong usage, 130 interrupted."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status."""
    gc.set_threshold(*GARBAGE)
    parsed = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that can't show a sign shows its code
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(parsed)
    except KeyboardInterrupt:
        print("interrupted; files that were finished are kept", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE


def run() -> NoReturn:
    """Run a command and end the process at once: to take a large course apart takes 0.1 s."""
    for name in ("SIGTERM", "SIGHUP"):  # a time limit, a window that is closed: as Ctrl-C
        if (number := getattr(signal, name, None)) and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    status = main()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with contextlib.suppress(OSError):  # nobody reads it any more
            stream.flush()
    atexit._run_exitfuncs()  # noqa: SLF001  # what is to be done at the end has no other name
    os._exit(status)


def _run(parsed: argparse.Namespace) -> int:
    """Import the command and run it; `--help` imports none and answers at once."""
    try:
        Path.cwd()
    except OSError:  # what is named by a path from here can't be found
        print("rectoverso: the folder that you are in is gone; go to another one", file=sys.stderr)
        return WRONG_USAGE
    module, _, function = parsed.command.partition(":")
    command = getattr(importlib.import_module(f"builder.commands.{module}"), function or "run")
    status: int = command(parsed)
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
    check.set_defaults(command="check")

    diff = commands.add_parser(
        "diff", help="show what the next import will do, write nothing", epilog=_EPILOG
    )
    diff.add_argument("course", nargs="?", default="", metavar="COURSE")
    diff.add_argument(
        "--since", type=Path, metavar="FILE", help="compare with a package that was handed out"
    )
    diff.add_argument("--format", choices=("text", "json"), default="text")
    diff.set_defaults(command="diff")

    watch = _add_watch(commands)
    for command in (build, check, diff, watch):
        command.add_argument("--content", type=Path, default=Path("content"), metavar="DIR")
    _add_calibrate(commands)
    _add_printers(commands)
    return parser


def _add_build(commands: _Commands) -> argparse.ArgumentParser:
    build = commands.add_parser("build", help="build the outputs", epilog=_EPILOG)
    _what_to_build(build)
    build.add_argument("--force", action="store_true", help="make all anew")
    build.add_argument(
        "--quick", action="store_true", help="leave the PDFs of whole courses for a later build"
    )
    _telling_options(build)
    _identity_options(build)
    _add_printing_options(build)
    build.set_defaults(command="build")
    return build


def _add_watch(commands: _Commands) -> argparse.ArgumentParser:
    watch = commands.add_parser(
        "watch", help="build, and build what changes as soon as it is saved", epilog=_EPILOG
    )
    _what_to_build(watch)
    watch.add_argument("--duplex", default="", metavar="WAY", help="in place of course.toml's")
    watch.add_argument("--printer", default="", metavar="NAME", help="a calibrated one, or none")
    # What is for one build only.
    once = {"cards": "", "since": "", "tag": [], "restamp": [], "retire": [], "explain": ""}
    never = ("ask", "reverse", "rename_decks", "strict", "locked", "force", "dry_run", "quick")
    watch.set_defaults(command="watch", **once, **dict.fromkeys(never, False))
    return watch


def _what_to_build(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "targets", nargs="*", metavar="TARGET", help="a course, or a topic as course/topic"
    )
    command.add_argument("--output", type=Path, default=Path("output"), metavar="DIR")
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="KIND",
        help="handouts, flashcards or anki; may be given more than once",
    )
    command.add_argument(
        "--jobs", type=_count, default=0, metavar="N", help="processes to use (default: all cores)"
    )


def _telling_options(build: argparse.ArgumentParser) -> None:
    group = build.add_argument_group("what is told")
    group.add_argument(
        "--dry-run", action="store_true", help="say what would be made and why; write nothing"
    )
    group.add_argument(
        "--explain", default="", metavar="TOPIC", help="say why its outputs are out of date or not"
    )
    amount = group.add_mutually_exclusive_group()
    amount.add_argument("--quiet", action="store_true", help="only what is wrong")
    amount.add_argument("--verbose", action="store_true", help="each file by its name")
    group.add_argument("--timings", action="store_true", help="the seconds of each phase")
    group.add_argument("--format", choices=("text", "json"), default="text")


def _identity_options(build: argparse.ArgumentParser) -> None:
    options = build.add_argument_group("which note is which")
    options.add_argument(
        "--strict",
        action="store_true",
        help="not to recognise a note exactly is an error, and so are small and divided texts",
    )
    options.add_argument(
        "--ask", action="store_true", help="ask which note is which where it is not sure"
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
    calibrate.set_defaults(command="printers:calibrate")


def _add_printers(commands: _Commands) -> None:
    printers = commands.add_parser("printers", help="list calibrated printers", epilog=_EPILOG)
    printers.add_argument("--default", default="", metavar="NAME", help="a printer, or none")
    printers.add_argument("--forget", default="", metavar="NAME")
    printers.set_defaults(command="printers:printers")


def _count(text: str) -> int:
    """Read a number of processes."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MOST_JOBS:
        raise argparse.ArgumentTypeError(f"from 1 to {_MOST_JOBS}")
    return int(text)


def _version() -> str:
    from builder import __version__

    return __version__
