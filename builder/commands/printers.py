"""`rectoverso calibrate` and `rectoverso printers`: how far a printer puts backs off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.build.calibrate import Sheet, keep_reading, list_printers, write_sheet
from builder.commands import FINE
from builder.commands.terminal import wrong_usage
from builder.printing.calibration import Reading

if TYPE_CHECKING:
    import argparse

    from builder.build.calibrate import Answer


def calibrate(parsed: argparse.Namespace) -> int:
    """Write the sheet to measure with, or keep what was read from it."""
    if not parsed.name:
        sheet = Sheet(parsed.paper, parsed.duplex, parsed.landscape, parsed.printer, parsed.output)
        return _say(write_sheet(sheet))
    if parsed.a is None or parsed.b is None:
        return wrong_usage("say what you read from the sheet, for example --a 0.6 -0.4 --b 0.8 0")
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


def printers(parsed: argparse.Namespace) -> int:
    """List the printers, choose one, or forget one."""
    return _say(list_printers(parsed.default, parsed.forget))


def _say(answer: Answer) -> int:
    if answer.problem:
        return wrong_usage(answer.problem)
    print(answer.text)
    return FINE
