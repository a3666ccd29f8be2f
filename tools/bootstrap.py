"""Make this machine ready: Python, its venv module, Pango, then the packages of a lock in .venv.

    python3 tools/bootstrap.py build    what `make` needs
    python3 tools/bootstrap.py dev      what `make test` and `make lint` need as well

`make` runs this when .venv is missing, broken or older than its lock. What can be installed without
asking is installed; for the rest it says what to type. To run it once more does no harm.

It has to start on a Python that is too old, in order to say so, and before anything is installed:
so only the syntax of Python 3.6 and the standard library.
"""

import ctypes
import ctypes.util
import hashlib
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)

# What has to be installed to have a lock: dev leans on build.
LOCKS = {"build": ["build"], "dev": ["build", "dev"]}

# The libraries WeasyPrint cannot do without, under the names it tries (weasyprint/text/ffi.py).
PANGO = [
    ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "gobject-2.0"),
    ("libpango-1.0.so.0", "libpango-1.0.dylib", "pango-1.0"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "pangoft2-1.0"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "harfbuzz"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib", "fontconfig"),
]
SUBSETTER = [("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "harfbuzz-subset")]

# The systems we know commands for; the list is printed whole, for the reader's other machines.
SYSTEMS = {
    "debian": "Debian, Ubuntu, WSL",
    "fedora": "Fedora, RHEL",
    "arch": "Arch",
    "macos": "macOS (Homebrew)",
    "windows": "Windows",
}
INSTALL = {
    "debian": "apt-get update && apt-get install -y --no-install-recommends {}",
    "fedora": "dnf install -y {}",
    "arch": "pacman -S --needed {}",
    "macos": "brew install {}",
    "windows": "wsl --install -d Debian   (then go on in there, as on Debian)",
}
NEWER_PYTHON = {
    "debian": "python3.11 python3.11-venv",
    "fedora": "python3.12",
    "arch": "python",
    "macos": "python",
}


class BootstrapError(Exception):
    """Something only the reader can put right; the message says how."""


class Need(NamedTuple):
    """Something that pip cannot bring, and the packages that do."""

    problem: str
    packages: Dict[str, str]
    is_met: Callable[[], bool]
    optional: bool = False


# --- What this machine is ---


def system_of(platform: str, os_release: str) -> str:
    """Return a key of SYSTEMS, or "" for a system we know no command for."""
    if platform == "darwin":
        return "macos"
    if platform in {"win32", "cygwin", "msys"}:
        return "windows"
    # Mint says ID=linuxmint and ID_LIKE="ubuntu debian", so both lines count.
    lines = re.findall(r"^ID(?:_LIKE)?=(.*)$", os_release, re.MULTILINE)
    names = {name for line in lines for name in line.strip("\"'").split()}
    relatives = {"ubuntu": "debian", "rhel": "fedora", "centos": "fedora"}
    known = {relatives.get(name, name) for name in names} & {"debian", "fedora", "arch"}
    return min(known, default="")


def this_system() -> str:
    """Return what system_of makes of the machine we run on."""
    try:
        os_release = Path("/etc/os-release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        os_release = ""
    return system_of(sys.platform, os_release)


def rights() -> str:
    """Return how an administrator's command is run here: as "root" already, with "sudo" or "su"."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return "root"
    return "sudo" if shutil.which("sudo") else "su"


# --- What to tell the reader ---


def say(text: str) -> None:
    """Print at once, so that it stands in the right place among what other programs print."""
    print(text, flush=True)


def command_for(system: str, packages: str, with_rights: str) -> str:
    """Return the line that installs packages on a system, ready to be typed."""
    command = INSTALL[system].format(packages)
    if system in {"macos", "windows"} or with_rights == "root":
        return command
    if with_rights == "su":
        return f'su - -c "{command}"'
    return " && ".join(f"sudo {part}" for part in command.split(" && "))


def advice(problem: str, packages: Dict[str, str], system: str, with_rights: str) -> str:
    """Say what is wrong and what to type on each system, marking the one we are on."""
    lines = [problem, "Install it, then type make again:", ""]
    for key, title in SYSTEMS.items():
        here = key == system
        command = command_for(key, packages.get(key, ""), with_rights if here else "sudo")
        lines.append(f"{'>' if here else ' '} {title:<20} {command}")
    known = "The line with > is for this machine."
    unknown = "This system is none of these; its packages have names like those."
    return "\n".join([*lines, "", known if system else unknown])


# --- What pip cannot bring ---


def check_python() -> None:
    """Stop when this Python is too old, for nothing else can be done with it."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    ours, oldest = (".".join(map(str, v[:2])) for v in (sys.version_info, OLDEST_PYTHON))
    problem = f"Rectoverso needs Python {oldest} or newer; {sys.executable} is {ours}."
    message = advice(problem, NEWER_PYTHON, this_system(), rights())
    raise BootstrapError(
        f"{message}\n"
        "Releases before Debian 12 and Ubuntu 22.04 have no such package: upgrade first.\n"
        "A Python that make doesn't find by itself: make PYTHON=/path/to/python3.13"
    )


def has_venv() -> bool:
    """Tell whether Python can make a venv with pip in it; Debian packs that part separately."""
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def can_load(names: Iterable[str]) -> bool:
    """Tell whether the system's loader finds a library under one of its names."""
    for name in names:
        # Homebrew's folder is known to find_library alone. On Linux that would only start
        # ldconfig and gcc, to find nothing that the loader doesn't.
        path = ctypes.util.find_library(name) if sys.platform == "darwin" else None
        try:
            ctypes.CDLL(path or name)
        except OSError:
            continue
        return True
    return False


def needs() -> List[Need]:
    """Return what has to be on the machine, whether it is there or not."""
    major, minor = sys.version_info[:2]
    return [
        Need(
            "Python's venv module is missing: it keeps our packages apart from the system's.",
            {
                "debian": f"python{major}.{minor}-venv",
                "fedora": "python3",
                "arch": "python",
                "macos": "python",
            },
            has_venv,
        ),
        Need(
            "Pango is missing: WeasyPrint sets the text of the pages with it.",
            {
                "debian": "libpango-1.0-0 libpangoft2-1.0-0",
                "fedora": "pango",
                "arch": "pango",
                "macos": "pango",
            },
            lambda: all(map(can_load, PANGO)),
        ),
        Need(
            "HarfBuzz's subsetter is missing: PDF files are written much faster with it.",
            {
                "debian": "libharfbuzz-subset0",
                "fedora": "harfbuzz",
                "arch": "harfbuzz",
                "macos": "harfbuzz",
            },
            lambda: all(map(can_load, SUBSETTER)),
            optional=True,
        ),
    ]


def packages_for(missing: Sequence[Need]) -> Dict[str, str]:
    """Return what brings all that is missing, for each system."""
    systems = {system for need in missing for system in need.packages}
    return {system: " ".join(need.packages[system] for need in missing) for system in systems}


def check_system() -> None:
    """Install what pip cannot bring if that takes no password, else stop and say how."""
    missing = [need for need in needs() if not need.is_met()]
    if missing and this_system() == "debian":
        apt_install(missing)
        missing = [need for need in missing if not need.is_met()]
    if not missing:
        return
    problem = "\n".join(need.problem for need in missing)
    message = advice(problem, packages_for(missing), this_system(), rights())
    if not all(need.optional for need in missing):
        raise BootstrapError(message)
    say(f"Not needed, but good to have. {message}\n")


def without_password() -> Optional[List[str]]:
    """Return what to put before apt-get so that it asks for nothing; None if there is no way."""
    if not shutil.which("apt-get"):
        return None
    if rights() == "root":
        return []
    sudo = ["sudo", "-n"]
    return sudo if rights() == "sudo" and run([*sudo, "true"]).returncode == 0 else None


def apt_install(missing: Sequence[Need]) -> None:
    """Try to install what is missing; whether it worked shows when it is looked for again."""
    before = without_password()
    if before is None:
        return
    # After a plain `su`, the folders of the programs that dpkg calls are not on the path.
    path = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
    # A new machine often begins with installing its updates: wait for the lock.
    options = ["-q", "-y", "-o", "DPkg::Lock::Timeout=120"]
    apt = [*before, "env", f"PATH={path}", "DEBIAN_FRONTEND=noninteractive", "apt-get", *options]
    say(f"Installing {packages_for(missing)['debian']} with apt-get")
    # This fails when one list of many cannot be fetched, and yet the others may do.
    update = run([*apt, "update"])
    # One by one, since old releases do not have what is optional.
    for need in missing:
        packages = need.packages["debian"].split()
        result = run([*apt, "install", "--no-install-recommends", *packages])
        if result.returncode != 0:
            say(f"{tail(update.stdout)}\n{tail(result.stdout)}")
            return


# --- The venv and what is in it ---


def run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run a command that may ask nothing, and keep what it says for when it fails."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def tail(text: str) -> str:
    """Return the end of what a command said, indented; some put whole data structures in a line."""
    return "\n".join(f"    {line[:160]}" for line in text.strip().splitlines()[-6:])


def is_whole(venv: Path) -> bool:
    """Tell whether a venv has a working Python and no package whose installation was cut off."""
    probe = f"import pip, sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        works = run([str(venv / "bin/python"), "-I", "-c", probe]).returncode == 0
    except OSError:
        return False
    # pip writes INSTALLER when all other files of a package are in place.
    packages = venv.glob("lib/python3*/site-packages/*.dist-info")
    return works and all((package / "INSTALLER").is_file() for package in packages)


def make_venv() -> None:
    """Make .venv, unless it is there and whole."""
    if is_whole(VENV):
        return
    # First of all, so that no stamp outlives what it stands for if we are stopped half-way.
    for stamp in VENV.glob("*.stamp"):
        stamp.unlink()
    version = ".".join(map(str, sys.version_info[:3]))
    say(f"Making .venv with Python {version}")
    # While .venv is activated, sys.executable is the very file that --clear removes.
    python = getattr(sys, "_base_executable", sys.executable)
    result = run([python, "-m", "venv", "--clear", str(VENV)])
    if result.returncode != 0:
        raise BootstrapError(
            f"{python} could not make {VENV}:\n{tail(result.stdout)}\n"
            "Put that right and type make again, or try another Python:"
            " make PYTHON=/path/to/python3.13"
        )


# What pip says when it fails, what that means, and what to do. The first that fits counts.
PIP_FAILURES = [
    (
        "CERTIFICATE_VERIFY_FAILED|SSLError",
        "The certificate of the package index is not trusted.",
        "Behind a proxy that has its own certificate, name it: PIP_CERT=/path/to/ca.pem make",
    ),
    (
        "DO NOT MATCH THE HASHES",
        "A downloaded file is not the one that the lock means.",
        "Type make again. If it stays so, do not trust the package index you use.",
    ),
    (
        "No space left on device",
        "The disk is full.",
        "Make room (300 MB will do) and type make again.",
    ),
    (
        r"Retrying \(|Max retries exceeded|Connection|[Tt]imed? ?out|name resolution",
        "The package index cannot be reached.",
        "What is in .venv stays. Connect (behind a proxy, set HTTPS_PROXY) and type make again.",
    ),
    (
        "No matching distribution|Failed to build|Failed building|subprocess-exited-with-error",
        "There is no ready-made package for this Python on this machine.",
        "Take a Python from 3.11 to 3.14: make distclean, then make PYTHON=/path/to/python3.13",
    ),
]


def explain_pip(output: str) -> Tuple[str, str]:
    """Return what made pip fail, and what to do about it."""
    for pattern, problem, remedy in PIP_FAILURES:
        if re.search(pattern, output):
            return problem, remedy
    return "pip failed.", "Put right what it names, then type make again."


def install(lock: Path, stamp: Path) -> None:
    """Install what a lock names, unless the stamp says that exactly this was done before."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        stamp.touch()
        return
    if stamp.exists():
        stamp.unlink()
    say(f"Installing the packages of {lock.name} into .venv (the first time, about a minute)")
    pip = [str(VENV / "bin/python"), "-I", "-m", "pip", "install"]
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    result = run([*pip, *options, "--requirement", str(lock)])
    if result.returncode != 0:
        problem, remedy = explain_pip(result.stdout)
        raise BootstrapError(
            f"The packages of {lock.name} could not be installed. {problem}\n"
            f"{tail(result.stdout)}\n{remedy}"
        )
    stamp.write_text(digest, encoding="ascii")


def bootstrap(locks: Iterable[str]) -> None:
    """Do all that is needed, in the order in which one thing needs the other."""
    check_python()
    if this_system() == "windows":
        raise BootstrapError(advice("On Windows, make works in WSL.", {}, "windows", "root"))
    check_system()
    make_venv()
    for lock in locks:
        install(ROOT / "requirements" / f"{lock}.txt", VENV / f"{lock}.stamp")


def main(arguments: Sequence[str]) -> int:
    """Make the machine ready for the lock that is named; return the exit status."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print("Usage: python3 tools/bootstrap.py build|dev", file=sys.stderr)
        return 2
    try:
        bootstrap(LOCKS[arguments[0]])
    except BootstrapError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    except OSError as error:
        remedy = "If another user made .venv, remove it (sudo rm -r .venv) and type make again."
        print(f"\n{error}\n{remedy}\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next make goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
