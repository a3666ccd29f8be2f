"""What all tests share: how Hypothesis draws its examples, and the flag that renews goldens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.courses import build_in

ROOT = Path(__file__).resolve().parent.parent

# The same examples in every run, and no deadline: a test must not fail because a machine is busy.
settings.register_profile("reproducible", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("reproducible")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the code gives now into the golden files, to be looked at with git diff",
    )


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
