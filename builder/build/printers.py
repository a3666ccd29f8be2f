"""The user's printers on the disk: one file in the folder where users keep their settings."""

from __future__ import annotations

from builder.build.user_folders import printers_file
from builder.build.write import write_atomically
from builder.diagnostics import quoted
from builder.printing.profiles import NONE, Printers, Profile, read_printers, written
from builder.suggest import did_you_mean


def load_printers() -> Printers | str:
    """Return the printers, none if there is no file yet; or what is wrong with the file."""
    path = printers_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Printers()
    except (OSError, UnicodeDecodeError) as error:
        return f"{path} can't be read: {error}"
    printers = read_printers(text)
    return printers or f"{path} is not as rectoverso wrote it; delete it and calibrate again"


def save_printers(printers: Printers) -> str:
    """Write the printers; return why that is impossible, or the empty string."""
    path = printers_file()
    try:
        write_atomically(path, written(printers).encode(), is_durable=True)
    except OSError as error:
        return f"{path} can't be written: {error.strerror or error}"
    return ""


def printer_named(name: str) -> Profile | str:
    """Return a printer; the default one for no name, none for `none`, or why there is no such."""
    printers = Printers() if name == NONE else load_printers()
    if isinstance(printers, str):
        return printers
    chosen = name or printers.default
    if not chosen or chosen == NONE:
        return Profile()
    return printers.profiles.get(chosen) or unknown_printer(chosen, printers)


def unknown_printer(name: str, printers: Printers) -> str:
    if name in printers.profiles:
        return ""
    known = ", ".join(sorted(printers.profiles)) or "none yet; see rectoverso calibrate"
    hint = did_you_mean(name, printers.profiles) or f"the printers are: {known}"
    return f"there is no printer {quoted(name)}; {hint}"
