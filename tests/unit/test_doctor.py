"""What the doctor says about what it sees."""

import socket

import pytest
from click.testing import CliRunner

from service.commands.doctor import doctor
from service.commands.doctor.finding import Finding, render
from service.commands.doctor.machine import (
    check_open_files,
    check_port,
    check_python,
    check_state_folder,
    judge_space,
)
from service.commands.doctor.reachability import (
    check_database,
    check_redis,
    postgres_address,
    redis_address,
)

GIB = 1024**3


def test_a_finding_is_one_line_that_ends_with_what_to_do() -> None:
    bad = Finding(level="fail", subject="sky", meaning="it falls", advice="stand aside")
    assert render(bad) == "fail  sky: it falls -> stand aside"
    assert render(Finding(level="ok", subject="sky", meaning="blue")) == "ok    sky: blue"


@pytest.mark.parametrize(
    ("version", "level"), [((3, 9), "fail"), ((3, 11), "ok"), ((3, 14), "ok"), ((4, 0), "ok")]
)
def test_only_an_old_python_is_refused(version, level) -> None:
    assert check_python(version).level == level


@pytest.mark.parametrize(("free_gib", "level"), [(0.1, "fail"), (1, "warn"), (50, "ok")])
def test_little_space_is_a_warning_and_none_a_failure(tmp_path, free_gib, level) -> None:
    assert judge_space(tmp_path, free_bytes=int(free_gib * GIB)).level == level


@pytest.mark.parametrize(("limit", "level"), [(100, "fail"), (1_024, "warn"), (65_536, "ok")])
def test_few_open_files_are_a_warning_and_hardly_any_a_failure(limit, level) -> None:
    assert check_open_files(limit).level == level


def test_a_state_folder_where_a_file_is_cannot_be_used(tmp_path) -> None:
    (tmp_path / "file").touch()
    finding = check_state_folder(tmp_path / "file" / "state")
    assert (finding.level, finding.subject) == ("fail", "state folder")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("postgresql://postgres@/postgres?host=/run/x&port=5433", "/run/x/.s.PGSQL.5433"),
        ("postgresql://u:p%40ss@db.example:6543/name", ("db.example", 6543)),
        ("postgres://one:1,two:2/name", ("one", 1)),
        ("postgresql://%2Frun%2Fx/name", "/run/x/.s.PGSQL.5432"),
        ("postgresql:///name", ("localhost", 5432)),
    ],
)
def test_a_database_url_leads_where_libpq_would_go(url, address) -> None:
    assert postgres_address(url) == address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("unix:///run/with%20space/valkey.sock", "/run/with space/valkey.sock"),
        ("redis://:secret@cache.example:6380/1", ("cache.example", 6380)),
        ("rediss://cache.example", ("cache.example", 6379)),
    ],
)
def test_a_redis_url_leads_where_the_client_would_go(url, address) -> None:
    assert redis_address(url) == address


@pytest.mark.parametrize("check", [check_database, check_redis])
@pytest.mark.parametrize("url", ["", "http://example", "db.example:5432"])
def test_what_is_no_url_of_a_server_is_a_failure_in_words(check, url) -> None:
    finding = check(url)
    assert finding.level == "fail"
    assert "does not begin with" in finding.meaning


def test_a_taken_port_is_a_warning_that_names_the_next_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        finding = check_port("127.0.0.1", port)
    assert finding.level == "warn"
    assert f"{port} is taken" in finding.meaning


def test_the_command_fails_when_a_check_does_and_tells_no_secret(tmp_path) -> None:
    url = f"postgresql://user:hunter2@/x?host={tmp_path}"
    words = ["--database-url", url, "--state-dir", str(tmp_path)]
    result = CliRunner().invoke(doctor, words)
    assert result.exit_code == 1
    assert "fail  DATABASE_URL: nothing can be reached there" in result.output
    assert "hunter2" not in result.output
