"""A command sets up the logs of its process: here that is the tests' own, which go on."""

import pytest
import structlog


@pytest.fixture(autouse=True)
def logs_as_before():
    """Forget how a command wants logs, so that later tests see every event."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
