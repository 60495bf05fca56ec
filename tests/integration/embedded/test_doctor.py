"""The doctor, on servers that run."""

import json

from click.testing import CliRunner

from service.commands.doctor import doctor
from service.embedded.client import EmbeddedServers


def test_running_servers_are_found_and_nothing_is_wrong(state_dir):
    with EmbeddedServers(state_dir, durable=False) as urls:
        words = ["--database-url", urls.database_url, "--redis-url", urls.redis_url, "--json"]
        result = CliRunner().invoke(doctor, [*words, "--state-dir", str(state_dir)])
    levels = {finding["subject"]: finding["level"] for finding in json.loads(result.output)}
    assert levels["DATABASE_URL"] == levels["REDIS_URL"] == "ok"
    assert result.exit_code == 0


def test_without_urls_the_embedded_servers_are_looked_for(state_dir, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    result = CliRunner().invoke(doctor, ["--json", "--state-dir", str(state_dir)])
    subjects = [finding["subject"] for finding in json.loads(result.output)]
    assert {"postgres", "valkey", "account", "sockets"} <= set(subjects)
