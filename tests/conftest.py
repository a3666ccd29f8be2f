"""What all tests share: how Hypothesis draws its examples, and the flag that renews goldens."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.scheduler.protocol import Scheduling

from builder.cli import GARBAGE
from tests.courses import build_in

ROOT = Path(__file__).resolve().parent.parent
# These files look at the courses of this repository, which one process builds for all of them.
LOOKING_AT_COURSES = {"test_end_to_end.py", "test_whole_course.py"}

# The same examples in every run, and no deadline: a test must not fail because a machine is busy.
settings.register_profile("reproducible", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("reproducible")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the code gives now into the golden files, to be looked at with git diff",
    )


def pytest_collection_finish() -> None:
    """Look for garbage as seldom as the commands do, and not in all that was imported."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)


class _FileByFile(LoadScopeScheduling):  # type: ignore[misc]  # it comes without types
    """Gives all tests of a file to one process: what is made for the first serves the others."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0]).name
        return "courses" if file in LOOKING_AT_COURSES else file


@pytest.hookimpl(optionalhook=True)  # tests can be run by one process, without xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    # Not its own groups: they do nothing with pytest 9.2 (xdist 3.8).
    return _FileByFile(config, log)


@pytest.fixture(autouse=True)
def users_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a settings folder of its own, so that nobody's printer moves its backs."""
    folder = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True, scope="session")
def _no_cache() -> Iterator[None]:
    """Let each test make what it looks at; those of the cache name a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECTOVERSO_CACHE", "off")
        yield


@pytest.fixture(autouse=True)
def _no_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands render in the test's process, where all is imported: another takes a second.

    Those of several processes start whole commands.
    """
    monkeypatch.setattr("builder.build.workers.cores", lambda: 1)


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a copy of this repository's courses; return the folder of content/ and output/."""
    folder = tmp_path_factory.mktemp("courses")
    shutil.copytree(ROOT / "content", folder / "content")
    report = build_in(folder)
    assert [found for found in report.diagnostics if found.severity == "error"] == []
    return folder
