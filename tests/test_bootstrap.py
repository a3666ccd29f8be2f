"""The first `make` on a new machine: what tools/bootstrap.py decides, and when make runs it."""

from __future__ import annotations

import ast
import ctypes
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tools import bootstrap
from tools.bootstrap import BootstrapError, Need

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "tools" / "bootstrap.py"

# Real words of pip, one failure each, and a word of the remedy that has to follow.
PIP_SAYS = {
    "CERTIFICATE": (
        "WARNING: Retrying (...) after 'SSLError([SSL: CERTIFICATE_VERIFY_FAILED] ...)'",
        "PIP_CERT",
    ),
    "NO NETWORK": (
        "WARNING: Retrying (...) after 'NewConnectionError(...)'\nERROR: No matching distribution",
        "Connect",
    ),
    "WRONG FILE": ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS", "trust"),
    "DISK": ("ERROR: Could not install packages: [Errno 28] No space left on device", "room"),
    "NO WHEEL": ("ERROR: No matching distribution found for anki==26.9.3", "3.11 to 3.14"),
    "NO COMPILER": ("error: subprocess-exited-with-error\n  command 'gcc' failed", "3.11 to 3.14"),
    "UNHEARD OF": ("ERROR: the cat sat on the keyboard", "what it names"),
}


class Machine:
    """Stands for the machine: no program is run, and each command is remembered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.commands: list[str] = []
        self.fails: tuple[str, ...] = ()
        self.after: Callable[[], None] = lambda: None
        self.monkeypatch = monkeypatch
        monkeypatch.setattr(bootstrap, "run", self.run)
        self.has(system="debian", rights="root", programs=["apt-get", "sudo"])

    def has(self, *, system: str, rights: str, programs: Sequence[str]) -> None:
        self.monkeypatch.setattr(bootstrap, "this_system", lambda: system)
        self.monkeypatch.setattr(bootstrap, "rights", lambda: rights)
        self.monkeypatch.setattr(shutil, "which", lambda name: name if name in programs else None)

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        line = " ".join(command)
        self.commands.append(line)
        self.after()
        failed = any(part in line for part in self.fails)
        return subprocess.CompletedProcess(list(command), int(failed), "what the program said")

    def ran(self, part: str) -> bool:
        return any(part in command for command in self.commands)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def need(*, met: Callable[[], bool], optional: bool = False) -> Need:
    return Need("Glue is missing.", {"debian": "libglue0", "macos": "glue"}, met, optional)


# --- It starts where little is there yet ---


def test_old_pythons_can_read_the_script() -> None:
    """A syntax error could not say that Python is too old."""
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_the_script_needs_no_package() -> None:
    """It runs before anything is installed."""
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported = {alias.name for node in imports for alias in node.names}
    imported |= {node.module or "" for node in froms}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_a_python_that_is_too_old_is_named_with_the_way_to_a_newer_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The reader sees which Python was meant, and what to type."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(BootstrapError, match=r"needs Python 3\.11 .* is 3\.9") as error:
        bootstrap.check_python()
    assert "python3.11-venv" in str(error.value)
    assert "PYTHON=" in str(error.value)


def test_this_python_is_new_enough() -> None:
    """Nothing is said when nothing is wrong."""
    bootstrap.check_python()


# --- Which machine it is, and what to type there ---


@pytest.mark.parametrize(
    ("platform", "os_release", "system"),
    [
        ("linux", 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n', "debian"),
        ("linux", 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', "debian"),
        ("linux", 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', "debian"),
        ("linux", "ID=fedora\nVERSION_ID=42\n", "fedora"),
        ("linux", 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', "fedora"),
        ("linux", "ID=arch\n", "arch"),
        ("linux", "ID=manjaro\nID_LIKE=arch\n", "arch"),
        ("linux", 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', ""),
        ("linux", "", ""),
        ("darwin", "", "macos"),
        ("win32", "", "windows"),
    ],
)
def test_a_system_is_recognised(platform: str, os_release: str, system: str) -> None:
    """Relatives of a distribution take the same packages."""
    assert bootstrap.system_of(platform, os_release) == system


@pytest.mark.parametrize(
    ("system", "rights", "command"),
    [
        ("debian", "root", "apt-get update && apt-get install -y --no-install-recommends a b"),
        (
            "debian",
            "sudo",
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends a b",
        ),
        (
            "debian",
            "su",
            'su - -c "apt-get update && apt-get install -y --no-install-recommends a b"',
        ),
        ("fedora", "sudo", "sudo dnf install -y a b"),
        ("arch", "sudo", "sudo pacman -S --needed a b"),
        ("macos", "sudo", "brew install a b"),
    ],
)
def test_the_command_can_be_typed_as_it_is(system: str, rights: str, command: str) -> None:
    """It has the rights it takes, also where there is no sudo; Homebrew wants none."""
    assert bootstrap.command_for(system, "a b", rights) == command


@pytest.mark.parametrize("system", [*bootstrap.SYSTEMS, ""])
def test_the_advice_marks_this_machine_among_all(system: str) -> None:
    """A reader on any system finds the line, and only one line is marked."""
    packages = dict.fromkeys(bootstrap.SYSTEMS, "glue")
    lines = bootstrap.advice("Glue is missing.", packages, system, "sudo").splitlines()
    assert lines[0] == "Glue is missing."
    assert all(any(title in line for line in lines) for title in bootstrap.SYSTEMS.values())
    marked = [line for line in lines if line.startswith(">")]
    assert [bootstrap.SYSTEMS[system] in line for line in marked] == ([True] if system else [])


def test_every_need_has_packages_for_every_system_with_a_package_command() -> None:
    """No line of the advice is left without a name to install."""
    systems = {key for key, command in bootstrap.INSTALL.items() if "{}" in command}
    assert all(set(each.packages) == systems for each in bootstrap.needs())
    assert set(bootstrap.NEWER_PYTHON) == systems
    assert set(bootstrap.INSTALL) == set(bootstrap.SYSTEMS)


# --- Pango and the like ---


def test_the_libraries_are_those_that_weasyprint_loads() -> None:
    """A name that WeasyPrint doesn't try would promise what does not work."""
    spec = importlib.util.find_spec("weasyprint")
    assert spec is not None
    assert spec.origin is not None
    source = (Path(spec.origin).parent / "text" / "ffi.py").read_text(encoding="utf-8")
    for names in [*bootstrap.PANGO, *bootstrap.SUBSETTER]:
        assert all(f"'{name}'" in source for name in names)


def test_a_library_is_found_under_any_of_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each platform has its own file name."""

    def load(name: str) -> object:
        if name != "libglue.1.dylib":
            raise OSError(name)
        return object()

    monkeypatch.setattr(ctypes, "CDLL", load)
    assert bootstrap.can_load(["libglue.so.1", "libglue.1.dylib"])
    assert not bootstrap.can_load(["libglue.so.1"])


def test_what_is_missing_is_installed_when_nobody_need_be_asked(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root on Debian the first `make` needs no further command."""
    monkeypatch.setattr(bootstrap, "needs", lambda: [need(met=lambda: machine.ran("libglue0"))])
    bootstrap.check_system()
    assert [re.sub(r".*(?=apt-get)|-o \S+ ", "", each) for each in machine.commands] == [
        "apt-get -q -y update",
        "apt-get -q -y install --no-install-recommends libglue0",
    ]


def test_what_cannot_be_installed_is_named_with_the_command(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When apt-get fails, the reader sees its words and can go on by hand."""
    machine.fails = ("install",)
    monkeypatch.setattr(bootstrap, "needs", lambda: [need(met=lambda: False)])
    with pytest.raises(BootstrapError, match="Glue is missing") as error:
        bootstrap.check_system()
    assert "> Debian, Ubuntu, WSL  apt-get update" in str(error.value)
    assert "what the program said" in capsys.readouterr().out


def test_on_other_systems_nothing_is_run(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only apt-get is known well enough to be run unasked."""
    machine.has(system="macos", rights="sudo", programs=["sudo", "brew"])
    monkeypatch.setattr(bootstrap, "needs", lambda: [need(met=lambda: False)])
    with pytest.raises(BootstrapError, match="brew install glue"):
        bootstrap.check_system()
    assert machine.commands == []


def test_what_is_only_good_to_have_stops_nobody(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the subsetter everything works, only slower."""
    monkeypatch.setattr(bootstrap, "needs", lambda: [need(met=lambda: False, optional=True)])
    bootstrap.check_system()
    assert "Not needed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rights", "programs", "fails", "before"),
    [
        ("root", ["apt-get"], (), []),
        ("sudo", ["apt-get", "sudo"], (), ["sudo", "-n"]),
        ("sudo", ["apt-get", "sudo"], ("sudo -n true",), None),
        ("su", ["apt-get"], (), None),
        ("root", [], (), None),
    ],
    ids=["root", "sudo", "sudo that asks", "no sudo", "no apt-get"],
)
def test_nobody_is_asked_for_a_password(
    machine: Machine,
    rights: str,
    programs: list[str],
    fails: tuple[str, ...],
    before: list[str] | None,
) -> None:
    """A `make` that waits for a password would hang where nobody watches."""
    machine.has(system="debian", rights=rights, programs=programs)
    machine.fails = fails
    assert bootstrap.without_password() == before


# --- The venv ---


def venv_in(folder: Path, *, exit_status: int = 0) -> Path:
    """Make what looks like a venv with one package; its Python exits with a status."""
    venv = folder / ".venv"
    package = venv / "lib/python3.11/site-packages/glue-1.0.dist-info"
    for path in [venv / "bin", package]:
        path.mkdir(parents=True)
    (package / "INSTALLER").touch()
    python = venv / "bin/python"
    python.write_text(f"#!/bin/sh\nexit {exit_status}\n", encoding="ascii")
    python.chmod(0o755)
    return venv


def test_a_venv_is_whole(tmp_path: Path) -> None:
    """Then it is left alone."""
    assert bootstrap.is_whole(venv_in(tmp_path))


def test_no_venv_is_not_whole(tmp_path: Path) -> None:
    """On a new machine there is none."""
    assert not bootstrap.is_whole(tmp_path / ".venv")


def test_a_venv_whose_python_vanished_is_not_whole(tmp_path: Path) -> None:
    """An upgrade of Python leaves a link to nothing."""
    python = venv_in(tmp_path) / "bin/python"
    python.unlink()
    python.symlink_to(tmp_path / "gone")
    assert not bootstrap.is_whole(tmp_path / ".venv")


def test_a_venv_whose_python_fails_is_not_whole(tmp_path: Path) -> None:
    """An upgraded Python no longer sees the pip that was installed for the old one."""
    assert not bootstrap.is_whole(venv_in(tmp_path, exit_status=1))


def test_a_package_that_was_cut_off_is_noticed(tmp_path: Path) -> None:
    """To pip it looks installed, so it would stay broken."""
    venv = venv_in(tmp_path)
    next(venv.glob("lib/*/site-packages/*/INSTALLER")).unlink()
    assert not bootstrap.is_whole(venv)


def test_stamps_go_before_the_venv_is_cleared(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Stopped half-way, the next make must not take what is left for ready."""
    venv = venv_in(tmp_path)
    (venv / "build.stamp").touch()
    stamps: list[Path] = []
    machine.fails = ("import pip",)
    machine.after = lambda: stamps.extend(venv.glob("*.stamp")) if machine.ran("--clear") else None
    monkeypatch.setattr(bootstrap, "VENV", venv)
    bootstrap.make_venv()
    assert machine.ran("-m venv --clear")
    assert stamps == []


# --- The packages ---


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "build.txt"
    path.write_text("glue==1.0 --hash=sha256:00\n", encoding="ascii")
    return path


def test_pip_is_not_run_twice_for_one_lock(machine: Machine, lock: Path) -> None:
    """A lock that only looks newer, as after a checkout, costs nothing."""
    stamp = lock.with_suffix(".stamp")
    bootstrap.install(lock, stamp)
    os.utime(stamp, (0, 0))
    bootstrap.install(lock, stamp)
    assert len(machine.commands) == 1
    assert "--require-hashes" in machine.commands[0]
    assert stamp.stat().st_mtime > 0


def test_a_changed_lock_is_installed(machine: Machine, lock: Path) -> None:
    """What counts is what the lock says."""
    stamp = lock.with_suffix(".stamp")
    bootstrap.install(lock, stamp)
    lock.write_text("glue==1.1 --hash=sha256:00\n", encoding="ascii")
    bootstrap.install(lock, stamp)
    assert len(machine.commands) == 2


def test_while_pip_works_no_stamp_says_it_is_done(machine: Machine, lock: Path) -> None:
    """Also when pip fails: with the old lock back again, half of the new one would remain."""
    stamp = lock.with_suffix(".stamp")
    stamp.write_text("of an older lock", encoding="ascii")
    machine.fails = ("pip install",)
    machine.after = lambda: pytest.fail("too early") if stamp.exists() else None
    with pytest.raises(BootstrapError, match=r"build\.txt could not be installed"):
        bootstrap.install(lock, stamp)
    assert not stamp.exists()


@pytest.mark.parametrize(("output", "word"), PIP_SAYS.values(), ids=PIP_SAYS)
def test_a_failure_of_pip_is_explained(output: str, word: str) -> None:
    """Pip's own last line is often about a package, when in truth the network is down."""
    _, remedy = bootstrap.explain_pip(output)
    assert word in remedy


@pytest.mark.parametrize(
    "error", [BootstrapError("x"), PermissionError(13, "x"), KeyboardInterrupt()]
)
def test_expected_failures_show_no_traceback(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They end with a message and a status that stops make."""

    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(bootstrap, "bootstrap", fail)
    assert bootstrap.main(["build"]) in {1, 130}
    assert capsys.readouterr().err.strip()


# --- The locks ---


def pins(name: str) -> dict[str, str]:
    """Return the versions in a lock."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


def test_the_locks_agree() -> None:
    """Installing the second must not change what the first one brought."""
    build, dev = pins("build.txt"), pins("dev.txt")
    assert build
    assert dev
    assert {name: dev[name] for name in build.keys() & dev.keys()}.items() <= build.items()


@pytest.mark.parametrize("name", ["build.in", "build.txt", "dev.in", "dev.txt"])
def test_no_package_index_is_named(name: str) -> None:
    """Which one to use is the business of the machine."""
    assert "://" not in (ROOT / "requirements" / name).read_text(encoding="utf-8")


# --- When make runs it ---


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose .venv is ready, with the Python that runs this test."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    files = ["requirements/build.txt", "requirements/dev.txt", "tools/bootstrap.py"]
    stamps = [".venv/build.stamp", ".venv/dev.stamp"]
    for age, name in enumerate([*files, *stamps]):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, (age, age))
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir()
    python.symlink_to(os.path.realpath(sys.executable))
    config = f"version = 3.11\nexecutable = {os.path.realpath(sys.executable)}\n"
    (tmp_path / ".venv/pyvenv.cfg").write_text(config, encoding="utf-8")
    return tmp_path


def make(folder: Path, *arguments: str) -> str:
    """Return what make prints, when it is not told of the make that may run the tests."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = ["make", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=True
    ).stdout


def bootstraps_in(checkout: Path, target: str) -> list[str]:
    """Return the locks for which make would run the script."""
    plan = make(checkout, "--dry-run", "PYTHON=python3", target)
    return re.findall(r"tools/bootstrap\.py (\w+)", plan)


@pytest.mark.parametrize("target", ["all", "check", "test", "lint"])
def test_a_second_make_runs_no_script(checkout: Path, target: str) -> None:
    """What is ready is not looked at again."""
    assert bootstraps_in(checkout, target) == []


def test_a_new_machine_gets_what_the_target_needs(checkout: Path) -> None:
    """The tools for tests are not installed just to build a course."""
    shutil.rmtree(checkout / ".venv")
    assert bootstraps_in(checkout, "all") == ["build"]
    assert bootstraps_in(checkout, "test") == ["build", "dev"]


@pytest.mark.parametrize("name", ["requirements/build.txt", "tools/bootstrap.py"])
def test_a_newer_lock_or_script_is_taken_up(checkout: Path, name: str) -> None:
    """After a pull, make brings .venv up to date by itself."""
    (checkout / name).touch()
    assert bootstraps_in(checkout, "all") == ["build"]


@pytest.mark.parametrize("target", ["gone", "/bin/sh"], ids=["removed", "upgraded"])
def test_another_python_makes_the_stamps_void(checkout: Path, target: str) -> None:
    """A stamp would outlive the Python that the packages were installed for."""
    (checkout / ".venv/bin/python").unlink()
    (checkout / ".venv/bin/python").symlink_to(target)
    assert bootstraps_in(checkout, "all") == ["build"]


def test_help_tells_every_target() -> None:
    """The list is made from the Makefile, so a target without a comment would be missing."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (all .*)$", makefile, re.MULTILINE)
    assert targets is not None
    assert re.findall(r"^  make (\w+)", make(ROOT, "help"), re.MULTILINE) == targets[1].split()
