"""Root where user namespaces are forbidden: the servers run as the account `nobody`."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from service.embedded.client import EmbeddedServers
from service.embedded.errors import StateFolderUnusableError

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its identity")


@pytest.fixture(autouse=True)
def _no_unshare(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def reachable_dir():
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def owner_of(pid):
    return Path(f"/proc/{pid}").stat().st_uid


async def test_the_servers_are_not_root(reachable_dir, sql, valkey, processes_of):
    with EmbeddedServers(reachable_dir / "state", durable=False) as urls:
        assert await sql(urls, "SELECT 1") == 1
        assert await valkey(urls, "PING") is True
        owners = {owner_of(pid) for pid in processes_of(reachable_dir, "postgres", "valkey")}
    assert owners == {65534}


def test_an_unreachable_state_folder_is_refused_in_words(tmp_path):
    tmp_path.chmod(0o700)
    with (
        pytest.raises(StateFolderUnusableError, match="Choose a state folder"),
        EmbeddedServers(tmp_path / "state", durable=False),
    ):
        pass
