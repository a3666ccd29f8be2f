"""What all tests share: how Hypothesis draws its examples, and the flag that renews goldens."""

from __future__ import annotations

import pytest
from hypothesis import settings

# The same examples in every run, and no deadline: a test must not fail because a machine is busy.
settings.register_profile("reproducible", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("reproducible")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the code gives now into the golden files, to be looked at with git diff",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))
