"""What `calibrate` and `printers` do: write the sheet, keep a reading, list what is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from builder.build.printers import load_printers, printer_named, save_printers, unknown_printer
from builder.build.user_folders import printers_file
from builder.build.write import write_atomically
from builder.diagnostics import quoted
from builder.printing.calibration import Reading, calibration_sheet, can_calibrate, offset_from
from builder.printing.imposition import Flip
from builder.printing.paper import PAPERS, Paper
from builder.printing.profiles import FURTHEST, NONE, Offset, Printers, Profile
from builder.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be said; `problem` is why nothing was done, or empty."""

    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which calibration sheet is wanted, and for which printer its back is moved already."""

    paper: str
    flip: str
    is_landscape: bool
    printer: str
    path: Path


def write_sheet(wanted: Sheet) -> Answer:
    """Write the calibration sheet."""
    paper = sheet_paper(wanted.paper, is_landscape=wanted.is_landscape)
    if isinstance(paper, str):
        return Answer(problem=paper)
    profile = printer_named(wanted.printer)
    if isinstance(profile, str):
        return Answer(problem=profile)
    flips: dict[str, Flip] = {"long-edge": "long-edge", "short-edge": "short-edge"}
    if wanted.flip not in flips:
        return Answer(problem=f"the sheet is printed long-edge or short-edge, not {wanted.flip}")
    try:
        data = calibration_sheet(paper, flips[wanted.flip], profile.offset(paper))
        write_atomically(wanted.path, data)
    except OSError as error:
        return Answer(problem=f"{wanted.path} can't be written: {error.strerror or error}")
    if wanted.printer:
        return Answer(f"{wanted.path}: on it, the crosses should now meet the scales at 0")
    return Answer(f"{wanted.path}: print it at 100 % on both sides; it says how to go on")


def keep_reading(
    name: str, reading: Reading, paper_name: str, *, is_landscape: bool, is_default: bool
) -> Answer:
    """Keep what was read from the sheet as the profile of a printer."""
    paper = sheet_paper(paper_name, is_landscape=is_landscape)
    printers = load_printers()
    if isinstance(paper, str) or isinstance(printers, str):
        return Answer(problem=paper if isinstance(paper, str) else str(printers))
    if not name.strip() or name == NONE or not name.isprintable():
        return Answer(problem=f"a printer can't be called {quoted(name)}")
    offset = offset_from(reading, paper)
    if not offset.is_sane:
        return Answer(
            problem=f"no printer is so far off: {described(offset)}; "
            f"readings are mm, at most {FURTHEST:g}, and alike at A and B"
        )
    known = printers.profiles.get(name, Profile())
    way = {"landscape": offset} if is_landscape else {"portrait": offset}
    profiles = {**printers.profiles, name: replace(known, **way)}
    default = name if is_default else printers.default
    problem = save_printers(Printers(profiles, default))
    kept = f"{name}: {described(offset)} ({'landscape' if is_landscape else 'portrait'})"
    return Answer(problem=problem) if problem else Answer(f"{kept}, kept in {printers_file()}")


def list_printers(default: str, forget: str) -> Answer:
    """List the printers, after another one became the default or one was forgotten."""
    printers = load_printers()
    if isinstance(printers, str):
        return Answer(problem=printers)
    for name in filter(None, (default, forget)):
        if problem := "" if name == NONE else unknown_printer(name, printers):
            return Answer(problem=problem)
    if default:
        printers = replace(printers, default="" if default == NONE else default)
    if forget:
        profiles = {name: one for name, one in printers.profiles.items() if name != forget}
        printers = Printers(profiles, printers.default if printers.default in profiles else "")
    problem = save_printers(printers) if default or forget else ""
    return Answer(problem=problem) if problem else Answer("\n".join(_lines(printers)))


def sheet_paper(name: str, *, is_landscape: bool) -> Paper | str:
    """Return the paper to calibrate with, or what is wrong with it."""
    if name not in PAPERS:
        hint = did_you_mean(name, PAPERS) or f"choose from {', '.join(PAPERS)}"
        return f"there is no paper called {quoted(name)}; {hint}"
    paper = PAPERS[name].turned if is_landscape else PAPERS[name]
    if not can_calibrate(paper):
        return f"{name} is too small for the calibration sheet; use larger paper"
    return paper


def described(offset: Offset) -> str:
    """Return an offset in words."""
    right = f"{abs(offset.x):.2f} mm to the {'right' if offset.x >= 0 else 'left'}"
    up = f"{abs(offset.y):.2f} mm {'up' if offset.y >= 0 else 'down'}"
    turn = f"{offset.rotation:+.2f}°" if offset.rotation else ""
    scale = f"{100 * offset.scale:.2f} %" if offset.scale != 1 else ""
    return "backs come out " + ", ".join(filter(None, (right, up, turn, scale)))


def _lines(printers: Printers) -> list[str]:
    lines = []
    for name, profile in sorted(printers.profiles.items()):
        mark = " (default)" if name == printers.default else ""
        for way, offset in (("portrait", profile.portrait), ("landscape", profile.landscape)):
            if offset:
                lines.append(f"{name}{mark}  {way}: {described(offset)}")
    return lines or ["no printer has been calibrated; begin with: rectoverso calibrate"]
