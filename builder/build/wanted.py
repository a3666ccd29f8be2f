"""The options of `build` that concern printing, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from builder.build.printers import printer_named
from builder.diagnostics import quoted
from builder.printing.imposition import DUPLEXES
from builder.printing.request import Printing
from builder.printing.selection import Selection, read_codes
from builder.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Options:
    """The options as they were typed; empty where they were not."""

    cards: str = ""
    since: str = ""
    tags: Sequence[str] = ()
    duplex: str = ""
    is_reversed: bool = False
    printer: str = ""
    is_strict: bool = False


def read_options(options: Options) -> Printing | str:
    """Return what is wanted, or what is wrong with it."""
    if options.duplex and options.duplex not in DUPLEXES:
        hint = did_you_mean(options.duplex, DUPLEXES) or f"choose from {', '.join(DUPLEXES)}"
        return f"there is no way to print {quoted(options.duplex)}; {hint}"
    printer = printer_named(options.printer)
    selection = _selection(options)
    if isinstance(printer, str):
        return printer
    if isinstance(selection, str):
        return selection
    settings: dict[str, str] = {}
    if options.duplex:
        settings["duplex"] = options.duplex
    if options.is_reversed:
        settings["backs"] = "reversed"
    return Printing(settings, printer, selection, options.is_strict)


def _selection(options: Options) -> Selection | str | None:
    if not (options.cards or options.since or options.tags):
        return None
    codes = read_codes(options.cards) if options.cards else ()
    if isinstance(codes, str):
        return codes
    try:
        since = _midnight(options.since) if options.since else None
    except (ValueError, OverflowError, OSError):
        return f"{quoted(options.since)} is no date; write for example 2026-09-30"
    return Selection(codes, since, tuple(options.tags))


def _midnight(text: str) -> int:
    """Return when a day begins where the user is, in seconds since 1970."""
    return int(datetime.combine(date.fromisoformat(text), time.min).astimezone().timestamp())
