"""Settings of all tests: deterministic, without deadlines; the shipped engine, and a copy of the
shipped pathways."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from klappts_engine import Engine
from klappts_engine.folders import data_folder
from tests.shipped import shipped

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The shipped engine."""
    return shipped()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped pathways."""
    return Path(shutil.copytree(data_folder("pathways"), tmp_path / "pathways"))
