"""The command line in this process, on this test's database."""

import asyncio

import pytest
import structlog
from click.testing import CliRunner

from service.__main__ import main


@pytest.fixture(autouse=True)
def logs_as_before():
    """Forget how a command wants logs: they are the tests' own too, which go on."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def hexhaul(database):
    """Run the command line on this test's database."""
    environment = {
        "DATABASE_URL": database.database_url,
        "REDIS_URL": database.redis_url,
        "HEXHAUL_RECIPIENT_KEYS": database.recipient_keys,
    }

    def run(*words, **others):
        return CliRunner().invoke(main, list(words), env=environment | others)

    return run


@pytest.fixture
def apart():
    """Run something that has an event loop of its own beside that of the test."""
    return asyncio.to_thread
