"""Fixtures: credentials that open nothing, the real S3 server and the real program if they were named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from backend.tests.support import weed
from backend.tests.support.world import World

# The same examples each time, however busy the machine is.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("steady")

os.environ |= {
    "AWS_ACCESS_KEY_ID": weed.ACCESS,
    "AWS_SECRET_ACCESS_KEY": weed.SECRET,
    "AWS_DEFAULT_REGION": weed.REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
for _variable in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION"):
    os.environ.pop(_variable, None)


@pytest.fixture
def world() -> World:
    return World.make()


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[weed.S3]:
    with weed.running(_named("OUTTRAY_TEST_WEED", "no weed binary"), tmp_path_factory.mktemp("weed")) as server:
        yield server


@pytest.fixture(scope="session")
def outtray() -> str:
    return _named("OUTTRAY_TEST_BIN", "no outtray binary")


def _named(variable: str, what: str) -> str:
    """A developer may go without; CI may not."""
    path = os.environ.get(variable, "")
    if path and Path(path).exists():
        return path
    message = f"{variable} names {what}"
    if os.environ.get("CI", "false") not in ("", "false"):
        pytest.fail(message)
    pytest.skip(message)
